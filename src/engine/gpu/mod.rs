//! The GPU engine: WebGPU compute shaders, three dispatches a step for all racers together.
//!
//! Everything stays on the device: the images as bytes, the racers' parameters and optimizer state, the epoch's order.
//! A submission carries up to 64 steps; what they use is uploaded in one piece before, and what they measured is read
//! in one piece after.

#[cfg(target_arch = "wasm32")]
mod browser;
mod buffers;
mod kernel;
mod readback;
mod setup;
mod shader;
mod uniform;

#[cfg(test)]
mod tests;

pub use readback::Readback;
pub use setup::Setup;

use std::rc::Rc;

use wgpu::{CommandEncoder, ComputePass};

use crate::data::{CLASSES, Dataset};
use crate::engine::{EngineError, Evaluation, evaluation};
use crate::model::PARAMETERS;
use crate::optim::{Optimizer, Settings};
use crate::race::config::{Config, RACERS};
use crate::race::plan::Step;
use buffers::{RACER_BYTES, Racers, Shared};
use readback::Pool;
use setup::Gear;
use shader::{COLUMNS, UPDATES};
use uniform::{BATCH, STRIDE, StepUniform};

/// The most steps in a submission.
pub(super) const SUBMISSION: usize = uniform::SUBMISSION;

/// Bytes of a step's metrics.
const METRIC_BYTES: u64 = (RACERS * 2 * size_of::<u32>()) as u64;

/// The GPU engine with its racers.
pub struct Gpu {
    gear: Rc<Gear>,
    dataset: Rc<Dataset>,
    shared: Shared,
    racers: Racers,
    metrics: Pool,
}

impl Gpu {
    /// An engine on `dataset`, with no racers yet.
    ///
    /// # Errors
    /// [`EngineError`] if there is no adapter, its device fails, or its memory is too small.
    pub async fn new(dataset: Rc<Dataset>, setup: &Setup) -> Result<Self, EngineError> {
        let gear = setup.gear().await?;
        let test_chunks: Vec<_> = chunks(dataset.test().count()).collect();
        let doing = "taking the images";
        let shared = gear.scoped(doing, || Shared::new(&gear, &dataset, &test_chunks)).await?;
        let racers = gear.scoped(doing, || Racers::new(&gear, &shared, &[], &[])).await?;
        let metrics = Pool::new("metrics readback", METRIC_BYTES * SUBMISSION as u64);
        Ok(Self { gear, dataset, shared, racers, metrics })
    }

    /// Puts the racers of `config` at its start, with no state.
    ///
    /// # Errors
    /// [`EngineError::Device`] if the device's memory is too small.
    pub async fn reset(&mut self, config: &Config) -> Result<(), EngineError> {
        let parameters = config.init.parameters(&config.network, config.seed);
        let optimizers: Vec<&Optimizer> = config.racers.iter().map(Settings::optimizer).collect();
        let make = || Racers::new(&self.gear, &self.shared, &optimizers, &parameters);
        self.racers = self.gear.scoped("putting the racers at the start", make).await?;
        Ok(())
    }

    /// Takes an epoch's order of the training images.
    pub fn load_order(&mut self, order: &[u32]) {
        self.gear.queue.write_buffer(&self.shared.order, 0, bytemuck::cast_slice(order));
    }

