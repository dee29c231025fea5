//! Reading the race: what the charts show, which part of it, and what lies under the crosshair.

pub(super) mod board;
pub(super) mod crosshair;
mod gestures;
mod keys;
pub(super) mod read;
pub(super) mod target_line;
pub(super) mod toolbar;

use web_sys::Element;

use crate::action::Sink;
use crate::dom::PageError;
use crate::track::Track;
use gradprix::plot::{Quantity, Scales, Zoom};
use gradprix::race::course::Unit;
use gradprix::race::history::SMOOTHING;
use gradprix::race::metric::Metric;
use gradprix::race::target::{TARGET, Target};
use read::{Read, Spot};

/// Where the crosshair is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Crosshair {
    Away,
    /// Where the pointer is, whatever step lies there.
    Pointer {
        chart: usize,
        x: f64,
    },
    /// At a step, wherever it lies.
    Step(u64),
}

/// How the charts are read.
pub(super) struct Reading {
    pub(super) quantity: Quantity,
    pub(super) unit: Unit,
    pub(super) log_x: bool,
    pub(super) log_y: bool,
    pub(super) smoothing: f64,
    pub(super) zoom: Zoom,
    pub(super) target: Option<Target>,
    /// Races that were are shown.
    pub(super) past: bool,
    /// The rectangle that is being pulled up.
    pub(super) mark: Option<(Spot, Spot)>,
    crosshair: Crosshair,
    /// Where each chart's values lay when it was drawn last.
    scales: Vec<Option<Scales>>,
}

impl Reading {
    /// The losses of a race of so many racers by steps.
    pub(super) fn new(racers: usize) -> Self {
        Self {
            quantity: Quantity::LOSS,
            unit: Unit::Steps,
            log_x: false,
            log_y: true,
            smoothing: SMOOTHING.default,
            zoom: Zoom::NONE,
            target: Some(Target::new(TARGET.default, racers)),
            past: true,
            mark: None,
            crosshair: Crosshair::Away,
            scales: vec![None; racers + 1],
        }
    }

    /// Hears what a user does on the large chart in `plot`.
    pub(super) fn listen(plot: &Element, sink: &Sink) -> Result<(), PageError> {
        gestures::listen(plot, sink)?;
        keys::listen(plot, sink)
    }

    /// Hears a pointer over the lane chart in `plot`, which is number `chart`.
    pub(super) fn listen_lane(plot: &Element, chart: usize, sink: &Sink) -> Result<(), PageError> {
        gestures::listen_lane(plot, chart, sink)
    }

    /// Another race stands at its start.
    pub(super) fn restart(&mut self, racers: usize) {
        self.zoom = Zoom::NONE;
        self.crosshair = Crosshair::Away;
        self.target = self.target.as_ref().map(|target| Target::new(target.loss(), racers));
        self.scales.resize(racers + 1, None);
    }

    /// Chart number `chart` was drawn; its values lie so.
    pub(super) fn drawn(&mut self, chart: usize, scales: Option<Scales>) {
        if let Some(place) = self.scales.get_mut(chart) {
            *place = scales;
        }
    }

    /// Where the values of chart number `chart` lie.
    pub(super) fn scales(&self, chart: usize) -> Option<&Scales> {
        self.scales.get(chart)?.as_ref()
    }

    /// Brings the curves to be shown, and the search for the target, up to date.
    pub(super) fn prepare(&mut self, track: &mut Track) {
        track.history.smooth(Metric::Loss, self.smoothing);
        if let Quantity::Metric(metric) = self.quantity {
            track.history.smooth(metric, self.smoothing);
        }
        if let Some(target) = &mut self.target {
            target.search(&track.history);
        }
    }

    /// The step under the crosshair, from 0; nothing where there is no crosshair, or no step yet.
    pub(super) fn step(&self, track: &Track) -> Option<u64> {
        let last = track.history.steps().checked_sub(1)?;
        let step = self.pointed(track, last)?;
        match self.quantity {
            Quantity::Metric(_) => Some(step),
            // Between two tests there is nothing to read.
            Quantity::TestAccuracy => {
                let examinations = track.history.examinations().iter().map(|examination| examination.step);
                examinations.min_by_key(|examined| examined.abs_diff(step))
            }
        }
    }

    /// The step that the crosshair is at, of those up to the `last` one.
    fn pointed(&self, track: &Track, last: u64) -> Option<u64> {
        match self.crosshair {
            Crosshair::Away => None,
            Crosshair::Step(step) => Some(step.min(last)),
            Crosshair::Pointer { chart, x } => {
                let step = track.course.step(self.unit, self.scales(chart)?.far(x));
                Some((step.round() as u64).min(last))
            }
        }
    }

