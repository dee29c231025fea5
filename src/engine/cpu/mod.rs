//! The CPU engine: the fallback where there is no graphics hardware, and the tests' oracle.
//!
//! The first layer is nearly all of the work, and most of its inputs are zero: forward and backward run over the
//! non-zero pixels only, in loops over fixed blocks that the compiler keeps in SIMD registers. The weight gradient of
//! a pixel's row is summed over the minibatch, used by the optimizer at once, and never stored.

mod layer;
mod minibatch;

use std::rc::Rc;

use crate::data::{CLASSES, Dataset, PIXELS};
use crate::engine::{Evaluation, Metrics, evaluation};
use crate::model::{B1, B2, HIDDEN, PARAMETERS, W1, W2};
use crate::optim::{Optimizer, SLOTS};
use crate::race::config::Config;
use crate::race::plan::{RacerStep, Step};
use layer::{Output, Row, add_rows, add_scaled, hidden_layer};
use minibatch::Minibatch;

/// Test images evaluated together: enough to be fast, few enough to stay in the cache.
const EVALUATED: usize = 256;
/// Blocks that a row of 128 is worked in.
const BLOCKS: usize = 4;

struct Racer {
    optimizer: &'static Optimizer,
    /// \[101770\]
    parameters: Vec<f32>,
    /// The optimizer's state: \[101770\] for each slot that it uses, else empty.
    slots: [Vec<f32>; SLOTS],
}

impl Racer {
    /// One update of the weights in `range` by their `gradient`, which the racer's penalties join.
    fn update_weights(&mut self, step: &RacerStep, range: std::ops::Range<usize>, gradient: &mut [f32]) {
        if step.penalty.acts() {
            step.penalty.apply(&mut self.parameters[range.clone()], gradient);
        }
        self.update(step, range, gradient);
    }

    /// One update of the parameters in `range` by their `gradient`.
    fn update(&mut self, step: &RacerStep, range: std::ops::Range<usize>, gradient: &[f32]) {
        let slots = self.slots.each_mut().map(|slot| slot.get_mut(range.clone()).unwrap_or_default());
        (self.optimizer.update)(&step.scalars, &mut self.parameters[range], gradient, slots);
    }
}

/// The CPU engine with its racers.
pub struct Cpu {
    dataset: Rc<Dataset>,
    order: Vec<u32>,
    racers: Vec<Racer>,
    minibatch: Minibatch,
    /// Scratch: activations [size, 128] and gradients by the hidden layer's input [size, 128] of the racer at work.
    hidden: Vec<Row>,
    hidden_gradient: Vec<Row>,
}

impl Cpu {
    /// An engine on `dataset`, with no racers yet.
    pub fn new(dataset: Rc<Dataset>) -> Self {
        Self {
            dataset,
            order: Vec::new(),
            racers: Vec::new(),
            minibatch: Minibatch::new(),
            hidden: Vec::new(),
            hidden_gradient: Vec::new(),
        }
    }

