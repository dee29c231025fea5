//! The training engine, on the GPU or on the CPU: the same commands in, the same metrics out.

pub mod cpu;
pub mod gpu;
mod runner;

pub use runner::{Pending, Runner};

use std::rc::Rc;

use crate::data::{CLASSES, Dataset};
use crate::race::config::Config;
pub use crate::race::metric::{Metric, Metrics};
use crate::text::{Phrase, Text};

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
    pub adapter: Phrase,
    /// Why this engine and not the other: a sentence.
    pub reason: Phrase,
}

/// What can go wrong with an engine.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.words().en)]
pub enum EngineError {
    /// The GPU was asked for and there is none.
    NoAdapter {
        /// What the browser or driver said.
        reason: Phrase,
    },
    /// The adapter gave no device.
    NoDevice {
        /// The adapter's name.
        adapter: Phrase,
        /// What the browser or driver said.
        reason: String,
    },
    /// The device is gone, or did not do what it was told.
    Device {
        /// What the engine was doing.
        doing: Text,
        /// What the browser or driver said.
        reason: String,
    },
    /// Another worker of the CPU engine is gone.
    Worker {
        /// What the browser said.
        reason: Phrase,
    },
    /// A race whose buffers are larger than every device takes.
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
    ParameterCount {
        /// Floats given.
        found: usize,
        /// Floats in the network.
        expected: usize,
    },
    /// There is no such racer.
    Racer {
        /// The number given.
        found: usize,
        /// The last racer's number.
        last: usize,
    },
    /// There is nothing to evaluate on.
    NoTestImages,
}

impl EngineError {
    /// What went wrong, in words.
    pub fn words(&self) -> Phrase {
        match self {
            Self::NoAdapter { reason } => phrase!(
                "no WebGPU adapter was found ({reason}); choose the CPU engine, or a browser with WebGPU",
                "没有找到 WebGPU 适配器（{reason}）；请选择 CPU 引擎，或改用支持 WebGPU 的浏览器",
                reason,
            ),
            Self::NoDevice { adapter, reason } => phrase!(
                "the adapter {adapter} gave no device ({reason}); choose the CPU engine",
                "适配器 {adapter} 没有给出设备（{reason}）；请选择 CPU 引擎",
                adapter,
                reason,
            ),
            Self::Device { doing, reason } => phrase!(
                "the GPU stopped while {doing} ({reason}); start the race again, or choose the CPU engine",
                "GPU 在{doing}时停止了工作（{reason}）；请重新开始竞赛，或选择 CPU 引擎",
                doing = *doing,
                reason,
            ),
            Self::Worker { reason } => phrase!(
                "a worker of the CPU engine stopped ({reason}); start the race again",
                "CPU 引擎的一个工作线程停止了（{reason}）；请重新开始竞赛",
                reason,
            ),
            Self::TooLarge { racers, parameters, batch_size, needed, limit } => phrase!(
                "{racers} racers of {parameters} parameters with a batch size of {batch_size} need a buffer of \
                 {needed} MiB, but the GPU takes {limit} MiB at most; take fewer racers, narrower hidden layers or \
                 a smaller batch, or the CPU engine",
                "{racers} 位选手，每位 {parameters} 个参数，批大小 {batch_size}，需要 {needed} MiB 的缓冲区，但 GPU \
                 最多允许 {limit} MiB；请减少选手、缩小隐藏层或批大小，或选择 CPU 引擎",
                racers = *racers,
                parameters = *parameters,
                batch_size = *batch_size,
                needed = *needed,
                limit = *limit,
            ),
            Self::ParameterCount { found, expected } => phrase!(
                "parameters holds {found} floats, but must hold {expected}: every layer's weights and biases, W1, \
                 b1, …",
                "parameters 有 {found} 个浮点数，但应有 {expected} 个：每层的权重和偏置，W1、b1、…",
                found = *found,
                expected = *expected,
            ),
            Self::Racer { found, last } => phrase!(
                "racer is {found}, but must be a racer's number from 0 to {last}",
                "racer 的值是 {found}，但应为 0 到 {last} 之间的选手编号",
                found = *found,
                last = *last,
            ),
            Self::NoTestImages => text!(
                "there are no test images to evaluate on; give testImages and testLabels",
                "没有可供评估的测试图像；请提供 testImages 和 testLabels"
            )
            .into(),
        }
    }
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
        let chosen = text!("chosen by you", "由你选择");
        let reason = match (choice, adapter) {
            (Choice::Cpu, _) => chosen.into(),
            (Choice::Gpu, _) if hardware => chosen.into(),
            (Choice::Gpu, _) => {
                text!("chosen by you; the CPU engine is faster than software", "由你选择；CPU 引擎比软件适配器更快")
                    .into()
            }
            (Choice::Auto, Ok(_)) if hardware => text!("a graphics adapter was found", "找到了图形适配器").into(),
            (Choice::Auto, Ok(name)) => {
                phrase!("the only adapter is software ({name})", "唯一的适配器是软件模拟的（{name}）", name)
            }
            (Choice::Auto, Err(reason)) => {
                phrase!("no WebGPU adapter was found: {reason}", "没有找到 WebGPU 适配器：{reason}", reason)
            }
        };
        let name = adapter.cloned().unwrap_or_default();
        let name = if hardware { name } else { phrase!("{name} (software)", "{name}（软件模拟）", name) };
        if choice == Choice::Gpu || (choice == Choice::Auto && hardware) {
            match gpu::Gpu::new(Rc::clone(dataset), config, setup).await {
                Ok(engine) => {
                    let description = Description { kind: Kind::Gpu, adapter: name, reason };
                    return Ok((Self::Gpu(Box::new(engine)), description));
                }
                Err(error) if choice == Choice::Gpu => return Err(error),
                Err(error) => return Ok(Self::cpu(dataset, config, error.words())),
            }
        }
        Ok(Self::cpu(dataset, config, reason))
    }

    fn cpu(dataset: &Rc<Dataset>, config: &Config, reason: Phrase) -> (Self, Description) {
        let adapter = text!("SIMD on one core", "单核 SIMD").into();
        let description = Description { kind: Kind::Cpu, adapter, reason };
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
