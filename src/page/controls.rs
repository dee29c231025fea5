//! The race's own controls.

use web_sys::{Element, HtmlSelectElement};

use crate::action::{Action, Sink};
use crate::dom::{self, PageError};
use crate::entry::Entry;
use crate::language;
use crate::race_settings::RaceSettings;
use crate::slider::Slider;
use crate::track::Phase;
use gradprix::engine::Choice;
use gradprix::optim::Knob;
use gradprix::race::config::{BATCH_SIZE, Config, EPOCHS, PACE, SEED};

/// The controls above the chart.
pub(super) struct Controls {
    start: Element,
    seed: Entry,
    batch_size: Entry,
    epochs: Entry,
    pace: Slider,
    pace_value: Element,
    race_settings: RaceSettings,
}

impl Controls {
    /// Makes the controls in the page act.
    pub(super) fn new(body: &Element, sink: &Sink) -> Result<Self, PageError> {
        let act = sink.clone();
        let controls = Self {
            start: dom::find(body, "#start .label")?,
            seed: entry(body, "seed", &SEED, sink, Action::Seed)?,
            batch_size: entry(body, "batch-size", &BATCH_SIZE, sink, Action::BatchSize)?,
            epochs: entry(body, "epochs", &EPOCHS, sink, Action::Epochs)?,
            pace_value: dom::find(body, "#pace-value")?,
            race_settings: RaceSettings::new(body, sink)?,
            pace: Slider::new(dom::find(body, "#pace")?, &PACE, move |pace| act(Action::Pace(pace)))?,
        };
        language::say(&dom::find(body, "#pace-tip")?, PACE.doc);
        button(body, "#start", sink, || Action::Toggle)?;
        button(body, "#step", sink, || Action::Step)?;
        button(body, "#reset", sink, || Action::Reset)?;
        button(body, "#new-seed", sink, || Action::NewSeed)?;
        button(body, "#halve-batch", sink, || Action::ScaleBatch(0.5))?;
        button(body, "#double-batch", sink, || Action::ScaleBatch(2.0))?;
        engine(body, sink)?;
        Ok(controls)
    }

    /// Shows what is set.
    pub(super) fn show(&self, config: &Config, epochs: u32) -> Result<(), PageError> {
        self.seed.show(f64::from(config.seed));
        self.batch_size.show(config.batch_size as f64);
        self.epochs.show(f64::from(epochs));
        self.race_settings.show(config)
    }

    /// Shows the pace: steps per second, or nothing for as fast as the engine can.
    pub(super) fn show_pace(&self, steps_per_second: Option<f64>) -> Result<(), PageError> {
        let words = match steps_per_second {
            None => text!("turbo", "全速").into(),
            Some(steps) => phrase!("{steps} steps/s", "{steps} 步/秒", steps = steps.round()),
        };
        language::say(&self.pace_value, &words);
        self.pace.show(steps_per_second.unwrap_or(PACE.max), words)
    }

    /// Shows what the start button does now: `going` if the race runs, or will as soon as it can.
    pub(super) fn show_start(&self, phase: Phase, going: bool) {
        let words = match phase {
            _ if going => text!("Pause", "暂停"),
            Phase::Finished => text!("Again", "再来一次"),
            Phase::Paused => text!("Resume", "继续"),
            Phase::Loading | Phase::Ready | Phase::Racing => text!("Start", "开始"),
        };
        language::say(&self.start, words);
    }
}

/// The text field `#id` for `knob`, with its tip and its refusals.
fn entry(
    body: &Element,
    id: &str,
    knob: &'static Knob,
    sink: &Sink,
    action: fn(f64) -> Action,
) -> Result<Entry, PageError> {
    language::say(&dom::find(body, &format!("#{id}-tip"))?, knob.doc);
    let refusal = dom::find(body, &format!("#{id}-tip ~ .refusal"))?;
    let sink = sink.clone();
    Entry::new(dom::find(body, &format!("#{id}"))?, refusal, knob, move |value| sink(action(value)))
}

fn button(body: &Element, selector: &str, sink: &Sink, action: fn() -> Action) -> Result<(), PageError> {
    let sink = sink.clone();
    let button: Element = dom::find(body, selector)?;
    dom::listen(&button, "click", move |_| sink(action()))
}

/// The engine.
fn engine(body: &Element, sink: &Sink) -> Result<(), PageError> {
    let engine: HtmlSelectElement = dom::find(body, "#engine")?;
    let (select, act) = (engine.clone(), sink.clone());
    dom::listen(&engine, "change", move |_| {
        act(Action::Engine(match select.value().as_str() {
            "gpu" => Choice::Gpu,
            "cpu" => Choice::Cpu,
            _ => Choice::Auto,
        }));
    })
}
