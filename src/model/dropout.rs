//! Dropout: which hidden units a step leaves out, the same for every racer.
//!
//! Srivastava et al. 2014, "Dropout", in the inverted form of `torch.nn.Dropout`: what stays is multiplied by 1/(1 − p).
//! The masks are hashed from seed, step, layer, image and unit, so that no mask is ever stored, and every engine and
//! `NumPy` find the same.

use super::WIDEST;

/// The hash PCG-RXS-M-XS of Jarzynski & Olano 2020, "Hash functions for GPU rendering", section 4.
pub const fn hash(value: u32) -> u32 {
    let state = value.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
    let word = ((state >> ((state >> 28) + 4)) ^ state).wrapping_mul(277_803_737);
    (word >> 22) ^ word
}

/// Seed and step, from 0 -> the step's key.
pub const fn step_key(seed: u32, step: u64) -> u32 {
    hash(seed ^ hash(step as u32))
}

/// The step's key and a hidden layer, from 0 -> the layer's key.
pub const fn layer_key(step_key: u32, layer: usize) -> u32 {
    hash(step_key.wrapping_add(1 + layer as u32))
}

/// The share of units left out, 0 to below 1 -> the hash from which on a unit stays.
pub fn threshold(rate: f64) -> u32 {
    (rate * 4_294_967_296.0) as u32
}

/// Whether `unit` of a layer stays for the `image`-th image of the minibatch.
pub const fn stays(layer_key: u32, threshold: u32, image: usize, unit: usize) -> bool {
    hash(layer_key ^ (image * WIDEST + unit) as u32) >= threshold
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_papers() {
        // From NumPy, in uint32 arithmetic.
        assert_eq!([0, 1, 2, u32::MAX].map(hash), [129_708_002, 2_831_084_092, 2_055_130_248, 3_861_530_882]);
    }

    #[test]
    fn as_many_units_stay_as_should_and_steps_differ() {
        let kept = |key: u32, rate: f64| {
            let threshold = threshold(rate);
            (0..200).flat_map(|image| (0..128).map(move |unit| stays(key, threshold, image, unit))).collect::<Vec<_>>()
        };
        for rate in [0.0, 0.2, 0.5, 0.9] {
            let mask = kept(layer_key(step_key(1, 7), 0), rate);
            let share = mask.iter().filter(|stays| **stays).count() as f64 / mask.len() as f64;
            assert!((share - (1.0 - rate)).abs() < 0.01, "{share} stay at {rate}");
        }
        let masks = [(1, 7, 0), (1, 8, 0), (2, 7, 0), (1, 7, 1)]
            .map(|(seed, step, layer)| kept(layer_key(step_key(seed, step), layer), 0.5));
        for (at, mask) in masks.iter().enumerate() {
            for other in &masks[..at] {
                let same = mask.iter().zip(other).filter(|(a, b)| a == b).count() as f64 / mask.len() as f64;
                assert!((same - 0.5).abs() < 0.02, "{same} of the units agree");
            }
        }
    }
}
