//! Charts drawn into SVG and read back: what a curve says must be what the labels beside it say.

use plotters::prelude::SVGBackend;

use std::sync::LazyLock;

use super::drawn::{COLOURS, Drawn, x, y};
use super::*;
use crate::race::history::Column;

/// 1,000 images in minibatches of 10: 100 steps an epoch. No step took any time.
static COURSE: LazyLock<Course> = LazyLock::new(|| Course::new(1000, 10));

pub(super) const WORDS: Words<'_> =
    Words { x: "step", y: "loss (nats)", chance: "chance", target: "target", empty: "press start" };

pub(super) fn theme() -> Theme {
    Theme {
        text: RGBColor(1, 1, 1),
        muted: RGBColor(2, 2, 2),
        grid: RGBColor(3, 3, 3),
        background: RGBColor(255, 255, 255),
        font: "system-ui, sans-serif".to_owned(),
    }
}

pub(super) fn lines(count: usize) -> Vec<Line> {
    let line = |racer| Line { racer, colour: COLOURS[racer % 3], dash: None, marker: Marker::Square };
    (0..count).map(line).collect()
}

/// `losses` of every racer at each of `steps`.
pub(super) fn raced(steps: u64, losses: &[&dyn Fn(u64) -> f32]) -> History {
    let mut history = History::new(losses.len());
    for step in 0..steps {
        history.push(|racer, metric| if metric == Metric::Loss { losses[racer](step) } else { 0.0 });
    }
    history
}

/// A full chart of all racers in `history`.
pub(super) fn chart<'a>(history: &'a History, lines: &'a [Line], theme: &'a Theme) -> Chart<'a> {
    Chart {
        history,
        course: &COURSE,
        lines,
        ghosts: &[],
        quantity: Quantity::LOSS,
        unit: Unit::Steps,
        log_x: false,
        log_y: true,
        zoom: Zoom::NONE,
        target: None,
        horizon: 100,
        scale: 1.0,
        compact: false,
        theme,
        words: WORDS,
    }
}

/// `racer`'s losses, a column for each step before `steps`.
pub(super) fn columns(history: &History, racer: usize, steps: u32) -> Vec<Column> {
    history.columns(racer, Metric::Loss, &(0..=steps).map(f64::from).collect::<Vec<_>>())
}

pub(super) fn falling(step: u64) -> f32 {
    2.4 / (1.0 + step as f32 / 20.0) + 0.1 * (step % 3) as f32
}

#[test]
fn curves_lie_where_the_labels_beside_them_say() {
    let (history, lines, theme) = (raced(150, &[&falling, &|_| 0.37]), lines(2), theme());
    for (log_y, low, high) in [(true, "0.2", "2"), (false, "0.0", "2.5")] {
        let drawn = Drawn::of(&Chart { log_y, ..chart(&history, &lines, &theme) }, (900, 400));
        for (racer, line) in lines.iter().enumerate() {
            let expected = columns(&history, line.racer, 150);
            assert_eq!(drawn.curve(racer).len(), expected.len(), "one point for each step");
            for (point, column) in drawn.curve(racer).iter().zip(&expected) {
                let at = drawn.place(column.step, "0", "200", false, x);
                assert!((point.0 - at).abs() <= 1.5, "step {}: {} for {at}", column.step, point.0);
                let at = drawn.place(f64::from(column.smoothed), low, high, log_y, y);
                assert!((point.1 - at).abs() <= 1.5, "step {}: {} for {at}", column.step, point.1);
            }
        }
        assert!(drawn.says("loss (nats)") && drawn.says("step"));
    }
}

#[test]
fn epochs_count_steps_by_the_epoch() {
    let (history, lines, theme) = (raced(300, &[&falling]), lines(1), theme());
    let words = Words { x: "epoch", ..WORDS };
    let drawn = Drawn::of(&Chart { unit: Unit::Epochs, words, ..chart(&history, &lines, &theme) }, (900, 400));
    let head = drawn.curve(0).last().expect("a curve").0;
    assert!((head - drawn.place(2.99, "0.0", "4.0", false, x)).abs() <= 1.5);
    assert!(drawn.says("epoch") && !drawn.says("step"));
    assert!(drawn.circles.iter().all(|circle| circle.0 == head), "the dot is at the head");
}

#[test]
fn the_line_at_chance_lies_at_ln_10_and_its_label_beside_it() {
    let (history, lines, theme) = (raced(50, &[&falling]), lines(1), theme());
    for (log_y, low, high) in [(true, "0.1", "2"), (false, "0.0", "2.5")] {
        for size in [(900, 400), (328, 260)] {
            let drawn = Drawn::of(&Chart { log_y, ..chart(&history, &lines, &theme) }, size);
            let (_, comb) = drawn.paths.iter().find(|(tag, _)| tag.starts_with("polygon")).expect("a line");
            let at = drawn.place(std::f64::consts::LN_10, low, high, log_y, y);
            assert!(comb.iter().all(|point| (point.1 - at).abs() <= 2.5));
            assert!((comb[0].0 - drawn.text("0").0).abs() <= 1.0, "it spans the plot");
            let label = drawn.text("chance");
            assert!((label.1 - at).abs() <= 6.0 && label.0 > 0.8 * f64::from(size.0));
        }
    }
}

