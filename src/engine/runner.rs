//! A race that runs: configuration, plan and engine together.

use std::rc::Rc;

use serde_json::Value;

use super::{Choice, Description, Engine, EngineError, Evaluation, Kind, Metrics, gpu};
use crate::data::{Dataset, shuffle};
use crate::race::config::{Config, ConfigError};
use crate::race::journal::{self, Snapshot};
use crate::race::plan::{self, Step};
use crate::text::Phrase;

/// A race that runs on an engine.
pub struct Runner {
    dataset: Rc<Dataset>,
    config: Config,
    engine: Engine,
    description: Description,
    /// The number of the next step to submit.
    next: u64,
    /// The epoch whose order the engine holds.
    loaded: Option<u32>,
}

/// What comes at once on the CPU, later on the GPU.
enum Either<A, B> {
    Left(A),
    Right(B),
}

/// Metrics on their way from the engine.
pub enum Pending {
    /// They are there.
    Ready(Metrics),
    /// The GPU is still at it.
    Gpu(gpu::Readback),
}

impl Pending {
    /// Waits for them.
    ///
    /// # Errors
    /// [`EngineError::Device`] if the GPU failed.
    pub async fn metrics(self) -> Result<Metrics, EngineError> {
        match self {
            Self::Ready(metrics) => Ok(metrics),
            Self::Gpu(readback) => readback.metrics().await,
        }
    }
}

impl Runner {
    /// A race at its start, on the engine that `choice` and the adapter found in `setup` lead to.
    ///
    /// # Errors
    /// [`EngineError`] if `choice` is the GPU and there is none, or its device fails.
    pub async fn new(
        dataset: Rc<Dataset>,
        config: Config,
        choice: Choice,
        setup: &gpu::Setup,
    ) -> Result<Self, EngineError> {
        let (engine, description) = Engine::choose(&dataset, &config, choice, setup).await?;
        Ok(Self { dataset, config, engine, description, next: 0, loaded: None })
    }

    /// A race at its start on the CPU, where the GPU failed: `reason` says how.
    pub fn on_cpu(dataset: Rc<Dataset>, config: Config, reason: Phrase) -> Self {
        let (engine, description) = Engine::cpu(&dataset, &config, reason);
        Self { dataset, config, engine, description, next: 0, loaded: None }
    }

    /// Puts the race that `config` defines at its start, on the same engine and dataset.
    ///
    /// # Errors
    /// [`EngineError::TooLarge`] or [`EngineError::Device`] if the GPU's memory is too small for its racers.
    pub async fn restart(&mut self, config: Config) -> Result<(), EngineError> {
        match &mut self.engine {
            Engine::Gpu(gpu) => gpu.reset(&config).await?,
            Engine::Cpu(cpu) => cpu.reset(&config),
        }
        self.config = config;
        self.next = 0;
        self.loaded = None;
        Ok(())
    }

    /// What the racers know after the steps submitted so far. More steps may be submitted before it is there.
    ///
    /// # Errors
    /// [`EngineError::Device`] if the GPU failed.
    pub fn snapshot(&self) -> impl Future<Output = Result<Snapshot, EngineError>> + use<> {
        let steps = self.next;
        let memory = match &self.engine {
            Engine::Gpu(gpu) => Either::Left(gpu.memory()),
            Engine::Cpu(cpu) => Either::Right(cpu.memory()),
        };
        async move {
            let memory = match memory {
                Either::Left(memory) => memory.await?,
                Either::Right(memory) => memory,
            };
            Ok(Snapshot { steps, memory })
        }
    }

    /// Puts the race that `config` defines where `snapshot` was taken of it, on whatever engine.
    ///
    /// # Errors
    /// [`EngineError::SnapshotSize`] if it is of another race, and what [`Runner::restart`] fails by.
    pub async fn resume(&mut self, config: Config, snapshot: &Snapshot) -> Result<(), EngineError> {
        let (found, expected) = (snapshot.memory.len(), journal::sizes(&config).sum());
        if found != 0 && found != expected {
            return Err(EngineError::SnapshotSize { found, expected });
        }
        self.restart(config).await?;
        if found != 0 {
            match &mut self.engine {
                Engine::Gpu(gpu) => gpu.set_memory(&snapshot.memory),
                Engine::Cpu(cpu) => cpu.set_memory(&snapshot.memory),
            }
            self.next = snapshot.steps;
        }
        Ok(())
    }

    /// Which engine runs, on what, and why.
    pub fn description(&self) -> &Description {
        &self.description
    }

    /// What defines the race, with every setting as it is now.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Steps submitted since the start.
    pub fn steps(&self) -> u64 {
        self.next
    }

    /// Steps in an epoch.
    pub fn steps_per_epoch(&self) -> u64 {
        plan::steps_per_epoch(self.dataset.train().count(), self.config.batch_size)
    }

    /// The order in which epoch `epoch` takes the training images.
    pub fn order(&self, epoch: u32) -> Vec<u32> {
        shuffle::order(self.config.seed, epoch, self.dataset.train().count())
    }

