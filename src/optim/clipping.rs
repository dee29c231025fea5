//! Gradient clipping, for any optimizer: of the loss's gradient, before penalties join it and before the optimizer sees it.
//!
//! First every component is held within ±value, as `torch.nn.utils.clip_grad_value_` does; then all are scaled so that
//! their 2-norm is at most the given one: g ← g·min(1, n/(‖g‖ + 1e-6)), `torch.nn.utils.clip_grad_norm_`. Pascanu et al.
//! 2013, "On the difficulty of training recurrent neural networks", algorithm 1.

use super::{Knob, Scale, Settings};

/// n.
pub(super) const CLIP_NORM: Knob = Knob {
    name: "clip_norm",
    label: text!("Clip norm", "按范数裁剪"),
    symbol: "",
    min: 0.0,
    max: 100.0,
    default: 0.0,
    scale: Scale::LogFromZero { smallest: 1e-3 },
    doc: text!(
        "Shortens a gradient that is longer than this, and keeps its direction, so that no minibatch throws the \
         network far. 0 is off.",
        "把超过此长度的梯度缩短，方向不变，使任何一个小批量都不会把网络甩得太远。0 表示关闭。"
    ),
};

/// The bound of each component.
pub(super) const CLIP_VALUE: Knob = Knob {
    name: "clip_value",
    label: text!("Clip value", "按值裁剪"),
    symbol: "",
    min: 0.0,
    max: 100.0,
    default: 0.0,
    scale: Scale::LogFromZero { smallest: 1e-4 },
    doc: text!(
        "Cuts every parameter's own gradient to at most this size, which also turns its direction. 0 is off.",
        "把每个参数自己的梯度限制在此大小以内，这也会改变梯度的方向。0 表示关闭。"
    ),
};

/// What stands in [`Clipping`] where nothing is clipped.
pub const UNCLIPPED: f32 = 1e38;

/// A racer's bounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clipping {
    /// Of each component's size; [`UNCLIPPED`] for none.
    pub value: f32,
    /// Of the gradient's 2-norm over all parameters; [`UNCLIPPED`] for none.
    pub norm: f32,
}

impl Clipping {
    /// Settings -> bounds.
    pub(super) fn new(settings: &Settings) -> Self {
        let bound = |knob: &Knob| match settings.get(knob) {
            0.0 => UNCLIPPED,
            bound => bound as f32,
        };
        Self { value: bound(&CLIP_VALUE), norm: bound(&CLIP_NORM) }
    }

    /// Whether the norm of the whole gradient must be known before anything is updated.
    pub fn needs_norm(&self) -> bool {
        self.norm < UNCLIPPED
    }

    /// A component of the gradient, held within its bound. A NaN stays one.
    pub fn component(&self, g: f32) -> f32 {
        g.clamp(-self.value, self.value)
    }

    /// The gradient's norm, its components clipped -> what each is multiplied by.
    pub fn factor(&self, norm: f32) -> f32 {
        // A norm that is NaN must not pass as one that is short.
        let factor = self.norm / (norm + 1e-6);
        if factor >= 1.0 { 1.0 } else { factor }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optim;

    #[test]
    fn zero_is_off() {
        let mut settings = Settings::new(optim::ALL[0]);
        let clipping = Clipping::new(&settings);
        assert!(!clipping.needs_norm());
        assert_eq!((clipping.component(-1e30), clipping.factor(1e30)), (-1e30, 1.0));
        settings.set("clip_norm", &CLIP_NORM, 2.0).expect("in range");
        assert!(Clipping::new(&settings).needs_norm());
    }

    #[test]
    fn bounds_by_hand() {
        let clipping = Clipping { value: 0.5, norm: 2.0 };
        assert_eq!([0.7, -3.0, 0.1].map(|g| clipping.component(g)), [0.5, -0.5, 0.1]);
        assert!((clipping.factor(4.0) - 0.5).abs() < 1e-6);
        assert_eq!(clipping.factor(1.9), 1.0);
        assert!(clipping.component(f32::NAN).is_nan() && clipping.factor(f32::NAN).is_nan());
    }
}
