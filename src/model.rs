//! The network 784-128-10: its tensors in one flat buffer, and how they start.

use rand_pcg::Pcg64;

use crate::data::{CLASSES, PIXELS, random};

/// Hidden units.
pub const HIDDEN: usize = 128;

/// A tensor's place in the flat buffer of parameters, row-major.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tensor {
    /// Its name: `W1`, `b1`, `W2` or `b2`.
    pub name: &'static str,
    /// Rows: the units it reads from; 1 for a bias.
    pub rows: usize,
    /// Columns: the units it feeds.
    pub columns: usize,
    /// Index of its first float.
    pub start: usize,
}

impl Tensor {
    /// How many floats it holds.
    pub const fn len(&self) -> usize {
        self.rows * self.columns
    }

    /// Whether it holds no float at all.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Index behind its last float.
    pub const fn end(&self) -> usize {
        self.start + self.len()
    }

    /// Its floats' indices.
    pub const fn range(&self) -> std::ops::Range<usize> {
        self.start..self.end()
    }
}

/// Weights of the hidden layer [784, 128].
pub const W1: Tensor = Tensor { name: "W1", rows: PIXELS, columns: HIDDEN, start: 0 };
/// Biases of the hidden layer \[128\].
pub const B1: Tensor = Tensor { name: "b1", rows: 1, columns: HIDDEN, start: W1.end() };
/// Weights of the output layer [128, 10].
pub const W2: Tensor = Tensor { name: "W2", rows: HIDDEN, columns: CLASSES, start: B1.end() };
/// Biases of the output layer \[10\].
pub const B2: Tensor = Tensor { name: "b2", rows: 1, columns: CLASSES, start: W2.end() };

/// The tensors in the flat buffer's order.
pub const TENSORS: [Tensor; 4] = [W1, B1, W2, B2];

/// Floats in the flat buffer: 101,770.
pub const PARAMETERS: usize = B2.end();

/// How the weights start. Biases start at zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Initializer {
    /// Normal with deviation √(2/fan-in). He et al. 2015, "Delving deep into rectifiers", eq. 10.
    HeNormal,
    /// Uniform within ±√(6/(fan-in + fan-out)). Glorot & Bengio 2010, eq. 16.
    GlorotUniform,
    /// Uniform within ±1/√fan-in, as `torch.nn.Linear` starts its weights.
    Pytorch,
    /// All zero: the hidden units stay alike and dead, the classic mistake.
    Zeros,
}

impl Initializer {
    /// Every initialiser, the default first.
    pub const ALL: [Self; 4] = [Self::HeNormal, Self::GlorotUniform, Self::Pytorch, Self::Zeros];

    /// Its name in JSON.
    pub const fn id(self) -> &'static str {
        match self {
            Self::HeNormal => "he_normal",
            Self::GlorotUniform => "glorot_uniform",
            Self::Pytorch => "pytorch",
            Self::Zeros => "zeros",
        }
    }

    /// Seed -> the flat buffer \[101770\]. The weights are drawn from PCG64 stream 0 of the seed, W1 then W2, in
    /// f64, and rounded to f32.
    pub fn parameters(self, seed: u32) -> Vec<f32> {
        let mut generator = random::generator(seed.into(), 0);
        let mut parameters = vec![0.0; PARAMETERS];
        for tensor in [W1, W2] {
            self.fill(&mut generator, tensor, &mut parameters[tensor.range()]);
        }
        parameters
    }

    fn fill(self, generator: &mut Pcg64, tensor: Tensor, weights: &mut [f32]) {
        let (fan_in, fan_out) = (tensor.rows as f64, tensor.columns as f64);
        let limit = match self {
            Self::HeNormal => return fill_normal(generator, (2.0 / fan_in).sqrt(), weights),
            Self::GlorotUniform => (6.0 / (fan_in + fan_out)).sqrt(),
            Self::Pytorch => 1.0 / fan_in.sqrt(),
            Self::Zeros => return,
        };
        for weight in weights {
            *weight = ((2.0 * random::uniform(generator) - 1.0) * limit) as f32;
        }
    }
}

fn fill_normal(generator: &mut Pcg64, deviation: f64, weights: &mut [f32]) {
    for pair in weights.chunks_exact_mut(2) {
        let normals = random::normal_pair(generator);
        for (weight, normal) in pair.iter_mut().zip(normals) {
            *weight = (normal * deviation) as f32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tensors_fill_the_buffer_in_order() {
        assert_eq!(PARAMETERS, 101_770);
        assert_eq!(TENSORS.map(|tensor| tensor.start), [0, 100_352, 100_480, 101_760]);
    }

    #[test]
    fn initialisers_have_their_deviation() {
        // Deviation of a uniform within ±L: L/√3.
        let expected = [(2.0 / 784.0f64).sqrt(), (2.0 / 912.0f64).sqrt(), (1.0 / (3.0 * 784.0f64)).sqrt(), 0.0];
        for (initializer, expected) in Initializer::ALL.into_iter().zip(expected) {
            let parameters = initializer.parameters(3);
            let weights = &parameters[W1.range()];
            let variance = weights.iter().map(|w| f64::from(*w).powi(2)).sum::<f64>() / weights.len() as f64;
            assert!((variance.sqrt() - expected).abs() < 0.01 * expected + 1e-12, "{}", initializer.id());
            assert!(parameters[B1.range()].iter().chain(&parameters[B2.range()]).all(|bias| *bias == 0.0));
        }
    }

    #[test]
    fn a_seed_gives_one_start_and_another_gives_another() {
        let start = |seed| Initializer::HeNormal.parameters(seed);
        assert_eq!(start(1), start(1));
        assert_ne!(start(1), start(2));
    }
}
