//! The order in which racers are shown: who leads, without a swap for every bit of noise.

/// How much better than the racer above it a racer must be to pass it, as a share of the other's value.
const MARGIN: f32 = 0.02;

/// Between two changes of the order lie at least so many milliseconds.
const PAUSE: f64 = 500.0;

/// The numbers below `count`, ordered: `before` says whether the first one goes before the second, and equals stay in
/// their order. For lists as short as that of the racers, and with a hundredth of the code that the standard library's
/// sort takes for each kind of list.
pub fn ordered(count: usize, before: impl Fn(usize, usize) -> bool) -> Vec<usize> {
    let mut order = Vec::with_capacity(count);
    for next in 0..count {
        let place = order.partition_point(|earlier| !before(next, *earlier));
        order.insert(place, next);
    }
    order
}

/// The order shown.
#[derive(Clone, Debug, Default)]
pub struct Ranking {
    order: Vec<usize>,
    /// When it changed last, milliseconds.
    changed: f64,
}

impl Ranking {
    /// The order at `now`, milliseconds, where `exact` is the true one, the best first, and `value` the smoothed loss of
    /// a racer who still races. While the race `goes_on`, a racer must be clearly better than the one above it to pass
    /// it; who is out of the race falls behind at once.
    pub fn order(
        &mut self,
        exact: Vec<usize>,
        value: impl Fn(usize) -> Option<f32>,
        now: f64,
        goes_on: bool,
    ) -> &[usize] {
        let steady = goes_on && self.order.len() == exact.len();
        if !steady || now - self.changed >= PAUSE {
            let order = if steady { self.passed(&exact, value) } else { exact };
            if order != self.order {
                self.order = order;
                self.changed = now;
            }
        }
        &self.order
    }

    /// The order after everyone passed those above who are clearly worse.
    fn passed(&self, exact: &[usize], value: impl Fn(usize) -> Option<f32>) -> Vec<usize> {
        let place = |racer: usize| exact.iter().position(|other| *other == racer);
        let passes = |behind: usize, ahead: usize| match (value(behind), value(ahead)) {
            (Some(behind), Some(ahead)) => behind < ahead * (1.0 - MARGIN),
            // One of them is out.
            _ => place(behind) < place(ahead),
        };
        let mut order = self.order.clone();
        for next in 1..order.len() {
            let mut at = next;
            while at > 0 && passes(order[at], order[at - 1]) {
                order.swap(at, at - 1);
                at -= 1;
            }
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The order at `now` for racers with these values; those who have none are out.
    fn order(ranking: &mut Ranking, values: &[Option<f32>], now: f64, goes_on: bool) -> Vec<usize> {
        let key = |racer: usize| values[racer].unwrap_or(f32::INFINITY);
        let exact = ordered(values.len(), |a, b| key(a) < key(b));
        ranking.order(exact, |racer| values[racer], now, goes_on).to_vec()
    }

    #[test]
    fn equals_stay_in_their_order() {
        let values = [3, 1, 2, 1, 3, 0];
        assert_eq!(ordered(values.len(), |a, b| values[a] < values[b]), [5, 1, 3, 2, 0, 4]);
        assert!(ordered(0, |_, _| true).is_empty());
    }

    #[test]
    fn noise_swaps_nobody_and_a_clear_lead_does_after_a_pause() {
        let mut ranking = Ranking::default();
        assert_eq!(order(&mut ranking, &[Some(1.0), Some(0.5)], 0.0, true), [1, 0]);
        for frame in 1..100 {
            let noise = if frame % 2 == 0 { 0.495 } else { 0.505 };
            assert_eq!(order(&mut ranking, &[Some(noise), Some(0.5)], 100.0 * f64::from(frame), true), [1, 0]);
        }
        assert_eq!(order(&mut ranking, &[Some(0.48), Some(0.5)], 20_000.0, true), [0, 1]);
        assert_eq!(order(&mut ranking, &[Some(0.48), Some(0.1)], 20_100.0, true), [0, 1], "too soon");
        assert_eq!(order(&mut ranking, &[Some(0.48), Some(0.1)], 20_500.0, true), [1, 0]);
    }

    #[test]
    fn a_racer_passes_several_at_once_and_who_is_out_falls_behind() {
        let mut ranking = Ranking::default();
        assert_eq!(order(&mut ranking, &[Some(1.0), Some(2.0), Some(3.0), Some(4.0)], 0.0, true), [0, 1, 2, 3]);
        assert_eq!(order(&mut ranking, &[Some(1.0), Some(2.0), Some(3.0), Some(0.5)], 1000.0, true), [3, 0, 1, 2]);
        assert_eq!(order(&mut ranking, &[None, Some(2.0), Some(3.0), Some(0.5)], 2000.0, true), [3, 1, 2, 0]);
    }

    #[test]
    fn a_race_that_stands_shows_the_exact_order_and_another_field_its_own() {
        let mut ranking = Ranking::default();
        order(&mut ranking, &[Some(0.5), Some(0.501)], 0.0, true);
        assert_eq!(order(&mut ranking, &[Some(0.5), Some(0.499)], 5000.0, true), [0, 1]);
        assert_eq!(order(&mut ranking, &[Some(0.5), Some(0.499)], 5001.0, false), [1, 0]);
        assert_eq!(order(&mut ranking, &[Some(0.5), Some(0.4), Some(0.3)], 5002.0, true), [2, 1, 0]);
    }
}
