//! A worker that stopped is started again, and its race goes on where it was.

use js_sys::{Function, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, Worker};

use crate::action::{Action, Sink};
use crate::app::App;
use crate::dom::{self, PageError};
use crate::message::{Command, Left, Record, Report};
use crate::track::Phase;
use gradprix::race::config::Config;
use gradprix::race::course::Unit;
use gradprix::race::journal::{self, Change};
use gradprix::text::Phrase;

/// Milliseconds from one look at the worker to the next.
const WATCH: i32 = 2000;

/// A worker that answers is given up after so many looks without an answer, in a race of so many floats: a step or a
/// test of larger ones may take longer.
const PATIENCE: usize = 4;
const SMALL_RACE: usize = 1_000_000;

/// So many looks are left to one that never answered: it still loads.
const LOADING: usize = 30;

/// A worker that stops so often at the same step is not started again by itself.
const FAILURES: u32 = 3;

/// What brings the race back.
pub(super) struct Recovery {
    /// Starts another worker.
    spawn: Function,
    /// What workers call: with a message, and when they fail.
    heard: Function,
    failed: Function,
    record: Record,
    /// The data that is there, and that of the race, each by [`gradprix::data::Dataset::fingerprint`].
    loaded: u32,
    data: u32,
    /// The files that the worker was asked to read, and those that it did.
    asked: Option<JsValue>,
    files: Option<JsValue>,
    /// What the worker said in its last moment.
    panic: String,
    /// Looks since the worker's last report, and whether there was one.
    silent: usize,
    answered: bool,
    /// How often workers stopped at the step of the last failure.
    failures: u32,
    failed_at: u64,
    /// There is no worker: too many of them stopped.
    over: bool,
    /// What is known of the last failure.
    details: String,
}

impl Recovery {
    /// `spawn` starts another worker.
    pub(super) fn new(spawn: Function, config: &Config, sink: &Sink) -> Result<Self, PageError> {
        let act = sink.clone();
        let heard =
            Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
                match serde_wasm_bindgen::from_value::<Report>(event.data()) {
                    Ok(report) => act(Action::Report(report)),
                    Err(error) => web_sys::console::error_2(&"not a report".into(), &error.into()),
                }
            });
        let act = sink.clone();
        let failed = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
            act(Action::Stopped { why: words_of(&event), place: place_of(&event) });
        });
        let act = sink.clone();
        let watch = Closure::<dyn Fn()>::new(move || act(Action::Watch)).into_js_value();
        let timer = dom::window()?.set_interval_with_callback_and_timeout_and_arguments_0(watch.unchecked_ref(), WATCH);
        timer.map_err(dom::refused("set a timer"))?;
        Ok(Self {
            spawn,
            heard: heard.into_js_value().unchecked_into(),
            failed: failed.into_js_value().unchecked_into(),
            record: Record::at_start(config.to_json()),
            loaded: 0,
            data: 0,
            asked: None,
            files: None,
            panic: String::new(),
            silent: 0,
            answered: false,
            failures: 0,
            failed_at: 0,
            over: false,
            details: String::new(),
        })
    }

    /// Hears `worker`.
    pub(super) fn attend(&self, worker: &Worker) {
        worker.set_onmessage(Some(&self.heard));
        worker.set_onerror(Some(&self.failed));
    }

    /// The worker lives.
    pub(super) fn heard(&mut self) {
        self.silent = 0;
        self.answered = true;
    }

    /// The race of `config` is asked for.
    pub(super) fn restart(&mut self, config: &Config) {
        self.record = Record::at_start(config.to_json());
    }

    /// It is there, on the data that is.
    pub(super) fn started(&mut self) {
        self.data = self.loaded;
    }

    /// A race is there that was left.
    pub(super) fn take_up(&mut self, left: Left) {
        self.record = left.record;
        self.data = left.data;
        self.failures = 0;
    }

    /// The data that is there, by its fingerprint.
    pub(super) fn loaded(&self) -> u32 {
        self.loaded
    }

    /// These files are to be read.
    pub(super) fn asked(&mut self, files: JsValue) {
        self.asked = Some(files);
    }

    /// Data with this fingerprint was read: from the files asked for, where any were.
    pub(super) fn read(&mut self, fingerprint: u32) {
        self.loaded = fingerprint;
        self.files = self.asked.take().or(self.files.take());
    }

    pub(super) fn saved(&mut self, record: Record) {
        self.record = record;
    }

    pub(super) fn changed(&mut self, change: Change) {
        self.record.changes.push(change);
    }

    pub(super) fn panicked(&mut self, details: String) {
        self.panic = details;
    }

    fn patience(&self, config: &Config) -> usize {
        if !self.answered {
            return LOADING;
        }
        let floats: usize = journal::sizes(config).sum();
        (PATIENCE * floats.div_ceil(SMALL_RACE)) << self.failures
    }
}

/// What the browser says of an error in a worker; of a script that it could not load it says nothing.
fn words_of(event: &JsValue) -> Phrase {
    let message = Reflect::get(event, &"message".into()).ok().and_then(|message| message.as_string());
    message.map_or_else(|| text!("its script could not be loaded", "无法加载其脚本").into(), Phrase::from)
}

