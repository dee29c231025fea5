//! The training engine, on the GPU or on the CPU: the same commands in, the same metrics out.

pub mod cpu;
pub mod gpu;
mod runner;

pub use runner::{Pending, Runner};

use std::rc::Rc;

use crate::data::{CLASSES, Dataset};
use crate::race::config::Config;
pub use crate::race::metric::{Metric, Metrics};

/// Which engine a user asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// The GPU where there is a hardware adapter, else the CPU.
    #[default]
    Auto,
    /// The GPU, even where the adapter is software; an error where there is none.
    Gpu,
    /// The CPU.
    Cpu,
}

/// Which engine runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// WebGPU compute shaders.
    Gpu,
    /// SIMD code on the processor.
    Cpu,
}

/// Which engine runs, on what, and why.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Description {
    /// Which engine runs.
    pub kind: Kind,
    /// The graphics adapter's name, or the processor's SIMD.
    pub adapter: String,
    /// Why this engine and not the other: a sentence.
    pub reason: String,
}

/// What can go wrong with an engine.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// The GPU was asked for and there is none.
    #[error("no WebGPU adapter was found ({reason}); choose the CPU engine, or a browser with WebGPU")]
    NoAdapter {
        /// What the browser or driver said.
        reason: String,
    },
    /// The adapter gave no device.
    #[error("the adapter {adapter} gave no device ({reason}); choose the CPU engine")]
    NoDevice {
        /// The adapter's name.
        adapter: String,
        /// What the browser or driver said.
        reason: String,
    },
    /// The device is gone, or did not do what it was told.
    #[error("the GPU stopped while {doing} ({reason}); start the race again, or choose the CPU engine")]
    Device {
        /// What the engine was doing.
        doing: &'static str,
        /// What the browser or driver said.
        reason: String,
    },
    /// Another worker of the CPU engine is gone.
    #[error("a worker of the CPU engine stopped ({reason}); start the race again")]
    Worker {
        /// What the browser said.
        reason: String,
    },
    /// A race whose buffers are larger than every device takes.
    #[error(
        "{racers} racers of {parameters} parameters with a batch size of {batch_size} need a buffer of {needed} MiB, \
         but the GPU takes {limit} MiB at most; take fewer racers, narrower hidden layers or a smaller batch, or the CPU \
         engine"
    )]
    TooLarge {
        /// How many racers.
        racers: usize,
        /// Parameters of each.
        parameters: usize,
        /// Images in a minibatch.
        batch_size: usize,
        /// MiB that the largest buffer needs.
        needed: u64,
        /// MiB that a buffer may have.
        limit: u64,
    },
    /// A buffer of parameters of the wrong length.
    #[error("parameters holds {found} floats, but must hold {expected}: every layer's weights and biases, W1, b1, …")]
    ParameterCount {
        /// Floats given.
        found: usize,
        /// Floats in the network.
        expected: usize,
    },
    /// There is no such racer.
    #[error("racer is {found}, but must be a racer's number from 0 to {last}")]
    Racer {
        /// The number given.
        found: usize,
        /// The last racer's number.
        last: usize,
    },
    /// There is nothing to evaluate on.
    #[error("there are no test images to evaluate on; give testImages and testLabels")]
    NoTestImages,
}

/// How a racer does on the test images.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// Mean cross-entropy, nats per image.
    pub loss: f32,
    /// Share of images recognised, 0 to 1.
    pub accuracy: f32,
    /// Images counted by label (row) and by what the racer said (column), \[10 * 10\].
    pub confusion: Vec<u32>,
    /// What the racer said of each image, 0 to 9.
    pub classes: Vec<u8>,
}

/// An engine with the racers it trains.
pub enum Engine {
    /// On the GPU.
    Gpu(Box<gpu::Gpu>),
    /// On the CPU.
    Cpu(Box<cpu::Cpu>),
}

impl Engine {
    /// The engine that `choice` and the adapter found lead to, with the racers of `config` at their start; and why
    /// this one.
    async fn choose(
        dataset: &Rc<Dataset>,
        config: &Config,
        choice: Choice,
        setup: &gpu::Setup,
    ) -> Result<(Self, Description), EngineError> {
        let (adapter, hardware) = (setup.adapter(), setup.software() == Some(false));
        let reason = match (choice, adapter) {
            (Choice::Cpu, _) => "chosen by you".to_owned(),
            (Choice::Gpu, _) if hardware => "chosen by you".to_owned(),
            (Choice::Gpu, _) => "chosen by you; the CPU engine is faster than software".to_owned(),
            (Choice::Auto, Ok(_)) if hardware => "a graphics adapter was found".to_owned(),
            (Choice::Auto, Ok(name)) => format!("the only adapter is software ({name})"),
            (Choice::Auto, Err(reason)) => format!("no WebGPU adapter was found: {reason}"),
        };
        let name = adapter.unwrap_or_default();
        let name = if hardware { name.to_owned() } else { format!("{name} (software)") };
        if choice == Choice::Gpu || (choice == Choice::Auto && hardware) {
            match gpu::Gpu::new(Rc::clone(dataset), config, setup).await {
                Ok(engine) => {
                    let description = Description { kind: Kind::Gpu, adapter: name, reason };
                    return Ok((Self::Gpu(Box::new(engine)), description));
                }
                Err(error) if choice == Choice::Gpu => return Err(error),
                Err(error) => return Ok(Self::cpu(dataset, config, error.to_string())),
            }
        }
        Ok(Self::cpu(dataset, config, reason))
    }

    fn cpu(dataset: &Rc<Dataset>, config: &Config, reason: String) -> (Self, Description) {
        let description = Description { kind: Kind::Cpu, adapter: "SIMD on one core".to_owned(), reason };
        let mut engine = cpu::Cpu::new(Rc::clone(dataset));
        engine.reset(config);
        (Self::Cpu(Box::new(engine)), description)
    }
}

/// Labels and, for each, the loss and the class that a racer said -> how it does.
fn evaluation(labels: &[u8], answers: impl Iterator<Item = (f32, usize)>) -> Evaluation {
    let mut confusion = vec![0; CLASSES * CLASSES];
    let mut classes = Vec::with_capacity(labels.len());
    let mut loss = 0.0;
    for (label, (answer_loss, class)) in labels.iter().zip(answers) {
        confusion[usize::from(*label) * CLASSES + class] += 1;
        classes.push(class as u8);
        loss += f64::from(answer_loss);
    }
    let right: u32 = (0..CLASSES).map(|class| confusion[class * CLASSES + class]).sum();
    let images = labels.len() as f64;
    Evaluation { loss: (loss / images) as f32, accuracy: (f64::from(right) / images) as f32, confusion, classes }
}
