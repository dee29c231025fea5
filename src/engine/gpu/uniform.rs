//! What a step tells the shaders: the struct `Step` of `shaders/common.wgsl`.

use bytemuck::{Pod, Zeroable};

use crate::optim::SCALARS;
use crate::race::config::{BATCH_SIZE, RACERS};
use crate::race::plan::{RacerStep, Step};

/// The most images in a dispatch.
pub(super) const BATCH: usize = BATCH_SIZE.max as usize;
/// The most steps in a submission.
pub(super) const SUBMISSION: usize = 64;

/// A racer in [`StepUniform`].
#[repr(C)]
#[derive(Clone, Copy, Zeroable, Pod)]
pub(super) struct RacerUniform {
    /// Its place in [`crate::optim::ALL`].
    pub(super) optimizer: u32,
    padding: [u32; 3],
    /// λ₁, λ₂, what decay leaves of a weight; the fourth is not used.
    pub(super) penalty: [f32; 4],
    pub(super) scalars: [f32; SCALARS],
}

/// One race step, as the shaders read it.
#[repr(C)]
#[derive(Clone, Copy, Zeroable, Pod)]
pub(super) struct StepUniform {
    pub(super) start: u32,
    pub(super) size: u32,
    pub(super) inverse_size: f32,
    pub(super) place: u32,
    pub(super) racers: [RacerUniform; RACERS],
}

/// Bytes from one step to the next: WebGPU wants dynamic offsets in multiples of 256.
pub(super) const STRIDE: usize = size_of::<StepUniform>().next_multiple_of(256);

impl StepUniform {
    /// A dispatch over `size` images from `start` in the order, with no optimizer.
    pub(super) fn images(start: usize, size: usize) -> Self {
        Self { start: start as u32, size: size as u32, inverse_size: 1.0 / size as f32, ..Self::zeroed() }
    }

    /// `step`, the `place`-th of its submission, for racers whose optimizers have these numbers.
    pub(super) fn step(step: &Step, place: usize, optimizers: &[u32]) -> Self {
        let mut uniform = Self { place: place as u32, ..Self::images(step.start, step.size) };
        for ((racer, optimizer), RacerStep { scalars, penalty, .. }) in
            uniform.racers.iter_mut().zip(optimizers).zip(&step.racers)
        {
            let penalty = [penalty.l1, penalty.l2, penalty.kept, 0.0];
            *racer = RacerUniform { optimizer: *optimizer, padding: [0; 3], penalty, scalars: *scalars };
        }
        uniform
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
