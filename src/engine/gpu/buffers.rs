//! The engine's buffers: those that every race shares, and those of the racers.

use std::rc::Rc;

use wgpu::{BindGroup, Buffer, BufferUsages};

use super::METRIC_BYTES;
use super::kernel::Kernel;
use super::setup::Gear;
use super::shader::Access::{Read, ReadWrite};
use super::shader::{COLUMNS, LANES, SLOT};
use super::uniform::{self, BATCH, STRIDE, SUBMISSION, StepUniform};
use crate::data::{CLASSES, Dataset, PIXELS};
use crate::optim::{Optimizer, SLOTS};

/// Bytes of a racer's memory: parameters and optimizer state.
pub(super) const RACER_BYTES: u64 = ((1 + SLOTS) * SLOT * size_of::<f32>()) as u64;
/// Bytes of an answer: loss and class.
const ANSWER_BYTES: u64 = 8;

/// Buffers that do not depend on the racers.
pub(super) struct Shared {
    pub(super) images: Buffer,
    pub(super) labels: Buffer,
    /// The epoch's order of the training images, and behind it the test images in theirs.
    pub(super) order: Buffer,
    /// The steps of a submission.
    pub(super) steps: Buffer,
    /// One "step" for each chunk of test images.
    pub(super) test_steps: Buffer,
    pub(super) metrics: Buffer,
}

/// The racers' buffers, and the stages bound to them.
pub(super) struct Racers {
    /// Each one's place in the registry.
    pub(super) optimizers: Vec<u32>,
    /// The third stage, for these optimizers.
    pub(super) update_parameters: Rc<Kernel>,
    pub(super) memory: Buffer,
    pub(super) answers: Buffer,
    pub(super) train: [BindGroup; 3],
    pub(super) test: [BindGroup; 2],
}

impl Shared {
    pub(super) fn new(gear: &Gear, dataset: &Dataset, test_chunks: &[(usize, usize)]) -> Self {
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
    pub(super) fn new(gear: &Gear, shared: &Shared, optimizers: &[&Optimizer], parameters: &[f32]) -> Self {
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
        let optimizers: Vec<u32> = optimizers.iter().map(|optimizer| optimizer.index() as u32).collect();
        let update_parameters = gear.update_parameters(&optimizers);
        let update = update_parameters.bind(&gear.device, steps, &update);
        let [hidden_layer, output_layer] = forward(steps);
        Self {
            optimizers,
            update_parameters,
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
