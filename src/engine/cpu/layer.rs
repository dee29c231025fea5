//! The network's two layers on the CPU, forward and backward, in blocks that stay in SIMD registers.

use super::BLOCKS;
use crate::data::CLASSES;
use crate::engine::cpu::minibatch::{Entry, Minibatch};
use crate::model::{B1, B2, HIDDEN, W1, W2};
use crate::optim::TINY;

/// Floats in a block: eight SIMD registers of four, half of what x86 and ARM have at least.
const LANES: usize = HIDDEN / BLOCKS;

pub(super) type Block = [f32; LANES];
/// One value for each hidden unit.
pub(super) type Row = [f32; HIDDEN];

/// Entries and a matrix's blocks -> block `column` of the sum of the rows that the entries name, each times its value,
/// added to `sum`. It is the first layer forward (rows: weights) and its weight gradient (rows: hidden gradients).
#[expect(
    clippy::inline_always,
    reason = "as a call it costs a third of the engine's speed: the sums leave the registers"
)]
#[inline(always)]
pub(super) fn add_rows(sum: &mut Block, entries: &[Entry], blocks: &[Block], column: usize) {
    for entry in entries {
        let row = &blocks[entry.block as usize + column];
        for (sum, weight) in sum.iter_mut().zip(row) {
            *sum += entry.value * weight;
        }
    }
}

/// Parameters \[101770\] and a minibatch -> `hidden` [size, 128], relu(x·W1 + b1).
pub(super) fn hidden_layer(parameters: &[f32], minibatch: &Minibatch, hidden: &mut [Row]) {
    let weights = parameters[W1.range()].as_chunks().0;
    let biases = parameters[B1.range()].as_chunks::<LANES>().0;
    for (image, row) in hidden.iter_mut().enumerate().take(minibatch.size()) {
        let entries = minibatch.image(image);
        for (column, block) in row.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
            let mut sum = biases[column];
            add_rows(&mut sum, entries, weights, column);
            // Not max(0): a NaN must stay one, as it does in PyTorch.
            *block = sum.map(|z| if z < 0.0 { 0.0 } else { z });
        }
    }
}

/// The output layer's weights, [10, 128]: transposed, so that each class reads its row in order.
pub(super) struct Output {
    weights: [Row; CLASSES],
    biases: [f32; CLASSES],
}

/// What the output layer says of one image.
pub(super) struct Answer {
    /// Cross-entropy, nats.
    pub(super) loss: f32,
    /// The most likely class.
    pub(super) class: usize,
    /// Gradient of the loss by the logits: softmax minus one-hot.
    pub(super) gradient: [f32; CLASSES],
}

impl Output {
    pub(super) fn new(parameters: &[f32]) -> Self {
        let weights = &parameters[W2.range()];
        let biases = &parameters[B2.range()];
        Self {
            weights: std::array::from_fn(|class| std::array::from_fn(|unit| weights[unit * CLASSES + class])),
            biases: std::array::from_fn(|class| biases[class]),
        }
    }

    /// `hidden` \[128\] and its label -> loss, answer, gradient by the logits.
    pub(super) fn answer(&self, hidden: &Row, label: u8) -> Answer {
        let logits: [f32; CLASSES] = std::array::from_fn(|at| self.biases[at] + dot(hidden, &self.weights[at]));
        cross_entropy(&logits, usize::from(label))
    }

    /// Gradient by the logits \[10\] -> gradient by the hidden layer's input \[128\], zero where a unit is inactive.
    pub(super) fn backward(&self, gradient: &[f32; CLASSES], hidden: &Row) -> Row {
        let mut sum = [0.0; HIDDEN];
        for (factor, weights) in gradient.iter().zip(&self.weights) {
            add_scaled(&mut sum, *factor, weights);
        }
        for (sum, activation) in sum.iter_mut().zip(hidden) {
            *sum = if *activation > 0.0 { *sum } else { 0.0 };
        }
        sum
    }
}

/// `sum` + `factor` · `row`.
#[expect(
    clippy::inline_always,
    reason = "as a call it costs a third of the engine's speed: the sums leave the registers"
)]
#[inline(always)]
pub(super) fn add_scaled(sum: &mut Row, factor: f32, row: &Row) {
    for (sum, value) in sum.iter_mut().zip(row) {
        *sum += factor * value;
    }
}

fn dot(a: &Row, b: &Row) -> f32 {
    let mut lanes = [0.0; 8];
    for (a, b) in a.as_chunks::<8>().0.iter().zip(b.as_chunks::<8>().0) {
        for lane in 0..8 {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    lanes.iter().sum()
}

/// `logits` \[10\] and the label -> cross-entropy and its gradient. The largest logit is taken out first, so that no
/// exponential overflows; a probability below [`TINY`] counts as none, so that no denormal number arises.
fn cross_entropy(logits: &[f32; CLASSES], label: usize) -> Answer {
    let class = (1..CLASSES).fold(0, |best, at| if logits[at] > logits[best] { at } else { best });
    let largest = logits[class];
    let mut gradient = logits.map(|logit| libm::expf(logit - largest));
    let total: f32 = gradient.iter().sum();
    for probability in &mut gradient {
        *probability /= total;
        *probability = if *probability < TINY { 0.0 } else { *probability };
    }
    gradient[label] -= 1.0;
    Answer { loss: libm::logf(total) - (logits[label] - largest), class, gradient }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cross_entropy_of_known_logits() {
        let even = cross_entropy(&[1.0; CLASSES], 3);
        assert!((even.loss - 10f32.ln()).abs() < 1e-6);
        assert!((even.gradient[3] + 0.9).abs() < 1e-6 && (even.gradient[0] - 0.1).abs() < 1e-6);
        let mut logits = [0.0; CLASSES];
        logits[2] = 200.0;
        let sure = cross_entropy(&logits, 2);
        assert_eq!((sure.loss, sure.class), (0.0, 2));
        assert!(sure.gradient.iter().all(|g| *g == 0.0), "no denormal is left: {:?}", sure.gradient);
        assert_eq!(cross_entropy(&logits, 0).loss, 200.0);
    }
}
