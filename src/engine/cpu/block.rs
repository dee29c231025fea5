//! Blocks of 32 floats: what every kernel of the engine works on, in loops that the compiler keeps in SIMD registers.
//! And runs of four blocks: what an optimizer updates at once, enough that a call's overhead is small beside it.

/// Floats in a block: eight SIMD registers of four, half of what x86 and ARM have at least.
pub(super) const LANES: usize = 32;

/// One float for each of 32 neighbouring units.
pub(super) type Block = [f32; LANES];

/// No float at all.
pub(super) const ZERO: Block = [0.0; LANES];

/// Blocks in a run.
pub(super) const RUN: usize = 4;

/// Neighbouring blocks of one tensor. A block of a run lies in as few cache lines as it can.
#[derive(Clone, Copy, Debug, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C, align(64))]
pub(super) struct Run(pub(super) [Block; RUN]);

impl Run {
    /// No float at all.
    pub(super) const ZERO: Self = Self([ZERO; RUN]);

    /// All floats.
    pub(super) fn floats(&self) -> &[f32] {
        self.0.as_flattened()
    }

    /// All floats.
    pub(super) fn floats_mut(&mut self) -> &mut [f32] {
        self.0.as_flattened_mut()
    }
}

/// Runs -> their blocks.
pub(super) fn blocks_of(runs: &[Run]) -> &[Block] {
    bytemuck::cast_slice(runs)
}

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
///
/// It is a call on purpose: inlined, it has the compiler unroll the loop before it and work in pairs, not in fours.
#[inline(never)]
pub(super) fn total<const N: usize>(lanes: &[f32; N]) -> f32 {
    let mut lanes = *lanes;
    let mut half = N / 2;
    while half > 0 {
        for lane in 0..half {
            lanes[lane] += lanes[lane + half];
        }
        half /= 2;
    }
    lanes[0]
}

/// Lanes in which sums over runs are taken: as few as keep the processor busy, so that two sums fit the registers.
pub(super) type Lanes = [f32; LANES / 2];

/// `sum` + all squares.
pub(super) fn add_squares(sum: &mut Lanes, run: &Run) {
    for values in run.floats().as_chunks().0 {
        let values: &Lanes = values;
        for (sum, value) in sum.iter_mut().zip(values) {
            *sum += value * value;
        }
    }
}

/// The sum of all squares.
pub(super) fn squares(run: &Run) -> f32 {
    let mut sum = Lanes::default();
    add_squares(&mut sum, run);
    total(&sum)
}

/// A run before and after: adds the differences' squares to `change` -> the sum of the squares after.
pub(super) fn add_change(change: &mut Lanes, before: &Run, after: &Run) -> f32 {
    let mut size = Lanes::default();
    for (before, after) in before.floats().as_chunks().0.iter().zip(after.floats().as_chunks().0) {
        let (before, after): (&Lanes, &Lanes) = (before, after);
        for lane in 0..size.len() {
            let difference = after[lane] - before[lane];
            change[lane] += difference * difference;
            size[lane] += after[lane] * after[lane];
        }
    }
    total(&size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_by_hand() {
        let counting: Block = std::array::from_fn(|lane| lane as f32);
        assert_eq!(total(&counting), 496.0);
        assert_eq!(squares(&Run([counting; RUN])), 4.0 * 10_416.0);
        let (mut change, others) = (Lanes::default(), counting.map(|value| value + 1.0));
        assert_eq!(add_change(&mut change, &Run([others; RUN]), &Run([counting; RUN])), 4.0 * 10_416.0);
        assert_eq!(total(&change), 128.0);
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
