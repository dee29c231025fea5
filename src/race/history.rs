//! Everything measured of every racer at every step, and on the test images between them.

use serde::{Deserialize, Serialize};

use crate::optim::{Knob, Scale};
use crate::race::curve::Curve;
use crate::race::metric::{METRICS, Metric};

pub use crate::race::curve::Column;

/// How much of a moving average is kept each step.
pub const SMOOTHING: Knob = Knob {
    name: "smoothing",
    label: text!("Smoothing", "平滑"),
    symbol: "",
    min: 0.0,
    max: 0.999,
    default: 0.9,
    scale: Scale::LogToOne,
    doc: text!(
        "How much of the past each point of a curve carries on: 0 shows every step as it is, 0.9 averages over \
         about the last 10 steps, 0.99 over 100.",
        "曲线上每一点延续多少过去的值：0 原样显示每一步，0.9 大约对最近 10 步取平均，0.99 对 100 步取平均。"
    ),
};

/// How the racers did on test images.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Examination {
    /// After so many steps.
    pub step: u64,
    /// On so many of them.
    pub images: usize,
    /// Mean cross-entropy of each racer, nats per image.
    pub losses: Vec<f32>,
    /// Share of images that each racer recognised, 0 to 1.
    pub accuracies: Vec<f32>,
}

/// The curves of all racers, one for each [`Metric`]. All curves of a racer stop before its first loss that is NaN or
/// infinite.
#[derive(Clone, Debug)]
pub struct History {
    steps: u64,
    racers: Vec<Racer>,
    examinations: Vec<Examination>,
}

impl History {
    /// The history of a race that `racers` are about to start.
    pub fn new(racers: usize) -> Self {
        Self { steps: 0, racers: vec![Racer::default(); racers], examinations: Vec::new() }
    }

    /// Takes one step: what it `measured` of each racer and metric.
    pub fn push(&mut self, measured: impl Fn(usize, Metric) -> f32) {
        for (number, racer) in self.racers.iter_mut().enumerate() {
            racer.push(|metric| measured(number, metric));
        }
        self.steps += 1;
    }

    /// Takes how the racers did on test images.
    pub fn examine(&mut self, examination: Examination) {
        self.examinations.push(examination);
    }

    /// How the racers did on test images, oldest first.
    pub fn examinations(&self) -> &[Examination] {
        &self.examinations
    }

    /// How the racers did on test images when they were asked last before or at `step` steps.
    pub fn examined(&self, step: u64) -> Option<&Examination> {
        let later = self.examinations.partition_point(|examination| examination.step <= step);
        self.examinations.get(later.checked_sub(1)?)
    }

    /// From now on the moving averages of `metric` keep `smoothing` of themselves each step (0 to below 1), in the
    /// past too. Takes one pass over its curves, and nothing where they do so already.
    pub fn smooth(&mut self, metric: Metric, smoothing: f64) {
        self.racers.iter_mut().for_each(|racer| racer.curves[metric as usize].smooth(smoothing));
    }

    /// Steps taken so far.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// How many racers there are.
    pub fn racers(&self) -> usize {
        self.racers.len()
    }

    /// The value of `metric` at `step`, counted from 0; nothing where `racer`'s curve does not reach.
    pub fn value(&self, racer: usize, metric: Metric, step: u64) -> Option<f32> {
        self.curve(racer, metric)?.value(step as usize)
    }

    /// The exponential moving average of `metric` ([`History::smooth`], corrected for its start at zero) at `step`.
    pub fn smoothed_at(&self, racer: usize, metric: Metric, step: u64) -> Option<f32> {
        self.curve(racer, metric)?.smoothed(step as usize)
    }

    /// The moving average of `metric` at `racer`'s last step. Nothing before the first one.
    pub fn smoothed(&self, racer: usize, metric: Metric) -> Option<f32> {
        let curve = self.curve(racer, metric)?;
        curve.smoothed(curve.len().checked_sub(1)?)
    }

    /// The step whose loss was the first that is NaN or infinite, if one was.
    pub fn stopped(&self, racer: usize) -> Option<u64> {
        self.racers.get(racer).filter(|racer| racer.stopped).map(Racer::steps)
    }

    /// The first step from `from` on at which the moving average of `racer`'s loss is at or below `loss`, nats.
    pub fn first_at_or_below(&self, racer: usize, loss: f32, from: u64) -> Option<u64> {
        let step = self.curve(racer, Metric::Loss)?.first_at_or_below(loss, from as usize);
        step.map(|step| step as u64)
    }

    /// `racer`'s values of `metric`, a column for each pair of neighbouring `edges`: it takes the whole numbers from
    /// its left edge up to, but without, its right edge, as steps counted from 0. Columns without a step are left out,
    /// so there are never more than steps. Takes time by columns, not by steps.
    pub fn columns(&self, racer: usize, metric: Metric, edges: &[f64]) -> Vec<Column> {
        let Some(curve) = self.curve(racer, metric) else { return Vec::new() };
        let first = |edge: f64| edge.ceil().max(0.0) as usize;
        edges.windows(2).filter_map(|edge| curve.column(first(edge[0])..first(edge[1]))).collect()
    }

    fn curve(&self, racer: usize, metric: Metric) -> Option<&Curve> {
        Some(&self.racers.get(racer)?.curves[metric as usize])
    }
}

/// What was measured of one racer.
#[derive(Clone, Debug)]
struct Racer {
    curves: [Curve; METRICS],
    stopped: bool,
}

impl Default for Racer {
    fn default() -> Self {
        Self { curves: std::array::from_fn(|_| Curve::new(SMOOTHING.default)), stopped: false }
    }
}

impl Racer {
    fn push(&mut self, measured: impl Fn(Metric) -> f32) {
        self.stopped |= !measured(Metric::Loss).is_finite();
        if self.stopped {
            return;
        }
        for metric in Metric::ALL {
            self.curves[metric as usize].push(measured(metric));
        }
    }

    fn steps(&self) -> u64 {
        self.curves[Metric::Loss as usize].len() as u64
    }
}

#[cfg(test)]
#[path = "history_tests.rs"]
mod tests;
