//! Every racer's loss at every step, kept so that a chart of a million steps costs what one of a thousand does.

use std::ops::Range;

/// How much of the smoothed loss is kept each step: it averages over about the last 10 steps.
pub const SMOOTHING: f64 = 0.9;

/// Entries that a summary on the level above covers.
const BLOCK: usize = 16;

/// What to draw in one pixel column: one step, or several summed up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column {
    /// The column's last step, from 0. The smoothed loss is of this step.
    pub step: f64,
    /// Smallest loss of the column's steps, nats.
    pub low: f32,
    /// Largest loss of the column's steps, nats.
    pub high: f32,
    /// Mean loss of the column's steps, nats.
    pub mean: f32,
    /// The exponential moving average at `step`, nats: a property of the step, however many share its column.
    pub smoothed: f32,
}

/// The losses of all racers. A racer's curve stops at its first loss that is NaN or infinite.
#[derive(Clone, Debug)]
pub struct History {
    steps: u64,
    curves: Vec<Curve>,
}

impl History {
    /// The history of a race that `racers` are about to start.
    pub fn new(racers: usize) -> Self {
        Self { steps: 0, curves: vec![Curve::default(); racers] }
    }

    /// Takes one step's `losses` \[racers\] in nats and `dead_units` \[racers\], shares from 0 to 1.
    pub fn push(&mut self, losses: &[f32], dead_units: &[f32]) {
        for ((curve, loss), dead) in self.curves.iter_mut().zip(losses).zip(dead_units) {
            curve.push(*loss, *dead);
        }
        self.steps += 1;
    }

    /// Steps taken so far.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// How many racers there are.
    pub fn racers(&self) -> usize {
        self.curves.len()
    }

    /// The loss of the last step, nats; of the last step before `racer`'s curve stopped if it did.
    /// Nothing before the first step.
    pub fn latest(&self, racer: usize) -> Option<f32> {
        self.curves.get(racer)?.losses.last().copied()
    }

    /// The exponential moving average of `racer`'s losses ([`SMOOTHING`], corrected for its start at zero) at the step
    /// that [`History::latest`] speaks of, nats.
    pub fn smoothed(&self, racer: usize) -> Option<f32> {
        let curve = self.curves.get(racer)?;
        (!curve.losses.is_empty()).then(|| corrected(curve.average, curve.losses.len()))
    }

    /// The share of dead hidden units, 0 to 1, averaged over the last steps as the smoothed loss is.
    pub fn dead_units(&self, racer: usize) -> Option<f32> {
        let curve = self.curves.get(racer)?;
        (!curve.losses.is_empty()).then(|| corrected(curve.dead, curve.losses.len()))
    }

    /// The step whose loss was the first that is NaN or infinite, if one was.
    pub fn stopped(&self, racer: usize) -> Option<u64> {
        self.curves.get(racer).filter(|curve| curve.stopped).map(|curve| curve.losses.len() as u64)
    }

    /// `racer`'s losses at the steps in `steps` (counted from 0), the range cut into `columns` of equal width.
    /// Columns without a step are left out, so there are never more than steps. Takes time by columns, not by steps.
    pub fn columns(&self, racer: usize, steps: Range<f64>, columns: usize) -> Vec<Column> {
        let Some(curve) = self.curves.get(racer) else { return Vec::new() };
        let end = curve.losses.len();
        let width = (steps.end - steps.start) / columns as f64;
        // A step belongs to the column that its number falls into: a column takes the whole numbers from its left edge
        // up to, but without, its right edge.
        let first_step = |column: usize| ((steps.start + column as f64 * width).ceil().max(0.0) as usize).min(end);
        let ranges = (0..columns).map(|column| first_step(column)..first_step(column + 1));
        ranges.filter(|range| !range.is_empty()).map(|range| curve.column(range)).collect()
    }
}

