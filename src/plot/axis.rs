//! Ranges that stand still, ticks at round numbers, and their labels. No pixels here.

use std::ops::RangeInclusive;

/// The least that the y axis of losses reaches up to, nats: an untrained network starts at 2.3 to 2.6.
const TOP: f64 = 3.0;

/// The most that a linear or a logarithmic axis of losses reaches up to while any racer is below: one racer's spike
/// must not squash the curves of the others.
const CEILING: (f64, f64) = (5.0, 10.0);

/// The bottom of a logarithmic axis of losses: this or less, and never less than that.
const BOTTOM: (f64, f64) = (0.1, 1e-6);

/// How far below the smallest value a logarithmic y axis reaches, as a factor.
const MARGIN: f64 = 0.6;

/// The room left above and below the curves in a part of the race, as a share of their height.
const ROOM: f64 = 0.08;

/// A logarithmic axis over fewer decades than this has ticks at equal differences.
const FEW_DECADES: f64 = 0.9;

/// A tick's value and its label.
pub(super) type Tick = (f64, String);

/// The range of an axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Axis {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) log: bool,
}

impl Axis {
    /// A linear axis from 0 to `high`.
    pub(super) fn to(high: f64) -> Self {
        Self { low: 0.0, high, log: false }
    }

    /// The axis of losses for curves of which each has the smallest and largest smoothed loss given, nats.
    pub(super) fn losses(log: bool, curves: &[RangeInclusive<f64>]) -> Self {
        let (smallest, largest) = span(curves);
        let largest = largest.max(TOP);
        let ceiling = if log { CEILING.1 } else { CEILING.0 };
        // Where all curves are above the ceiling, the axis must reach the lowest of them.
        let ceiling = if smallest.is_finite() { ceiling.max(round_up(1.5 * smallest)) } else { ceiling };
        let high = if largest > TOP { round_up(largest).min(ceiling) } else { TOP };
        let low = if log { round_down((MARGIN * smallest).clamp(BOTTOM.1, BOTTOM.0)) } else { 0.0 };
        Self { low, high, log }
    }

    /// The axis of accuracies from 0 to 1: up to 1, from a whole tenth below them all.
    pub(super) fn accuracies(curves: &[RangeInclusive<f64>]) -> Self {
        let (smallest, _) = span(curves);
        let low = if smallest.is_finite() { (10.0 * smallest).floor().clamp(0.0, 9.0) / 10.0 } else { 0.0 };
        Self { low, high: 1.0, log: false }
    }

    /// The axis of what is never negative, from 0 or, logarithmic, from below the smallest value that is not 0.
    pub(super) fn positive(log: bool, curves: &[RangeInclusive<f64>]) -> Self {
        let (smallest, largest) = span(curves);
        if !(largest > 0.0 && largest.is_finite()) {
            return Self { low: if log { 0.1 } else { 0.0 }, high: 1.0, log };
        }
        let high = round_up(largest);
        // What is 0, or as good as 0, has no place on a logarithmic axis.
        let low = round_down((MARGIN * smallest).clamp(1e-6 * high, 0.1 * high));
        Self { low: if log { low } else { 0.0 }, high, log }
    }

    /// The axis that curves fill with these smallest and largest values in the part of the race that is shown;
    /// nothing where there are none.
    pub(super) fn filled(log: bool, curves: &[RangeInclusive<f64>]) -> Option<Self> {
        let (smallest, largest) = span(curves);
        let smallest = if log { smallest.max(BOTTOM.1) } else { smallest };
        if !(smallest.is_finite() && largest.is_finite() && smallest <= largest) {
            return None;
        }
        let tight = Self { low: smallest, high: largest, log };
        // Curves that do not move at all still need a height.
        let tight = if largest <= smallest * 1.02 { tight.around(smallest) } else { tight };
        let [low, high] = [tight.value(-ROOM), tight.value(1.0 + ROOM)];
        Some(Self { low: if log || smallest < 0.0 { low } else { low.max(0.0) }, high, log })
    }

    fn around(self, value: f64) -> Self {
        if value == 0.0 { Self { high: 1.0, ..self } } else { Self { low: value * 0.95, high: value * 1.05, ..self } }
    }

