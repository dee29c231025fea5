//! The race that was left at the last visit: what the browser keeps of it, and the offer to go on.

use js_sys::Array;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use web_sys::Element;

use crate::action::{Action, Sink};
use crate::dom::{self, PageError};
use crate::language;
use crate::message::{Left, from_arrays, to_arrays};
use crate::track::Track;
use gradprix::engine::{Metric, Metrics};
use gradprix::race::history::Examination;
use gradprix::text::Phrase;

#[wasm_bindgen]
extern "C" {
    /// The script `last-race.js`, which keeps races in the browser.
    #[derive(Clone)]
    pub type Vault;

    #[wasm_bindgen(method, catch)]
    pub(super) async fn find(this: &Vault) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = takeUp)]
    pub(super) async fn take_up(this: &Vault, began: f64) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(super) async fn keep(this: &Vault, race: JsValue, part: JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(super) async fn forget(this: &Vault, began: f64) -> Result<JsValue, JsValue>;
}

/// What brings a race back at another visit, curves aside.
#[derive(Serialize, Deserialize)]
pub(super) struct Kept {
    /// When it stood at its start, milliseconds since 1970: its name.
    pub(super) began: f64,
    pub(super) left: Left,
    /// What its data is called.
    pub(super) data: Phrase,
    /// Training images.
    pub(super) images: usize,
    pub(super) epochs: u32,
    pub(super) examinations: Vec<Examination>,
}

/// A part of a race's curves.
#[derive(Serialize, Deserialize)]
pub(super) struct Part {
    began: f64,
    /// Its first step.
    first: u64,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    metrics: Array,
    /// Steps done, and seconds of racing until then.
    reports: Vec<(f64, f64)>,
}

impl Part {
    /// What the race of `track`, which `began` then, did from step `first` on.
    pub(super) fn since(first: u64, track: &Track, began: f64) -> Self {
        let history = &track.history;
        let mut metrics = Metrics::default();
        for metric in Metric::ALL {
            let steps = first..history.steps();
            // Behind the step at which a racer left the numbers, there are none.
            let of_step = |step| (0..history.racers()).map(move |racer| history.value(racer, metric, step));
            metrics.fill(metric, steps.flat_map(of_step).map(|value| value.unwrap_or(f32::NAN)).collect());
        }
        Self { began, first, metrics: to_arrays(&metrics), reports: track.course.reports_after(first).to_vec() }
    }

    /// Gives `track` these steps, if they follow on its own.
    pub(super) fn follow_on(&self, track: &mut Track) {
        let metrics = from_arrays(&self.metrics);
        let counts = Metric::ALL.map(|metric| metrics.of(metric).len());
        let whole = counts.iter().all(|count| *count == counts[0] && count.is_multiple_of(track.history.racers()));
        if self.first == track.history.steps() && whole {
            track.recall(&metrics, &self.reports);
        }
    }
}

/// What happens to the race that was left.
pub(super) enum Recall {
    /// It was found: a [`Kept`], or nothing.
    Found(JsValue),
    /// It shall go on.
    Resume,
    /// Its curves are here: a list of [`Part`]; nothing if another page runs it.
    Curves(JsValue),
    /// Nobody wants it.
    Discard,
    /// The browser refused to keep, or to give back, a race: its words.
    Refused(Phrase),
}

/// The offer to go on.
pub(super) struct Offer {
    root: Element,
    text: Element,
    resume: Element,
}

impl Offer {
    /// The offer in the page.
    pub(super) fn new(body: &Element, sink: &Sink) -> Result<Self, PageError> {
        let root: Element = dom::find(body, "#last-race")?;
        let resume: Element = dom::find(&root, "#resume")?;
        let act = sink.clone();
        dom::listen(&resume, "click", move |_| act(Action::LastRace(Recall::Resume)))?;
        let (discard, act): (Element, _) = (dom::find(&root, "#discard")?, sink.clone());
        dom::listen(&discard, "click", move |_| act(Action::LastRace(Recall::Discard)))?;
        Ok(Self { text: dom::find(&root, ".text")?, root, resume })
    }

    /// Offers the race of these racers at that step, which ran on `data`: at once if that `is_here`.
    pub(super) fn show(&self, racers: Phrase, step: u64, data: &Phrase, is_here: bool) -> Result<(), PageError> {
        let words = if is_here {
            phrase!(
                "Your last race can go on where it was, at step {step}: {racers}.",
                "上次的竞赛可以从第 {step} 步继续：{racers}。",
                step,
                racers,
            )
        } else {
            phrase!(
                "Your last race ({racers}) can go on at step {step} as soon as its data is here: {data}.",
                "上次的竞赛（{racers}）可以从第 {step} 步继续，只需先提供它的数据：{data}。",
                racers,
                step,
                data,
            )
        };
        language::say(&self.text, words);
        dom::flag(&self.resume, "disabled", !is_here)?;
        dom::flag(&self.root, "hidden", false)
    }

    /// Offers nothing.
    pub(super) fn hide(&self) -> Result<(), PageError> {
        dom::flag(&self.root, "hidden", true)
    }
}