    /// The most steps that one submission takes from here: to the end of the epoch, and on the GPU 64.
    pub fn submission_limit(&self) -> u64 {
        let epoch_left = self.steps_per_epoch() - self.next % self.steps_per_epoch();
        match self.description.kind {
            Kind::Gpu => epoch_left.min(gpu::SUBMISSION as u64),
            Kind::Cpu => epoch_left,
        }
    }

    /// Submits `count` steps, or as many as one submission takes, and does not wait for the GPU. On the CPU engine
    /// they are done when this returns.
    pub fn submit(&mut self, count: u64) -> Pending {
        let count = count.min(self.submission_limit());
        let images = self.dataset.train().count();
        let steps: Vec<Step> =
            (self.next..self.next + count).map(|number| plan::step(&self.config, images, number)).collect();
        if let Some(step) = steps.first() {
            self.load(step.epoch);
        }
        self.next += count;
        match &mut self.engine {
            Engine::Gpu(gpu) => Pending::Gpu(gpu.submit(&steps)),
            Engine::Cpu(cpu) => Pending::Ready(cpu.submit(&steps)),
        }
    }

    /// Runs `count` steps and waits for their metrics.
    ///
    /// # Errors
    /// [`EngineError::Device`] if the GPU failed.
    pub async fn run(&mut self, count: u64) -> Result<Metrics, EngineError> {
        let (mut metrics, last) = self.run_ahead(count).await?;
        if let Some(last) = last {
            metrics.append(last.metrics().await?);
        }
        Ok(metrics)
    }

    /// Submits `count` steps and waits for all but the last submission, so that the next ones can follow it at once
    /// -> the metrics so far, and those still on their way.
    ///
    /// # Errors
    /// [`EngineError::Device`] if the GPU failed.
    pub async fn run_ahead(&mut self, count: u64) -> Result<(Metrics, Option<Pending>), EngineError> {
        let mut metrics = Metrics::default();
        let end = self.next + count;
        let mut ahead: Option<Pending> = None;
        while self.next < end {
            let pending = self.submit(end - self.next);
            if let Some(earlier) = ahead.replace(pending) {
                metrics.append(earlier.metrics().await?);
            }
        }
        Ok((metrics, ahead))
    }

    fn load(&mut self, epoch: u32) {
        if self.loaded == Some(epoch) {
            return;
        }
        let order = self.order(epoch);
        match &mut self.engine {
            Engine::Gpu(gpu) => gpu.load_order(&order),
            Engine::Cpu(cpu) => cpu.load_order(&order),
        }
        self.loaded = Some(epoch);
    }

    /// Sets knob `name` of racer `racer`, from the next step submitted; its optimizer's state stays.
    ///
    /// # Errors
    /// [`ConfigError`] if there is no such racer or knob, or the knob does not take the value.
    pub fn set(&mut self, racer: usize, name: &str, value: &Value) -> Result<(), ConfigError> {
        self.config.set(racer, name, value)
    }

    /// How every racer does on the first `images` test images; on all of them where there are fewer.
    ///
    /// # Errors
    /// [`EngineError::NoTestImages`] if there are none, [`EngineError::Device`] if the GPU failed.
    pub async fn evaluate(&mut self, images: usize) -> Result<Vec<Evaluation>, EngineError> {
        let images = images.min(self.dataset.test().count());
        if images == 0 {
            return Err(EngineError::NoTestImages);
        }
        match &mut self.engine {
            Engine::Gpu(gpu) => gpu.evaluate(images).await,
            Engine::Cpu(cpu) => Ok(cpu.evaluate(images)),
        }
    }

    /// The parameters of `racer`, in the order of [`crate::model::Network::tensors`].
    ///
    /// # Errors
    /// [`EngineError`] if there is no such racer, or the GPU failed.
    pub async fn parameters(&self, racer: usize) -> Result<Vec<f32>, EngineError> {
        self.check_racer(racer)?;
        match &self.engine {
            Engine::Gpu(gpu) => gpu.parameters(racer).await,
            Engine::Cpu(cpu) => Ok(cpu.parameters(racer)),
        }
    }

    /// Gives `racer` other parameters; its optimizer's state stays.
    ///
    /// # Errors
    /// [`EngineError`] if there is no such racer or the length is wrong.
    pub fn set_parameters(&mut self, racer: usize, parameters: &[f32]) -> Result<(), EngineError> {
        self.check_racer(racer)?;
        self.check_parameters(parameters)?;
        match &mut self.engine {
            Engine::Gpu(gpu) => gpu.set_parameters(racer, parameters),
            Engine::Cpu(cpu) => cpu.set_parameters(racer, parameters),
        }
        Ok(())
    }

    /// Whether `parameters` are as many as the network has.
    ///
    /// # Errors
    /// [`EngineError::ParameterCount`] if not.
    pub fn check_parameters(&self, parameters: &[f32]) -> Result<(), EngineError> {
        let (found, expected) = (parameters.len(), self.config.network.parameters());
        if found == expected { Ok(()) } else { Err(EngineError::ParameterCount { found, expected }) }
    }

    fn check_racer(&self, racer: usize) -> Result<(), EngineError> {
        let last = self.config.racers.len() - 1;
        if racer > last { Err(EngineError::Racer { found: racer, last }) } else { Ok(()) }
    }
}