/// One racer's losses with summaries of 16, 16², 16³ … of them.
#[derive(Clone, Debug, Default)]
struct Curve {
    losses: Vec<f32>,
    /// Of each full block of losses, the uncorrected moving average at its end.
    averages: Vec<f64>,
    /// Of each full block of the level below, its summary; level 0 summarises the losses.
    levels: Vec<Vec<Summary>>,
    average: f64,
    dead: f64,
    stopped: bool,
}

impl Curve {
    fn push(&mut self, loss: f32, dead: f32) {
        self.stopped |= !loss.is_finite();
        if self.stopped {
            return;
        }
        self.losses.push(loss);
        self.average = averaged(self.average, loss);
        self.dead = averaged(self.dead, if dead.is_finite() { dead } else { 1.0 });
        if self.losses.len().is_multiple_of(BLOCK) {
            self.averages.push(self.average);
            let block = self.losses[self.losses.len() - BLOCK..].iter().copied().map(Summary::of);
            self.summarise(0, Summary::merge(block));
        }
    }

    /// Adds a full block's summary to `level`, and to the levels above where it fills a block.
    fn summarise(&mut self, level: usize, summary: Summary) {
        if self.levels.len() == level {
            self.levels.push(Vec::new());
        }
        let summaries = &mut self.levels[level];
        summaries.push(summary);
        if summaries.len().is_multiple_of(BLOCK) {
            let block = Summary::merge(summaries[summaries.len() - BLOCK..].iter().copied());
            self.summarise(level + 1, block);
        }
    }

    /// `steps`, which must not be empty, as one column.
    fn column(&self, steps: Range<usize>) -> Column {
        let last = steps.end - 1;
        let smoothed = self.smoothed(last);
        let Summary { low, high, sum } = self.summary(steps.clone());
        let mean = (sum / steps.len() as f64) as f32;
        Column { step: last as f64, low, high, mean, smoothed }
    }

    /// The summary of `steps`.
    fn summary(&self, steps: Range<usize>) -> Summary {
        Summary::merge(self.blocks(steps))
    }

    /// As few full blocks as make up `steps`, in order.
    fn blocks(&self, steps: Range<usize>) -> impl Iterator<Item = Summary> {
        let mut at = steps.start;
        std::iter::from_fn(move || {
            if at >= steps.end {
                return None;
            }
            let mut block = Summary::of(self.losses[at]);
            let mut size = 1;
            for level in &self.levels {
                let larger = size * BLOCK;
                if !at.is_multiple_of(larger) || at + larger > steps.end {
                    break;
                }
                size = larger;
                block = level[at / size];
            }
            at += size;
            Some(block)
        })
    }

    /// The moving average at `step`, followed from the end of the last full block before it.
    fn smoothed(&self, step: usize) -> f32 {
        let blocks = (step + 1) / BLOCK;
        let start = if blocks == 0 { 0.0 } else { self.averages[blocks - 1] };
        let average = self.losses[blocks * BLOCK..=step].iter().fold(start, |average, loss| averaged(average, *loss));
        corrected(average, step + 1)
    }
}

/// What a block of losses comes to.
#[derive(Clone, Copy, Debug)]
struct Summary {
    low: f32,
    high: f32,
    sum: f64,
}

impl Summary {
    fn of(loss: f32) -> Self {
        Self { low: loss, high: loss, sum: f64::from(loss) }
    }

    fn merge(parts: impl Iterator<Item = Self>) -> Self {
        let none = Self { low: f32::INFINITY, high: f32::NEG_INFINITY, sum: 0.0 };
        parts.fold(none, |all, part| Self {
            low: all.low.min(part.low),
            high: all.high.max(part.high),
            sum: all.sum + part.sum,
        })
    }
}

fn averaged(average: f64, value: f32) -> f64 {
    SMOOTHING * average + (1.0 - SMOOTHING) * f64::from(value)
}

/// An average that started at zero falls short by the weight that zero still has after `steps`.
fn corrected(average: f64, steps: usize) -> f32 {
    (average / (1.0 - SMOOTHING.powf(steps as f64))) as f32
}

#[cfg(test)]
#[path = "history_tests.rs"]
mod tests;
