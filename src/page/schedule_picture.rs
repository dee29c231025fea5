//! A lane's small picture of its learning rate over the race, and where the race is on it.

use web_sys::Element;

use crate::dom::{self, PageError};
use crate::format;
use gradprix::optim::Settings;

/// Points of the curve.
const POINTS: u64 = 120;

/// The picture, hidden while the learning rate stays the same.
pub(super) struct SchedulePicture {
    root: Element,
    curve: Element,
    mark: Element,
    rate: Element,
    settings: Option<Settings>,
    step: u64,
}

impl SchedulePicture {
    /// The picture in `lane`.
    pub(super) fn new(lane: &Element) -> Result<Self, PageError> {
        let root: Element = dom::find(lane, ".scheduled")?;
        Ok(Self {
            curve: dom::find(&root, "polyline")?,
            mark: dom::find(&root, "line")?,
            rate: dom::find(&root, ".rate")?,
            root,
            settings: None,
            step: 0,
        })
    }

    /// Draws the schedule of `settings`.
    pub(super) fn show(&mut self, settings: &Settings) -> Result<(), PageError> {
        let shown = settings.is_scheduled();
        dom::flag(&self.root, "hidden", !shown)?;
        self.settings = shown.then(|| settings.clone());
        let span = settings.scheduled_steps();
        let rates: Vec<f64> = (0..=POINTS).map(|at| settings.rate(1 + at * span / POINTS)).collect();
        let highest = rates.iter().fold(f64::MIN_POSITIVE, |highest, rate| highest.max(*rate));
        let points = rates
            .iter()
            .enumerate()
            .map(|(at, rate)| format!("{:.2},{:.2} ", at as f64 * 100.0 / POINTS as f64, 96.0 - 92.0 * rate / highest));
        dom::attribute(&self.curve, "points", &points.collect::<String>())?;
        self.mark(self.step)
    }

    /// Marks where the race is, after `step` steps.
    pub(super) fn mark(&mut self, step: u64) -> Result<(), PageError> {
        self.step = step;
        let Some(settings) = &self.settings else { return Ok(()) };
        let share = (step as f64 / settings.scheduled_steps() as f64).min(1.0);
        let x = format!("{:.2}", share * 100.0);
        dom::attribute(&self.mark, "x1", &x)?;
        dom::attribute(&self.mark, "x2", &x)?;
        dom::say(&self.rate, &format::learning_rate(settings.rate(step + 1)));
        Ok(())
    }
}
