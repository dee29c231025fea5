//! The way back: from the loss to the gradient of every parameter, a run of blocks at a time.

use std::ops::Range;

use super::block::{Block, LANES, RUN, Run, ZERO, add_scaled, blocks_of, sum_of};
use super::forward::{Pass, Signals, add_rows, multiply};
use super::layout::Layer;
use super::minibatch::Minibatch;
use crate::data::{CLASSES, PIXELS};
use crate::model::DEAD_SLOPE;

/// A run among the parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The run's number.
    pub(super) run: usize,
    /// Whether it holds weights, not biases.
    pub(super) weights: bool,
    /// Whether its gradient is zero because no image lights its pixels.
    pub(super) unlit: bool,
}

impl Pass {
    /// After [`Pass::forward`]: the gradients by all units' inputs -> the mean loss.
    pub(super) fn backward(&mut self, parameters: &[Run], labels: &[u8], smoothing: f32) -> f32 {
        let parameters = blocks_of(parameters);
        let size = labels.len();
        let mut loss = 0.0;
        let mut gradients = Vec::with_capacity(size);
        for answer in self.answers(labels, smoothing) {
            loss += answer.loss;
            let mut gradient = ZERO;
            gradient[..CLASSES].copy_from_slice(&answer.gradient.map(|g| g / size as f32));
            gradients.push(gradient);
        }
        if let Some(output) = self.signals.last_mut() {
            output.gradients = gradients;
        }
        for (at, layer) in self.layout.layers.iter().enumerate().skip(1).rev() {
            let (before, here) = self.signals.split_at_mut(at);
            back(layer, parameters, size, &here[0].gradients, &mut before[at - 1]);
        }
        loss / size as f32
    }

    /// Calls `visit` with every run of the parameters and its gradient, in order.
    pub(super) fn gradients(&self, minibatch: &Minibatch, mut visit: impl FnMut(Place, &mut Run)) {
        let mut inputs: Option<&Signals> = None;
        for (layer, signals) in self.layout.layers.iter().zip(&self.signals) {
            match inputs {
                None => weights_from_pixels(layer, minibatch, signals, &mut visit),
                Some(inputs) => weights_from_units(layer, minibatch.size(), inputs, signals, &mut visit),
            }
            biases(layer, minibatch.size(), signals, &mut visit);
            inputs = Some(signals);
        }
    }

    /// The share of all hidden units whose slope was below [`DEAD_SLOPE`] for every image; 0 without hidden units.
    pub(super) fn dead_units(&self) -> f32 {
        let hidden = self.layout.layers.len() - 1;
        let (mut units, mut dead) = (0, 0);
        for (layer, signals) in self.layout.layers.iter().zip(&self.signals).take(hidden) {
            let steepest = signals.steepest.as_flattened().iter().take(layer.units);
            units += layer.units;
            dead += steepest.filter(|slope| **slope < DEAD_SLOPE).count();
        }
        dead as f32 / units.max(1) as f32
    }
}

/// From a layer's gradients to those of the layer before it: g·Wᵀ, times the slopes.
fn back(layer: &Layer, parameters: &[Block], size: usize, gradients: &[Block], before: &mut Signals) {
    let weights = &parameters[layer.weights.clone()];
    for (panel, before) in before.gradients.chunks_exact_mut(size).enumerate() {
        for (image, before) in before.iter_mut().enumerate() {
            let mut sum = ZERO;
            for unit in 0..layer.units {
                let factor = gradients[unit / LANES * size + image][unit % LANES];
                add_scaled(&mut sum, factor, &weights[unit * layer.input_panels + panel]);
            }
            *before = sum;
        }
    }
    multiply(&mut before.gradients, &before.slopes);
}

/// The first layer's weights: Σ x·g over the images. With an offset o, that is Σ (x − o)·g over the images that light the
/// pixel + o·Σ g over all.
fn weights_from_pixels(
    layer: &Layer,
    minibatch: &Minibatch,
    signals: &Signals,
    visit: &mut impl FnMut(Place, &mut Run),
) {
    for (panel, gradients) in signals.gradients.chunks_exact(minibatch.size()).enumerate() {
        let mut start = ZERO;
        if minibatch.offset != 0.0 {
            add_scaled(&mut start, minibatch.offset, &sum_of(gradients));
        }
        let (mut run, mut unlit) = (Run::ZERO, true);
        // Pixel by pixel, not run by run: a loop over a run's pixels is unrolled, and its sums leave the registers.
        for pixel in 0..PIXELS {
            let entries = minibatch.pixel(pixel);
            let mut sum = start;
            add_rows(&mut sum, entries, gradients);
            run.0[pixel % RUN] = sum;
            unlit &= entries.is_empty() && minibatch.offset == 0.0;
            if pixel % RUN == RUN - 1 {
                let first = layer.weights.start + panel * PIXELS + pixel;
                visit(Place { run: first / RUN, weights: true, unlit }, &mut run);
                unlit = true;
            }
        }
    }
}

/// A later layer's weights: Σ a·g over the images, a the outputs of the layer before.
fn weights_from_units(
    layer: &Layer,
    size: usize,
    inputs: &Signals,
    signals: &Signals,
    visit: &mut impl FnMut(Place, &mut Run),
) {
    in_runs(&layer.weights, true, visit, |at| {
        let (unit, panel) = (at / layer.input_panels, at % layer.input_panels);
        let gradients = &signals.gradients[unit / LANES * size..][..size];
        let outputs = &inputs.outputs[panel * size..][..size];
        let mut sum = ZERO;
        for (gradient, output) in gradients.iter().zip(outputs) {
            add_scaled(&mut sum, gradient[unit % LANES], output);
        }
        sum
    });
}

/// A layer's biases: Σ g over the images.
fn biases(layer: &Layer, size: usize, signals: &Signals, visit: &mut impl FnMut(Place, &mut Run)) {
    in_runs(&layer.biases, false, visit, |panel| sum_of(&signals.gradients[panel * size..][..size]));
}

/// Visits the blocks of a tensor run by run; `gradient` gives that of a block by its number in the tensor.
fn in_runs(
    blocks: &Range<usize>,
    weights: bool,
    visit: &mut impl FnMut(Place, &mut Run),
    gradient: impl Fn(usize) -> Block,
) {
    for first in (0..blocks.len()).step_by(RUN) {
        let block = |at| if first + at < blocks.len() { gradient(first + at) } else { ZERO };
        visit(Place { run: (blocks.start + first) / RUN, weights, unlit: false }, &mut Run(std::array::from_fn(block)));
    }
}
