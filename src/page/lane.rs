//! One racer's lane: who it is, what it does, how it does, and its knobs.

use wasm_bindgen::JsCast;
use web_sys::Element;

use crate::action::{Action, Sink};
use crate::chart::Canvas;
use crate::dom::{self, PageError};
use crate::field_control;
use crate::knob_control::KnobControl;
use crate::reading::Reading;
use crate::reading::crosshair::Overlay;
use crate::schedule_picture::SchedulePicture;
use crate::track::Track;
use crate::{format, language, theme};
use gradprix::optim::{Knob, Settings};
use gradprix::race::config::Config;
use gradprix::race::metric::Metric;
use gradprix::race::standings::Verdict;
use gradprix::text::Phrase;

/// A racer's lane.
pub(super) struct Lane {
    racer: usize,
    root: Element,
    formula: Element,
    loss: Element,
    accuracy: Element,
    verdict: Element,
    knobs: Vec<KnobControl>,
    schedule: SchedulePicture,
    pub(super) chart: Canvas,
    pub(super) overlay: Overlay,
}

impl Lane {
    /// Builds the lane of racer `racer` of `config` and puts it behind the other `lanes`.
    pub(super) fn new(lanes: &Element, racer: usize, config: &Config, sink: &Sink) -> Result<Self, PageError> {
        let root = dom::template("#lane-template")?;
        let (settings, colour, name) = (&config.racers[racer], config.colours()[racer], &config.names()[racer]);
        let optimizer = settings.optimizer();
        field_control::lane(&root, racer, config, sink)?;
        dom::attribute(&root, "data-racer", &racer.to_string())?;
        language::say_attribute(&root, "aria-label", name);
        theme::paint(&root, racer, colour)?;
        language::say(&dom::find(&root, ".name")?, name);
        language::say(&dom::find(&root, ".about")?, optimizer.doc);
        let formula: Element = dom::find(&root, ".formula")?;
        formula.set_inner_html(&format!("<math display=\"block\"><mtable>{}</mtable></math>", optimizer.formula));
        let chart = Canvas::new(dom::find(&root, "canvas")?)?;
        let plot: Element = dom::find(&root, ".plot")?;
        Reading::listen_lane(&plot, racer + 1, sink)?;
        let overlay = Overlay::new(&plot, std::iter::once((racer, colour)))?;
        let label = phrase!("Chart: the loss of {name}", "图表：{name} 的损失", name);
        language::say_attribute(chart.element(), "aria-label", label);

        let mut knobs = Vec::new();
        for (knob, value) in settings.values() {
            let act = sink.clone();
            let id = format!("{}-{racer}", knob.name);
            let control = KnobControl::new(&id, knob, move |value| act(Action::Knob { racer, knob, value }))?;
            control.show(value)?;
            light_symbol(&control, &formula)?;
            show_parts(&formula, knob, value)?;
            // The learning rate, always the first knob, is what everyone moves.
            let place = match optimizer.knob(knob.name) {
                Some(_) if knobs.is_empty() => ".first",
                Some(_) => ".own",
                None => ".shared",
            };
            dom::append(&dom::find(&root, place)?, &control.row)?;
            knobs.push(control);
        }
        let mut schedule = SchedulePicture::new(&root)?;
        schedule.show(settings)?;
        dom::append(lanes, &root)?;
        let [loss, accuracy, verdict] = [".loss", ".accuracy", ".verdict"].map(|part| dom::find(&root, part));
        Ok(Self {
            racer,
            formula,
            loss: loss?,
            accuracy: accuracy?,
            verdict: verdict?,
            root,
            knobs,
            schedule,
            chart,
            overlay,
        })
    }

    /// Shows the value that knob `name` has in `settings`.
    pub(super) fn show_knob(&mut self, name: &str, settings: &Settings) -> Result<(), PageError> {
        if let Some(knob) = settings.knob(name) {
            show_parts(&self.formula, knob, settings.get(knob))?;
        }
        self.schedule.show(settings)?;
        let mut own = self.knobs.iter().filter(|control| control.knob.name == name);
        own.try_for_each(|control| control.show(settings.get(control.knob)))
    }

    /// Shows how the racer does.
    pub(super) fn show(&mut self, track: &Track) -> Result<(), PageError> {
        let loss = track.history.smoothed(self.racer, Metric::Loss).map_or("–".to_owned(), format::loss);
        let accuracy = track.accuracy(self.racer).map_or("–".to_owned(), format::percent);
        self.schedule.mark(track.history.steps())?;
        dom::say(&self.loss, &loss);
        dom::say(&self.accuracy, &accuracy);
        let verdict = track.standings.verdict(self.racer);
        let name = match verdict {
            Verdict::Racing => "racing",
            Verdict::Diverged { .. } => "diverged",
            Verdict::Collapsed { .. } => "collapsed",
        };
        dom::attribute(&self.root, "data-verdict", name)?;
        let words = if verdict == Verdict::Racing { Phrase::default() } else { verdict.words().sentence() };
        language::say(&self.verdict, words);
        Ok(())
    }
}

/// Shows the parts of `formula` that stand only while the switch `knob` is on, or hides them.
fn show_parts(formula: &Element, knob: &Knob, value: f64) -> Result<(), PageError> {
    let parts = formula.query_selector_all(&format!("[data-if=\"{}\"]", knob.name));
    let parts = parts.map_err(dom::refused("search a formula"))?;
    let mut parts = (0..parts.length()).filter_map(|at| parts.item(at)?.dyn_into::<Element>().ok());
    parts.try_for_each(|part| dom::flag(&part, "hidden", value == 0.0))
}

/// Lights a knob's symbol in the formula while the pointer or the keyboard is at its row.
fn light_symbol(control: &KnobControl, formula: &Element) -> Result<(), PageError> {
    let symbols = formula.get_elements_by_class_name(control.knob.name);
    for (event, on) in [("pointerenter", true), ("focusin", true), ("pointerleave", false), ("focusout", false)] {
        let symbols = symbols.clone();
        dom::listen(&control.row, event, move |_| {
            for symbol in (0..symbols.length()).filter_map(|at| symbols.item(at)) {
                // An attribute without a value can always be set; and it is but an ornament.
                let _ = dom::flag(&symbol, "data-lit", on);
            }
        })?;
    }
    Ok(())
}
