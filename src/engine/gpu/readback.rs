//! Bringing results from the device: buffers that the host can map, used again and again.

use std::cell::RefCell;
use std::rc::Rc;

use futures_channel::oneshot;
use wgpu::{Buffer, BufferAsyncError, BufferUsages, CommandEncoder, MapMode, SubmissionIndex};

use super::setup::Gear;
use crate::engine::{EngineError, Metrics};
use crate::text::Text;

/// Mappable buffers of one size, free to be used.
#[derive(Clone)]
pub(super) struct Pool {
    label: &'static str,
    bytes: u64,
    free: Rc<RefCell<Vec<Buffer>>>,
}

impl Pool {
    pub(super) fn new(label: &'static str, bytes: u64) -> Self {
        Self { label, bytes, free: Rc::default() }
    }

    /// A buffer to copy results into: a free one, or a new one where all are still on their way.
    pub(super) fn take(&self, gear: &Gear) -> Buffer {
        let free = self.free.borrow_mut().pop();
        free.unwrap_or_else(|| {
            gear.device.create_buffer(&wgpu::BufferDescriptor {
                label: Some(self.label),
                size: self.bytes,
                usage: BufferUsages::MAP_READ | BufferUsages::COPY_DST,
                mapped_at_creation: false,
            })
        })
    }

    /// Submits `encoder`, which copies `bytes` of results into `buffer`, and asks for them.
    pub(super) fn submit(&self, gear: &Rc<Gear>, encoder: CommandEncoder, buffer: Buffer, bytes: u64) -> Mapping {
        let submission = gear.queue.submit([encoder.finish()]);
        let (sender, mapped) = oneshot::channel();
        buffer.map_async(MapMode::Read, ..bytes, move |result| {
            // Nobody listens where the race was dropped.
            let _ = sender.send(result);
        });
        Mapping { gear: Rc::clone(gear), pool: self.clone(), submission, buffer, bytes, mapped }
    }
}

/// Results on their way.
pub(super) struct Mapping {
    gear: Rc<Gear>,
    pool: Pool,
    #[cfg_attr(target_arch = "wasm32", expect(dead_code))]
    submission: SubmissionIndex,
    buffer: Buffer,
    bytes: u64,
    mapped: oneshot::Receiver<Result<(), BufferAsyncError>>,
}

impl Mapping {
    /// Waits for them and reads them.
    pub(super) async fn read<T>(self, doing: Text, read: impl FnOnce(&[u8]) -> T) -> Result<T, EngineError> {
        let failed = |reason: String| EngineError::Device { doing, reason };
        // In a browser the event loop brings the results; elsewhere somebody must ask for them: for these, and not for
        // what was submitted since, so that the device never stands still.
        #[cfg(not(target_arch = "wasm32"))]
        {
            let own = wgpu::PollType::Wait { submission_index: Some(self.submission), timeout: None };
            self.gear.device.poll(own).map_err(|error| failed(error.to_string()))?;
        }
        let mapped = self.mapped.await.map_err(|_| failed("the device forgot its answer".to_owned()))?;
        self.gear.check(doing)?;
        mapped.map_err(|error| failed(error.to_string()))?;
        let view = self.buffer.get_mapped_range(..self.bytes).map_err(|error| failed(error.to_string()))?;
        let result = read(&view);
        drop(view);
        self.buffer.unmap();
        self.pool.free.borrow_mut().push(self.buffer);
        Ok(result)
    }
}

/// The metrics of a submission, on their way from the device.
pub struct Readback {
    pub(super) mapping: Mapping,
    /// The learning rates in use, step-major.
    pub(super) rates: Vec<f32>,
    /// All hidden units of the network.
    pub(super) hidden_units: usize,
}

impl Readback {
    /// Waits for them.
    pub(in crate::engine) async fn metrics(self) -> Result<Metrics, EngineError> {
        let (rates, hidden_units) = (self.rates, self.hidden_units);
        self.mapping.read(text!("training", "训练"), |bytes| unpack(bytes, &rates, hidden_units)).await
    }
}

/// The shaders' sums [steps, racers, 8] -> metrics. They are: the squares of the gradient, of the change, of the
/// parameters; the penalties' loss; the loss; dead units; and two that are not used.
fn unpack(bytes: &[u8], rates: &[f32], hidden_units: usize) -> Metrics {
    let entries: &[[f32; 8]] = bytemuck::cast_slice(bytes);
    let mut metrics = Metrics::default();
    for ([gradient, change, parameters, penalties, loss, dead, ..], rate) in entries.iter().zip(rates) {
        let ratio = if *parameters == 0.0 { 0.0 } else { (change / parameters).sqrt() };
        let dead = if hidden_units == 0 { 0.0 } else { dead / hidden_units as f32 };
        metrics.push([*loss, gradient.sqrt(), ratio, dead, *rate, *penalties]);
    }
    metrics
}
