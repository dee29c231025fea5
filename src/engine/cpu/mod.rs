//! The CPU engine: the fallback where there is no graphics hardware, and the tests' oracle.
//!
//! The first layer is nearly all of the work, and most of its inputs are zero: forward and backward run over the
//! non-zero pixels only. All else is loops over blocks of 32 floats, which the compiler keeps in SIMD registers. The
//! gradient of a run of blocks is summed over the minibatch, used by the optimizer at once, and stored only where its
//! norm is to be clipped.

mod backward;
mod block;
mod forward;
mod layout;
mod loss;
mod minibatch;
mod racer;
#[cfg(test)]
mod tests;

use std::rc::Rc;

use crate::data::Dataset;
use crate::engine::{Evaluation, Metrics, evaluation};
use crate::race::config::Config;
use crate::race::metric::METRICS;
use crate::race::plan::{RacerStep, Step};
use forward::Pass;
use minibatch::Minibatch;
use racer::Racer;

/// Test images evaluated together: enough to be fast, few enough to stay in the cache.
const EVALUATED: usize = 256;

/// The CPU engine with its racers.
pub struct Cpu {
    dataset: Rc<Dataset>,
    order: Vec<u32>,
    config: Config,
    minibatch: Minibatch,
    pass: Pass,
    racers: Vec<Racer>,
}

impl Cpu {
    /// An engine on `dataset`, with no racers yet.
    pub fn new(dataset: Rc<Dataset>) -> Self {
        Self::at_start(dataset, Config { racers: Vec::new(), ..Config::default() })
    }

    /// Puts the racers of `config` at its start, with no state.
    pub fn reset(&mut self, config: &Config) {
        // Before the new ones come: 64 racers of the widest network are a gigabyte.
        self.racers.clear();
        *self = Self::at_start(Rc::clone(&self.dataset), config.clone());
    }

    fn at_start(dataset: Rc<Dataset>, config: Config) -> Self {
        let minibatch = Minibatch::new(config.preprocessing.map(dataset.train()));
        let pass = Pass::new(&config.network);
        let parameters = pass.layout.pack(&config.init.parameters(&config.network, config.seed));
        let racers = config.racers.iter().map(|settings| Racer::new(settings.optimizer(), &parameters)).collect();
        Self { dataset, order: Vec::new(), config, minibatch, pass, racers }
    }

    /// Takes an epoch's order of the training images.
    pub fn load_order(&mut self, order: &[u32]) {
        self.order.clear();
        self.order.extend_from_slice(order);
    }

    /// Runs `steps`, all of the epoch whose order was loaded.
    ///
    /// It is a call on purpose: inlined into code that is made small, it would be made small, too.
    #[inline(never)]
    pub fn submit(&mut self, steps: &[Step]) -> Metrics {
        let mut metrics = Metrics::default();
        for step in steps {
            let chosen = &self.order[step.start..step.start + step.size];
            self.minibatch.gather(self.dataset.train(), chosen.iter().map(|image| *image as usize));
            self.minibatch.transpose();
            if self.config.dropout > 0.0 {
                self.minibatch.mask(&self.config.network, self.config.dropout, step.dropout_key);
            }
            for (racer, step) in self.racers.iter_mut().zip(&step.racers) {
                metrics.push(train(racer, step, &mut self.pass, &self.minibatch));
            }
        }
        metrics
    }

    /// How every racer does on the first `images` test images, or on all where there are fewer.
    pub fn evaluate(&mut self, images: usize) -> Vec<Evaluation> {
        let dataset = Rc::clone(&self.dataset);
        let images = images.min(dataset.test().count());
        let mut answers = vec![Vec::with_capacity(images); self.racers.len()];
        for start in (0..images).step_by(EVALUATED) {
            self.minibatch.gather(dataset.test(), start..images.min(start + EVALUATED));
            for (racer, answers) in self.racers.iter().zip(&mut answers) {
                self.pass.forward(racer.parameters(), &self.minibatch);
                let found = self.pass.answers(&self.minibatch.labels, 0.0);
                answers.extend(found.map(|answer| (answer.loss, answer.class)));
            }
        }
        let labels = &dataset.test().labels()[..images];
        answers.iter().map(|answers| evaluation(labels, answers.iter().copied())).collect()
    }

    /// The parameters of `racer`, in the order of [`crate::model::Network::tensors`].
    pub fn parameters(&self, racer: usize) -> Vec<f32> {
        self.pass.layout.unpack(self.racers[racer].parameters())
    }

    /// Gives `racer` other parameters, in the order of [`crate::model::Network::tensors`]; its optimizer's state stays.
    pub fn set_parameters(&mut self, racer: usize, parameters: &[f32]) {
        self.racers[racer].set_parameters(self.pass.layout.pack(parameters));
    }

    /// What the racers know, as in [`crate::race::journal::Snapshot`].
    pub fn memory(&self) -> Vec<f32> {
        let mut memory = Vec::new();
        for part in self.racers.iter().flat_map(Racer::memory) {
            memory.extend_from_slice(&self.pass.layout.unpack(part));
        }
        memory
    }

    /// Gives the racers what [`Cpu::memory`] of the same race gave.
    pub fn set_memory(&mut self, memory: &[f32]) {
        let mut parts = memory.chunks(self.config.network.parameters());
        for (racer, settings) in self.racers.iter_mut().zip(&self.config.racers) {
            let own = parts.by_ref().take(1 + settings.optimizer().slots);
            racer.set_memory(own.map(|part| self.pass.layout.pack(part)));
        }
    }
}

/// One step of one racer -> what it measured, in the order of [`crate::engine::Metric::ALL`].
fn train(racer: &mut Racer, step: &RacerStep, pass: &mut Pass, minibatch: &Minibatch) -> [f32; METRICS] {
    pass.forward(racer.parameters(), minibatch);
    let loss = pass.backward(racer.parameters(), &minibatch.labels, step.label_smoothing);
    let measured = racer.update(step, pass, minibatch);
    [
        loss,
        measured.gradient_norm,
        measured.update_ratio,
        pass.dead_units(),
        step.learning_rate,
        measured.regularisation_loss,
    ]
}
