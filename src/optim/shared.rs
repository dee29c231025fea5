//! Knobs that several optimizers have. One that means something else by it says so in its own doc.

use super::{Knob, Scale};

/// The learning rate, which every optimizer has; only the default differs.
pub(super) const fn learning_rate(default: f64) -> Knob {
    Knob {
        name: "learning_rate",
        label: text!("Learning rate", "学习率"),
        symbol: "α",
        min: 1e-5,
        max: 10.0,
        default,
        scale: Scale::Log,
        doc: text!(
            "How far each step moves. Too small crawls; too large overshoots, and the network may collapse.",
            "每一步走多远。太小则进展缓慢；太大会越过谷底，网络可能崩溃。"
        ),
    }
}

/// The constant under the fraction bar.
pub(super) const EPSILON: Knob = Knob {
    name: "epsilon",
    label: text!("Epsilon", "数值稳定项"),
    symbol: "ε",
    min: 1e-10,
    max: 1.0,
    default: 1e-8,
    scale: Scale::Log,
    doc: text!(
        "Keeps the division finite. Made large, it outweighs the root, and the steps lose their adaptation.",
        "避免除以零。调大后它会盖过平方根，步长便失去自适应性。"
    ),
};

/// The share of the previous step in the next one.
pub(super) const MOMENTUM: Knob = Knob {
    name: "momentum",
    label: text!("Momentum", "动量"),
    symbol: "μ",
    min: 0.0,
    max: 0.999,
    default: 0.0,
    scale: Scale::LogToOne,
    doc: text!(
        "How much of the previous step is kept. At 0 each step follows its own minibatch; at 0.9 ten agree.",
        "上一步保留多少。为 0 时每一步只看自己的小批量；为 0.9 时约有十步共同决定方向。"
    ),
};

/// The memory of squared gradients where there is only one memory.
pub(super) const RHO: Knob = Knob {
    name: "rho",
    label: text!("Decay rate", "衰减率"),
    symbol: "ρ",
    min: 0.0,
    max: 0.9999,
    default: 0.9,
    scale: Scale::LogToOne,
    doc: text!(
        "How much of the running mean of squared gradients is kept each step. 0.9 remembers about ten steps.",
        "每一步保留多少梯度平方的滑动平均。0.9 大约记住十步。"
    ),
};

/// The memory of gradients.
pub(super) const BETA1: Knob = Knob {
    name: "beta1",
    label: text!("Beta 1", "一阶衰减率"),
    symbol: "β₁",
    min: 0.0,
    max: 0.999,
    default: 0.9,
    scale: Scale::LogToOne,
    doc: text!(
        "How much of the running mean of gradients, the momentum, is kept each step.",
        "每一步保留多少梯度的滑动平均，也就是动量。"
    ),
};

/// The memory of squared gradients beside that of gradients.
pub(super) const BETA2: Knob = Knob {
    name: "beta2",
    label: text!("Beta 2", "二阶衰减率"),
    symbol: "β₂",
    min: 0.0,
    max: 0.9999,
    default: 0.999,
    scale: Scale::LogToOne,
    doc: text!(
        "How much of the running mean of squared gradients is kept each step.",
        "每一步保留多少梯度平方的滑动平均。"
    ),
};
