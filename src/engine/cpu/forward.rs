//! The way of a minibatch through the network: from pixels to logits.

use super::block::{Block, LANES, Run, ZERO, add_scaled, blocks_of, sum_of, total};
use super::layout::{Layer, Layout};
use super::loss::{Answer, answer};
use super::minibatch::{Entry, Minibatch};
use crate::data::{CLASSES, PIXELS};
use crate::model::{Activation, Network};

/// What a layer says of a minibatch, in panels of [size, 32].
#[derive(Default)]
pub(super) struct Signals {
    /// What the next layer reads: hidden units' outputs, dropout's mask applied; or the logits.
    pub(super) outputs: Vec<Block>,
    /// The outputs' slopes by the units' inputs, the mask applied. The output layer has none.
    pub(super) slopes: Vec<Block>,
    /// Gradient of the loss by the units' inputs.
    pub(super) gradients: Vec<Block>,
    /// Each unit's steepest slope over the minibatch, before the mask: \[panels\].
    pub(super) steepest: Vec<Block>,
}

impl Signals {
    fn resize(&mut self, panels: usize, size: usize) {
        for signal in [&mut self.outputs, &mut self.slopes, &mut self.gradients] {
            signal.resize(panels * size, ZERO);
        }
        self.steepest.resize(panels, ZERO);
    }
}

/// The network at work on a minibatch: scratch that all racers use in turn.
pub(super) struct Pass {
    pub(super) layout: Layout,
    activation: Activation,
    /// One for each layer.
    pub(super) signals: Vec<Signals>,
}

impl Pass {
    pub(super) fn new(network: &Network) -> Self {
        let layout = Layout::new(network);
        let signals = layout.layers.iter().map(|_| Signals::default()).collect();
        Self { layout, activation: network.activation, signals }
    }

    /// Takes the minibatch through the network with these `parameters`.
    pub(super) fn forward(&mut self, parameters: &[Run], minibatch: &Minibatch) {
        let parameters = blocks_of(parameters);
        let hidden = self.layout.layers.len() - 1;
        for (at, layer) in self.layout.layers.iter().enumerate() {
            let (before, here) = self.signals.split_at_mut(at);
            let signals = &mut here[0];
            signals.resize(layer.panels, minibatch.size());
            match before.last() {
                None => from_pixels(layer, parameters, minibatch, &mut signals.outputs),
                Some(before) => from_units(layer, parameters, &before.outputs, minibatch.size(), &mut signals.outputs),
            }
            if at < hidden {
                activate(self.activation, minibatch.size(), signals);
                if let Some(mask) = minibatch.masks.get(at) {
                    multiply(&mut signals.outputs, mask);
                    multiply(&mut signals.slopes, mask);
                }
            }
        }
    }

    /// What the logits say of each image, by its label and the label smoothing.
    pub(super) fn answers<'a>(&'a self, labels: &'a [u8], smoothing: f32) -> impl Iterator<Item = Answer> + 'a {
        let logits = self.signals.last().map_or(&[][..], |signals| &signals.outputs);
        logits.iter().zip(labels).map(move |(logits, label)| {
            let logits: [f32; CLASSES] = std::array::from_fn(|class| logits[class]);
            answer(&logits, usize::from(*label), smoothing)
        })
    }
}

/// Entries and a panel's rows -> the sum of the rows that the entries name, each times its value, added to `sum`. It is
/// the first layer forward (rows: weights) and its weight gradient (rows: gradients by the units' inputs).
#[expect(
    clippy::inline_always,
    reason = "as a call it costs a third of the engine's speed: the sums leave the registers"
)]
#[inline(always)]
pub(super) fn add_rows(sum: &mut Block, entries: &[Entry], rows: &[Block]) {
    for entry in entries {
        add_scaled(sum, entry.value, &rows[entry.row as usize]);
    }
}

/// z = x·W + b of the first layer. With an offset o, x·W = Σ (x − o)·w over the pixels that are lit + o·Σ w over all.
fn from_pixels(layer: &Layer, parameters: &[Block], minibatch: &Minibatch, outputs: &mut [Block]) {
    let panels = parameters[layer.weights.clone()].chunks_exact(PIXELS);
    let biases = &parameters[layer.biases.clone()];
    for ((weights, biases), outputs) in panels.zip(biases).zip(outputs.chunks_exact_mut(minibatch.size())) {
        let mut start = *biases;
        if minibatch.offset != 0.0 {
            add_scaled(&mut start, minibatch.offset, &sum_of(weights));
        }
        for (image, z) in outputs.iter_mut().enumerate() {
            let mut sum = start;
            add_rows(&mut sum, minibatch.image(image), weights);
            *z = sum;
        }
    }
}

/// z = a·W + b of a later layer, from the outputs a of the one before.
fn from_units(layer: &Layer, parameters: &[Block], inputs: &[Block], size: usize, outputs: &mut [Block]) {
    let rows = &parameters[layer.weights.clone()];
    let biases = &parameters[layer.biases.clone()];
    for ((rows, biases), outputs) in
        rows.chunks(LANES * layer.input_panels).zip(biases).zip(outputs.chunks_exact_mut(size))
    {
        for (image, z) in outputs.iter_mut().enumerate() {
            *z = *biases;
            for (z, row) in z.iter_mut().zip(rows.chunks_exact(layer.input_panels)) {
                let mut sum = ZERO;
                for (panel, weights) in row.iter().enumerate() {
                    let input = &inputs[panel * size + image];
                    for lane in 0..LANES {
                        sum[lane] += input[lane] * weights[lane];
                    }
                }
                *z += total(&sum);
            }
        }
    }
}

/// Turns z into outputs and slopes, and finds the steepest slopes.
fn activate(activation: Activation, size: usize, signals: &mut Signals) {
    // A loop for each activation, so that the choice is not made for each unit.
    match activation {
        Activation::Relu => activate_by(|z| Activation::Relu.apply(z), size, signals),
        Activation::Tanh => activate_by(|z| Activation::Tanh.apply(z), size, signals),
        Activation::Gelu => activate_by(|z| Activation::Gelu.apply(z), size, signals),
    }
}

fn activate_by(apply: impl Fn(f32) -> (f32, f32), size: usize, signals: &mut Signals) {
    let Signals { outputs, slopes, steepest, .. } = signals;
    let panels = outputs.chunks_exact_mut(size).zip(slopes.chunks_exact_mut(size));
    for ((outputs, slopes), steepest) in panels.zip(steepest) {
        *steepest = ZERO;
        for (outputs, slopes) in outputs.iter_mut().zip(slopes) {
            for lane in 0..LANES {
                (outputs[lane], slopes[lane]) = apply(outputs[lane]);
                steepest[lane] = if slopes[lane] > steepest[lane] { slopes[lane] } else { steepest[lane] };
            }
        }
    }
}

/// `values` · `factors`, lane by lane.
pub(super) fn multiply(values: &mut [Block], factors: &[Block]) {
    for (value, factor) in values.as_flattened_mut().iter_mut().zip(factors.as_flattened()) {
        *value *= factor;
    }
}
