//! A knob's notches: the round values that arrow keys go through.

use super::knob::{Knob, Scale};

/// Ten times the notches of a decade: round numbers whose ratios are as equal as round numbers' can be.
const DECADE: [f64; 10] = [10.0, 12.0, 15.0, 20.0, 25.0, 30.0, 40.0, 50.0, 60.0, 80.0];

/// What still counts as standing on a notch, as a ratio.
const NEAR: f64 = 1e-9;

impl Knob {
    /// `value` moved by `notches`, within the range. A notch of a logarithmic scale is a tenth of a decade (for
    /// [`Scale::LogToOne`] of `1 − value`), of a linear one a power of ten near a hundredth of its range, of whole
    /// numbers 1.
    pub fn moved(&self, value: f64, notches: i32) -> f64 {
        let moved = match self.scale {
            Scale::Log => round_ratio(value, notches),
            Scale::LogToOne => 1.0 - round_ratio(1.0 - value, -notches),
            Scale::LogFromZero { smallest } => match (value < smallest, notches > 0) {
                (true, true) => round_ratio(smallest, notches - 1),
                (true, false) => 0.0,
                (false, _) => Some(round_ratio(value, notches)).filter(|moved| *moved >= smallest).unwrap_or(0.0),
            },
            Scale::LogInteger => whole_ratio(value, notches),
            Scale::Linear => {
                // Dividing by a whole number gives 0.3, where multiplying by 0.1 gives 0.30000000000000004.
                let parts = 10f64.powf((100.0 / (self.max - self.min)).log10().round());
                (along(value * parts, notches) / parts).min(self.max)
            }
            Scale::Integer | Scale::Switch | Scale::Choice(_) => value + f64::from(notches),
        };
        // 1 − 0.1 prints as 0.9 only after its own rounding.
        let moved = if matches!(self.scale, Scale::LogToOne) { (moved * 1e12).round() / 1e12 } else { moved };
        moved.clamp(self.min, self.max)
    }
}

/// `position` moved by `notches` whole numbers; from between two of them, the next one is the first.
fn along(position: f64, notches: i32) -> f64 {
    let nearest = position.round();
    let from = match position {
        at if (at - nearest).abs() < NEAR * at.abs().max(1.0) => nearest,
        at if notches > 0 => at.floor(),
        at => at.ceil(),
    };
    from + f64::from(notches)
}

/// A positive `value` moved by `notches` of [`DECADE`].
fn round_ratio(value: f64, notches: i32) -> f64 {
    let decade = (value * (1.0 + NEAR)).log10().floor() as i32;
    let tens = 10.0 * value / 10f64.powi(decade);
    let below = DECADE.iter().rposition(|notch| *notch <= tens * (1.0 + NEAR)).unwrap_or(0);
    let between = DECADE[below] < tens * (1.0 - NEAR);
    let at = if between && notches < 0 { below + 1 } else { below };
    let to = 10 * decade + i32::try_from(at).unwrap_or(0) + notches;
    let (decade, notch) = (to.div_euclid(10), DECADE[to.rem_euclid(10) as usize]);
    // Dividing by a whole number gives the float nearest to the decimal one.
    if decade > 0 { notch * 10f64.powi(decade - 1) } else { notch / 10f64.powi(1 - decade) }
}

/// A whole `value` moved by `notches`: by ones up to ten, from there along [`DECADE`].
fn whole_ratio(value: f64, notches: i32) -> f64 {
    (0..notches.abs()).fold(value, |value, _| {
        let next = value + f64::from(notches.signum());
        if next <= 10.0 { next } else { round_ratio(value, notches.signum()).round() }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optim;
    use crate::text::Text;

    const KNOB: Knob = Knob {
        name: "",
        label: Text::name(""),
        symbol: "",
        min: 1e-5,
        max: 10.0,
        default: 0.1,
        scale: Scale::Log,
        doc: Text::name(""),
    };

    fn walk(knob: &Knob, from: f64, notches: i32, count: usize) -> Vec<f64> {
        std::iter::successors(Some(from), |value| Some(knob.moved(*value, notches))).skip(1).take(count).collect()
    }

    #[test]
    fn ten_notches_are_a_decade_and_every_one_is_round() {
        assert_eq!(walk(&KNOB, 0.001, 1, 10), [0.0012, 0.0015, 0.002, 0.0025, 0.003, 0.004, 0.005, 0.006, 0.008, 0.01]);
        assert_eq!(walk(&KNOB, 2.0, -1, 4), [1.5, 1.2, 1.0, 0.8]);
        assert_eq!([KNOB.moved(0.001, 10), KNOB.moved(0.3, -20)], [0.01, 0.003]);
        assert_eq!([KNOB.moved(8.0, 10), KNOB.moved(1.2e-5, -10)], [10.0, 1e-5], "the ends hold");
    }

    #[test]
    fn from_between_two_notches_the_next_one_is_the_first() {
        assert_eq!([KNOB.moved(0.00273, 1), KNOB.moved(0.00273, -1)], [0.003, 0.0025]);
        assert_eq!([KNOB.moved(0.0099, 1), KNOB.moved(0.0099, -1)], [0.01, 0.008]);
    }

    #[test]
    fn each_scale_has_notches_of_its_own() {
        let decay = Knob { min: 0.0, max: 0.9999, scale: Scale::LogToOne, ..KNOB };
        assert_eq!(walk(&decay, 0.9, 1, 3), [0.92, 0.94, 0.95]);
        assert_eq!([decay.moved(0.9, 10), decay.moved(0.999, -10), decay.moved(0.0, 5)], [0.99, 0.99, 0.7]);
        let penalty = Knob { min: 0.0, max: 1.0, scale: Scale::LogFromZero { smallest: 1e-6 }, ..KNOB };
        assert_eq!(walk(&penalty, 0.0, 1, 3), [1e-6, 1.2e-6, 1.5e-6]);
        assert_eq!([penalty.moved(1.2e-6, -1), penalty.moved(1e-6, -1), penalty.moved(0.0, -1)], [1e-6, 0.0, 0.0]);
        let steps = Knob { min: 0.0, max: 1e5, scale: Scale::LogInteger, ..KNOB };
        assert_eq!(walk(&steps, 8.0, 1, 5), [9.0, 10.0, 12.0, 15.0, 20.0]);
        assert_eq!([steps.moved(11.0, -1), steps.moved(0.0, -1), steps.moved(0.0, 1)], [10.0, 0.0, 1.0]);
        let share = Knob { min: 0.0, max: 0.999, scale: Scale::Linear, ..KNOB };
        assert_eq!(walk(&share, 0.28, 1, 3), [0.29, 0.3, 0.31]);
        assert_eq!(share.moved(0.285, 1), 0.29);
    }

    #[test]
    fn every_knob_takes_every_notch() {
        for knob in optim::ALL.iter().flat_map(|optimizer| optimizer.knobs).chain(&optim::RACER_KNOBS) {
            for (start, notches) in [(knob.min, 1), (knob.max, -1), (knob.default, 10), (knob.default, -10)] {
                for value in walk(knob, start, notches, 200) {
                    knob.check(knob.name, value).unwrap_or_else(|error| panic!("{error}"));
                }
            }
        }
    }
}
