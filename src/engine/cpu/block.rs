//! Blocks of 32 floats: what every kernel of the engine works on, in loops that the compiler keeps in SIMD registers.

/// Floats in a block: eight SIMD registers of four, half of what x86 and ARM have at least.
pub(super) const LANES: usize = 32;

/// One float for each of 32 neighbouring units.
pub(super) type Block = [f32; LANES];

/// No float at all.
pub(super) const ZERO: Block = [0.0; LANES];

/// Units -> the blocks that hold them; in the last one, the lanes behind the units stay zero.
pub(super) const fn blocks(units: usize) -> usize {
    units.div_ceil(LANES)
}

/// `sum` + `factor` · `row`.
#[expect(
    clippy::inline_always,
    reason = "as a call it costs a third of the engine's speed: the sums leave the registers"
)]
#[inline(always)]
pub(super) fn add_scaled(sum: &mut Block, factor: f32, row: &Block) {
    for (sum, value) in sum.iter_mut().zip(row) {
        *sum += factor * value;
    }
}

/// The blocks' sum, lane by lane.
pub(super) fn sum_of(blocks: &[Block]) -> Block {
    let mut sum = ZERO;
    for block in blocks {
        add_scaled(&mut sum, 1.0, block);
    }
    sum
}

/// The lanes' sum, halves added to halves: in one order whatever the processor.
#[inline]
pub(super) fn total(mut block: Block) -> f32 {
    let mut half = LANES / 2;
    while half > 0 {
        for lane in 0..half {
            block[lane] += block[lane + half];
        }
        half /= 2;
    }
    block[0]
}

/// The sum of all squares.
#[inline]
pub(super) fn squares(blocks: &[Block]) -> f32 {
    let mut sum = ZERO;
    for block in blocks {
        for (sum, value) in sum.iter_mut().zip(block) {
            *sum += value * value;
        }
    }
    total(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_by_hand() {
        let counting: Block = std::array::from_fn(|lane| lane as f32);
        assert_eq!(total(counting), 496.0);
        assert_eq!(squares(&[counting, counting]), 2.0 * 10_416.0);
        let mut sum = counting;
        add_scaled(&mut sum, 2.0, &counting);
        assert_eq!(sum[31], 93.0);
        assert_eq!(sum_of(&[counting, sum])[31], 124.0);
    }

    #[test]
    fn units_fill_blocks() {
        assert_eq!([8, 32, 33, 128, 512].map(blocks), [1, 1, 2, 4, 16]);
    }
}
