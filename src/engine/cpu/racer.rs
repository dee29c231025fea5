//! A racer's parameters, its optimizer's state, and one step of them.

use super::backward::{RUN, Run};
use super::block::{Block, ZERO, squares, total};
use super::forward::Pass;
use super::minibatch::Minibatch;
use crate::optim::{Clipping, Optimizer, Penalty, SLOTS, UNCLIPPED};
use crate::race::plan::RacerStep;

/// A racer.
pub(super) struct Racer {
    optimizer: &'static Optimizer,
    parameters: Vec<Block>,
    /// The optimizer's state: as long as the parameters for each slot that it uses, else empty.
    slots: [Vec<Block>; SLOTS],
    /// Whether a run, by its first block, was ever updated. Until then it has no state, and where it has no gradient
    /// either, no optimizer moves it.
    awake: Vec<bool>,
    /// The sum of a run's squared parameters stands at its first block.
    squares: Vec<f32>,
}

/// What a step measured of a racer's gradient and update.
#[derive(Debug, Default)]
pub(super) struct Measured {
    /// ‖g‖, before clipping and penalties.
    pub(super) gradient_norm: f32,
    /// ‖Δθ‖/‖θ‖.
    pub(super) update_ratio: f32,
    /// λ₁·Σ|w| + ½·λ₂·Σw², before the update.
    pub(super) regularisation_loss: f32,
}

/// Sums over the runs, in f64: there are hundreds of runs.
#[derive(Default)]
struct Sums {
    gradient: f64,
    clipped: f64,
    change: f64,
    regularisation: f64,
}

impl Racer {
    /// At the start, with no state.
    pub(super) fn new(optimizer: &'static Optimizer, parameters: &[Block]) -> Self {
        let blocks = parameters.len();
        let slot = |slot| if slot < optimizer.slots { vec![ZERO; blocks] } else { Vec::new() };
        let mut racer = Self {
            optimizer,
            parameters: Vec::new(),
            slots: std::array::from_fn(slot),
            awake: vec![false; blocks],
            squares: Vec::new(),
        };
        racer.set_parameters(parameters.to_vec());
        racer
    }

    pub(super) fn parameters(&self) -> &[Block] {
        &self.parameters
    }

    /// Takes other parameters; the state stays.
    pub(super) fn set_parameters(&mut self, parameters: Vec<Block>) {
        self.squares = parameters.iter().map(|block| squares(&[*block])).collect();
        self.parameters = parameters;
    }

    /// One update by the gradient that `pass` found.
    pub(super) fn update(&mut self, step: &RacerStep, pass: &Pass, minibatch: &Minibatch) -> Measured {
        let before = self.squares.iter().map(|squares| f64::from(*squares)).sum::<f64>();
        let mut sums = Sums::default();
        if step.clipping.needs_norm() {
            self.update_within_norm(step, pass, minibatch, &mut sums);
        } else {
            pass.gradients(minibatch, |run, gradient| {
                clip(step.clipping, gradient, &mut sums);
                self.update_run(step, run, gradient, &mut sums);
            });
        }
        Measured {
            gradient_norm: sums.gradient.sqrt() as f32,
            update_ratio: if before == 0.0 { 0.0 } else { (sums.change / before).sqrt() as f32 },
            regularisation_loss: sums.regularisation as f32,
        }
    }

    /// Where the norm is clipped, the whole gradient must be known before anything is updated.
    fn update_within_norm(&mut self, step: &RacerStep, pass: &Pass, minibatch: &Minibatch, sums: &mut Sums) {
        let mut runs = Vec::new();
        let mut whole: Vec<Block> = Vec::with_capacity(self.parameters.len());
        pass.gradients(minibatch, |run, gradient| {
            clip(step.clipping, gradient, sums);
            runs.push((run, gradient.len()));
            whole.extend_from_slice(gradient);
        });
        let factor = step.clipping.factor(sums.clipped.sqrt() as f32);
        let mut rest = &mut whole[..];
        for (run, blocks) in runs {
            let (gradient, behind) = rest.split_at_mut(blocks);
            gradient.as_flattened_mut().iter_mut().for_each(|g| *g *= factor);
            self.update_run(step, run, gradient, sums);
            rest = behind;
        }
    }

    /// One update of a run by its gradient, which the racer's penalties join.
    fn update_run(&mut self, step: &RacerStep, run: Run, gradient: &mut [Block], sums: &mut Sums) {
        let penalised = run.weights && step.penalty.acts();
        if run.unlit && !penalised && !self.awake[run.first] {
            return;
        }
        self.awake[run.first] = true;
        let blocks = run.first..run.first + gradient.len();
        let parameters = &mut self.parameters[blocks.clone()];
        let mut before = [ZERO; RUN];
        before[..parameters.len()].copy_from_slice(parameters);
        if penalised {
            sums.regularisation += f64::from(regularisation_loss(&step.penalty, parameters));
            step.penalty.apply(parameters.as_flattened_mut(), gradient.as_flattened_mut());
        }
        let slots =
            self.slots.each_mut().map(|slot| slot.get_mut(blocks.clone()).unwrap_or_default().as_flattened_mut());
        (self.optimizer.update)(&step.scalars, parameters.as_flattened_mut(), gradient.as_flattened(), slots);
        sums.change += f64::from(squared_distance(&before, parameters));
        self.squares[blocks].fill(0.0);
        self.squares[run.first] = squares(parameters);
    }
}

/// Holds each component of a run's gradient within its bound; measures it before and after.
fn clip(clipping: Clipping, gradient: &mut [Block], sums: &mut Sums) {
    let plain = f64::from(squares(gradient));
    sums.gradient += plain;
    if clipping.value < UNCLIPPED {
        gradient.as_flattened_mut().iter_mut().for_each(|g| *g = clipping.component(*g));
        sums.clipped += f64::from(squares(gradient));
    } else {
        sums.clipped += plain;
    }
}

/// λ₁·Σ|w| + ½·λ₂·Σw² of these weights.
fn regularisation_loss(penalty: &Penalty, weights: &[Block]) -> f32 {
    let mut sizes = ZERO;
    for block in weights {
        for (sum, weight) in sizes.iter_mut().zip(block) {
            *sum += weight.abs();
        }
    }
    penalty.l1 * total(sizes) + 0.5 * penalty.l2 * squares(weights)
}

/// Σ (a − b)² over the blocks that both have.
fn squared_distance(a: &[Block], b: &[Block]) -> f32 {
    let mut sum = ZERO;
    for (a, b) in a.iter().zip(b) {
        for lane in 0..sum.len() {
            let difference = a[lane] - b[lane];
            sum[lane] += difference * difference;
        }
    }
    total(sum)
}
