//! The compute stages: what each is composed of, and which buffers it reads and writes.

use Access::{Read, ReadWrite};
use Data::{
    Activations, Answers, Gradients, Images, Labels, Memory, Metrics, Minibatch, Norms, Order, Parts, Slopes, Stored,
};

/// A storage buffer. `shaders/common.wgsl` says what each holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Data {
    Images,
    Labels,
    Order,
    Minibatch,
    Memory,
    Activations,
    Slopes,
    Gradients,
    Answers,
    Stored,
    Norms,
    Parts,
    Metrics,
}

impl Data {
    /// Its name in the shaders.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Images => "images",
            Labels => "labels",
            Order => "order",
            Minibatch => "minibatch",
            Memory => "memory",
            Activations => "activations",
            Slopes => "slopes",
            Gradients => "gradients",
            Answers => "answers",
            Stored => "stored",
            Norms => "norms",
            Parts => "parts",
            Metrics => "metrics",
        }
    }

    /// What it is an array of, in the shaders.
    pub(super) const fn element(self) -> &'static str {
        match self {
            Images | Minibatch => "vec4u",
            Labels | Order => "u32",
            Answers => "vec2f",
            Norms => "f32",
            Memory | Activations | Slopes | Gradients | Stored | Parts | Metrics => "vec4f",
        }
    }
}

/// How a stage accesses a storage buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    ReadWrite,
}

/// What Rust generates for a stage, beside the constants that every stage has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Generated {
    /// The sizes and places of its layer.
    Layer,
    /// Which parameters each invocation takes.
    Tiles,
    /// That, and the optimizers that race.
    Update,
    /// Nothing.
    Nothing,
}

/// How the work of a stage is cut.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    /// Images for which a line with # is repeated.
    pub(super) tile: usize,
    /// Invocations in a workgroup.
    pub(super) group: usize,
    /// Invocations that share a sum.
    pub(super) split: usize,
    /// Files that it takes.
    pub(super) files: &'static [&'static str],
}

impl Shape {
    const fn new(tile: usize, group: usize) -> Self {
        Self { tile, group, split: 1, files: &[] }
    }

    const fn split(self, split: usize) -> Self {
        Self { split, ..self }
    }

    const fn with(self, files: &'static [&'static str]) -> Self {
        Self { files, ..self }
    }
}

/// A compute stage.
pub(super) struct Stage {
    /// The name of its entry point.
    pub(super) entry: &'static str,
    /// Its files, in any order: so WGSL takes them.
    pub(super) files: &'static [&'static str],
    pub(super) generated: Generated,
    /// Whether the hidden units' activation is part of it.
    pub(super) activates: bool,
    pub(super) shape: Shape,
    /// The same on a software adapter.
    pub(super) software: Shape,
    /// In the order of the bindings, from 1; binding 0 is the step's uniform.
    pub(super) buffers: &'static [(Access, Data)],
}

macro_rules! shader {
    ($name:literal) => {
        include_str!(concat!("../../../shaders/", $name, ".wgsl"))
    };
}

/// The hidden layer that sees the pixels. Hardware has many invocations to keep busy: seven share a sum. Software has few,
/// and reads the weights for more images at once.
pub(super) const FIRST_LAYER: Stage = Stage {
    entry: "first_layer",
    files: &[shader!("first_layer"), shader!("inputs"), shader!("units"), shader!("dropout")],
    generated: Generated::Layer,
    activates: true,
    shape: Shape::new(4, 224).split(7).with(&[shader!("sums_shared")]),
    software: Shape::new(8, 64).with(&[shader!("sums_alone")]),
    buffers: &[
        (Read, Images),
        (Read, Order),
        (Read, Memory),
        (ReadWrite, Activations),
        (ReadWrite, Slopes),
        (ReadWrite, Minibatch),
    ],
};

/// The output layer where it sees the pixels itself: its logits.
pub(super) const FIRST_LOGITS: Stage = Stage {
    files: &[shader!("first_layer"), shader!("inputs"), shader!("logits")],
    activates: false,
    buffers: &[(Read, Images), (Read, Order), (Read, Memory), (ReadWrite, Activations), (ReadWrite, Minibatch)],
    ..FIRST_LAYER
};

