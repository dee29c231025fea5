//! One number at every step, kept so that a chart of a million steps costs what one of a thousand does.

use std::ops::Range;

/// Entries that a summary on the level above covers.
const BLOCK: usize = 16;

/// What to draw in one pixel column: one step, or several summed up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column {
    /// The column's last step, from 0. The smoothed value is of this step.
    pub step: f64,
    /// Smallest value of the column's steps.
    pub low: f32,
    /// Largest value of the column's steps.
    pub high: f32,
    /// Mean value of the column's steps.
    pub mean: f32,
    /// The exponential moving average at `step`: a property of the step, however many share its column.
    pub smoothed: f32,
}

/// One number at every step, with summaries of 16, 16², 16³ … steps, and its moving average.
#[derive(Clone, Debug)]
pub(super) struct Curve {
    values: Vec<f32>,
    /// Of each full block of the level below, its summary; level 0 summarises the values.
    levels: Vec<Vec<Summary>>,
    /// How much of the average is kept each step.
    smoothing: f64,
    /// Of each full block of values, the uncorrected moving average at its end.
    averages: Vec<f64>,
}

impl Curve {
    /// A curve without steps, whose moving average keeps `smoothing` of itself each step.
    pub(super) fn new(smoothing: f64) -> Self {
        Self { values: Vec::new(), levels: Vec::new(), smoothing, averages: Vec::new() }
    }

    /// Takes the next step's value. One that is not finite has no place on a chart: it repeats the one before.
    pub(super) fn push(&mut self, value: f32) {
        let value = if value.is_finite() { value } else { self.values.last().copied().unwrap_or(0.0) };
        self.values.push(value);
        if self.values.len().is_multiple_of(BLOCK) {
            let block = &self.values[self.values.len() - BLOCK..];
            let summary = Summary::merge(block.iter().copied().map(Summary::of));
            self.averages.push(end_of_block(self.smoothing, self.averages.last(), block));
            self.summarise(0, summary);
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

    /// Averages the whole past anew, where it was averaged otherwise: one pass over the values.
    pub(super) fn smooth(&mut self, smoothing: f64) {
        if self.smoothing == smoothing {
            return;
        }
        self.smoothing = smoothing;
        self.averages.clear();
        for block in self.values.chunks_exact(BLOCK) {
            self.averages.push(end_of_block(smoothing, self.averages.last(), block));
        }
    }

    /// How many steps there are.
    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    /// The value at `step`, if there is one.
    pub(super) fn value(&self, step: usize) -> Option<f32> {
        self.values.get(step).copied()
    }

    /// The moving average at `step`, if there is one: corrected for its start at zero, and followed from the end of
    /// the last full block before it.
    pub(super) fn smoothed(&self, step: usize) -> Option<f32> {
        let blocks = (step + 1) / BLOCK;
        let rest = self.values.get(blocks * BLOCK..=step)?;
        let average = rest.iter().fold(self.block_end(blocks), |average, value| self.averaged(average, *value));
        // An average that started at zero falls short by the weight that zero still has.
        Some((average / (1.0 - self.smoothing.powf((step + 1) as f64))) as f32)
    }

    /// The first step from `from` on whose moving average is at or below `value`.
    pub(super) fn first_at_or_below(&self, value: f32, from: usize) -> Option<usize> {
        let value = f64::from(value);
        let start = from / BLOCK;
        let mut average = self.block_end(start);
        let mut zero = self.smoothing.powf((start * BLOCK) as f64);
        let steps = self.values.iter().enumerate().skip(start * BLOCK);
        for (step, next) in steps {
            average = self.averaged(average, *next);
            zero *= self.smoothing;
            if step >= from && average <= value * (1.0 - zero) {
                return Some(step);
            }
        }
        None
    }

    /// `steps` as one column; nothing if there are none.
    pub(super) fn column(&self, steps: Range<usize>) -> Option<Column> {
        let steps = steps.start..steps.end.min(self.len());
        let last = steps.end.checked_sub(1).filter(|last| *last >= steps.start)?;
        let Summary { low, high, sum } = self.summary(steps.clone());
        let mean = (sum / steps.len() as f64) as f32;
        Some(Column { step: last as f64, low, high, mean, smoothed: self.smoothed(last)? })
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
            let mut block = Summary::of(self.values[at]);
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

    /// The uncorrected average after so many full blocks.
    fn block_end(&self, blocks: usize) -> f64 {
        blocks.checked_sub(1).and_then(|last| self.averages.get(last)).copied().unwrap_or(0.0)
    }

    fn averaged(&self, average: f64, value: f32) -> f64 {
        averaged(self.smoothing, average, value)
    }
}

/// What a block of values comes to.
#[derive(Clone, Copy, Debug)]
struct Summary {
    low: f32,
    high: f32,
    sum: f64,
}

impl Summary {
    fn of(value: f32) -> Self {
        Self { low: value, high: value, sum: f64::from(value) }
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

/// The uncorrected average at the end of `block`, after what it was `before`.
fn end_of_block(smoothing: f64, before: Option<&f64>, block: &[f32]) -> f64 {
    let before = before.copied().unwrap_or(0.0);
    block.iter().fold(before, |average, value| averaged(smoothing, average, *value))
}

fn averaged(smoothing: f64, average: f64, value: f32) -> f64 {
    smoothing * average + (1.0 - smoothing) * f64::from(value)
}

#[cfg(test)]
#[path = "curve_tests.rs"]
mod tests;
