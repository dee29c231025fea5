//! What a hidden unit does with its input.

use crate::text::{Alternative, Text};

/// A hidden unit's function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// max(z, 0). Nair & Hinton 2010, "Rectified linear units improve restricted Boltzmann machines".
    Relu,
    /// The hyperbolic tangent. `LeCun` et al. 1998, "Efficient backprop", section 4.4.
    Tanh,
    /// ½·z·(1 + tanh(√(2/π)·(z + 0.044715·z³))). Hendrycks & Gimpel 2016, "Gaussian error linear units", section 2:
    /// `torch.nn.GELU(approximate="tanh")`.
    Gelu,
}

/// √(2/π).
const ROOT: f32 = 0.797_884_6;
/// The cubic term's factor in [`Activation::Gelu`].
const CUBIC: f32 = 0.044_715;

/// A unit whose slope stays below this for every image of a minibatch learns nothing from it: it counts as dead.
pub const DEAD_SLOPE: f32 = 1e-3;

impl Activation {
    /// What they are called.
    pub const ALTERNATIVES: [Alternative; 3] = [
        Alternative { name: "relu", label: Text::name("ReLU") },
        Alternative { name: "tanh", label: Text::name("tanh") },
        Alternative { name: "gelu", label: Text::name("GELU") },
    ];

    /// Every activation, the default first.
    pub const ALL: [Self; 3] = [Self::Relu, Self::Tanh, Self::Gelu];

    /// Its name in JSON.
    pub const fn id(self) -> &'static str {
        Self::ALTERNATIVES[self as usize].name
    }

    /// Its name on the page.
    pub const fn label(self) -> Text {
        Self::ALTERNATIVES[self as usize].label
    }

    /// Input -> output and slope, the derivative there. A NaN stays one, as it does in PyTorch.
    #[inline]
    pub fn apply(self, z: f32) -> (f32, f32) {
        match self {
            Self::Relu if z <= 0.0 => (0.0, 0.0),
            Self::Relu => (z, 1.0),
            Self::Tanh => {
                let output = tanh(z);
                (output, 1.0 - output * output)
            }
            Self::Gelu => {
                let tanh = tanh(ROOT * (z + CUBIC * z * z * z));
                let slope = ROOT * (1.0 + 3.0 * CUBIC * z * z);
                let half = 0.5 * (1.0 + tanh);
                // Far out the bracket's square is finite only in theory.
                let bend = if tanh.abs() == 1.0 { 0.0 } else { 0.5 * z * (1.0 - tanh * tanh) * slope };
                (z * half, half + bend)
            }
        }
    }
}

/// (1 − e^(−2|z|)) / (1 + e^(−2|z|)) with z's sign: the shaders' form, which cannot overflow.
fn tanh(z: f32) -> f32 {
    let decayed = libm::expf(-2.0 * z.abs());
    ((1.0 - decayed) / (1.0 + decayed)).copysign(z)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        let close = |found: (f32, f32), expected: (f32, f32)| {
            assert!(
                (found.0 - expected.0).abs() < 2e-6 && (found.1 - expected.1).abs() < 2e-6,
                "{found:?} {expected:?}"
            );
        };
        close(Activation::Relu.apply(1.5), (1.5, 1.0));
        close(Activation::Relu.apply(-1.5), (0.0, 0.0));
        close(Activation::Tanh.apply(0.5), (0.462_117_16, 0.786_447_7));
        close(Activation::Gelu.apply(1.0), (0.841_191_9, 1.082_964_1));
        close(Activation::Gelu.apply(-1.0), (-0.158_808_01, -0.082_964_08));
    }

    #[test]
    fn slopes_are_the_differences() {
        for activation in Activation::ALL {
            for at in [-3.0, -0.7, 0.2, 1.1, 4.0] {
                let difference = (activation.apply(at + 1e-2).0 - activation.apply(at - 1e-2).0) / 2e-2;
                assert!((difference - activation.apply(at).1).abs() < 1e-3, "{} at {at}", activation.id());
            }
        }
    }

    #[test]
    fn far_out_everything_is_finite_and_a_nan_stays_one() {
        for activation in Activation::ALL {
            for z in [-1e30, -1e4, 1e4, 1e30] {
                let (output, slope) = activation.apply(z);
                assert!(output.is_finite() && slope.is_finite(), "{} at {z}: {output} {slope}", activation.id());
            }
            assert!(activation.apply(f32::NAN).0.is_nan());
        }
    }
}
