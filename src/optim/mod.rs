//! The registry of optimizers: one file each, holding what the page says of it, its knobs and its formula on the
//! CPU; beside it `shaders/optim/ID.wgsl` holds the same formula for the GPU, line by line.
//!
//! To add one: write those two files and add its line to the `registry!` below.

mod clipping;
mod knob;
mod notch;
mod penalty;
mod python;
mod schedule;
mod shared;

pub use clipping::{Clipping, UNCLIPPED};
pub use knob::{Knob, KnobError, Scale};
pub(crate) use knob::{one_of, shown};
pub use penalty::Penalty;
use python::torch;
pub use python::{Pytorch, literal};

use crate::text::Text;
use shared::{BETA1, BETA2, EPSILON, MOMENTUM, RHO, learning_rate};

macro_rules! registry {
    ($($optimizer:ident,)+) => {
        $(mod $optimizer;)+

        /// Every optimizer, in the order of the page's menu. A racer's optimizer number on the GPU is its index here.
        pub static ALL: &[&Optimizer] = &[$(&$optimizer::OPTIMIZER),+];
    };
}

registry! {
    gd,
    rmsprop,
    adam,
    adamw,
    amsgrad,
    nadam,
    adagrad,
    adadelta,
    lion,
}

/// The most floats of state that any optimizer keeps for a parameter.
pub const SLOTS: usize = 3;

/// How many scalars a step may use: two `vec4<f32>` on the GPU.
pub const SCALARS: usize = 8;

/// A running mean, or a sum, smaller than this is set to zero. Left alone it would decay into denormal numbers, on which
/// processors crawl; at this size its share of an update is below 1e-20 of the learning rate.
pub const TINY: f32 = 1e-30;

/// What an update needs that is the same for all parameters, computed once per step in f64 on the host.
/// [`Optimizer::scalar_names`] says what each is.
pub type Scalars = [f32; SCALARS];

/// An update on the CPU: scalars, parameters, their gradient, and the slots of their state.
pub type Update = fn(&Scalars, &mut [f32], &[f32], [&mut [f32]; SLOTS]);

/// An optimizer: what it is called, what can be set, and what it does to a parameter.
pub struct Optimizer {
    /// Its name in JSON and in shaders: `fn update_ID` in `shaders/optim/ID.wgsl`.
    pub id: &'static str,
    /// Its name on the page.
    pub name: Text,
    /// One or two sentences that a student understands.
    pub doc: Text,
    /// The update rule as `MathML` rows, one `<mtr>` each; symbols that a knob sets carry its name as class,
    /// and what stands only while a switch is on names it in `data-if`.
    pub formula: &'static str,
    /// What can be set, the learning rate first.
    pub knobs: &'static [Knob],
    /// How many floats of state it keeps for each parameter, at most [`SLOTS`]. All start at zero.
    pub slots: usize,
    /// The names of the scalars, the fields of the shader's struct.
    pub scalar_names: &'static [&'static str],
    /// Settings and step number (from 1) -> the step's scalars.
    pub scalars: fn(&Settings, u64) -> Scalars,
    /// Scalars, parameters, their gradient and their state -> parameters and state after the step.
    /// All slices have one length; slots that the optimizer does not use may be empty.
    pub update: Update,
    /// The shader's form of `update`.
    pub wgsl: &'static str,
    /// Settings -> the same optimizer in PyTorch.
    pub pytorch: fn(&Settings) -> Pytorch,
    /// What comes closest among `keras.optimizers`, as an expression in which `{NAME}` stands for that knob's value.
    pub keras: &'static str,
}

impl std::fmt::Debug for Optimizer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Optimizer({})", self.id)
    }
}

impl PartialEq for Optimizer {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Optimizer {
    /// The knob called `name`, if this optimizer has it.
    pub fn knob(&self, name: &str) -> Option<&'static Knob> {
        self.knobs.iter().find(|knob| knob.name == name)
    }

    /// This optimizer's number on the GPU: its place in [`ALL`].
    pub fn index(&self) -> usize {
        ALL.iter().position(|optimizer| *optimizer == self).unwrap_or(0)
    }
}

/// The optimizer called `id`, if there is one.
pub fn find(id: &str) -> Option<&'static Optimizer> {
    ALL.iter().copied().find(|optimizer| optimizer.id == id)
}

/// What every racer can have beside its optimizer's own knobs: a schedule, what holds weights down, what holds gradients
/// down.
pub static RACER_KNOBS: [Knob; 10] = [
    schedule::SCHEDULE,
    schedule::SCHEDULE_STEPS,
    schedule::SCHEDULE_FACTOR,
    schedule::WARMUP_STEPS,
    penalty::L1,
    penalty::L2,
    penalty::WEIGHT_DECAY,
    clipping::CLIP_NORM,
    clipping::CLIP_VALUE,
    penalty::LABEL_SMOOTHING,
];

