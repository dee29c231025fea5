//! What a step tells the shaders: the struct `Step` of `shaders/common.wgsl`.

use bytemuck::{Pod, Zeroable};

use crate::data::PixelMap;
use crate::model::{HIDDEN_LAYERS, dropout};
use crate::optim::SCALARS;
use crate::race::config::RACERS;
use crate::race::plan::{RacerStep, Step};

/// The most steps in a submission.
pub(super) const SUBMISSION: usize = 64;

/// A racer in [`StepUniform`].
#[repr(C)]
#[derive(Clone, Copy, Zeroable, Pod)]
pub(super) struct RacerUniform {
    /// Its place in [`crate::optim::ALL`].
    pub(super) optimizer: u32,
    pub(super) clip_value: f32,
    pub(super) clip_norm: f32,
    pub(super) label_smoothing: f32,
    /// λ₁, λ₂, what decay leaves of a weight; the fourth is not used.
    pub(super) penalty: [f32; 4],
    pub(super) scalars: [f32; SCALARS],
}

/// One race step, as the shaders read it.
#[repr(C)]
#[derive(Clone, Copy, Zeroable, Pod)]
pub(super) struct StepUniform {
    pub(super) layer_keys: [u32; 4],
    pub(super) start: u32,
    pub(super) size: u32,
    pub(super) inverse_size: f32,
    pub(super) place: u32,
    pub(super) rows: u32,
    pub(super) racers: u32,
    pub(super) stride: u32,
    pub(super) dropout_threshold: u32,
    pub(super) dropout_scale: f32,
    pub(super) pixel_scale: f32,
    pub(super) pixel_offset: f32,
    pub(super) trains: u32,
    pub(super) each: [RacerUniform; RACERS],
}

/// Bytes from one step to the next: WebGPU wants dynamic offsets in multiples of 256.
pub(super) const STRIDE: usize = size_of::<StepUniform>().next_multiple_of(256);

/// What every step of a race has.
#[derive(Clone)]
pub(super) struct Common {
    /// Images that the buffers have room for.
    pub(super) rows: usize,
    /// Each racer's optimizer's place in the registry.
    pub(super) optimizers: Vec<u32>,
    /// How far apart the racers lie in memory, in fours of floats.
    pub(super) stride: usize,
    pub(super) pixels: PixelMap,
    /// The share of hidden units that a step leaves out.
    pub(super) dropout: f64,
}

impl Common {
    /// A dispatch over `size` images from `start` in the order, which only answers.
    pub(super) fn images(&self, start: usize, size: usize) -> StepUniform {
        StepUniform {
            start: start as u32,
            size: size as u32,
            inverse_size: 1.0 / size as f32,
            rows: self.rows as u32,
            racers: self.optimizers.len() as u32,
            stride: self.stride as u32,
            dropout_scale: 1.0,
            pixel_scale: self.pixels.scale,
            pixel_offset: self.pixels.offset,
            ..StepUniform::zeroed()
        }
    }

    /// `step`, the `place`-th of its submission.
    pub(super) fn step(&self, step: &Step, place: usize) -> StepUniform {
        let mut layer_keys = [0; 4];
        for (layer, key) in layer_keys.iter_mut().enumerate().take(HIDDEN_LAYERS) {
            *key = dropout::layer_key(step.dropout_key, layer);
        }
        let mut uniform = StepUniform {
            layer_keys,
            place: place as u32,
            dropout_threshold: dropout::threshold(self.dropout),
            dropout_scale: (1.0 / (1.0 - self.dropout)) as f32,
            trains: 1,
            ..self.images(step.start, step.size)
        };
        for ((racer, optimizer), step) in uniform.each.iter_mut().zip(&self.optimizers).zip(&step.racers) {
            *racer = RacerUniform::new(*optimizer, step);
        }
        uniform
    }
}

impl RacerUniform {
    fn new(optimizer: u32, step: &RacerStep) -> Self {
        Self {
            optimizer,
            clip_value: step.clipping.value,
            clip_norm: step.clipping.norm,
            label_smoothing: step.label_smoothing,
            penalty: [step.penalty.l1, step.penalty.l2, step.penalty.kept, 0.0],
            scalars: step.scalars,
        }
    }
}

/// Puts each step at its dynamic offset.
pub(super) fn pack(steps: impl Iterator<Item = StepUniform>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for step in steps {
        bytes.extend_from_slice(bytemuck::bytes_of(&step));
        bytes.resize(bytes.len().next_multiple_of(STRIDE), 0);
    }
    bytes
}