#[test]
fn a_spike_is_held_at_the_edge_and_leaves_the_others_their_room() {
    let spike = |step: u64| if step == 20 { 1.6e5 } else { 2.3 };
    let (history, lines, theme) = (raced(80, &[&spike, &|_| 0.5]), lines(2), theme());
    let drawn = Drawn::of(&chart(&history, &lines, &theme), (900, 400));
    let top = drawn.text("10").1;
    assert!(drawn.curve(0).iter().all(|point| point.1 >= top - 0.5), "no point above the axis");
    assert!((drawn.curve(0)[20].1 - top).abs() <= 1.0, "at the edge while it is beyond");
    let at = drawn.place(0.5, "0.1", "10", true, y);
    assert!(drawn.curve(1).iter().all(|point| (point.1 - at).abs() <= 1.5));
    assert!(at > top + 100.0);
}

#[test]
fn a_curve_stops_at_a_loss_that_is_no_number_with_a_cross() {
    let stops = |step: u64| if step < 30 { 1.0 } else { f32::NAN };
    let (history, lines, theme) = (raced(80, &[&stops, &falling]), lines(2), theme());
    let drawn = Drawn::of(&chart(&history, &lines, &theme), (900, 400));
    let strokes = drawn.strokes(0, "2");
    assert_eq!(strokes.len(), 3, "the curve and the two strokes of the cross");
    let end = *strokes[0].last().expect("a curve");
    assert!((end.0 - drawn.place(29.0, "0", "100", false, x)).abs() <= 1.5);
    for stroke in &strokes[1..] {
        assert_eq!((f64::midpoint(stroke[0].0, stroke[1].0), f64::midpoint(stroke[0].1, stroke[1].1)), end);
    }
    let other = *drawn.curve(1).last().expect("a curve");
    assert_eq!(drawn.circles, [other, other], "one dot with its ring, at the racer that goes on");
}

#[test]
fn a_chart_without_steps_shows_its_hint_and_no_curve() {
    let (history, lines, theme) = (History::new(2), lines(2), theme());
    let drawn = Drawn::of(&chart(&history, &lines, &theme), (900, 400));
    assert!(drawn.says("press start") && drawn.says("chance") && drawn.says("100"));
    assert_eq!((drawn.paths.len(), drawn.circles.len()), (1, 0));
    let started = raced(1, &[&falling, &falling]);
    let drawn = Drawn::of(&chart(&started, &lines, &theme), (900, 400));
    assert!(!drawn.says("press start"));
    assert_eq!(drawn.circles.len(), 4);
}

#[test]
fn a_compact_chart_has_few_ticks_and_no_titles() {
    let (history, lines, theme) = (raced(350, &[&falling]), lines(1), theme());
    let drawn = Drawn::of(&Chart { compact: true, ..chart(&history, &lines, &theme) }, (290, 130));
    let texts: Vec<&str> = drawn.texts.iter().map(|(text, ..)| text.as_str()).collect();
    assert_eq!(texts, ["0.1", "0.3", "1", "3", "0", "200", "400", "chance"]);
}

#[test]
fn no_label_is_cut_off_or_overlaps_the_next() {
    let (short, long, lines, theme) = (raced(40, &[&falling]), raced(90_000, &[&|_| 0.002]), lines(1), theme());
    for (history, size, compact) in
        [(&short, (328, 240), false), (&long, (328, 240), false), (&long, (900, 400), false), (&long, (240, 110), true)]
    {
        for scale in [1.0, 2.0, 2.5] {
            let size = ((f64::from(size.0) * scale) as u32, (f64::from(size.1) * scale) as u32);
            let drawn = Drawn::of(&Chart { scale, compact, ..chart(history, &lines, &theme) }, size);
            let font = if compact { 11.0 } else { 12.0 } * scale;
            // The widest fonts in use have digits of 0.64 of their size.
            let width = |text: &str| 0.64 * font * text.replace(['.', '\u{2009}'], "").len() as f64;
            let bottom = drawn.text("0").1;
            assert!(bottom + font <= f64::from(size.1));
            let mut end = 0.0;
            for (text, x, y) in
                drawn.texts.iter().filter(|(text, ..)| text.parse::<f64>().is_ok() || text.contains('\u{2009}'))
            {
                if *y == bottom {
                    assert!(x - width(text) / 2.0 >= end && x + width(text) / 2.0 <= f64::from(size.0), "{text}");
                    end = x + width(text) / 2.0 + font / 2.0;
                } else {
                    assert!(x - width(text) >= 0.0 && *y >= font / 2.0, "{text}");
                }
            }
        }
    }
}

