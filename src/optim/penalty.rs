//! What holds weights down, for any optimizer: L1 and L2 in the gradient, and decay beside it. Biases are left alone.
//!
//! Trained on is loss + λ₁·Σ|w| + ½·λ₂·Σw², so g ← g + λ₁·sign(w) + λ₂·w, before the optimizer sees it (λ₂ is PyTorch's
//! `weight_decay` of `SGD`, `RMSprop` and `Adam`; half of it is Keras's `l2`). Decoupled decay acts beside the optimizer:
//! w ← w − α·λ·w. Loshchilov & Hutter 2019, "Decoupled weight decay regularization", algorithm 2, line 12, in the form
//! of PyTorch's `AdamW`, which decays before the step.

use super::{Knob, Scale, Settings};

/// λ₁.
pub(super) const L1: Knob = Knob {
    name: "l1",
    label: text!("L1", "L1 正则化"),
    symbol: "λ₁",
    min: 0.0,
    max: 0.1,
    default: 0.0,
    scale: Scale::LogFromZero { smallest: 1e-7 },
    doc: text!(
        "Pulls every weight to zero with the same force, so that weights nobody needs become exactly zero or nearly \
         so.",
        "以同样的力把每个权重拉向零，于是用不到的权重会变成零或接近零。"
    ),
};

/// λ₂.
pub(super) const L2: Knob = Knob {
    name: "l2",
    label: text!("L2", "L2 正则化"),
    symbol: "λ₂",
    min: 0.0,
    max: 1.0,
    default: 0.0,
    scale: Scale::LogFromZero { smallest: 1e-6 },
    doc: text!(
        "Pulls every weight to zero in proportion to its size, through the gradient: adaptive optimizers then \
         divide it like any gradient.",
        "按权重的大小通过梯度把它拉向零：自适应优化器会像对待普通梯度一样把它除掉一部分。"
    ),
};

/// λ.
pub(super) const WEIGHT_DECAY: Knob = Knob {
    name: "weight_decay",
    label: text!("Weight decay", "权重衰减"),
    symbol: "λ",
    min: 0.0,
    max: 1.0,
    default: 0.0,
    scale: Scale::LogFromZero { smallest: 1e-5 },
    doc: text!(
        "Shrinks every weight by a share at each step, beside the optimizer and not through the gradient, as AdamW \
         does.",
        "每一步按比例缩小每个权重，不经过梯度，也不经过优化器，与 AdamW 的做法相同。"
    ),
};

/// The share of the answer that goes to all classes alike. Szegedy et al. 2016, "Rethinking the Inception architecture",
/// section 7: trained on is the cross-entropy to (1 − s)·one-hot + s/10, as in `torch.nn.CrossEntropyLoss`; shown is the
/// loss without it, so that racers compare.
pub(super) const LABEL_SMOOTHING: Knob = Knob {
    name: "label_smoothing",
    label: text!("Label smoothing", "标签平滑"),
    symbol: "",
    min: 0.0,
    max: 0.9,
    default: 0.0,
    scale: Scale::Linear,
    doc: text!(
        "Asks for a little less than certainty: this share of the right answer is spread over all ten digits.",
        "要求的确定性略低于百分之百：正确答案的这一份平均分给全部十个数字。"
    ),
};

/// What a step's penalties come to, the same for every weight.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Penalty {
    /// λ₁.
    pub l1: f32,
    /// λ₂.
    pub l2: f32,
    /// 1 − α·λ: what decoupled decay leaves of a weight.
    pub kept: f32,
}

impl Penalty {
    /// Settings and the step's learning rate -> penalties.
    pub(super) fn new(settings: &Settings, rate: f64) -> Self {
        Self {
            l1: settings.get(&L1) as f32,
            l2: settings.get(&L2) as f32,
            kept: (1.0 - rate * settings.get(&WEIGHT_DECAY)) as f32,
        }
    }

    /// Whether it changes anything.
    pub fn acts(&self) -> bool {
        *self != Self { l1: 0.0, l2: 0.0, kept: 1.0 }
    }

    /// Weights and their gradient, before the optimizer's update -> the same with the penalties.
    pub fn apply(&self, weights: &mut [f32], gradient: &mut [f32]) {
        for (w, g) in weights.iter_mut().zip(gradient) {
            *g = *g + self.l1 * sign(*w) + self.l2 * *w;
            *w *= self.kept;
        }
    }
}

/// −1, 0 or 1. Not `signum`, which has no zero.
fn sign(w: f32) -> f32 {
    f32::from(i8::from(w > 0.0) - i8::from(w < 0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn penalties_by_hand() {
        let (mut weights, mut gradient) = ([2.0, 0.0, -4.0], [1.0, 1.0, 1.0]);
        Penalty { l1: 0.5, l2: 0.25, kept: 0.75 }.apply(&mut weights, &mut gradient);
        assert_eq!(gradient, [1.0 + 0.5 + 0.5, 1.0, 1.0 - 1.0 - 0.5]);
        assert_eq!(weights, [1.5, 0.0, -3.0]);
        assert!(!Penalty { kept: 1.0, ..Penalty::default() }.acts());
    }
}
