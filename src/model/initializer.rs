//! How the weights start.

use rand_pcg::Pcg64;

use super::{Network, Tensor};
use crate::data::random;
use crate::text::Alternative;

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
    /// What they are called.
    pub const ALTERNATIVES: [Alternative; 4] = [
        Alternative { name: "he_normal", label: text!("He normal", "He 正态") },
        Alternative { name: "glorot_uniform", label: text!("Glorot uniform", "Glorot 均匀") },
        Alternative { name: "pytorch", label: text!("PyTorch’s", "PyTorch 默认") },
        Alternative { name: "zeros", label: text!("all zero", "全零") },
    ];

    /// Every initialiser, the default first.
    pub const ALL: [Self; 4] = [Self::HeNormal, Self::GlorotUniform, Self::Pytorch, Self::Zeros];

    /// Its name in JSON.
    pub const fn id(self) -> &'static str {
        Self::ALTERNATIVES[self as usize].name
    }

    /// Seed -> `network`'s flat buffer. The weights are drawn from PCG64 stream 0 of the seed, layer after layer, in
    /// f64, and rounded to f32.
    pub fn parameters(self, network: &Network, seed: u32) -> Vec<f32> {
        let mut generator = random::generator(seed.into(), 0);
        let mut parameters = vec![0.0; network.parameters()];
        for layer in network.layers() {
            self.fill(&mut generator, layer.weights, &mut parameters[layer.weights.range()]);
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

/// Pairs of normals; of a last one that is half used, the second is lost.
fn fill_normal(generator: &mut Pcg64, deviation: f64, weights: &mut [f32]) {
    for pair in weights.chunks_mut(2) {
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
    fn initialisers_have_their_deviation() {
        // Deviation of a uniform within ±L: L/√3.
        let expected = [(2.0 / 784.0f64).sqrt(), (2.0 / 912.0f64).sqrt(), (1.0 / (3.0 * 784.0f64)).sqrt(), 0.0];
        let network = Network::default();
        let layers = network.layers();
        for (initializer, expected) in Initializer::ALL.into_iter().zip(expected) {
            let parameters = initializer.parameters(&network, 3);
            let weights = &parameters[layers[0].weights.range()];
            let variance = weights.iter().map(|w| f64::from(*w).powi(2)).sum::<f64>() / weights.len() as f64;
            assert!((variance.sqrt() - expected).abs() < 0.01 * expected + 1e-12, "{}", initializer.id());
            assert!(layers.iter().all(|layer| parameters[layer.biases.range()].iter().all(|bias| *bias == 0.0)));
        }
    }

    #[test]
    fn a_seed_gives_one_start_and_another_gives_another() {
        let start = |seed| Initializer::HeNormal.parameters(&Network::default(), seed);
        assert_eq!(start(1), start(1));
        assert_ne!(start(1), start(2));
    }

    #[test]
    fn an_odd_number_of_weights_is_filled() {
        let network = Network { hidden: vec![9, 9], ..Network::default() };
        let parameters = Initializer::HeNormal.parameters(&network, 1);
        assert!(network.layers().iter().all(|layer| parameters[layer.weights.range()].iter().all(|w| *w != 0.0)));
    }
}
