//! The training engine, on the GPU or on the CPU: the same commands in, the same metrics out.

pub mod cpu;
mod error;
pub mod gpu;
mod runner;

pub use error::EngineError;
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

impl Kind {
    /// What it is called.
    pub fn name(self) -> Text {
        match self {
            Self::Gpu => Text::name("GPU"),
            Self::Cpu => Text::name("CPU"),
        }
    }
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
                Err(error) => return Ok(Self::cpu(dataset, config, error.what())),
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
