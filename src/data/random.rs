//! The one source of chance: PCG64 (XSL-RR 128/64, O'Neill 2014), the generator `NumPy` calls `PCG64`.
//!
//! `NumPy` reproduces `generator(seed, stream)` from its two constants, all modulo 2^128:
//! ```python
//! multiplier, increment = 0x2360ED051FC65DA44385DF649FCCF645, 2 * stream + 1
//! bits = numpy.random.PCG64()
//! bits.state = {"bit_generator": "PCG64", "has_uint32": 0, "uinteger": 0, "state": {
//!     "state": ((seed + increment) * multiplier + increment) % 2**128, "inc": increment}}
//! bits.random_raw()                      # Rng::next_u64
//! numpy.random.Generator(bits).random()  # uniform
//! ```

use rand_core::Rng;
use rand_pcg::Pcg64;

/// A generator for one purpose; equal arguments give equal sequences on every machine.
pub fn generator(seed: u64, stream: u64) -> Pcg64 {
    Pcg64::new(u128::from(seed), u128::from(stream))
}

/// Uniform in [0, 1): the upper 53 bits of the next draw, times 2^-53.
pub fn uniform(generator: &mut Pcg64) -> f64 {
    const ULP: f64 = 1.0 / (1_u64 << 53) as f64;
    (generator.next_u64() >> 11) as f64 * ULP
}

/// Uniform in 0..`bound`: the upper half of the 128-bit product of the next draw and `bound`.
///
/// One draw whatever the outcome, so that others can follow along; the bias is below `bound`/2^64.
pub fn below(generator: &mut Pcg64, bound: usize) -> usize {
    ((u128::from(generator.next_u64()) * bound as u128) >> 64) as usize
}

/// Two independent standard normals (Box & Muller 1958): u1, then u2 drawn by [`uniform`], give
/// r·cos(2π·u2) and r·sin(2π·u2) with r = √(−2·ln(1 − u1)).
///
/// The functions are libm's, not the platform's: browsers and native builds agree to the last bit.
pub fn normal_pair(generator: &mut Pcg64) -> [f64; 2] {
    let u1 = uniform(generator);
    let u2 = uniform(generator);
    let radius = libm::sqrt(-2.0 * libm::log(1.0 - u1));
    let angle = 2.0 * std::f64::consts::PI * u2;
    [radius * libm::cos(angle), radius * libm::sin(angle)]
}

/// Endless standard normals, [`normal_pair`] after pair.
pub fn normals(generator: &mut Pcg64) -> impl Iterator<Item = f64> {
    std::iter::repeat_with(|| normal_pair(generator)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequences_are_numpys() {
        let mut generator = generator(1, 2);
        assert_eq!(generator.next_u64(), 15_480_837_910_931_078_712);
        assert_eq!(uniform(&mut generator), 0.369_078_021_063_628_86);
        let [first, second] = normal_pair(&mut generator);
        assert!((first - 1.244_746_231_782_941).abs() < 1e-15, "{first}");
        assert!((second - 1.142_381_123_516_657).abs() < 1e-15, "{second}");
    }

    #[test]
    fn below_reaches_both_ends_and_nothing_beyond() {
        let mut generator = generator(3, 1);
        let mut seen = [0_u32; 6];
        for _ in 0..6_000 {
            seen[below(&mut generator, 6)] += 1;
        }
        assert!(seen.iter().all(|count| (850..1_150).contains(count)), "{seen:?}");
    }

    #[test]
    fn normals_have_the_moments_of_a_normal() {
        let mut generator = generator(5, 1);
        let sample: Vec<f64> = normals(&mut generator).take(20_001).collect();
        let moment = |power| sample.iter().map(|x: &f64| x.powi(power)).sum::<f64>() / 20_001.0;
        assert!(moment(1).abs() < 0.03, "mean {}", moment(1));
        assert!((moment(2) - 1.0).abs() < 0.04, "variance {}", moment(2));
        assert!((moment(4) - 3.0).abs() < 0.3, "fourth moment {}", moment(4));
    }
}
