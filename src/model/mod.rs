//! The network: its layers' tensors in one flat buffer of parameters, how they start, and what a unit does.

mod activation;
pub mod dropout;
mod forward;
mod initializer;

pub use activation::{Activation, DEAD_SLOPE};
pub use initializer::Initializer;

use crate::data::{CLASSES, PIXELS};

/// The most hidden layers.
pub const HIDDEN_LAYERS: usize = 3;

/// The fewest units of a hidden layer.
pub const NARROWEST: usize = 8;

/// The most units of a hidden layer.
pub const WIDEST: usize = 512;

/// A tensor's place in the flat buffer of parameters, row-major.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tensor {
    /// Its name: `W1` or `b1`, by its layer's number.
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

/// A layer's parameters: z = x·W + b.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layer {
    /// W, [inputs, units].
    pub weights: Tensor,
    /// b, \[units\].
    pub biases: Tensor,
}

impl Layer {
    /// What it reads from: pixels, or the units of the layer before it.
    pub const fn inputs(&self) -> usize {
        self.weights.rows
    }

    /// Its units.
    pub const fn units(&self) -> usize {
        self.weights.columns
    }
}

/// The names of a layer's weights and biases, by its place.
const NAMES: [(&str, &str); HIDDEN_LAYERS + 1] = [("W1", "b1"), ("W2", "b2"), ("W3", "b3"), ("W4", "b4")];

/// 784 pixels, 0 to [`HIDDEN_LAYERS`] hidden layers, ten classes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    /// The units of each hidden layer, [`NARROWEST`] to [`WIDEST`].
    pub hidden: Vec<usize>,
    /// What the hidden units do.
    pub activation: Activation,
}

impl Default for Network {
    /// 784-128-10, ReLU.
    fn default() -> Self {
        Self { hidden: vec![128], activation: Activation::Relu }
    }
}

impl Network {
    /// The sizes of its layers from the pixels to the classes: `784-128-10`.
    pub fn sizes(&self) -> String {
        let sizes = [PIXELS].iter().chain(&self.hidden).chain(&[CLASSES]);
        sizes.map(ToString::to_string).collect::<Vec<_>>().join("-")
    }

    /// The layers in order, the output layer last. Their tensors lie in the flat buffer one behind the other: W1, b1,
    /// W2, b2, ….
    pub fn layers(&self) -> Vec<Layer> {
        let mut inputs = PIXELS;
        let mut start = 0;
        let units = self.hidden.iter().copied().chain([CLASSES]);
        let layer = |(units, (weights, biases)): (usize, (&'static str, &'static str))| {
            let weights = Tensor { name: weights, rows: inputs, columns: units, start };
            let biases = Tensor { name: biases, rows: 1, columns: units, start: weights.end() };
            (inputs, start) = (units, biases.end());
            Layer { weights, biases }
        };
        units.zip(NAMES).map(layer).collect()
    }

    /// The tensors in the flat buffer's order.
    pub fn tensors(&self) -> Vec<Tensor> {
        self.layers().into_iter().flat_map(|layer| [layer.weights, layer.biases]).collect()
    }

    /// Floats in the flat buffer: 101,770 for 784-128-10.
    pub fn parameters(&self) -> usize {
        self.tensors().last().map_or(0, Tensor::end)
    }

    /// All hidden units together.
    pub fn hidden_units(&self) -> usize {
        self.hidden.iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn starts(hidden: &[usize]) -> Vec<usize> {
        let network = Network { hidden: hidden.to_vec(), ..Network::default() };
        network.tensors().iter().map(|tensor| tensor.start).chain([network.parameters()]).collect()
    }

    #[test]
    fn tensors_fill_the_buffer_in_order() {
        assert_eq!(starts(&[128]), [0, 100_352, 100_480, 101_760, 101_770]);
        assert_eq!(starts(&[]), [0, 7840, 7850]);
        assert_eq!(starts(&[8, 9, 10]), [0, 6272, 6280, 6352, 6361, 6451, 6461, 6561, 6571]);
    }

    #[test]
    fn layers_read_from_the_one_before() {
        let network = Network { hidden: vec![64, 32], ..Network::default() };
        let shapes: Vec<_> = network.layers().iter().map(|layer| (layer.inputs(), layer.units())).collect();
        assert_eq!(shapes, [(784, 64), (64, 32), (32, 10)]);
        assert_eq!(network.layers().last().map(|layer| layer.weights.name), Some("W3"));
        assert_eq!(network.hidden_units(), 96);
    }
}
