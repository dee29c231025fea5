//! The GPU engine: WebGPU compute shaders, three dispatches a step for all racers together where the network has one
//! hidden layer; two more for each further one, and one more where a racer clips its gradient by the norm.
//!
//! Everything stays on the device: the images as bytes, the racers' parameters and optimizer state, the epoch's order.
//! A submission carries up to 64 steps; what they use is uploaded in one piece before, and what they measured is summed
//! by one dispatch behind them and read in one piece.

#[cfg(target_arch = "wasm32")]
mod browser;
mod buffers;
mod kernel;
mod layout;
mod racers;
mod readback;
mod setup;
mod shader;
mod sizes;
mod stage;
mod uniform;

#[cfg(test)]
mod tests;

pub use readback::Readback;
pub use setup::Setup;

use std::rc::Rc;

use wgpu::CommandEncoder;

use crate::data::{CLASSES, Dataset};
use crate::engine::{EngineError, Evaluation, evaluation};
use crate::optim;
use crate::race::config::Config;
use crate::race::plan::Step;
use buffers::Shared;
use racers::Racers;
use readback::Pool;
use setup::Gear;
use shader::Plan;
use sizes::Sizes;
use stage::Data;
use uniform::Common;

/// The most steps in a submission.
pub(super) const SUBMISSION: usize = uniform::SUBMISSION;

/// The GPU engine with its racers.
pub struct Gpu {
    gear: Rc<Gear>,
    dataset: Rc<Dataset>,
    shared: Shared,
    racers: Racers,
}

impl Gpu {
    /// An engine on `dataset`, with the racers of `config` at their start.
    ///
    /// # Errors
    /// [`EngineError`] if there is no adapter, its device fails, or its memory is too small.
    pub async fn new(dataset: Rc<Dataset>, config: &Config, setup: &Setup) -> Result<Self, EngineError> {
        let gear = setup.gear().await?;
        let shared = gear.scoped(text!("taking the images", "载入图像"), || Shared::new(&gear, &dataset)).await?;
        let racers = start(&gear, &shared, &dataset, config).await?;
        Ok(Self { gear, dataset, shared, racers })
    }

    /// Puts the racers of `config` at its start, with no state.
    ///
    /// # Errors
    /// [`EngineError::TooLarge`] or [`EngineError::Device`] if the device's memory is too small.
    pub async fn reset(&mut self, config: &Config) -> Result<(), EngineError> {
        self.racers = start(&self.gear, &self.shared, &self.dataset, config).await?;
        Ok(())
    }

    /// Takes an epoch's order of the training images.
    pub fn load_order(&mut self, order: &[u32]) {
        self.shared.load_order(&self.gear.queue, order);
    }

    /// Submits `steps`, at most 64, all of the epoch whose order was loaded.
    pub fn submit(&mut self, steps: &[Step]) -> Readback {
        let racers = &self.racers;
        racers.upload(&self.gear, steps);
        let mut encoder = self.encoder("steps");
        let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
        racers.train(&self.gear, &self.shared, &mut pass, steps);
        drop(pass);
        let bytes = racers.sizes.metric_bytes() * steps.len() as u64;
        let buffer = racers.metrics.take(&self.gear);
        encoder.copy_buffer_to_buffer(racers.buffer(Data::Metrics), 0, &buffer, 0, bytes);
        Readback {
            mapping: racers.metrics.submit(&self.gear, encoder, buffer, bytes),
            rates: steps.iter().flat_map(|step| &step.racers).map(|racer| racer.learning_rate).collect(),
            hidden_units: racers.plan.layout.hidden_units(),
        }
    }

    /// How every racer does on the first `images` test images.
    ///
    /// # Errors
    /// [`EngineError::Device`] if the GPU failed.
    pub async fn evaluate(&mut self, images: usize) -> Result<Vec<Evaluation>, EngineError> {
        let rows = self.racers.sizes.rows;
        let chunk_bytes = self.racers.sizes.bytes(Data::Answers);
        let chunks = images.div_ceil(rows);
        let bytes = chunk_bytes * chunks as u64;
        let mut encoder = self.encoder("evaluation");
        // A fresh buffer, not one kept: for 64 racers it is large, and it is wanted now and then only.
        let pool = Pool::new("evaluation readback", bytes);
        let buffer = pool.take(&self.gear);
        for chunk in 0..chunks {
            let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
            self.racers.answer(&mut pass, chunk, rows.min(images - chunk * rows));
            drop(pass);
            let answers = self.racers.buffer(Data::Answers);
            encoder.copy_buffer_to_buffer(answers, 0, &buffer, chunk as u64 * chunk_bytes, chunk_bytes);
        }
        let mapping = pool.submit(&self.gear, encoder, buffer, bytes);
        let racers = self.racers.common.optimizers.len();
        let read = |bytes: &[u8]| (0..racers).map(|racer| self.evaluation(bytes, racer, images)).collect();
        mapping.read(text!("evaluating", "评估"), read).await
    }

    /// Answers [chunks, racers, rows, 2] -> how `racer` does on the first `images`.
    fn evaluation(&self, bytes: &[u8], racer: usize, images: usize) -> Evaluation {
        let answers: &[[f32; 2]] = bytemuck::cast_slice(bytes);
        let (rows, racers) = (self.racers.sizes.rows, self.racers.common.optimizers.len());
        let own = answers.chunks(rows).skip(racer).step_by(racers).flatten();
        // A NaN logit compares with nothing, but the class found is still one of the ten.
        let own = own.map(|[loss, class]| (*loss, (*class as usize).min(CLASSES - 1)));
        evaluation(&self.dataset.test().labels()[..images], own)
    }

