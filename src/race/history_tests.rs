use super::*;

/// Noise with a trend, the same every time.
fn loss(step: usize) -> f32 {
    let noise = (step as u32).wrapping_mul(2_654_435_761) >> 16;
    2.0 / (1.0 + step as f32 / 1000.0) + noise as f32 / 65_536.0
}

fn history(steps: usize) -> History {
    let mut history = History::new(1);
    (0..steps).for_each(|step| history.push(&[loss(step)], &[0.25]));
    history
}

/// The moving average by its definition: weights that fall by [`SMOOTHING`] per step into the past and sum to one.
fn smoothed_by_definition(step: usize) -> f64 {
    let weight = |at: usize| SMOOTHING.powf((step - at) as f64);
    let sum: f64 = (0..=step).map(|at| weight(at) * f64::from(loss(at))).sum();
    sum / (0..=step).map(weight).sum::<f64>()
}

#[test]
fn columns_say_what_their_steps_say() {
    let history = history(5000);
    for (range, columns) in [(0.0..5000.0, 7), (0.0..5000.0, 1), (3.0..4995.0, 624), (1234.5..2234.5, 32)] {
        let width = (range.end - range.start) / columns as f64;
        let found = history.columns(0, range.clone(), columns);
        assert_eq!(found.len(), columns);
        for (at, column) in found.iter().enumerate() {
            let left = range.start + at as f64 * width;
            let steps: Vec<usize> =
                (0..5000).filter(|step| (*step as f64) >= left && (*step as f64) < left + width).collect();
            let losses = || steps.iter().map(|step| loss(*step));
            assert_eq!(column.step, steps[steps.len() - 1] as f64);
            assert_eq!(column.low, losses().fold(f32::INFINITY, f32::min));
            assert_eq!(column.high, losses().fold(0.0, f32::max));
            let mean = losses().map(f64::from).sum::<f64>() / steps.len() as f64;
            assert!((f64::from(column.mean) - mean).abs() < 1e-6);
        }
    }
}

#[test]
fn the_smoothed_curve_is_the_average_at_each_step_at_any_zoom() {
    let history = history(700);
    for columns in [1, 10, 333, 700] {
        for column in history.columns(0, 0.0..700.0, columns) {
            let expected = smoothed_by_definition(column.step as usize);
            assert!((f64::from(column.smoothed) - expected).abs() < 1e-6, "step {}", column.step);
        }
    }
    let every = history.columns(0, 0.0..700.0, 700);
    let zoomed = history.columns(0, 100.0..103.0, 500);
    assert_eq!(zoomed, every[100..103]);
    assert_eq!(history.smoothed(0), Some(every[699].smoothed));
    assert_eq!(history.latest(0), Some(loss(699)));
}

#[test]
fn there_are_no_columns_without_steps() {
    let history = history(10);
    let steps = |range, columns| history.columns(0, range, columns).iter().map(|c| c.step).collect::<Vec<_>>();
    assert_eq!(steps(0.0..1000.0, 500), (0..5).map(|i| f64::from(2 * i + 1)).collect::<Vec<_>>());
    assert_eq!(steps(8.0..12.0, 400), [8.0, 9.0]);
    assert!(steps(10.0..20.0, 5).is_empty());
    assert!(steps(0.0..0.0, 5).is_empty());
    assert!(history.columns(1, 0.0..10.0, 5).is_empty());
}

#[test]
fn a_curve_stops_at_its_first_loss_that_is_no_number_and_the_others_go_on() {
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let mut history = History::new(2);
        for step in 0..100 {
            history.push(&[if step == 40 { bad } else { 2.0 }, 1.0], &[f32::NAN, 0.5]);
        }
        assert_eq!(history.steps(), 100);
        assert_eq!((history.stopped(0), history.stopped(1)), (Some(40), None));
        assert_eq!((history.latest(0), history.smoothed(0)), (Some(2.0), Some(2.0)));
        let columns = history.columns(0, 0.0..100.0, 50);
        assert_eq!((columns.len(), columns[19].step), (20, 39.0));
        assert!(columns.iter().all(|column| column.low == 2.0 && column.high == 2.0));
        assert_eq!(history.columns(1, 0.0..100.0, 50).len(), 50);
    }
}

#[test]
fn dead_units_follow_what_was_pushed() {
    let mut history = history(1);
    assert_eq!(history.dead_units(0), Some(0.25));
    (0..200).for_each(|_| history.push(&[1.0], &[1.0]));
    assert!(history.dead_units(0).is_some_and(|dead| dead > 0.999 && dead <= 1.0));
    assert_eq!(History::new(1).dead_units(0), None);
    assert_eq!((History::new(1).latest(0), History::new(1).smoothed(0)), (None, None));
}

#[test]
fn a_column_of_a_million_steps_visits_few_summaries() {
    let history = history(1_000_000);
    let curve = &history.curves[0];
    assert_eq!(curve.levels.iter().map(Vec::len).collect::<Vec<_>>(), [62_500, 3906, 244, 15]);
    // At most 15 blocks of each of the five sizes on the way up, and on the way down.
    assert!(curve.blocks(1..999_999).count() <= 150);
    let expected: f64 = (1..999_999).map(|step| f64::from(loss(step))).sum();
    assert!((curve.summary(1..999_999).sum - expected).abs() < 1e-6 * expected);
}