    /// Where `value` lies: 0 at the low end, 1 at the high end. What has no place, as 0 on a logarithmic axis, lies far
    /// below.
    pub(super) fn fraction(&self, value: f64) -> f64 {
        let fraction = if self.log {
            (value / self.low).ln() / (self.high / self.low).ln()
        } else {
            (value - self.low) / (self.high - self.low)
        };
        if fraction.is_nan() { f64::NEG_INFINITY } else { fraction }
    }

    /// The value that lies at `fraction`.
    pub(super) fn value(&self, fraction: f64) -> f64 {
        if self.log {
            self.low * (self.high / self.low).powf(fraction)
        } else {
            self.low + fraction * (self.high - self.low)
        }
    }

    /// Whether there is room between its ends: those of what was pulled far away may be the same number, or none.
    pub(super) fn is_range(&self) -> bool {
        let wide = self.high - self.low;
        wide.is_finite()
            && wide > 1e-9 * self.high.abs().max(self.low.abs())
            && (!self.log || self.low >= f64::MIN_POSITIVE)
    }

    /// The part of the axis between two fractions.
    pub(super) fn part(&self, from: f64, to: f64) -> Self {
        Self { low: self.value(from), high: self.value(to), log: self.log }
    }

    /// At most about `most` ticks at round values, on a linear axis `least` or more apart.
    pub(super) fn ticks(&self, most: f64, least: f64) -> Vec<Tick> {
        if !self.is_range() {
            return Vec::new();
        }
        if self.log && (self.high / self.low).log10() >= FEW_DECADES {
            self.log_ticks(most)
        } else {
            self.linear_ticks(most, least)
        }
    }

    fn linear_ticks(&self, most: f64, least: f64) -> Vec<Tick> {
        let step = round_up(((self.high - self.low) / most.max(1.0)).max(least));
        let decimals = (-exponent(step)).max(0) as usize;
        let start = (self.low / step - 1e-6).ceil() as i64;
        let end = (self.high / step + 1e-6).floor() as i64;
        (start..=end).map(|at| at as f64 * step).map(|value| (value, label(value, decimals))).collect()
    }

    /// Ticks at 1, 2, 5 in each decade where there is room, else at 1 and 3, else at 1, else at every second 1 …
    fn log_ticks(&self, most: f64) -> Vec<Tick> {
        let decades = (self.high / self.low).log10();
        // The pattern in a decade, every how many decades, and the smallest gap in decades.
        let patterns: [(&[u32], i32, f64); 5] =
            [(&[1, 2, 5], 1, 0.3), (&[1, 3], 1, 0.47), (&[1], 1, 1.0), (&[1], 2, 2.0), (&[1], 4, 4.0)];
        let fitting = patterns.iter().find(|(_, _, gap)| decades / gap <= most);
        let (mantissas, stride, _) = fitting.unwrap_or(&patterns[4]);
        let exponents = (exponent(self.low)..=exponent(self.high)).filter(|e| e.rem_euclid(*stride) == 0);
        let ticks = exponents.flat_map(|e| mantissas.iter().map(move |m| (f64::from(*m) * 10f64.powi(e), e)));
        let inside = ticks.filter(|(value, _)| *value >= self.low * 0.999 && *value <= self.high * 1.001);
        inside.map(|(value, e)| (value, label(value, (-e).max(0) as usize))).collect()
    }
}

/// The smallest and the largest value of all curves; the wrong way round, and infinite, where there are none.
fn span(curves: &[RangeInclusive<f64>]) -> (f64, f64) {
    let smallest = curves.iter().map(|curve| *curve.start()).fold(f64::INFINITY, f64::min);
    (smallest, curves.iter().map(|curve| *curve.end()).fold(f64::NEG_INFINITY, f64::max))
}

/// `value` with `decimals`, its thousands set apart by thin spaces; with a power of ten where it would take too many.
pub(super) fn label(value: f64, decimals: usize) -> String {
    if decimals > 5 && value != 0.0 {
        return format!("{value:.0e}");
    }
    let plain = format!("{value:.decimals$}");
    let whole = plain.find('.').unwrap_or(plain.len());
    let separator = |at: usize| at > 0 && at < whole && (whole - at).is_multiple_of(3);
    let spaced = plain.char_indices().map(|(at, c)| if separator(at) { format!("\u{2009}{c}") } else { c.to_string() });
    spaced.collect()
}