    /// Puts the racers of `config` at its start, with no state.
    pub fn reset(&mut self, config: &Config) {
        let parameters = config.init.parameters(&config.network, config.seed);
        let racer = |optimizer: &'static Optimizer| Racer {
            optimizer,
            parameters: parameters.clone(),
            slots: std::array::from_fn(|slot| if slot < optimizer.slots { vec![0.0; PARAMETERS] } else { Vec::new() }),
        };
        self.racers = config.racers.iter().map(|settings| racer(settings.optimizer())).collect();
    }

    /// Takes an epoch's order of the training images.
    pub fn load_order(&mut self, order: &[u32]) {
        self.order.clear();
        self.order.extend_from_slice(order);
    }

    /// Runs `steps`, all of the epoch whose order was loaded.
    pub fn submit(&mut self, steps: &[Step]) -> Metrics {
        let mut metrics = Metrics::default();
        for step in steps {
            let chosen = &self.order[step.start..step.start + step.size];
            self.minibatch.gather(self.dataset.train(), chosen.iter().map(|image| *image as usize));
            self.minibatch.transpose();
            for (racer, step) in step.racers.iter().enumerate() {
                let (loss, dead) = self.train(racer, step);
                metrics.push([loss, 0.0, 0.0, dead, step.learning_rate, 0.0]);
            }
        }
        metrics
    }

    /// One step of one racer on the minibatch at hand -> its loss and its share of dead hidden units.
    fn train(&mut self, racer: usize, step: &RacerStep) -> (f32, f32) {
        let size = self.minibatch.size();
        self.hidden.resize(size, [0.0; HIDDEN]);
        self.hidden_gradient.resize(size, [0.0; HIDDEN]);
        let racer = &mut self.racers[racer];
        hidden_layer(&racer.parameters, &self.minibatch, &mut self.hidden);
        let output = Output::new(&racer.parameters);
        let mut weights = [[0.0; HIDDEN]; CLASSES];
        let mut biases = [0.0; CLASSES];
        let mut highest = [0.0f32; HIDDEN];
        let mut loss = 0.0;
        for image in 0..size {
            let hidden = &self.hidden[image];
            let answer = output.answer(hidden, self.minibatch.labels[image]);
            loss += answer.loss;
            let gradient = answer.gradient.map(|g| g / size as f32);
            for class in 0..CLASSES {
                add_scaled(&mut weights[class], gradient[class], hidden);
                biases[class] += gradient[class];
            }
            self.hidden_gradient[image] = output.backward(&gradient, hidden);
            for (highest, activation) in highest.iter_mut().zip(hidden) {
                *highest = highest.max(*activation);
            }
        }
        update_output(racer, step, &weights, &biases);
        update_hidden(racer, step, &self.minibatch, &self.hidden_gradient);
        let dead = highest.iter().filter(|activation| **activation == 0.0).count();
        (loss / size as f32, dead as f32 / HIDDEN as f32)
    }

    /// How every racer does on the first `images` test images.
    pub fn evaluate(&mut self, images: usize) -> Vec<Evaluation> {
        let dataset = Rc::clone(&self.dataset);
        let mut answers = vec![Vec::with_capacity(images); self.racers.len()];
        for start in (0..images).step_by(EVALUATED) {
            let end = images.min(start + EVALUATED);
            self.minibatch.gather(dataset.test(), start..end);
            self.hidden.resize(end - start, [0.0; HIDDEN]);
            for (racer, answers) in self.racers.iter().zip(&mut answers) {
                hidden_layer(&racer.parameters, &self.minibatch, &mut self.hidden);
                let output = Output::new(&racer.parameters);
                answers.extend(self.hidden.iter().zip(&self.minibatch.labels).map(|(hidden, label)| {
                    let answer = output.answer(hidden, *label);
                    (answer.loss, answer.class)
                }));
            }
        }
        answers.iter().map(|answers| evaluation(&dataset.test().labels()[..images], answers.iter().copied())).collect()
    }

    /// The parameters \[101770\] of `racer`.
    pub fn parameters(&self, racer: usize) -> &[f32] {
        &self.racers[racer].parameters
    }

    /// Gives `racer` other parameters \[101770\]; its optimizer's state stays.
    pub fn set_parameters(&mut self, racer: usize, parameters: &[f32]) {
        self.racers[racer].parameters.copy_from_slice(parameters);
    }
}

/// One update of W2 and b2 by their gradients [10, 128] and \[10\].
fn update_output(racer: &mut Racer, step: &RacerStep, weights: &[Row; CLASSES], biases: &[f32; CLASSES]) {
    let mut gradient = [0.0; W2.len()];
    for (unit, row) in gradient.as_chunks_mut::<CLASSES>().0.iter_mut().enumerate() {
        *row = std::array::from_fn(|class| weights[class][unit]);
    }
    racer.update_weights(step, W2.range(), &mut gradient);
    racer.update(step, B2.range(), biases);
}

/// One update of W1 and b1 by the gradients of the hidden layer's input [size, 128].
fn update_hidden(racer: &mut Racer, step: &RacerStep, minibatch: &Minibatch, gradients: &[Row]) {
    let mut biases = [0.0; HIDDEN];
    for gradient in gradients {
        add_scaled(&mut biases, 1.0, gradient);
    }
    racer.update(step, B1.range(), &biases);
    let blocks = gradients.as_flattened().as_chunks().0;
    for pixel in 0..PIXELS {
        let entries = minibatch.pixel(pixel);
        let mut gradient = [0.0; HIDDEN];
        for (column, block) in gradient.as_chunks_mut().0.iter_mut().enumerate() {
            let mut sum = [0.0; HIDDEN / BLOCKS];
            add_rows(&mut sum, entries, blocks, column);
            *block = sum;
        }
        let start = W1.start + pixel * HIDDEN;
        racer.update_weights(step, start..start + HIDDEN, &mut gradient);
    }
}
