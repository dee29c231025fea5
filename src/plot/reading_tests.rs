//! What reading a race takes: parts of the axes, units, quantities, marks, races that were, drawn into SVG and read back.

use plotters::prelude::SVGBackend;

use super::drawn::{COLOURS, Drawn, x, y};
use super::tests::{WORDS, chart, columns, falling, lines, raced, theme};
use super::*;
use crate::race::history::Examination;

const SIZE: (u32, u32) = (900, 400);

/// `chart` drawn, and where its values lie.
fn scaled(chart: &Chart<'_>) -> (Drawn, Scales) {
    let mut svg = String::new();
    let scales = draw(SVGBackend::with_string(&mut svg, SIZE), chart).expect("SVG takes everything");
    (Drawn::read(&svg), scales)
}

#[test]
fn a_part_shows_its_steps_and_the_curve_leaves_the_plot_on_both_sides() {
    let (history, lines, theme) = (raced(400, &[&falling]), lines(1), theme());
    let zoom = Zoom { x: Some((100.0, 150.5)), y: None };
    for log_x in [false, true] {
        let (drawn, scales) = scaled(&Chart { log_x, zoom, ..chart(&history, &lines, &theme) });
        let curve = drawn.curve(0);
        assert_eq!(curve.len(), 53, "51 steps and one more on each side");
        for (point, column) in curve.iter().zip(columns(&history, 0, 400).iter().skip(99)) {
            if let Some(at) = scales.x(column.step) {
                assert!((point.0 - at).abs() <= 1.0, "step {}: {} for {at}", column.step, point.0);
                let at = scales.y(f64::from(column.smoothed)).expect("the part is filled by its curve");
                assert!((point.1 - at).abs() <= 1.0, "step {}: {} for {at}", column.step, point.1);
            }
        }
        let (left, right) = scales.width();
        assert!(curve[0].0 < left && curve[52].0 > right);
        assert!(drawn.covers(curve[0]) && drawn.covers(curve[52]), "what is outside is covered");
        assert!(!drawn.covers(curve[20]));
        assert!(drawn.circles.is_empty(), "the race stands elsewhere");
    }
}

#[test]
fn a_part_of_y_cuts_off_what_lies_beyond() {
    let (history, lines, theme) = (raced(80, &[&|_| 0.37, &|_| 1.5]), lines(2), theme());
    let zoom = Zoom { x: None, y: Some((0.2, 0.5)) };
    let (drawn, scales) = scaled(&Chart { log_y: false, zoom, ..chart(&history, &lines, &theme) });
    let at = scales.y(0.37).expect("inside");
    assert!(drawn.curve(0).iter().all(|point| (point.1 - at).abs() <= 1.0));
    assert!(drawn.curve(1).iter().all(|point| drawn.covers(*point)));
    assert_eq!(drawn.circles.len(), 2, "no dot for what is cut off");
    assert!(drawn.says("0.50") && drawn.says("0.20") && !drawn.says("chance"));
}

#[test]
fn every_unit_puts_the_head_where_the_race_is() {
    let (history, lines, theme) = (raced(250, &[&falling]), lines(1), theme());
    let mut course = Course::new(1000, 10);
    course.reported(100, 2.0);
    course.reported(250, 32.0);
    let heads = [(Unit::Steps, 249.0, "400"), (Unit::Epochs, 2.49, "4"), (Unit::Images, 2490.0, "4\u{2009}000")];
    for (unit, far, last) in heads.into_iter().chain([(Unit::Seconds, 31.8, "40")]) {
        for log_x in [false, true] {
            let chart = Chart { unit, log_x, course: &course, ..chart(&history, &lines, &theme) };
            let (drawn, scales) = scaled(&chart);
            let at = scales.x(far).expect("inside");
            assert!((drawn.circles[0].0 - at).abs() <= 1.0, "{unit:?}: {} for {at}", drawn.circles[0].0);
            assert!((scales.far(at) - far).abs() < 1e-6 * far);
            assert!(
                log_x || drawn.texts.iter().any(|(text, ..)| text.starts_with(last)),
                "{unit:?}: {:?}",
                drawn.texts
            );
        }
    }
}

