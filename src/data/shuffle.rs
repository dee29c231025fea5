//! The order in which an epoch visits the images: the same for all racers.

use super::random;

/// The image indices 0..`count` in the order that epoch `epoch` (from 0) of race `seed` visits them.
///
/// Fisher and Yates' shuffle by `random::generator(seed, 1 + epoch)`: stream 0 of a seed is left to
/// the initial weights. With `bits` as that module's notes make it, `NumPy` reproduces it as
/// ```python
/// order = numpy.arange(count, dtype=numpy.uint32)
/// for i in range(count - 1, 0, -1):
///     j = int(bits.random_raw()) * (i + 1) >> 64
///     order[i], order[j] = order[j], order[i]
/// ```
pub fn order(seed: u32, epoch: u32, count: usize) -> Vec<u32> {
    let mut generator = random::generator(u64::from(seed), 1 + u64::from(epoch));
    let mut order: Vec<u32> = (0..count as u32).collect();
    for i in (1..count).rev() {
        let j = random::below(&mut generator, i + 1);
        order.swap(i, j);
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_numpys() {
        assert_eq!(order(1, 0, 10), [5, 4, 9, 2, 1, 0, 3, 7, 6, 8]);
        assert_eq!(order(7, 3, 10), [0, 5, 2, 4, 9, 3, 1, 7, 6, 8]);
        assert_eq!(order(u32::MAX, u32::MAX, 8), [4, 3, 0, 1, 2, 5, 6, 7]);
    }

    #[test]
    fn every_image_is_visited_once() {
        for count in [0, 1, 2, 10_000] {
            let mut visited = order(1, 0, count);
            visited.sort_unstable();
            assert!(visited.into_iter().eq(0..count as u32), "{count} images");
        }
    }

    #[test]
    fn seeds_and_epochs_are_unrelated() {
        // Two random orders agree in one place on average, whatever their length.
        let agreements = |a: &[u32], b: &[u32]| a.iter().zip(b).filter(|(x, y)| x == y).count();
        let first = order(1, 0, 10_000);
        for (seed, epoch) in [(1, 1), (1, 2), (2, 0), (2, 1)] {
            let other = order(seed, epoch, 10_000);
            assert!(agreements(&first, &other) < 10, "seed {seed}, epoch {epoch}");
        }
    }
}
