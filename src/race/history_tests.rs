use super::*;

/// Noise with a trend, the same every time.
fn loss(step: usize) -> f32 {
    let noise = (step as u32).wrapping_mul(2_654_435_761) >> 16;
    2.0 / (1.0 + step as f32 / 1000.0) + noise as f32 / 65_536.0
}

/// One racer's losses, all else 0.25.
fn history(steps: usize) -> History {
    let mut history = History::new(1);
    (0..steps).for_each(|step| history.push(|_, metric| if metric == Metric::Loss { loss(step) } else { 0.25 }));
    history
}

/// Edges of `columns` columns of equal width.
fn even(start: f64, end: f64, columns: usize) -> Vec<f64> {
    (0..=columns).map(|at| start + at as f64 * (end - start) / columns as f64).collect()
}

#[test]
fn columns_say_what_their_steps_say() {
    let history = history(5000);
    let uneven: Vec<f64> = (0..40).map(|at| 1.25f64.powi(at) - 1.0).collect();
    for edges in [even(0.0, 5000.0, 7), even(0.0, 5000.0, 1), even(3.0, 4995.0, 624), even(1234.5, 2234.5, 32), uneven]
    {
        let mut found = history.columns(0, Metric::Loss, &edges).into_iter();
        for edge in edges.windows(2) {
            let steps: Vec<usize> =
                (0..5000).filter(|step| (*step as f64) >= edge[0] && (*step as f64) < edge[1]).collect();
            let Some(last) = steps.last() else { continue };
            let losses = || steps.iter().map(|step| loss(*step));
            let column = found.next().expect("a column for these steps");
            assert_eq!(column.step, *last as f64);
            assert_eq!(column.low, losses().fold(f32::INFINITY, f32::min));
            assert_eq!(column.high, losses().fold(0.0, f32::max));
            let mean = losses().map(f64::from).sum::<f64>() / steps.len() as f64;
            assert!((f64::from(column.mean) - mean).abs() < 1e-6);
            assert_eq!(history.smoothed_at(0, Metric::Loss, *last as u64), Some(column.smoothed));
        }
        assert_eq!(found.next(), None);
    }
}

#[test]
fn every_step_has_its_value_and_its_average() {
    let history = history(700);
    assert_eq!(history.value(0, Metric::Loss, 345), Some(loss(345)));
    assert_eq!(history.value(0, Metric::DeadUnits, 345), Some(0.25));
    assert_eq!(history.value(0, Metric::Loss, 700), None);
    assert_eq!(history.smoothed(0, Metric::Loss), history.smoothed_at(0, Metric::Loss, 699));
    assert_eq!(history.smoothed(0, Metric::DeadUnits), Some(0.25));
    assert_eq!((history.smoothed(1, Metric::Loss), History::new(1).smoothed(0, Metric::Loss)), (None, None));
}

#[test]
fn smoothing_one_metric_leaves_the_others() {
    let mut history = history(300);
    let before = history.smoothed(0, Metric::Loss);
    history.smooth(Metric::DeadUnits, 0.0);
    assert_eq!(history.smoothed(0, Metric::Loss), before);
    history.smooth(Metric::Loss, 0.0);
    assert_eq!(history.smoothed(0, Metric::Loss), Some(loss(299)), "without smoothing, the loss itself");
}

#[test]
fn there_are_no_columns_without_steps() {
    let history = history(10);
    let steps = |edges: &[f64]| history.columns(0, Metric::Loss, edges).iter().map(|c| c.step).collect::<Vec<_>>();
    assert_eq!(steps(&even(0.0, 1000.0, 500)), (0..5).map(|i| f64::from(2 * i + 1)).collect::<Vec<_>>());
    assert_eq!(steps(&even(8.0, 12.0, 400)), [8.0, 9.0]);
    assert!(steps(&even(10.0, 20.0, 5)).is_empty());
    assert!(steps(&even(0.0, 0.0, 5)).is_empty());
    assert!(steps(&[]).is_empty());
    assert!(history.columns(1, Metric::Loss, &even(0.0, 10.0, 5)).is_empty());
}

#[test]
fn a_curve_stops_at_its_first_loss_that_is_no_number_and_the_others_go_on() {
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let mut history = History::new(2);
        for step in 0..100 {
            history.push(|racer, _| match racer {
                0 if step == 40 => bad,
                0 => 2.0,
                _ => 1.0,
            });
        }
        assert_eq!(history.steps(), 100);
        assert_eq!((history.stopped(0), history.stopped(1)), (Some(40), None));
        assert_eq!((history.value(0, Metric::Loss, 39), history.value(0, Metric::Loss, 40)), (Some(2.0), None));
        assert_eq!(history.smoothed(0, Metric::GradientNorm), Some(2.0));
        let columns = history.columns(0, Metric::Loss, &even(0.0, 100.0, 50));
        assert_eq!((columns.len(), columns[19].step), (20, 39.0));
        assert!(columns.iter().all(|column| column.low == 2.0 && column.high == 2.0));
        assert_eq!(history.columns(1, Metric::Loss, &even(0.0, 100.0, 50)).len(), 50);
    }
}

#[test]
fn the_last_examination_before_a_step_is_found() {
    let mut history = history(300);
    for step in [50, 100, 250] {
        history.examine(Examination { step, images: 1000, losses: vec![0.5], accuracies: vec![0.9] });
    }
    let examined = |step| history.examined(step).map(|examination| examination.step);
    assert_eq!(
        [0, 49, 50, 99, 249, 250, 9999].map(examined),
        [None, None, Some(50), Some(50), Some(100), Some(250), Some(250)]
    );
}
