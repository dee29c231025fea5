//! The GPU engine: WebGPU compute shaders, three dispatches a step for all racers together.
//!
//! Everything stays on the device: the images as bytes, the racers' parameters and optimizer state, the epoch's order.
//! A submission carries up to 64 steps; what they use is uploaded in one piece before, and what they measured is read
//! in one piece after.

#[cfg(target_arch = "wasm32")]
mod browser;
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

use wgpu::{BindGroup, Buffer, BufferUsages, CommandEncoder, ComputePass};

use crate::data::{CLASSES, Dataset, PIXELS};
use crate::engine::{EngineError, Evaluation, evaluation};
use crate::model::PARAMETERS;
use crate::optim::{Optimizer, SLOTS};
use crate::race::config::RACERS;
use crate::race::plan::Step;
use readback::Pool;
use setup::Gear;
use shader::Access::{Read, ReadWrite};
use shader::{COLUMNS, LANES, SLOT, UPDATES};
use uniform::{BATCH, STRIDE, StepUniform};

/// The most steps in a submission.
pub(super) const SUBMISSION: usize = uniform::SUBMISSION;

/// Bytes of a racer's memory: parameters and optimizer state.
const RACER_BYTES: u64 = ((1 + SLOTS) * SLOT * size_of::<f32>()) as u64;
/// Bytes of an answer: loss and class.
const ANSWER_BYTES: u64 = 8;
/// Bytes of a step's metrics.
const METRIC_BYTES: u64 = (RACERS * 2 * size_of::<u32>()) as u64;

/// The GPU engine with its racers.
pub struct Gpu {
    gear: Rc<Gear>,
    dataset: Rc<Dataset>,
    shared: Shared,
    /// Chunks of at most [`BATCH`] test images, (first, count).
    test_chunks: Vec<(usize, usize)>,
    racers: Racers,
    metrics: Pool,
}

/// Buffers that do not depend on the racers.
struct Shared {
    images: Buffer,
    labels: Buffer,
    /// The epoch's order of the training images, and behind it the test images in theirs.
    order: Buffer,
    /// The steps of a submission.
    steps: Buffer,
    /// One "step" for each chunk of test images.
    test_steps: Buffer,
    metrics: Buffer,
}