#[test]
fn a_logarithmic_x_axis_gives_each_decade_its_width() {
    let (history, lines, theme) = (raced(1000, &[&falling]), lines(1), theme());
    let (drawn, scales) = scaled(&Chart { log_x: true, log_y: false, ..chart(&history, &lines, &theme) });
    let gaps = ["1", "10", "100", "1\u{2009}000"].map(|label| drawn.text(label).0);
    assert!(
        (gaps[1] - gaps[0] - gaps[2] + gaps[1]).abs() <= 1.5 && (gaps[3] - gaps[2] - gaps[1] + gaps[0]).abs() <= 1.5
    );
    assert_eq!(scales.x(0.0), None);
    assert!((drawn.curve(0)[1].0 - gaps[0]).abs() <= 1.0, "the second step is the first that has a place");
}

#[test]
fn metrics_have_their_own_axes() {
    let mut history = raced(0, &[&falling, &falling]);
    for step in 0..100u16 {
        history.push(|racer, metric| match metric {
            Metric::GradientNorm => 0.02 + 3.0 / (1.0 + f32::from(step)),
            Metric::DeadUnits => 0.1 + 0.3 * racer as f32,
            _ => 1.0,
        });
    }
    let (lines, theme) = (lines(2), theme());
    let shown = |metric| scaled(&Chart { quantity: Quantity::Metric(metric), ..chart(&history, &lines, &theme) });
    let (drawn, scales) = shown(Metric::GradientNorm);
    assert!(drawn.says("0.1") && drawn.says("1") && !drawn.says("chance"));
    let expected = history.smoothed(0, Metric::GradientNorm).and_then(|value| scales.y(f64::from(value)));
    assert!((drawn.circles[0].1 - expected.expect("inside")).abs() <= 1.0);
    let (drawn, scales) = shown(Metric::DeadUnits);
    assert!(drawn.says("0%") && drawn.says("50%"), "{:?}", drawn.texts);
    assert!((drawn.curve(1)[50].1 - scales.y(0.4).expect("inside")).abs() <= 1.0);
}

#[test]
fn test_results_are_marks_at_their_steps() {
    let mut history = raced(300, &[&falling, &falling]);
    for (step, loss) in [(0, 2.3), (100, 0.5), (102, 0.4), (300, 0.3)] {
        let (losses, accuracies) = (vec![loss, f32::NAN], vec![1.0 - loss / 4.0, 0.5]);
        history.examine(Examination { step, images: 1000, losses, accuracies });
    }
    let (lines, theme) = (lines(2), theme());
    let (drawn, scales) = scaled(&chart(&history, &lines, &theme));
    let marks = drawn.filled(COLOURS[0]);
    assert_eq!(marks.len(), 3, "two that would touch are one");
    for (mark, (step, loss)) in marks.iter().zip([(0.0, 2.3), (100.0, 0.5), (300.0, 0.3)]) {
        let (x, y) = centre(mark);
        assert!(
            (x - scales.x(step).expect("inside")).abs() <= 1.0 && (y - scales.y(loss).expect("inside")).abs() <= 1.0
        );
    }
    assert!(drawn.filled(COLOURS[1]).is_empty(), "no mark where the loss is no number");
    let (drawn, scales) = scaled(&Chart { quantity: Quantity::TestAccuracy, ..chart(&history, &lines, &theme) });
    assert!(drawn.says("100%") && drawn.filled(COLOURS[1]).len() == 3 && drawn.circles.is_empty());
    assert_eq!(drawn.curve(0).len(), 4);
    assert!((drawn.curve(0)[3].1 - scales.y(0.925).expect("inside")).abs() <= 1.0);
}

/// The middle of a mark.
fn centre(mark: &[(f64, f64)]) -> (f64, f64) {
    let middle = |axis: fn((f64, f64)) -> f64| {
        let ends = mark.iter().map(|point| axis(*point));
        f64::midpoint(ends.clone().fold(f64::INFINITY, f64::min), ends.fold(f64::NEG_INFINITY, f64::max))
    };
    (middle(x), middle(y))
}