/// The most characters of a racer's name.
pub const NAME_LENGTH: usize = 40;

/// The racer's name that `text` says, as [`crate::text::name_of`] takes it, of at most [`NAME_LENGTH`] characters.
pub fn name_of(text: &str) -> Option<String> {
    crate::text::name_of(text, NAME_LENGTH)
}

/// How many colours racers may have.
pub const COLOURS: usize = 8;

/// An optimizer with a value for each of its knobs and of the [`RACER_KNOBS`] ones.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    optimizer: &'static Optimizer,
    values: Vec<(&'static Knob, f64)>,
    /// What its user calls the racer, at most [`NAME_LENGTH`] characters; nothing: by its optimizer.
    pub name: Option<String>,
    /// Its colour, below [`COLOURS`]; nothing: that of its lane.
    pub colour: Option<usize>,
}

impl Settings {
    /// `optimizer` with its default values.
    pub fn new(optimizer: &'static Optimizer) -> Self {
        // An optimizer's own knob stands for the common one of its name.
        let common = RACER_KNOBS.iter().filter(|knob| optimizer.knob(knob.name).is_none());
        let values = optimizer.knobs.iter().chain(common).map(|knob| (knob, knob.default)).collect();
        Self { optimizer, values, name: None, colour: None }
    }

    /// The optimizer set.
    pub fn optimizer(&self) -> &'static Optimizer {
        self.optimizer
    }

    /// The knob called `name`, if this racer has it.
    pub fn knob(&self, name: &str) -> Option<&'static Knob> {
        self.values().map(|(knob, _)| knob).find(|knob| knob.name == name)
    }

    /// The value of `knob`; its default where the racer does not have it.
    pub fn get(&self, knob: &Knob) -> f64 {
        self.values().find(|(own, _)| own.name == knob.name).map_or(knob.default, |(_, value)| value)
    }

    /// Sets `knob` to `value`; no effect where the racer does not have it.
    ///
    /// # Errors
    /// [`KnobError`], naming `field`, where the knob does not take the value.
    pub fn set(&mut self, field: &str, knob: &Knob, value: f64) -> Result<(), KnobError> {
        let value = knob.check(field, value)?;
        if let Some((_, own)) = self.values.iter_mut().find(|(own, _)| own.name == knob.name) {
            *own = value;
        }
        Ok(())
    }

    /// Every knob with its value: the optimizer's own first, then those of every racer.
    pub fn values(&self) -> impl Iterator<Item = (&'static Knob, f64)> {
        self.values.iter().copied()
    }

    /// The learning rate of step `step`, counted from 1, on the racer's schedule.
    pub fn rate(&self, step: u64) -> f64 {
        self.get(&learning_rate(0.0)) * schedule::factor(self, step.saturating_sub(1))
    }

    /// Whether the learning rate changes over the race.
    pub fn is_scheduled(&self) -> bool {
        self.get(&schedule::SCHEDULE) != 0.0 || self.get(&schedule::WARMUP_STEPS) != 0.0
    }

    /// Steps over which the schedule shows what it does: its length and the warm-up's, with a little behind.
    pub fn scheduled_steps(&self) -> u64 {
        let steps = if self.get(&schedule::SCHEDULE) == 0.0 { 0.0 } else { self.get(&schedule::SCHEDULE_STEPS) };
        (steps.max(self.get(&schedule::WARMUP_STEPS)) * 1.2).ceil().max(1.0) as u64
    }

    /// What the step's penalties come to.
    pub fn penalty(&self, step: u64) -> Penalty {
        Penalty::new(self, self.rate(step))
    }

    /// What holds the gradient down.
    pub fn clipping(&self) -> Clipping {
        Clipping::new(self)
    }

    /// The share of the answer that goes to all classes alike, 0 to below 1.
    pub fn label_smoothing(&self) -> f64 {
        self.get(&penalty::LABEL_SMOOTHING)
    }
}

/// Zero in place of a mean too small to matter: see [`TINY`].
#[inline]
fn flushed(mean: f32) -> f32 {
    if mean.abs() < TINY { 0.0 } else { mean }
}

/// The scalars of one optimizer by name, in the order given: the struct's fields are the shader's.
macro_rules! scalars {
    ($(#[$doc:meta])* struct $name:ident { $($field:ident),+ $(,)? }) => {
        $(#[$doc])*
        struct $name { $($field: f32),+ }

        impl $name {
            const NAMES: &'static [&'static str] = &[$(stringify!($field)),+];

            fn pack(self) -> $crate::optim::Scalars {
                let mut packed = [0.0; $crate::optim::SCALARS];
                packed[..Self::NAMES.len()].copy_from_slice(&[$(self.$field),+]);
                packed
            }

            fn unpack(packed: &$crate::optim::Scalars) -> Self {
                let [$($field),+, ..] = *packed;
                Self { $($field),+ }
            }
        }
    };
}
use scalars;

#[cfg(test)]
mod tests;
