//! The race goes on at the next visit: every few seconds the browser gets what is new of it, and gives it back.

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::runs::WORTH_KEEPING;
use crate::action::Action;
use crate::app::App;
use crate::dom::{self, PageError};
use crate::last_race::{Kept, Offer, Part, Recall, Vault};
use gradprix::race::config::Config;
use gradprix::text::Phrase;

/// While it runs, a race is kept once in so many milliseconds: megabytes go to the disk.
const PAUSE: f64 = 10_000.0;

/// What the browser keeps, and the race that was left.
pub(super) struct LastRace {
    vault: Vault,
    offer: Offer,
    /// The race that was left, and its configuration.
    left: Option<(Kept, Config)>,
    /// It was looked for.
    sought: bool,
    /// Of the race that runs: the steps that are kept, and when they were.
    steps: u64,
    at: f64,
    /// The browser keeps nothing, which was said.
    refused: bool,
}

impl LastRace {
    /// `vault` keeps races.
    pub(super) fn new(vault: Vault, offer: Offer) -> Self {
        Self { vault, offer, left: None, sought: false, steps: 0, at: 0.0, refused: false }
    }

    /// Another race stands at its start.
    pub(super) fn begin(&mut self) {
        self.steps = 0;
        self.at = 0.0;
    }
}

impl App {
    /// Does what happens to the race that was left.
    pub(super) fn recall(&mut self, recall: Recall) -> Result<(), PageError> {
        match recall {
            Recall::Found(kept) => {
                if self.track.history.steps() > 0 {
                    return Ok(());
                }
                // One of another build cannot be brought back, and what is no race is none.
                let kept = serde_wasm_bindgen::from_value::<Kept>(kept).ok();
                self.last_race.left =
                    kept.and_then(|kept| Config::from_json(&kept.left.config).ok().map(|config| (kept, config)));
                self.offer()
            }
            Recall::Resume => {
                let Some((kept, _)) = &self.last_race.left else { return Ok(()) };
                let (vault, began) = (self.last_race.vault.clone(), kept.began);
                self.hear(async move { vault.take_up(began).await.map(|curves| Some(Recall::Curves(curves))) });
                Ok(())
            }
            Recall::Curves(curves) => self.resume(curves),
            Recall::Discard => {
                let Some((kept, _)) = self.last_race.left.take() else { return Ok(()) };
                let vault = self.last_race.vault.clone();
                self.hear(async move { vault.forget(kept.began).await.map(|_| None) });
                self.last_race.offer.hide()
            }
            Recall::Refused(why) => self.be_refused(why),
        }
    }

    /// Looks for a race that was left, once.
    pub(super) fn seek(&mut self) -> Result<(), PageError> {
        if !std::mem::replace(&mut self.last_race.sought, true) {
            let vault = self.last_race.vault.clone();
            // Where nothing can be kept, nothing was; that is said when there is something to keep.
            self.hear(async move { Ok(vault.find().await.ok().map(Recall::Found)) });
        }
        self.offer()
    }

    /// What comes of `wanted` is acted on.
    fn hear(&self, wanted: impl Future<Output = Result<Option<Recall>, JsValue>> + 'static) {
        let act = self.sink.clone();
        spawn_local(async move {
            match wanted.await {
                Ok(recall) => recall.into_iter().for_each(|recall| act(Action::LastRace(recall))),
                Err(thrown) => act(Action::LastRace(Recall::Refused(dom::said(&thrown).into()))),
            }
        });
    }

    /// Offers the race that was left, if one was.
    fn offer(&self) -> Result<(), PageError> {
        let Some((kept, config)) = &self.last_race.left else { return Ok(()) };
        let racers = config.names().into_iter().collect();
        let is_here = kept.left.data == self.recovery.loaded();
        self.last_race.offer.show(racers, kept.left.steps, &kept.data, is_here)
    }

    /// Another race starts: the one that was left stays where it is, for another visit.
    pub(super) fn withdraw(&mut self) -> Result<(), PageError> {
        self.last_race.left = None;
        self.last_race.offer.hide()
    }

    /// Keeps the race that runs, if it was not for a while.
    pub(super) fn put_by_in_time(&mut self) {
        if js_sys::Date::now() - self.last_race.at >= PAUSE {
            self.put_by();
        }
    }

    /// Keeps the race that runs, if it is worth it.
    pub(super) fn put_by(&mut self) {
        let steps = self.track.history.steps();
        if self.last_race.refused || self.shown != self.race || steps < WORTH_KEEPING {
            return;
        }
        let began = self.archive.began();
        let kept = Kept {
            began,
            left: self.left(),
            data: self.archive.data().clone(),
            images: self.track.course.images(),
            epochs: self.epochs,
            examinations: self.track.history.examinations().to_vec(),
        };
        let part = Part::since(self.last_race.steps, &self.track, began);
        self.last_race.steps = steps;
        self.last_race.at = js_sys::Date::now();
        let race =
            serde_wasm_bindgen::to_value(&kept).and_then(|kept| Ok((kept, serde_wasm_bindgen::to_value(&part)?)));
        let vault = self.last_race.vault.clone();
        self.hear(async move {
            let (kept, part) = race?;
            vault.keep(kept, part).await.map(|_| None)
        });
    }

    fn be_refused(&mut self, why: Phrase) -> Result<(), PageError> {
        if std::mem::replace(&mut self.last_race.refused, true) {
            return Ok(());
        }
        self.notice.complain(phrase!(
            "The browser cannot keep the race ({why}): once this page is closed, it cannot be resumed.",
            "浏览器无法保存这场竞赛（{why}）：关闭此页面后将无法继续。",
            why,
        ))
    }

    /// The race that was left goes on, with these curves.
    fn resume(&mut self, curves: JsValue) -> Result<(), PageError> {
        let Some((kept, config)) = self.last_race.left.take() else { return Ok(()) };
        self.last_race.offer.hide()?;
        if curves.is_undefined() {
            return self.notice.complain(text!("Another page goes on with that race.", "另一个页面正在继续那场竞赛。"));
        }
        let Kept { began, left, data, images, epochs, examinations } = kept;
        self.keep()?;
        self.wake()?;
        // What was asked of the race before is not asked of this one.
        self.configuring = false;
        self.moved.clear();
        self.config = config;
        self.epochs = epochs;
        self.controls.show(&self.config, self.epochs)?;
        self.show_racers()?;
        self.race = self.race.wrapping_add(1);
        self.begin(images, self.config.batch_size)?;
        self.archive.begin(self.link().link, data, began);
        for part in serde_wasm_bindgen::from_value::<Vec<Part>>(curves).unwrap_or_default() {
            part.follow_on(&mut self.track);
        }
        for examination in examinations {
            self.track.examine(examination);
        }
        let steps = self.track.history.steps();
        if steps < left.record.steps {
            return self.restart(text!("the curves of the last race were lost", "上次竞赛的曲线已丢失"));
        }
        self.last_race.steps = steps;
        self.recovery.take_up(left);
        self.going = steps < u64::from(epochs) * self.track.course.steps_per_epoch();
        self.status.mark(&self.track)?;
        self.send_pace()?;
        self.take_up()
    }
}