/// Where it happened, `FILE:LINE`.
fn place_of(event: &JsValue) -> String {
    let part = |name: &str| Reflect::get(event, &name.into()).ok();
    let place = part("filename").and_then(|file| file.as_string()).zip(part("lineno").and_then(|line| line.as_f64()));
    place.map_or_else(String::new, |(file, line)| format!("{file}:{line}"))
}

impl App {
    /// Looks whether the worker still answers.
    pub(super) fn watch(&mut self) -> Result<(), PageError> {
        if self.recovery.over {
            return Ok(());
        }
        self.recovery.silent += 1;
        let patience = self.recovery.patience(&self.config);
        if self.recovery.silent <= patience {
            return self.send(&Command::Ping);
        }
        let seconds = patience * WATCH as usize / 1000;
        let words = phrase!("it did not answer for {seconds} seconds", "它在 {seconds} 秒内没有回应", seconds);
        self.lose(words, "")
    }

    /// The worker stopped because of `why`, at a place in its scripts: another one takes its race up.
    pub(super) fn lose(&mut self, why: Phrase, place: &str) -> Result<(), PageError> {
        let step = self.track.history.steps();
        let address = self.address.whole(&self.link())?;
        let recovery = &mut self.recovery;
        recovery.failures = if step > recovery.failed_at { 1 } else { recovery.failures + 1 };
        recovery.failed_at = step;
        recovery.over = recovery.failures > FAILURES;
        let panic = std::mem::take(&mut recovery.panic);
        let agent = self.window.navigator().user_agent().unwrap_or_default();
        recovery.details = format!(
            "GradPrix {}: the worker stopped at step {step}: {}\n{place}\n{panic}\n{address}\n{agent}\n",
            env!("CARGO_PKG_VERSION"),
            why.en,
        );
        web_sys::console::error_1(&self.recovery.details.as_str().into());
        if !self.recovery.over {
            // In a race that is too large for snapshots these are all of them, and may take as long as they took before.
            let again = step.saturating_sub(self.recovery.record.steps);
            self.revive()?;
            return self.notice.fail(phrase!(
                "The race's worker stopped ({why}). It was started again; once the last {again} steps are repeated, the \
                 race goes on from step {step}.",
                "竞赛的后台线程停止了（{why}）。它已重新启动；重做最后 {again} 步之后，竞赛从第 {step} 步继续。",
                why,
                again,
                step,
            ));
        }
        self.dismiss();
        self.going = false;
        self.track.phase = if step == 0 { Phase::Ready } else { Phase::Paused };
        self.status.mark(&self.track)?;
        // What stands on the button now.
        let button = if step == 0 { text!("Start", "开始") } else { text!("Resume", "继续") };
        self.notice.fail(phrase!(
            "The race's worker stopped again and again at step {step} ({why}). Press {button} to try once more, or Reset.",
            "竞赛的后台线程在第 {step} 步反复停止（{why}）。请按“{button}”再试一次，或按“重置”。",
            step,
            why,
            button,
        ))
    }

    /// Starts a worker where too many stopped: the user does something that takes one.
    pub(super) fn wake(&mut self) -> Result<(), PageError> {
        if !std::mem::take(&mut self.recovery.over) {
            return Ok(());
        }
        self.recovery.failures = 0;
        self.revive()
    }

    fn dismiss(&self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }

    /// Another worker takes up what the one before left.
    fn revive(&mut self) -> Result<(), PageError> {
        self.dismiss();
        let worker = self.recovery.spawn.call0(&JsValue::NULL).map_err(dom::refused("start a worker"))?;
        self.worker = worker.unchecked_into();
        self.recovery.attend(&self.worker);
        self.recovery.silent = 0;
        self.recovery.answered = false;
        // What the one before was asked it will not answer.
        self.inside.restart();
        if let Some(files) = self.recovery.asked.clone().or(self.recovery.files.clone()) {
            self.send(&Command::Load { files })?;
        }
        // The configuration holds them already.
        self.moved.clear();
        self.send_pace()?;
        self.take_up()
    }

    /// The worker gets the race that the page has: anew where it was asked for, else as it is now; and races on if it did.
    pub(super) fn take_up(&self) -> Result<(), PageError> {
        if self.configuring {
            self.send_race()?;
        } else {
            self.send(&Command::Resume { left: self.left(), engine: self.choice, race: self.race })?;
        }
        if self.going { self.send(&Command::Run) } else { Ok(()) }
    }

    /// The race as it is now.
    pub(super) fn left(&self) -> Left {
        let steps = self.track.history.steps();
        Left {
            record: self.recovery.record.clone(),
            steps,
            seconds: self.track.course.at(Unit::Seconds, steps as f64),
            config: self.config.to_json(),
            data: self.recovery.data,
        }
    }

    /// Copies what is known of the last failure.
    pub(super) fn copy_details(&self) {
        self.notice.copy(&self.recovery.details);
    }
}
