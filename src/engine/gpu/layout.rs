//! How the parameters lie on the device: as in [`Network`], but every row of a layer padded to whole fours of units.
//!
//! What is padding stays zero: its gradient is zero, and no optimizer moves a parameter whose gradient and state are.

use crate::model::{Layer, Network, Tensor};

/// Floats that an invocation takes as a `vec4f`, pixels in a word.
pub(super) const LANES: usize = 4;

/// A layer on the device. Places and sizes are in fours of floats.
#[derive(Clone)]
pub(super) struct Padded {
    /// Its tensors in the flat buffer of parameters.
    pub(super) layer: Layer,
    /// What it reads from, padded: pixels, or units of the layer before it, fours of them.
    pub(super) inputs: usize,
    /// Its units, fours of them.
    pub(super) columns: usize,
    /// Where its weights start in a slot of a racer's memory, [4 · inputs, columns].
    pub(super) weights: usize,
    /// Where its biases start, \[columns\].
    pub(super) biases: usize,
    /// Where its units start in an image's row.
    pub(super) place: usize,
}

/// A network on the device.
#[derive(Clone)]
pub(super) struct Layout {
    /// The output layer last.
    pub(super) layers: Vec<Padded>,
    /// Fours in a slot of a racer's memory: all parameters.
    pub(super) slot: usize,
    /// Fours in an image's row: what every unit has to say of it, the logits last.
    pub(super) row: usize,
}

impl Layout {
    pub(super) fn new(network: &Network) -> Self {
        let (mut slot, mut row) = (0, 0);
        let pad = |layer: Layer| {
            let (inputs, columns) = (layer.inputs().div_ceil(LANES), layer.units().div_ceil(LANES));
            let (weights, place) = (slot, row);
            let biases = weights + inputs * LANES * columns;
            (slot, row) = (biases + columns, place + columns);
            Padded { layer, inputs, columns, weights, biases, place }
        };
        let layers = network.layers().into_iter().map(pad).collect();
        Self { layers, slot, row }
    }

    /// The layers that have activations, the output layer left out.
    pub(super) fn hidden(&self) -> &[Padded] {
        self.layers.split_last().map_or(&[], |(_, hidden)| hidden)
    }

    /// All hidden units, without padding.
    pub(super) fn hidden_units(&self) -> usize {
        self.hidden().iter().map(|padded| padded.layer.units()).sum()
    }

    /// All parameters, without padding.
    pub(super) fn parameters(&self) -> usize {
        self.layers.last().map_or(0, |padded| padded.layer.biases.end())
    }

    /// Parameters as in [`Network::tensors`] -> a slot of a racer's memory.
    pub(super) fn pad(&self, parameters: &[f32]) -> Vec<f32> {
        let mut slot = vec![0.0; self.slot * LANES];
        for (tensor, start, stride) in self.tensors() {
            let rows = parameters[tensor.range()].chunks(tensor.columns);
            for (row, padded) in rows.zip(slot[start..].chunks_mut(stride)) {
                padded[..tensor.columns].copy_from_slice(row);
            }
        }
        slot
    }

    /// A slot of a racer's memory -> parameters as in [`Network::tensors`].
    pub(super) fn unpad(&self, slot: &[f32]) -> Vec<f32> {
        let mut parameters = Vec::new();
        for (tensor, start, stride) in self.tensors() {
            for row in slot[start..].chunks(stride).take(tensor.rows) {
                parameters.extend_from_slice(&row[..tensor.columns]);
            }
        }
        parameters
    }

    /// Each tensor, and in floats where it starts on the device and how far apart its rows are.
    fn tensors(&self) -> impl Iterator<Item = (Tensor, usize, usize)> {
        self.layers.iter().flat_map(|padded| {
            let Layer { weights, biases } = padded.layer;
            let stride = padded.columns * LANES;
            [(weights, padded.weights * LANES, stride), (biases, padded.biases * LANES, stride)]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_padded_comes_back() {
        for hidden in [vec![], vec![128], vec![9, 510, 11]] {
            let network = Network { hidden, ..Network::default() };
            let layout = Layout::new(&network);
            let parameters: Vec<f32> = (1..=network.parameters()).map(|at| at as f32).collect();
            let slot = layout.pad(&parameters);
            assert_eq!(slot.iter().filter(|value| **value != 0.0).count(), parameters.len());
            assert_eq!(layout.unpad(&slot), parameters);
        }
    }
}