    /// Submits `steps`, at most 64, all of the epoch whose order was loaded.
    pub fn submit(&mut self, steps: &[Step]) -> Readback {
        let Gear { device, queue, hidden_layer, output_layer, .. } = &*self.gear;
        let racers = self.racers.optimizers.len() as u32;
        let uniforms =
            steps.iter().zip(0..).map(|(step, place)| StepUniform::step(step, place, &self.racers.optimizers));
        queue.write_buffer(&self.shared.steps, 0, &uniform::pack(uniforms));
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("steps") });
        encoder.clear_buffer(&self.shared.metrics, 0, None);
        let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
        for (step, offset) in steps.iter().zip((0..).step_by(STRIDE)) {
            let [hidden, output, update] = &self.racers.train;
            hidden_layer.dispatch(&mut pass, hidden, offset, hidden_groups(step.size, racers));
            output_layer.dispatch(&mut pass, output, offset, [step.size as u32, racers, 1]);
            self.racers.update_parameters.dispatch(&mut pass, update, offset, [UPDATES.div_ceil(64) as u32, racers, 1]);
        }
        drop(pass);
        let bytes = METRIC_BYTES * steps.len() as u64;
        let buffer = self.metrics.take(&self.gear);
        encoder.copy_buffer_to_buffer(&self.shared.metrics, 0, &buffer, 0, bytes);
        let rates = steps.iter().flat_map(|step| &step.racers).map(|racer| racer.learning_rate).collect();
        Readback { mapping: self.metrics.submit(&self.gear, encoder, buffer, bytes), racers: racers as usize, rates }
    }

    /// How every racer does on the first `images` test images.
    ///
    /// # Errors
    /// [`EngineError::Device`] if the GPU failed.
    pub async fn evaluate(&mut self, images: usize) -> Result<Vec<Evaluation>, EngineError> {
        let chunk_bytes = self.racers.answers.size();
        let bytes = chunk_bytes * images.div_ceil(BATCH) as u64;
        let mut encoder = self.encoder("evaluation");
        // A fresh buffer, not one kept: for 64 racers it is large, and it is wanted now and then only.
        let pool = Pool::new("evaluation readback", bytes);
        let buffer = pool.take(&self.gear);
        for (chunk, (_, count)) in chunks(images).enumerate() {
            let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
            self.answer_chunk(&mut pass, chunk, count);
            drop(pass);
            encoder.copy_buffer_to_buffer(&self.racers.answers, 0, &buffer, chunk as u64 * chunk_bytes, chunk_bytes);
        }
        let mapping = pool.submit(&self.gear, encoder, buffer, bytes);
        let racers = self.racers.optimizers.len();
        mapping
            .read("evaluating", |bytes| (0..racers).map(|racer| self.evaluation(bytes, racer, images)).collect())
            .await
    }

    fn answer_chunk(&self, pass: &mut ComputePass<'_>, chunk: usize, count: usize) {
        let racers = self.racers.optimizers.len() as u32;
        let offset = (chunk * STRIDE) as u32;
        let [hidden, output] = &self.racers.test;
        self.gear.hidden_layer.dispatch(pass, hidden, offset, hidden_groups(count, racers));
        self.gear.output_layer.dispatch(pass, output, offset, [count as u32, racers, 1]);
    }

    /// Answers [chunks, racers, BATCH, 2] -> how `racer` does.
    fn evaluation(&self, bytes: &[u8], racer: usize, images: usize) -> Evaluation {
        let answers: &[[f32; 2]] = bytemuck::cast_slice(bytes);
        let chunk = self.racers.optimizers.len() * BATCH;
        let own = chunks(images).enumerate().flat_map(|(number, (_, count))| {
            let start = number * chunk + racer * BATCH;
            &answers[start..start + count]
        });
        // A NaN logit compares with nothing, but the class found is still one of the ten.
        let own = own.map(|[loss, class]| (*loss, (*class as usize).min(CLASSES - 1)));
        evaluation(&self.dataset.test().labels()[..images], own)
    }

    /// The parameters \[101770\] of `racer`.
    ///
    /// # Errors
    /// [`EngineError::Device`] if the GPU failed.
    pub async fn parameters(&self, racer: usize) -> Result<Vec<f32>, EngineError> {
        let bytes = (PARAMETERS * size_of::<f32>()) as u64;
        let pool = Pool::new("parameters readback", bytes);
        let buffer = pool.take(&self.gear);
        let mut encoder = self.encoder("parameters");
        encoder.copy_buffer_to_buffer(&self.racers.memory, racer as u64 * RACER_BYTES, &buffer, 0, bytes);
        let mapping = pool.submit(&self.gear, encoder, buffer, bytes);
        mapping.read("reading parameters", |bytes| bytemuck::cast_slice(bytes).to_vec()).await
    }

    /// Gives `racer` other parameters \[101770\]; its optimizer's state stays.
    pub fn set_parameters(&mut self, racer: usize, parameters: &[f32]) {
        let start = racer as u64 * RACER_BYTES;
        self.gear.queue.write_buffer(&self.racers.memory, start, bytemuck::cast_slice(parameters));
    }

    fn encoder(&self, label: &'static str) -> CommandEncoder {
        self.gear.device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some(label) })
    }
}

/// Test images in chunks of at most [`BATCH`]: (first, count).
fn chunks(images: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..images).step_by(BATCH).map(move |first| (first, BATCH.min(images - first)))
}

/// Workgroups of the hidden layer: 2 tiles of 4 images each.
fn hidden_groups(images: usize, racers: u32) -> [u32; 3] {
    [(COLUMNS / 32) as u32, images.div_ceil(8) as u32, racers]
}
