//! A racer's parameters, its optimizer's state, and one step of them.

use super::backward::Place;
use super::block::{Lanes, Run, add_change, add_squares, squares, total};
use super::forward::Pass;
use super::minibatch::Minibatch;
use crate::optim::{Clipping, Optimizer, Penalty, SLOTS, UNCLIPPED};
use crate::race::plan::RacerStep;

/// A racer.
pub(super) struct Racer {
    optimizer: &'static Optimizer,
    parameters: Vec<Run>,
    /// The optimizer's state: as long as the parameters for each slot that it uses, else empty.
    slots: [Vec<Run>; SLOTS],
    /// Whether each run was ever updated. Until then it has no state, and where it has no gradient either, no optimizer
    /// moves it.
    awake: Vec<bool>,
    /// The sum of each run's squared parameters.
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

/// Sums over the runs.
#[derive(Default)]
struct Sums {
    /// Of the gradient's squares, before clipping and behind that of its components.
    gradient: Lanes,
    clipped: Lanes,
    /// Of the change's squares.
    change: Lanes,
    /// Of λ₁·|w| + ½·λ₂·w².
    regularisation: f32,
}

impl Racer {
    /// At the start, with no state.
    pub(super) fn new(optimizer: &'static Optimizer, parameters: &[Run]) -> Self {
        let runs = parameters.len();
        let slot = |slot| if slot < optimizer.slots { vec![Run::ZERO; runs] } else { Vec::new() };
        let mut racer = Self {
            optimizer,
            parameters: Vec::new(),
            slots: std::array::from_fn(slot),
            awake: vec![false; runs],
            squares: Vec::new(),
        };
        racer.set_parameters(parameters.to_vec());
        racer
    }

    pub(super) fn parameters(&self) -> &[Run] {
        &self.parameters
    }

    /// Takes other parameters; the state stays.
    pub(super) fn set_parameters(&mut self, parameters: Vec<Run>) {
        self.squares = parameters.iter().map(squares).collect();
        self.parameters = parameters;
    }

    /// Parameters and state: as many parts of `memory` as the optimizer has slots, and one more.
    pub(super) fn memory(&self) -> impl Iterator<Item = &[Run]> {
        std::iter::once(&self.parameters).chain(&self.slots[..self.optimizer.slots]).map(Vec::as_slice)
    }

    /// Takes what [`Racer::memory`] gave.
    pub(super) fn set_memory(&mut self, mut parts: impl Iterator<Item = Vec<Run>>) {
        if let Some(parameters) = parts.next() {
            self.set_parameters(parameters);
        }
        for (slot, part) in self.slots.iter_mut().zip(parts) {
            *slot = part;
        }
        // A run whose state is zero may as well never have been updated.
        let touched = |run: usize| self.slots.iter().filter_map(|slot| slot.get(run)).any(has_values);
        self.awake = (0..self.parameters.len()).map(touched).collect();
    }

    /// One update by the gradient that `pass` found.
    pub(super) fn update(&mut self, step: &RacerStep, pass: &Pass, minibatch: &Minibatch) -> Measured {
        let before = self.squares.iter().map(|squares| f64::from(*squares)).sum::<f64>() as f32;
        let mut sums = Sums::default();
        if step.clipping.needs_norm() {
            self.update_within_norm(step, pass, minibatch, &mut sums);
        } else {
            pass.gradients(minibatch, |place, gradient| {
                clip(step.clipping, gradient, &mut sums);
                self.update_run(step, place, gradient, &mut sums);
            });
        }
        Measured {
            gradient_norm: total(&sums.gradient).sqrt(),
            update_ratio: if before == 0.0 { 0.0 } else { (total(&sums.change) / before).sqrt() },
            regularisation_loss: sums.regularisation,
        }
    }

    /// Where the norm is clipped, the whole gradient must be known before anything is updated.
    fn update_within_norm(&mut self, step: &RacerStep, pass: &Pass, minibatch: &Minibatch, sums: &mut Sums) {
        let mut whole: Vec<(Place, Run)> = Vec::with_capacity(self.parameters.len());
        pass.gradients(minibatch, |place, gradient| {
            clip(step.clipping, gradient, sums);
            whole.push((place, *gradient));
        });
        let factor = step.clipping.factor(total(&sums.clipped).sqrt());
        for (place, gradient) in &mut whole {
            gradient.floats_mut().iter_mut().for_each(|g| *g *= factor);
            self.update_run(step, *place, gradient, sums);
        }
    }

    /// One update of a run by its gradient, which the racer's penalties join.
    fn update_run(&mut self, step: &RacerStep, place: Place, gradient: &mut Run, sums: &mut Sums) {
        let penalised = place.weights && step.penalty.acts();
        if place.unlit && !penalised && !self.awake[place.run] {
            return;
        }
        self.awake[place.run] = true;
        let parameters = &mut self.parameters[place.run];
        let before = *parameters;
        if penalised {
            sums.regularisation += regularisation_loss(&step.penalty, parameters);
            step.penalty.apply(parameters.floats_mut(), gradient.floats_mut());
        }
        let slots =
            self.slots.each_mut().map(|slot| slot.get_mut(place.run).map_or(&mut [][..], |run| run.floats_mut()));
        (self.optimizer.update)(&step.scalars, parameters.floats_mut(), gradient.floats(), slots);
        self.squares[place.run] = add_change(&mut sums.change, &before, parameters);
    }
}

fn has_values(run: &Run) -> bool {
    run.floats().iter().any(|value| *value != 0.0)
}

/// Holds each component of a run's gradient within its bound; measures it before and behind that.
fn clip(clipping: Clipping, gradient: &mut Run, sums: &mut Sums) {
    add_squares(&mut sums.gradient, gradient);
    if clipping.value < UNCLIPPED {
        gradient.floats_mut().iter_mut().for_each(|g| *g = clipping.component(*g));
    }
    if clipping.needs_norm() {
        add_squares(&mut sums.clipped, gradient);
    }
}

/// λ₁·Σ|w| + ½·λ₂·Σw² of these weights.
fn regularisation_loss(penalty: &Penalty, weights: &Run) -> f32 {
    let mut sizes = Lanes::default();
    for weights in weights.floats().as_chunks().0 {
        let weights: &Lanes = weights;
        for (sum, weight) in sizes.iter_mut().zip(weights) {
            *sum += weight.abs();
        }
    }
    penalty.l1 * total(&sizes) + 0.5 * penalty.l2 * squares(weights)
}
