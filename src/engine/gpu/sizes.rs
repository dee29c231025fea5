//! How large a race's buffers are, and whether a device with WebGPU's default limits takes them.

use super::layout::LANES;
use super::shader::{Plan, part_bytes};
use super::stage::{Data, UPDATE};
use super::uniform::SUBMISSION;
use crate::data::PIXELS;
use crate::engine::EngineError;
use crate::optim;
use crate::race::config::{BATCH_SIZE, Config};

/// Bytes of four floats.
const FOUR: usize = LANES * size_of::<f32>();

/// What the sizes of a race's buffers follow from.
pub(super) struct Sizes {
    racers: usize,
    /// Fours of a racer's memory.
    pub(super) stride: usize,
    /// Fours of a slot of it.
    slot: usize,
    /// Fours of an image's row.
    row: usize,
    /// Images that there is room for.
    pub(super) rows: usize,
    /// Workgroups that share a racer's update.
    groups: usize,
    /// Parts in which it is measured.
    parts: usize,
}

impl Sizes {
    /// `limit` is what the device lets a stage see of a buffer, in bytes.
    ///
    /// # Errors
    /// [`EngineError::TooLarge`] if it is too little.
    pub(super) fn new(config: &Config, plan: &Plan, limit: u64) -> Result<Self, EngineError> {
        let slots = plan.optimizers.iter().map(|number| optim::ALL[*number].slots).max().unwrap_or(0);
        let (slot, row, racers) = (plan.layout.slot, plan.layout.row, config.racers.len().max(1));
        // What is not needed for the minibatch serves evaluations, which take the test images in larger pieces.
        let room = limit as usize / (racers * row * FOUR);
        let rows = room.clamp(config.batch_size, BATCH_SIZE.max as usize);
        let sizes = Self {
            racers,
            stride: (1 + slots) * slot,
            slot,
            row,
            rows,
            groups: plan.groups(&UPDATE),
            parts: plan.parts(),
        };
        let needed = [Data::Memory, Data::Activations, Data::Parts].map(|data| sizes.bytes(data)).into_iter().max();
        match needed.filter(|needed| *needed > limit) {
            Some(needed) => Err(EngineError::TooLarge {
                racers,
                parameters: config.network.parameters(),
                batch_size: config.batch_size,
                needed: needed.div_ceil(1 << 20),
                limit: limit >> 20,
            }),
            None => Ok(sizes),
        }
    }

    /// Bytes of a slot of a racer's memory.
    pub(super) fn slot_bytes(&self) -> u64 {
        (self.slot * FOUR) as u64
    }

    /// Bytes of a racer's memory.
    pub(super) fn racer_bytes(&self) -> u64 {
        (self.stride * FOUR) as u64
    }

    /// Bytes of a step's metrics.
    pub(super) fn metric_bytes(&self) -> u64 {
        (self.racers * 2 * FOUR) as u64
    }

    /// Bytes of a buffer of the race.
    pub(super) fn bytes(&self, data: Data) -> u64 {
        let bytes = match data {
            Data::Memory => self.racers * self.stride * FOUR,
            Data::Activations | Data::Slopes | Data::Gradients => self.racers * self.rows * self.row * FOUR,
            Data::Minibatch => self.rows * PIXELS,
            Data::Answers => self.racers * self.rows * 2 * size_of::<f32>(),
            Data::Stored => self.racers * self.slot * FOUR,
            Data::Norms => self.racers * self.groups * size_of::<f32>(),
            Data::Parts => part_bytes(self.racers, self.parts),
            Data::Metrics => SUBMISSION * self.racers * 2 * FOUR,
            // The dataset's, not the race's.
            Data::Images | Data::Labels | Data::Order => 0,
        };
        bytes as u64
    }
}