/// The power of ten at or below `value`.
fn exponent(value: f64) -> i32 {
    (value.log10() + 1e-9).floor() as i32
}

/// The smallest 1, 2 or 5 times a power of ten that is not below `value`.
fn round_up(value: f64) -> f64 {
    let power = 10f64.powi(exponent(value));
    let mantissa = [1.0, 2.0, 5.0].into_iter().find(|m| m * power >= value * (1.0 - 1e-9));
    mantissa.unwrap_or(10.0) * power
}

/// The largest 1, 2 or 5 times a power of ten that is not above `value`.
fn round_down(value: f64) -> f64 {
    let power = 10f64.powi(exponent(value));
    let mantissa = [5.0, 2.0].into_iter().find(|m| m * power <= value * (1.0 + 1e-9));
    mantissa.unwrap_or(1.0) * power
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(ticks: &[Tick]) -> Vec<&str> {
        ticks.iter().map(|(_, label)| label.as_str()).collect()
    }

    fn range(axis: Axis) -> (f64, f64) {
        (axis.low, axis.high)
    }

    fn losses(log: bool, curves: &[RangeInclusive<f64>]) -> (f64, f64) {
        range(Axis::losses(log, curves))
    }

    #[test]
    fn the_losses_axis_stands_still_until_curves_leave_it() {
        assert_eq!(losses(true, &[]), (0.1, 3.0));
        assert_eq!(losses(true, &[0.4..=2.5, 0.2..=2.4]), (0.1, 3.0));
        assert_eq!(losses(true, &[0.4..=2.5, 0.16..=2.4]), (0.05, 3.0));
        assert_eq!(losses(true, &[0.003..=2.5]), (0.001, 3.0));
        assert_eq!(losses(true, &[0.0..=2.5]), (1e-6, 3.0));
        assert_eq!(losses(false, &[0.003..=2.5]), (0.0, 3.0));
    }

    #[test]
    fn one_spike_does_not_squash_the_others_but_all_high_curves_are_reached() {
        assert_eq!(losses(true, &[0.4..=2.5, 2.3..=3.1]), (0.1, 5.0));
        assert_eq!(losses(true, &[0.4..=2.5, 2.3..=1.6e5]), (0.1, 10.0));
        assert_eq!(losses(false, &[0.4..=2.5, 2.3..=1.6e5]), (0.0, 5.0));
        assert_eq!(losses(true, &[40.0..=50.0, 70.0..=1.6e5]), (0.1, 100.0));
    }

    #[test]
    fn what_is_never_negative_starts_at_0_or_below_its_smallest_value() {
        assert_eq!(range(Axis::positive(false, &[0.3..=0.7, 0.1..=0.2])), (0.0, 1.0));
        assert_eq!(range(Axis::positive(true, &[0.003..=0.7])), (0.001, 1.0));
        assert_eq!(range(Axis::positive(true, &[0.0..=20.0])), (2e-5, 20.0));
        assert_eq!(range(Axis::positive(true, &[])), (0.1, 1.0));
        assert_eq!(range(Axis::positive(false, &[0.0..=0.0])), (0.0, 1.0));
    }

    #[test]
    fn accuracies_start_at_a_tenth_below_the_lowest() {
        assert_eq!(range(Axis::accuracies(&[])), (0.0, 1.0));
        assert_eq!(range(Axis::accuracies(&[0.83..=0.95, 0.79..=0.9])), (0.7, 1.0));
        assert_eq!(range(Axis::accuracies(&[0.99..=1.0])), (0.9, 1.0));
    }

    #[test]
    fn curves_fill_the_axis_of_a_part_of_the_race() {
        let axis = Axis::filled(false, &[0.2..=0.4, 0.3..=0.7]).expect("there are curves");
        assert!((axis.low - 0.16).abs() < 1e-9 && (axis.high - 0.74).abs() < 1e-9);
        let axis = Axis::filled(true, &[0.1..=1.0]).expect("there are curves");
        assert!((axis.fraction(0.1) - ROOM / (1.0 + 2.0 * ROOM)).abs() < 1e-9);
        assert_eq!(Axis::filled(false, &[0.01..=1.0]).map(|axis| axis.low), Some(0.0), "no loss is negative");
        let flat = Axis::filled(true, &[0.5..=0.5]).expect("there is a curve");
        assert!(flat.low < 0.5 && flat.high > 0.5);
        assert_eq!(Axis::filled(true, &[]), None);
    }

    #[test]
    fn fractions_are_linear_or_logarithmic_and_lead_back() {
        let log = Axis { low: 0.01, high: 10.0, log: true };
        assert!((log.fraction(1.0) - 2.0 / 3.0).abs() < 1e-12);
        assert_eq!((log.fraction(0.0), log.fraction(-1.0)), (f64::NEG_INFINITY, f64::NEG_INFINITY));
        let linear = Axis::to(5.0);
        assert_eq!((linear.fraction(1.0), linear.fraction(6.0), linear.fraction(-1.0)), (0.2, 1.2, -0.2));
        for axis in [log, linear, linear.part(0.2, 0.3), log.part(-0.1, 0.5)] {
            for fraction in [-0.5, 0.0, 0.3, 1.0, 1.5] {
                assert!((axis.fraction(axis.value(fraction)) - fraction).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn log_ticks_thin_out_as_room_shrinks() {
        let axis = Axis { low: 0.05, high: 3.0, log: true };
        assert_eq!(labels(&axis.ticks(12.0, 0.0)), ["0.05", "0.1", "0.2", "0.5", "1", "2"]);
        assert_eq!(labels(&axis.ticks(4.0, 0.0)), ["0.1", "0.3", "1", "3"]);
        assert_eq!(labels(&axis.ticks(2.0, 0.0)), ["0.1", "1"]);
        let wide = Axis { low: 1e-4, high: 1e5, log: true };
        assert_eq!(labels(&wide.ticks(5.0, 0.0)), ["0.0001", "0.01", "1", "100", "10\u{2009}000"]);
        let narrow = Axis { low: 0.21, high: 0.33, log: true };
        assert_eq!(labels(&narrow.ticks(6.0, 0.0)), ["0.22", "0.24", "0.26", "0.28", "0.30", "0.32"]);
        let tiny = Axis { low: 1e-8, high: 1e-5, log: true };
        assert_eq!(labels(&tiny.ticks(4.0, 0.0)), ["1e-8", "1e-7", "1e-6", "0.00001"]);
    }

    #[test]
    fn linear_ticks_are_round_and_their_labels_as_long_as_needed() {
        assert_eq!(labels(&Axis::to(100.0).ticks(6.0, 0.0)), ["0", "20", "40", "60", "80", "100"]);
        assert_eq!(labels(&Axis::to(3.0).ticks(7.0, 0.0)), ["0.0", "0.5", "1.0", "1.5", "2.0", "2.5", "3.0"]);
        assert_eq!(labels(&Axis::to(2345.0).ticks(3.0, 0.0)), ["0", "1\u{2009}000", "2\u{2009}000"]);
        assert_eq!(labels(&Axis::to(2.0).ticks(8.0, 1.0)), ["0", "1", "2"]);
        let part = Axis { low: 1234.0, high: 1290.0, log: false };
        assert_eq!(labels(&part.ticks(4.0, 1.0)), ["1\u{2009}240", "1\u{2009}260", "1\u{2009}280"]);
        assert_eq!(label(1_234_567.25, 2), "1\u{2009}234\u{2009}567.25");
    }

    #[test]
    fn an_axis_without_room_has_no_ticks() {
        let axes = [
            (1.0, 1.0),
            (0.0, 0.0),
            (2.0, 1.0),
            (0.0, f64::INFINITY),
            (f64::NAN, 1.0),
            (1e20, 1e20 + 16384.0),
            (-5.0, -5.0),
        ];
        for (low, high) in axes {
            for log in [false, true] {
                assert_eq!(Axis { low, high, log }.ticks(6.0, 0.0), [], "{low} to {high}");
            }
        }
        assert_eq!(Axis { low: 0.0, high: 1.0, log: true }.ticks(6.0, 0.0), [], "no logarithmic axis begins at 0");
        assert_eq!(labels(&Axis { low: -1.0, high: 1.0, log: false }.ticks(2.0, 0.0)), ["-1", "0", "1"]);
        assert!(Axis { low: 0.0, high: 1e-300, log: false }.ticks(6.0, 0.0).len() > 2);
    }
}