    /// What the y axis shows of `racer` at `step`.
    pub(super) fn value(&self, track: &Track, racer: usize, step: u64) -> Option<f32> {
        match self.quantity {
            Quantity::Metric(metric) => track.history.smoothed_at(racer, metric, step),
            Quantity::TestAccuracy => track.history.examined(step)?.accuracies.get(racer).copied(),
        }
    }

    /// Does as the user wants.
    pub(super) fn take(&mut self, read: Read, track: &Track) {
        match read {
            Read::Quantity(quantity) => {
                self.quantity = quantity;
                self.zoom.y = None;
            }
            Read::Unit(unit) => self.count(unit, track),
            Read::LogX(on) => self.log_x(on, track),
            Read::LogY(on) => {
                self.log_y = on;
                self.zoom.y = self.zoom.y.filter(|(low, _)| !on || *low > 0.0);
            }
            Read::Smoothing(smoothing) => {
                self.smoothing = smoothing;
                // Who reached it may have another answer now.
                self.aim(self.target.as_ref().map(Target::loss), track);
            }
            Read::Target(loss) => self.aim(loss, track),
            Read::ScaleTarget(factor) => self.aim(self.target.as_ref().map(|target| target.loss() * factor), track),
            Read::PullTarget(y) => self.aim(self.scales(0).map(|scales| scales.value(y)), track),
            Read::Point { chart, x } => self.crosshair = Crosshair::Pointer { chart, x },
            Read::Leave => self.crosshair = Crosshair::Away,
            Read::Walk(pixels) => self.walk(pixels, track),
            Read::First => self.crosshair = Crosshair::Step(0),
            Read::Last => self.crosshair = Crosshair::Step(u64::MAX),
            Read::Mark(mark) => self.mark = mark,
            Read::Whole => self.zoom = Zoom::NONE,
            Read::Past(on) => self.past = on,
            Read::Turn { .. } | Read::Pull(_) | Read::Box(..) => self.change_zoom(read, track),
        }
    }

    fn change_zoom(&mut self, read: Read, track: &Track) {
        let Some(scales) = self.scales(0).copied() else { return };
        self.zoom = match read {
            Read::Turn { x, factor } => {
                let crosshair = || scales.x(track.course.at(self.unit, self.step(track)? as f64));
                let (left, right) = scales.width();
                let x = x.or_else(crosshair).unwrap_or(f64::midpoint(left, right));
                self.zoom.turned(&scales, x, factor)
            }
            Read::Pull((right, down)) => self.zoom.moved(&scales, right, down),
            Read::Box(from, to) => self.zoom.boxed(&scales, from, to),
            _ => self.zoom,
        };
        // What comes before the next frame starts from here.
        self.drawn(0, Some(scales.zoomed(self.zoom)));
    }

    /// Counts in `unit` from now on, and shows the same part of the race.
    fn count(&mut self, unit: Unit, track: &Track) {
        let same = |far: f64| track.course.at(unit, track.course.step(self.unit, far));
        self.zoom.x = self.zoom.x.map(|(low, high)| (same(low), same(high))).filter(|(low, high)| low < high);
        self.unit = unit;
    }

    fn log_x(&mut self, on: bool, track: &Track) {
        self.log_x = on;
        let least = track.course.at(self.unit, 1.0);
        let part = self.zoom.x.map(|(low, high)| if on { (low.max(least), high) } else { (low, high) });
        self.zoom.x = part.filter(|(low, high)| low < high && (!on || *low > 0.0));
    }

    /// Sets the loss to reach, within what a target may be and to three digits.
    fn aim(&mut self, loss: Option<f64>, track: &Track) {
        let round = |loss: f64| TARGET.value(TARGET.position(loss));
        self.target = loss.map(|loss| Target::new(round(loss), track.history.racers()));
    }

    fn walk(&mut self, pixels: f64, track: &Track) {
        let (Some(last), Some(scales)) = (track.history.steps().checked_sub(1), self.scales(0)) else { return };
        let step = self.step(track).unwrap_or(last);
        let x = scales.x(track.course.at(self.unit, step as f64));
        let there = x.map_or(step as f64, |x| track.course.step(self.unit, scales.far(x + pixels)).round());
        let there = there.max(0.0) as u64;
        let there = if pixels > 0.0 { there.max(step + 1) } else { there.min(step.saturating_sub(1)) };
        self.crosshair = Crosshair::Step(there.min(last));
    }
}