/// The racers' buffers, and the stages bound to them.
struct Racers {
    /// Each one's place in the registry.
    optimizers: Vec<u32>,
    memory: Buffer,
    answers: Buffer,
    train: [BindGroup; 3],
    test: [BindGroup; 2],
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
        Ok(Self { gear, dataset, shared, test_chunks, racers, metrics })
    }

    /// Puts a racer for each of `optimizers` at the start: all at `parameters` [101770], with no state.
    ///
    /// # Errors
    /// [`EngineError::Device`] if the device's memory is too small.
    pub async fn reset(&mut self, optimizers: &[&Optimizer], parameters: &[f32]) -> Result<(), EngineError> {
        let make = || Racers::new(&self.gear, &self.shared, optimizers, parameters);
        self.racers = self.gear.scoped("putting the racers at the start", make).await?;
        Ok(())
    }

    /// Takes an epoch's order of the training images.
    pub fn load_order(&mut self, order: &[u32]) {
        self.gear.queue.write_buffer(&self.shared.order, 0, bytemuck::cast_slice(order));
    }

    /// Submits `steps`, at most [`SUBMISSION`], all of the epoch whose order was loaded.
    pub fn submit(&mut self, steps: &[Step]) -> Readback {
        let Gear { device, queue, hidden_layer, output_layer, update_parameters, .. } = &*self.gear;
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
            update_parameters.dispatch(&mut pass, update, offset, [UPDATES.div_ceil(64) as u32, racers, 1]);
        }
        drop(pass);
        let bytes = METRIC_BYTES * steps.len() as u64;
        let buffer = self.metrics.take(&self.gear);
        encoder.copy_buffer_to_buffer(&self.shared.metrics, 0, &buffer, 0, bytes);
        Readback { mapping: self.metrics.submit(&self.gear, encoder, buffer, bytes), racers: racers as usize }
    }

    /// How every racer does on the test images.
    ///
    /// # Errors
    /// [`EngineError::Device`] if the GPU failed.
    pub async fn evaluate(&mut self) -> Result<Vec<Evaluation>, EngineError> {
        let chunk_bytes = self.racers.answers.size();
        let bytes = chunk_bytes * self.test_chunks.len() as u64;
        let mut encoder = self.encoder("evaluation");
        // A fresh buffer, not one kept: for 64 racers it is large, and it is wanted now and then only.
        let pool = Pool::new("evaluation readback", bytes);
        let buffer = pool.take(&self.gear);
        for (chunk, (_, count)) in self.test_chunks.iter().enumerate() {
            let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
            self.answer_chunk(&mut pass, chunk, *count);
            drop(pass);
            encoder.copy_buffer_to_buffer(&self.racers.answers, 0, &buffer, chunk as u64 * chunk_bytes, chunk_bytes);
        }
        let mapping = pool.submit(&self.gear, encoder, buffer, bytes);
        let racers = self.racers.optimizers.len();
        mapping.read("evaluating", |bytes| (0..racers).map(|racer| self.evaluation(bytes, racer)).collect()).await
    }

    fn answer_chunk(&self, pass: &mut ComputePass<'_>, chunk: usize, count: usize) {
        let racers = self.racers.optimizers.len() as u32;
        let offset = (chunk * STRIDE) as u32;
        let [hidden, output] = &self.racers.test;
        self.gear.hidden_layer.dispatch(pass, hidden, offset, hidden_groups(count, racers));
        self.gear.output_layer.dispatch(pass, output, offset, [count as u32, racers, 1]);
    }

    /// Answers [chunks, racers, BATCH, 2] -> how `racer` does.
    fn evaluation(&self, bytes: &[u8], racer: usize) -> Evaluation {
        let answers: &[[f32; 2]] = bytemuck::cast_slice(bytes);
        let chunk = self.racers.optimizers.len() * BATCH;
        let own = self.test_chunks.iter().enumerate().flat_map(|(number, (_, count))| {
            let start = number * chunk + racer * BATCH;
            &answers[start..start + count]
        });
        // A NaN logit compares with nothing, but the class found is still one of the ten.
        let own = own.map(|[loss, class]| (*loss, (*class as usize).min(CLASSES - 1)));
        evaluation(self.dataset.test().labels(), own)
    }

    /// The parameters [101770] of `racer`.
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

    /// Gives `racer` other parameters [101770]; its optimizer's state stays.
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

impl Shared {
    fn new(gear: &Gear, dataset: &Dataset, test_chunks: &[(usize, usize)]) -> Self {
        let (train, test) = (dataset.train(), dataset.test());
        let test_start = train.count();
        let order: Vec<u32> = (0..(test_start + test.count()) as u32).collect();
        let test_steps = test_chunks.iter().map(|(first, count)| StepUniform::images(test_start + first, *count));
        let uniform = BufferUsages::UNIFORM | BufferUsages::COPY_DST;
        let storage = BufferUsages::STORAGE | BufferUsages::COPY_DST;
        // Written in two pieces: together they are too large to be copied once more.
        let images = empty(gear, "images", storage, (train.images().len() + test.images().len()) as u64);
        write(gear, &images, 0, train.images());
        write(gear, &images, train.images().len() as u64, test.images());
        Self {
            images,
            labels: filled(gear, "labels", storage, &[train.labels(), test.labels()].concat()),
            order: filled(gear, "order", storage, bytemuck::cast_slice(&order)),
            steps: empty(gear, "steps", uniform, (STRIDE * SUBMISSION) as u64),
            test_steps: filled(gear, "test steps", uniform, &uniform::pack(test_steps)),
            metrics: empty(gear, "metrics", storage | BufferUsages::COPY_SRC, METRIC_BYTES * SUBMISSION as u64),
        }
    }
}