#[test]
fn a_race_that_went_on_is_drawn_from_where_it_was() {
    let theme = theme();
    for (dash, steps, more) in [(None, 300, 20), (Some(Dash { on: 9.0, off: 4.0 }), 3000, 90)] {
        let lines = [Line { dash, ..lines(1)[0] }];
        let (before, after) = (raced(steps, &[&falling]), raced(steps + more, &[&falling]));
        let draw = |history: &History, before: Option<&Scales>| {
            let (mut svg, mut left) = (String::new(), None);
            let chart = chart(history, &lines, &theme);
            let scales = draw_fine(SVGBackend::with_string(&mut svg, SIZE), &chart, before, |at| left = Some(at));
            (Drawn::read(&svg), scales.expect("SVG takes everything"), left.map(f64::from))
        };
        let (_, scales, nothing) = draw(&before, None);
        assert_eq!(nothing, None);
        let (part, _, left) = draw(&after, Some(&scales));
        let left = left.expect("the axes are the same");
        let head = scales.x((steps - 1) as f64).expect("inside") * f64::from(FINE);
        assert!(head - left > 20.0 && head - left < 80.0, "the old head is drawn over: {head} {left}");
        let (whole, ..) = draw(&after, None);
        let right = |drawn: &Drawn| -> Vec<(f64, f64)> {
            let points = drawn.strokes(0, "8").into_iter().flatten().copied();
            points.filter(|point| point.0 >= left).collect()
        };
        assert_eq!(right(&part), right(&whole), "what is new is what it is in the whole chart");
        let points = |drawn: &Drawn| drawn.strokes(0, "8").into_iter().flatten().count();
        assert!(points(&part) < points(&whole) / 5);
        assert_eq!(part.circles, whole.circles);
    }
    let (short, long, lines) = (raced(90, &[&falling]), raced(120, &[&falling]), lines(1));
    let (_, scales) = scaled(&chart(&short, &lines, &theme));
    let mut svg = String::new();
    let backend = SVGBackend::with_string(&mut svg, SIZE);
    draw_fine(backend, &chart(&long, &lines, &theme), Some(&scales), |_| unreachable!("the x axis went on"))
        .expect("SVG takes everything");
}

#[test]
fn without_an_examination_the_accuracy_chart_shows_its_hint() {
    let (history, lines, theme) = (raced(30, &[&falling]), lines(1), theme());
    let (drawn, _) = scaled(&Chart { quantity: Quantity::TestAccuracy, ..chart(&history, &lines, &theme) });
    assert!(drawn.says("press start") && drawn.says("0%") && drawn.says("100%"));
}

#[test]
fn the_target_is_a_line_with_its_label_on_the_left() {
    let (history, lines, theme) = (raced(50, &[&falling]), lines(1), theme());
    let words = Words { target: "target 0.25", ..WORDS };
    let (drawn, scales) = scaled(&Chart { target: Some(0.25), words, ..chart(&history, &lines, &theme) });
    let at = scales.y(0.25).expect("inside");
    let combs: Vec<_> = drawn.paths.iter().filter(|(tag, _)| tag.starts_with("polygon")).collect();
    assert_eq!(combs.len(), 2, "chance and target");
    assert!(combs[1].1.iter().all(|point| (point.1 - at).abs() <= 1.5));
    let label = drawn.text("target 0.25");
    assert!(label.0 < 100.0 && (label.1 - at).abs() <= 16.0);
    let (drawn, _) = scaled(&Chart { target: Some(0.01), words, ..chart(&history, &lines, &theme) });
    assert!(!drawn.says("target 0.25"), "below the axis there is no line");
}

#[test]
fn races_that_were_lie_thin_and_faded_behind_the_curves() {
    let (before, now, theme) = (raced(600, &[&falling]), raced(80, &[&falling]), theme());
    let mut course = Course::new(1000, 10);
    course.reported(600, 60.0);
    let past = Past::of(&before, &course);
    let course = past.course();
    let ghost = Ghost { past: &past, course: &course, racer: 0, colour: COLOURS[2], marked: false };
    let lines = lines(1);
    let shown = Chart { ghosts: &[ghost], ..chart(&now, &lines, &theme) };
    let (drawn, scales) = scaled(&shown);
    let ghosts = |drawn: &Drawn| -> Vec<Vec<(f64, f64)>> {
        let faded = |tag: &str| tag.contains("opacity=\"0.35\" stroke=\"#425ADC\" stroke-width=\"1\"");
        drawn.paths.iter().filter(|(tag, _)| faded(tag)).map(|(_, points)| points.clone()).collect()
    };
    let [ghost] = ghosts(&drawn).try_into().expect("one");
    let own = drawn.curve(0);
    assert!(ghost.iter().zip(own).all(|(ghost, own)| (ghost.1 - own.1).abs() <= 1.0), "the same race again");
    assert!(ghost.len() < 130, "what lies right of the plot is left out: {}", ghost.len());
    assert!(ghost.last().is_some_and(|last| last.0 > scales.width().1));
    let (drawn, _) = scaled(&Chart { quantity: Quantity::Metric(Metric::DeadUnits), ..shown });
    assert!(ghosts(&drawn).is_empty(), "only losses are kept of them");
}