    /// The parameters of `racer`, as in [`crate::model::Network::tensors`].
    ///
    /// # Errors
    /// [`EngineError::Device`] if the GPU failed.
    pub async fn parameters(&self, racer: usize) -> Result<Vec<f32>, EngineError> {
        let (start, bytes) = (racer as u64 * self.racers.sizes.racer_bytes(), self.racers.sizes.slot_bytes());
        let pool = Pool::new("parameters readback", bytes);
        let buffer = pool.take(&self.gear);
        let mut encoder = self.encoder("parameters");
        encoder.copy_buffer_to_buffer(self.racers.buffer(Data::Memory), start, &buffer, 0, bytes);
        let mapping = pool.submit(&self.gear, encoder, buffer, bytes);
        let layout = &self.racers.plan.layout;
        mapping.read(text!("reading parameters", "读取参数"), |bytes| layout.unpad(bytemuck::cast_slice(bytes))).await
    }

    /// Gives `racer` other parameters; its optimizer's state stays.
    pub fn set_parameters(&mut self, racer: usize, parameters: &[f32]) {
        write_parameters(&self.gear, &self.racers, racer, &self.racers.plan.layout.pad(parameters));
    }

    /// What the racers know after what was submitted so far, as in [`crate::race::journal::Snapshot`]. More may be
    /// submitted before it is there.
    ///
    /// # Errors
    /// [`EngineError::Device`] if the GPU failed.
    pub fn memory(&self) -> impl Future<Output = Result<Vec<f32>, EngineError>> + use<> {
        let Racers { sizes, common, snapshots, plan, .. } = &self.racers;
        let (bytes, slot, stride) = (sizes.bytes(Data::Memory), sizes.slot_bytes(), sizes.racer_bytes());
        let buffer = snapshots.take(&self.gear);
        let mut encoder = self.encoder("snapshot");
        encoder.copy_buffer_to_buffer(self.racers.buffer(Data::Memory), 0, &buffer, 0, bytes);
        let mapping = snapshots.submit(&self.gear, encoder, buffer, bytes);
        let (layout, optimizers) = (plan.layout.clone(), common.optimizers.clone());
        let read = move |bytes: &[u8]| {
            let mut memory = Vec::new();
            for (racer, optimizer) in bytes.chunks(stride as usize).zip(optimizers) {
                for part in racer.chunks(slot as usize).take(1 + optim::ALL[optimizer as usize].slots) {
                    memory.extend_from_slice(&layout.unpad(bytemuck::cast_slice(part)));
                }
            }
            memory
        };
        mapping.read(text!("taking a snapshot", "保存快照"), read)
    }

    /// Gives the racers what [`Gpu::memory`] of the same race gave, on whatever device.
    pub fn set_memory(&mut self, memory: &[f32]) {
        let Racers { sizes, common, plan, .. } = &self.racers;
        let mut parts = memory.chunks(plan.layout.parameters());
        for (racer, optimizer) in (0..).zip(&common.optimizers) {
            let own = parts.by_ref().take(1 + optim::ALL[*optimizer as usize].slots);
            for (slot, part) in (0..).zip(own) {
                let start = racer * sizes.racer_bytes() + slot * sizes.slot_bytes();
                let padded = plan.layout.pad(part);
                self.gear.queue.write_buffer(self.racers.buffer(Data::Memory), start, bytemuck::cast_slice(&padded));
            }
        }
    }

    fn encoder(&self, label: &'static str) -> CommandEncoder {
        self.gear.device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some(label) })
    }
}

/// The racers of `config` at its start.
async fn start(gear: &Gear, shared: &Shared, dataset: &Dataset, config: &Config) -> Result<Racers, EngineError> {
    let plan = Plan::new(config, gear.software);
    let sizes = Sizes::new(config, &plan, gear.device.limits().max_storage_buffer_binding_size)?;
    let common = Common {
        rows: sizes.rows,
        optimizers: config.racers.iter().map(|racer| racer.optimizer().index() as u32).collect(),
        stride: sizes.stride,
        pixels: config.preprocessing.map(dataset.train()),
        dropout: config.dropout,
    };
    let (test_start, test_images) = (dataset.train().count(), dataset.test().count());
    let chunk = |first| (test_start + first, sizes.rows.min(test_images - first));
    let chunks: Vec<_> = (0..test_images).step_by(sizes.rows).map(chunk).collect();
    let slot = plan.layout.pad(&config.init.parameters(&config.network, config.seed));
    let make = || {
        let racers = Racers::new(gear, shared, plan, sizes, common, &chunks);
        for racer in 0..config.racers.len() {
            write_parameters(gear, &racers, racer, &slot);
        }
        racers
    };
    gear.scoped(text!("putting the racers at the start", "让选手就位"), make).await
}

/// Puts a slot of parameters in the place of a racer's.
fn write_parameters(gear: &Gear, racers: &Racers, racer: usize, slot: &[f32]) {
    let start = racer as u64 * racers.sizes.racer_bytes();
    gear.queue.write_buffer(racers.buffer(Data::Memory), start, bytemuck::cast_slice(slot));
}