#[test]
fn a_million_steps_take_no_more_points_than_the_chart_has_pixels() {
    let noisy = |step: u64| 0.5 + (step * 7919 % 101) as f32 / 200.0;
    let (history, lines, theme) = (raced(1_000_000, &[&noisy]), lines(1), theme());
    let drawn = Drawn::of(&chart(&history, &lines, &theme), (900, 400));
    assert!(drawn.says("1\u{2009}000\u{2009}000"));
    let smoothed = drawn.curve(0);
    assert!(smoothed.len() <= 900 && smoothed.len() > 400);
    // Left, top, right and bottom of the bars; grid lines are longer.
    let bars: Vec<_> = drawn.rectangles.iter().filter(|bar| bar.2 - bar.0 <= 2.0 && bar.3 - bar.1 < 200.0).collect();
    assert!(bars.len() <= 900 && bars.len() > 400);
    let [low, high] = [0.5, 1.0].map(|loss| drawn.place(loss, "0.1", "1", true, y));
    assert!(bars.iter().any(|bar| (bar.1 - high).abs() <= 1.5) && bars.iter().any(|bar| (bar.3 - low).abs() <= 1.5));
    assert!(bars.windows(2).all(|pair| pair[0].2 <= pair[1].0), "no two bars lie over each other");
}

#[test]
fn sixty_four_racers_all_show() {
    let losses: Vec<Box<dyn Fn(u64) -> f32>> =
        (0..64).map(|racer| Box::new(move |_| 0.2 + 0.03 * racer as f32) as Box<dyn Fn(u64) -> f32>).collect();
    let losses: Vec<&dyn Fn(u64) -> f32> = losses.iter().map(AsRef::as_ref).collect();
    let (history, lines, theme) = (raced(60, &losses), lines(64), theme());
    let drawn = Drawn::of(&chart(&history, &lines, &theme), (900, 400));
    assert_eq!((drawn.paths.len(), drawn.circles.len()), (1 + 2 * 64, 2 * 64));
    let (first, last) = (drawn.circles[0].1, drawn.circles[127].1);
    assert!((first - drawn.place(0.2, "0.1", "1", true, y)).abs() <= 1.5);
    assert!((last - drawn.place(2.09, "0.1", "1", true, y)).abs() <= 1.5);
}

#[test]
fn dashes_leave_gaps() {
    let (history, theme) = (raced(80, &[&|_| 1.0]), theme());
    let lines = [Line { dash: Some(Dash { on: 10.0, off: 5.0 }), ..lines(1)[0] }];
    let drawn = Drawn::of(&chart(&history, &lines, &theme), (900, 400));
    let dashes = drawn.strokes(0, "2");
    assert!(dashes.len() > 30);
    let (first, second) = (dashes[0], dashes[1]);
    assert!(
        (second[0].0 - first[0].0 - 15.0).abs() <= 1.0 && (first[first.len() - 1].0 - first[0].0 - 10.0).abs() <= 1.0
    );
}

#[test]
fn a_fine_chart_is_the_same_chart_in_finer_points() {
    let (history, lines, theme) = (raced(80, &[&falling]), lines(1), theme());
    let chart = chart(&history, &lines, &theme);
    let mut svg = String::new();
    draw_fine(SVGBackend::with_string(&mut svg, (900, 400)), &chart, None, |_| unreachable!("all is new"))
        .expect("SVG takes everything");
    let (coarse, fine) = (Drawn::of(&chart, (900, 400)), Drawn::read(&svg));
    let times = f64::from(FINE);
    for (coarse, fine) in coarse.texts.iter().zip(&fine.texts) {
        assert_eq!(coarse.0, fine.0);
        assert!((coarse.1 * times - fine.1).abs() <= times && (coarse.2 * times - fine.2).abs() <= times);
    }
    let [coarse, fine] = [coarse.curve(0), fine.strokes(0, "8")[0]];
    assert_eq!(coarse.len(), fine.len());
    assert!(coarse.iter().zip(fine).all(|(c, f)| (c.0 * times - f.0).abs() <= times / 2.0));
    assert!(fine.iter().any(|point| point.1 % times != 0.0), "between the pixels");
}

#[test]
fn the_horizon_doubles() {
    let horizons = [0.0, 100.0, 101.0, 200.0, 201.0, 1000.0].map(|far| horizon(far, 100.0));
    assert_eq!(horizons, [100.0, 100.0, 200.0, 200.0, 400.0, 1600.0]);
    assert_eq!(horizon(3.0, 0.0), 4.0);
}

#[test]
fn what_a_backend_refuses_is_said() {
    let (history, lines, theme) = (raced(1, &[&falling]), lines(1), theme());
    let nowhere = std::path::Path::new("/no such folder/chart.svg");
    let error = draw(SVGBackend::new(nowhere, (900, 400)), &chart(&history, &lines, &theme));
    let PlotError::Backend { reason } = error.expect_err("cannot be written");
    assert!(reason.contains("No such file"), "{reason}");
}