/// A further hidden layer.
pub(super) const HIDDEN_LAYER: Stage = Stage {
    entry: "hidden_layer",
    files: &[shader!("hidden_layer"), shader!("units"), shader!("dropout")],
    shape: Shape::new(4, 64),
    software: Shape::new(4, 64),
    buffers: &[(Read, Memory), (ReadWrite, Activations), (ReadWrite, Slopes)],
    ..FIRST_LAYER
};

/// The output layer behind a hidden one, forward and backward. Software adapters make a thread of its own of every four
/// invocations that meet at a barrier, which costs more than what it saves them.
pub(super) const OUTPUT_LAYER: Stage = Stage {
    entry: "output_layer",
    files: &[shader!("output_layer"), shader!("answers"), shader!("give_back"), shader!("dropout")],
    generated: Generated::Layer,
    activates: false,
    shape: Shape::new(4, 32),
    software: Shape::new(4, 4),
    buffers: &[
        (Read, Labels),
        (Read, Order),
        (Read, Memory),
        (Read, Activations),
        (Read, Slopes),
        (ReadWrite, Gradients),
        (ReadWrite, Answers),
    ],
};

/// The answers to logits that [`FIRST_LOGITS`] found.
pub(super) const ANSWER_LAYER: Stage = Stage {
    entry: "answer_layer",
    files: &[shader!("answer_layer"), shader!("answers")],
    shape: Shape::new(1, 64),
    software: Shape::new(1, 64),
    buffers: &[(Read, Labels), (Read, Order), (Read, Activations), (ReadWrite, Gradients), (ReadWrite, Answers)],
    ..OUTPUT_LAYER
};

/// A further hidden layer, backward.
pub(super) const BACKWARD_LAYER: Stage = Stage {
    entry: "backward_layer",
    files: &[shader!("backward_layer"), shader!("give_back"), shader!("dropout")],
    generated: Generated::Layer,
    activates: false,
    shape: Shape::new(4, 64),
    software: Shape::new(4, 64),
    buffers: &[(Read, Memory), (Read, Slopes), (ReadWrite, Gradients)],
};

/// All parameters: their gradient, used at once. Hardware reads some images ahead.
pub(super) const UPDATE: Stage = Stage {
    entry: "update",
    files: &[shader!("update"), shader!("tiles"), shader!("gradient"), shader!("inputs"), shader!("no_factor")],
    generated: Generated::Update,
    activates: false,
    shape: Shape::new(16, 32).with(&[shader!("pixels_by_word")]),
    software: Shape::new(1, 64).with(&[shader!("pixels_by_block")]),
    buffers: &[
        (Read, Minibatch),
        (Read, Activations),
        (Read, Slopes),
        (Read, Gradients),
        (Read, Answers),
        (ReadWrite, Memory),
        (ReadWrite, Parts),
    ],
};

/// Where a racer clips by the norm, the gradient alone.
pub(super) const STORE_GRADIENT: Stage = Stage {
    entry: "store_gradient",
    files: &[shader!("store_gradient"), shader!("tiles"), shader!("gradient"), shader!("inputs")],
    generated: Generated::Tiles,
    buffers: &[(Read, Minibatch), (Read, Activations), (Read, Gradients), (ReadWrite, Stored), (ReadWrite, Norms)],
    ..UPDATE
};

/// And the update behind it.
pub(super) const CLIPPED_UPDATE: Stage = Stage {
    files: &[shader!("update"), shader!("tiles"), shader!("stored_gradient")],
    shape: Shape::new(16, 32),
    software: Shape::new(1, 64),
    buffers: &[(Read, Stored), (Read, Norms), (Read, Slopes), (Read, Answers), (ReadWrite, Memory), (ReadWrite, Parts)],
    ..UPDATE
};

/// The sums of what the steps of a submission measured.
pub(super) const SUMMARY: Stage = Stage {
    entry: "summary",
    files: &[shader!("summary")],
    generated: Generated::Nothing,
    activates: false,
    shape: Shape::new(1, 64),
    software: Shape::new(1, 64),
    buffers: &[(Read, Parts), (ReadWrite, Metrics)],
};
