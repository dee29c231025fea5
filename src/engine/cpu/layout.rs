//! How the parameters lie in the engine: in runs of blocks, each within one tensor, so that a block's gradient is one sum.
//!
//! The first layer's weights lie in panels, each the weights [784, 32] of 32 units: the pixels lit in an image name
//! rows of it. Later layers' weights lie transposed, [units, inputs]: forward they are read unit by unit, and backward
//! a unit's row joins the gradient of all inputs. Biases lie in order. What lies behind the last unit or input, in a block
//! or in a run, is zero and stays zero: it has no gradient, and no optimizer moves a parameter that has neither gradient
//! nor state.

use std::ops::Range;

use super::block::{LANES, RUN, Run, blocks};
use crate::data::PIXELS;
use crate::model::{self, Network};

/// A layer's place among the blocks.
#[derive(Clone, Debug)]
pub(super) struct Layer {
    /// Units.
    pub(super) units: usize,
    /// Blocks of its units: its panels.
    pub(super) panels: usize,
    /// Panels of what it reads from; none for the first layer, which reads pixels.
    pub(super) input_panels: usize,
    /// Blocks of the weights, from the start of a run on.
    pub(super) weights: Range<usize>,
    /// Blocks of the biases, from the start of a run on.
    pub(super) biases: Range<usize>,
}

impl Layer {
    /// The block and lane of the weight from `input` to `unit`.
    fn place(&self, input: usize, unit: usize) -> (usize, usize) {
        if self.input_panels == 0 {
            (self.weights.start + unit / LANES * PIXELS + input, unit % LANES)
        } else {
            (self.weights.start + unit * self.input_panels + input / LANES, input % LANES)
        }
    }
}

/// A network's parameters in blocks.
pub(super) struct Layout {
    tensors: Vec<model::Layer>,
    /// The layers in order, the output layer last.
    pub(super) layers: Vec<Layer>,
}

impl Layout {
    pub(super) fn new(network: &Network) -> Self {
        let tensors = network.layers();
        let (mut start, mut input_panels) = (0, 0);
        let layer = |tensors: &model::Layer| {
            let (units, panels) = (tensors.units(), blocks(tensors.units()));
            let weights = start..start + if input_panels == 0 { panels * PIXELS } else { units * input_panels };
            let behind_weights = weights.end.next_multiple_of(RUN);
            let biases = behind_weights..behind_weights + panels;
            let layer = Layer { units, panels, input_panels, weights, biases };
            (start, input_panels) = (layer.biases.end.next_multiple_of(RUN), panels);
            layer
        };
        let layers = tensors.iter().map(layer).collect();
        Self { tensors, layers }
    }

    /// The flat buffer -> runs.
    pub(super) fn pack(&self, flat: &[f32]) -> Vec<Run> {
        let blocks = self.layers.last().map_or(0, |layer| layer.biases.end);
        let mut packed = vec![Run::ZERO; blocks.div_ceil(RUN)];
        self.pair(|at, block, lane| packed[block / RUN].0[block % RUN][lane] = flat[at]);
        packed
    }

    /// Runs -> the flat buffer.
    pub(super) fn unpack(&self, packed: &[Run]) -> Vec<f32> {
        let mut flat = vec![0.0; self.tensors.last().map_or(0, |layer| layer.biases.end())];
        self.pair(|at, block, lane| flat[at] = packed[block / RUN].0[block % RUN][lane]);
        flat
    }

    /// Calls `pair` with every parameter's index in the flat buffer, its block and its lane.
    fn pair(&self, mut pair: impl FnMut(usize, usize, usize)) {
        for (layer, tensors) in self.layers.iter().zip(&self.tensors) {
            // Unit by unit within a row: so both sides lie close together.
            for input in 0..tensors.inputs() {
                for unit in 0..layer.units {
                    let (block, lane) = layer.place(input, unit);
                    pair(tensors.weights.start + input * layer.units + unit, block, lane);
                }
            }
            for unit in 0..layer.units {
                pair(tensors.biases.start + unit, layer.biases.start + unit / LANES, unit % LANES);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::block::blocks_of;
    use super::*;

    #[test]
    fn parameters_go_there_and_back() {
        for hidden in [&[][..], &[128], &[8, 512], &[40, 33, 9]] {
            let network = Network { hidden: hidden.to_vec(), ..Network::default() };
            let layout = Layout::new(&network);
            let flat: Vec<f32> = (1..=network.parameters()).map(|at| at as f32).collect();
            let packed = layout.pack(&flat);
            assert_eq!(layout.unpack(&packed), flat, "{hidden:?}");
            let used = blocks_of(&packed).as_flattened().iter().filter(|value| **value != 0.0).count();
            assert_eq!(used, flat.len(), "{hidden:?}: every parameter has its own place");
        }
    }

    #[test]
    fn places_by_hand() {
        let network = Network { hidden: vec![40], ..Network::default() };
        let layout = Layout::new(&network);
        let packed = layout.pack(&(0..network.parameters()).map(|at| at as f32).collect::<Vec<_>>());
        let packed = blocks_of(&packed);
        // W1[5, 33]: second panel, sixth row, second lane.
        assert_eq!(packed[PIXELS + 5][1], (5 * 40 + 33) as f32);
        // W2[39, 2]: third row of two blocks.
        let [first, second] = &layout.layers[..] else { panic!("two layers") };
        assert_eq!((first.biases.clone(), second.weights.len()), (2 * PIXELS..2 * PIXELS + 2, 20));
        assert_eq!(packed[second.weights.start + 5][7], (784 * 40 + 40 + 39 * 10 + 2) as f32);
    }
}
