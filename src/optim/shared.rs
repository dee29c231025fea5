//! Knobs that several optimizers have. One that means something else by it says so in its own doc.

use super::{Knob, Scale};

/// The learning rate, which every optimizer has; only the default differs.
pub(super) const fn learning_rate(default: f64) -> Knob {
    Knob {
        name: "learning_rate",
        label: "Learning rate",
        symbol: "α",
        min: 1e-5,
        max: 10.0,
        default,
        scale: Scale::Log,
        doc: "How far each step moves. Too small crawls; too large overshoots, and the network may collapse.",
    }
}

/// The constant under the fraction bar.
pub(super) const EPSILON: Knob = Knob {
    name: "epsilon",
    label: "Epsilon",
    symbol: "ε",
    min: 1e-10,
    max: 1.0,
    default: 1e-8,
    scale: Scale::Log,
    doc: "Keeps the division finite. Made large, it outweighs the root, and the steps lose their adaptation.",
};

/// The share of the previous step in the next one.
pub(super) const MOMENTUM: Knob = Knob {
    name: "momentum",
    label: "Momentum",
    symbol: "μ",
    min: 0.0,
    max: 0.999,
    default: 0.0,
    scale: Scale::LogToOne,
    doc: "How much of the previous step is kept. At 0 each step follows its own minibatch; at 0.9 ten agree.",
};

/// The memory of squared gradients where there is only one memory.
pub(super) const RHO: Knob = Knob {
    name: "rho",
    label: "Decay rate",
    symbol: "ρ",
    min: 0.0,
    max: 0.9999,
    default: 0.9,
    scale: Scale::LogToOne,
    doc: "How much of the running mean of squared gradients is kept each step. 0.9 remembers about ten steps.",
};

/// The memory of gradients.
pub(super) const BETA1: Knob = Knob {
    name: "beta1",
    label: "Beta 1",
    symbol: "β₁",
    min: 0.0,
    max: 0.999,
    default: 0.9,
    scale: Scale::LogToOne,
    doc: "How much of the running mean of gradients, the momentum, is kept each step.",
};

/// The memory of squared gradients beside that of gradients.
pub(super) const BETA2: Knob = Knob {
    name: "beta2",
    label: "Beta 2",
    symbol: "β₂",
    min: 0.0,
    max: 0.9999,
    default: 0.999,
    scale: Scale::LogToOne,
    doc: "How much of the running mean of squared gradients is kept each step.",
};
