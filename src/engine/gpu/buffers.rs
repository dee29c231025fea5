//! The dataset on the device, and how buffers are made.

use wgpu::{Buffer, BufferUsages, Queue};

use super::layout::LANES;
use super::setup::Gear;
use super::stage::Data;
use crate::data::Dataset;

/// Buffers that do not depend on the race.
pub(super) struct Shared {
    images: Buffer,
    labels: Buffer,
    /// The epoch's order of the training images, and behind it the test images in theirs.
    order: Buffer,
}

impl Shared {
    pub(super) fn new(gear: &Gear, dataset: &Dataset) -> Self {
        let (train, test) = (dataset.train(), dataset.test());
        let order: Vec<u32> = (0..(train.count() + test.count()) as u32).collect();
        // Written in two pieces: together they are too large to be copied once more.
        let images = empty(gear, "images", STORAGE, (train.images().len() + test.images().len()) as u64);
        write(&gear.queue, &images, 0, train.images());
        write(&gear.queue, &images, train.images().len() as u64, test.images());
        Self {
            images,
            labels: filled(gear, "labels", STORAGE, &[train.labels(), test.labels()].concat()),
            order: filled(gear, "order", STORAGE, bytemuck::cast_slice(&order)),
        }
    }

    /// Takes an epoch's order of the training images.
    pub(super) fn load_order(&self, queue: &Queue, order: &[u32]) {
        queue.write_buffer(&self.order, 0, bytemuck::cast_slice(order));
    }

    /// The buffer that holds `data`, if it is one of these.
    pub(super) fn buffer(&self, data: Data) -> Option<&Buffer> {
        match data {
            Data::Images => Some(&self.images),
            Data::Labels => Some(&self.labels),
            Data::Order => Some(&self.order),
            _ => None,
        }
    }
}

/// What a buffer of the shaders can be used for.
pub(super) const STORAGE: BufferUsages =
    BufferUsages::STORAGE.union(BufferUsages::COPY_DST).union(BufferUsages::COPY_SRC);

/// A buffer of zeros.
pub(super) fn empty(gear: &Gear, label: &'static str, usage: BufferUsages, bytes: u64) -> Buffer {
    let descriptor = wgpu::BufferDescriptor { label: Some(label), size: bytes, usage, mapped_at_creation: false };
    gear.device.create_buffer(&descriptor)
}

/// A buffer that holds `bytes`.
fn filled(gear: &Gear, label: &'static str, usage: BufferUsages, bytes: &[u8]) -> Buffer {
    let buffer = empty(gear, label, usage, bytes.len().next_multiple_of(LANES) as u64);
    write(&gear.queue, &buffer, 0, bytes);
    buffer
}

/// Writes `bytes` at `start`, a multiple of 4, and zeros behind them up to a whole word: WebGPU writes words.
fn write(queue: &Queue, buffer: &Buffer, start: u64, bytes: &[u8]) {
    let (words, rest) = bytes.as_chunks::<LANES>();
    queue.write_buffer(buffer, start, words.as_flattened());
    if !rest.is_empty() {
        let last: [u8; LANES] = std::array::from_fn(|at| rest.get(at).copied().unwrap_or(0));
        queue.write_buffer(buffer, start + (words.len() * LANES) as u64, &last);
    }
}