impl Racers {
    fn new(gear: &Gear, shared: &Shared, optimizers: &[&Optimizer], parameters: &[f32]) -> Self {
        // An engine whose race is yet to come has room for one racer: no buffer may be empty.
        let racers = optimizers.len().max(1);
        let storage = BufferUsages::STORAGE | BufferUsages::COPY_SRC | BufferUsages::COPY_DST;
        let rows = (racers * BATCH * size_of::<f32>()) as u64;
        let memory = empty(gear, "racers", storage, racers as u64 * RACER_BYTES);
        for racer in 0..optimizers.len() as u64 {
            gear.queue.write_buffer(&memory, racer * RACER_BYTES, bytemuck::cast_slice(parameters));
        }
        let hidden = empty(gear, "hidden", storage, rows * (COLUMNS * LANES) as u64);
        let hidden_gradient = empty(gear, "hidden gradient", storage, rows * (COLUMNS * LANES) as u64);
        let logit_gradient = empty(gear, "logit gradient", storage, rows * CLASSES as u64);
        let minibatch = empty(gear, "minibatch", storage, (BATCH * PIXELS) as u64);
        let answers = empty(gear, "answers", storage, (racers * BATCH) as u64 * ANSWER_BYTES);

        let Shared { images, labels, order, steps, test_steps, metrics } = shared;
        let forward = |steps| {
            let hidden_layer =
                [(Read, images), (Read, order), (Read, &memory), (ReadWrite, &hidden), (ReadWrite, &minibatch)];
            let output_layer = [
                (Read, labels),
                (Read, order),
                (Read, &memory),
                (Read, &hidden),
                (ReadWrite, &hidden_gradient),
                (ReadWrite, &logit_gradient),
                (ReadWrite, &answers),
            ];
            [
                gear.hidden_layer.bind(&gear.device, steps, &hidden_layer),
                gear.output_layer.bind(&gear.device, steps, &output_layer),
            ]
        };
        let update = [
            (Read, &minibatch),
            (Read, &hidden),
            (Read, &hidden_gradient),
            (Read, &logit_gradient),
            (Read, &answers),
            (ReadWrite, &memory),
            (ReadWrite, metrics),
        ];
        let update = gear.update_parameters.bind(&gear.device, steps, &update);
        let [hidden_layer, output_layer] = forward(steps);
        Self {
            optimizers: optimizers.iter().map(|optimizer| optimizer.index() as u32).collect(),
            train: [hidden_layer, output_layer, update],
            test: forward(test_steps),
            memory,
            answers,
        }
    }
}

/// A buffer of zeros.
fn empty(gear: &Gear, label: &'static str, usage: BufferUsages, bytes: u64) -> Buffer {
    let descriptor = wgpu::BufferDescriptor { label: Some(label), size: bytes, usage, mapped_at_creation: false };
    gear.device.create_buffer(&descriptor)
}

/// A buffer that holds `bytes`.
fn filled(gear: &Gear, label: &'static str, usage: BufferUsages, bytes: &[u8]) -> Buffer {
    let buffer = empty(gear, label, usage, bytes.len().max(STRIDE).next_multiple_of(LANES) as u64);
    write(gear, &buffer, 0, bytes);
    buffer
}

/// Writes `bytes` at `start`, a multiple of 4, and zeros behind them up to a whole word: WebGPU writes words.
fn write(gear: &Gear, buffer: &Buffer, start: u64, bytes: &[u8]) {
    let (words, rest) = bytes.as_chunks::<LANES>();
    gear.queue.write_buffer(buffer, start, words.as_flattened());
    if !rest.is_empty() {
        let last: [u8; LANES] = std::array::from_fn(|at| rest.get(at).copied().unwrap_or(0));
        gear.queue.write_buffer(buffer, start + (words.len() * LANES) as u64, &last);
    }
}
