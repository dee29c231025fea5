use super::*;

/// Noise with a trend, the same every time.
pub(crate) fn value(step: usize) -> f32 {
    let noise = (step as u32).wrapping_mul(2_654_435_761) >> 16;
    2.0 / (1.0 + step as f32 / 1000.0) + noise as f32 / 65_536.0
}

fn curve(steps: usize, smoothing: f64) -> Curve {
    let mut curve = Curve::new(smoothing);
    (0..steps).for_each(|step| curve.push(value(step)));
    curve
}

/// The moving average by its definition: weights that fall by `smoothing` per step into the past and sum to one.
fn by_definition(smoothing: f64, step: usize) -> f64 {
    let weight = |at: usize| smoothing.powf((step - at) as f64);
    let sum: f64 = (0..=step).map(|at| weight(at) * f64::from(value(at))).sum();
    sum / (0..=step).map(weight).sum::<f64>()
}

#[test]
fn the_average_is_what_its_definition_says_at_every_step() {
    for smoothing in [0.0, 0.9, 0.999] {
        let curve = curve(700, smoothing);
        for step in 0..700 {
            let found = f64::from(curve.smoothed(step).expect("there is a value"));
            assert!((found - by_definition(smoothing, step)).abs() < 1e-5, "{smoothing} at {step}: {found}");
        }
        assert_eq!(curve.smoothed(700), None);
    }
}

#[test]
fn another_smoothing_changes_the_whole_past_and_what_comes() {
    let mut changed = curve(500, 0.9);
    changed.smooth(0.99);
    (500..700).for_each(|step| changed.push(value(step)));
    let expected = curve(700, 0.99);
    assert!((0..700).all(|step| changed.smoothed(step) == expected.smoothed(step)));
}

#[test]
fn the_first_step_at_or_below_is_found_from_anywhere() {
    for smoothing in [0.0, 0.9, 0.99] {
        let curve = curve(6000, smoothing);
        for (target, from) in [(2.5, 0), (1.4, 0), (0.9, 0), (0.9, 2345), (0.9, 5999), (0.1, 0)] {
            let expected = (from..6000).find(|step| curve.smoothed(*step).is_some_and(|found| found <= target));
            assert_eq!(curve.first_at_or_below(target, from), expected, "{smoothing}: {target} from {from}");
        }
    }
}

#[test]
fn a_value_that_is_not_finite_repeats_the_one_before() {
    let mut curve = Curve::new(0.9);
    for value in [f32::NAN, 3.0, f32::INFINITY, 2.0] {
        curve.push(value);
    }
    assert_eq!(
        (0..5).map(|step| curve.value(step)).collect::<Vec<_>>(),
        [Some(0.0), Some(3.0), Some(3.0), Some(2.0), None]
    );
}

#[test]
fn a_column_of_a_million_steps_visits_few_summaries() {
    let curve = curve(1_000_000, 0.9);
    assert_eq!(curve.levels.iter().map(Vec::len).collect::<Vec<_>>(), [62_500, 3906, 244, 15]);
    // At most 15 blocks of each of the five sizes on the way up, and on the way down.
    assert!(curve.blocks(1..999_999).count() <= 150);
    let expected: f64 = (1..999_999).map(|step| f64::from(value(step))).sum();
    assert!((curve.summary(1..999_999).sum - expected).abs() < 1e-6 * expected);
}
