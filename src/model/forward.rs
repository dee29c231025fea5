//! One image through the network, in plain arithmetic: for looking at single images, where nobody waits for speed.

use crate::data::CLASSES;
use crate::model::{DEAD_SLOPE, Layer, Network};

impl Network {
    /// `parameters` as in [`Network::tensors`] and an image's inputs \[784\] -> the probability of each class, as the
    /// softmax of the logits.
    pub fn probabilities(&self, parameters: &[f32], inputs: &[f32]) -> [f32; CLASSES] {
        let mut logits = Vec::new();
        let mut units = inputs.to_vec();
        for layer in self.layers() {
            logits = sums(&layer, parameters, &units);
            units = logits.iter().map(|z| self.activation.apply(*z).0).collect();
        }
        let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let powers: Vec<f32> = logits.iter().map(|logit| (logit - most).exp()).collect();
        let whole: f32 = powers.iter().sum();
        std::array::from_fn(|class| powers[class] / whole)
    }

    /// Which units of the first hidden layer no image of `images` (inputs, 784 each) moves: those whose slope stays
    /// below [`DEAD_SLOPE`], as the racers' dead units are counted. Empty for a network without hidden layers.
    pub fn dead_units<'a>(&self, parameters: &[f32], images: impl Iterator<Item = &'a [f32]>) -> Vec<bool> {
        let Some(units) = self.hidden.first() else { return Vec::new() };
        let layers = self.layers();
        let mut dead = vec![true; *units];
        for image in images {
            for (dead, z) in dead.iter_mut().zip(sums(&layers[0], parameters, image)) {
                *dead &= self.activation.apply(z).1 < DEAD_SLOPE;
            }
        }
        dead
    }
}

/// z = x·W + b.
fn sums(layer: &Layer, parameters: &[f32], inputs: &[f32]) -> Vec<f32> {
    let weights = &parameters[layer.weights.range()];
    let mut sums = parameters[layer.biases.range()].to_vec();
    for (input, row) in inputs.iter().zip(weights.chunks_exact(layer.units())) {
        // Most pixels are black.
        if *input != 0.0 {
            sums.iter_mut().zip(row).for_each(|(sum, weight)| *sum += input * weight);
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::PIXELS;
    use crate::model::Initializer;

    #[test]
    fn probabilities_are_those_of_the_softmax() {
        // Without hidden layers and weights, the logits are the biases.
        let network = Network { hidden: Vec::new(), ..Network::default() };
        let mut parameters = vec![0.0; network.parameters()];
        parameters[7840] = 2f32.ln();
        let found = network.probabilities(&parameters, &[0.5; PIXELS]);
        assert!((found[0] - 2.0 / 11.0).abs() < 1e-6 && (found[9] - 1.0 / 11.0).abs() < 1e-6, "{found:?}");
        // One pixel's weight to class 3.
        parameters[5 * CLASSES + 3] = 4.0;
        let mut image = [0.0; PIXELS];
        image[5] = 0.5;
        let found = network.probabilities(&parameters, &image);
        let whole = 2.0 + 8.0 + 2f32.exp();
        assert!((found[3] - 2f32.exp() / whole).abs() < 1e-6, "{found:?}");
    }

    #[test]
    fn a_unit_that_nothing_moves_is_dead() {
        let network = Network { hidden: vec![8, 8], ..Network::default() };
        let mut parameters = Initializer::ALL[0].parameters(&network, 1);
        let biases = network.layers()[0].biases;
        parameters[biases.start + 2] = -1e6;
        let images = [vec![0.3; PIXELS], vec![0.9; PIXELS]];
        let dead = network.dead_units(&parameters, images.iter().map(Vec::as_slice));
        assert!(dead[2] && dead.iter().any(|dead| !dead), "{dead:?}");
        let linear = Network { hidden: Vec::new(), ..Network::default() };
        assert!(linear.dead_units(&vec![0.0; 7850], images.iter().map(Vec::as_slice)).is_empty());
    }
}
