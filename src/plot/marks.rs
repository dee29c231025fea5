//! Marks on the curves: where each racer stands now, where a curve stopped for good, and test results.

use plotters::prelude::{Color, DrawingBackend};

use super::frame::Frame;
use super::surface::{Point, Surface};
use super::{Chart, Line, Marker, PlotError, Quantity, curve, view};
use crate::race::history::Examination;
use crate::race::metric::Metric;

/// Half the height of the marks at test results, CSS pixels.
const SIZE: f64 = 4.0;

/// The least distance of two of them, CSS pixels.
const DISTANCE: f64 = 14.0;

/// Draws the marks of `chart`.
pub(super) fn draw<B: DrawingBackend>(
    surface: &mut Surface<B>,
    frame: &Frame,
    chart: &Chart<'_>,
) -> Result<(), PlotError> {
    match chart.quantity {
        Quantity::Metric(metric) => {
            if metric == Metric::Loss {
                examinations(surface, frame, chart, |examination| &examination.losses)?;
            }
            chart.lines.iter().try_for_each(|line| head(surface, frame, chart, line, metric))
        }
        Quantity::TestAccuracy => {
            let accuracies = |examination| accuracies(examination);
            for line in chart.lines {
                let path = results(frame, chart, line, accuracies);
                surface.path(path, line.colour.to_rgba(), curve::width(chart), line.dash, frame.left_out())?;
            }
            examinations(surface, frame, chart, accuracies)
        }
    }
}

fn accuracies(examination: &Examination) -> &[f32] {
    &examination.accuracies
}

/// A dot where a racer is now, or a cross where its curve stopped.
fn head<B: DrawingBackend>(
    surface: &mut Surface<B>,
    frame: &Frame,
    chart: &Chart<'_>,
    line: &Line,
    metric: Metric,
) -> Result<(), PlotError> {
    let stopped = chart.history.stopped(line.racer);
    let last = stopped.unwrap_or(chart.history.steps()).checked_sub(1);
    let value = chart.history.smoothed(line.racer, metric);
    let Some((last, value)) = last.zip(value) else { return Ok(()) };
    let at = frame.point(view::far(chart, last as f64), value);
    match stopped {
        _ if !frame.contains(at) => Ok(()),
        Some(_) => cross(surface, line, at),
        None => dot(surface, line, at, 1.75 * curve::width(chart), chart),
    }
}

/// Marks where a racer is now. A ring of background keeps the dots of close racers apart.
fn dot<B: DrawingBackend>(
    surface: &mut Surface<B>,
    line: &Line,
    at: Point,
    radius: f64,
    chart: &Chart<'_>,
) -> Result<(), PlotError> {
    surface.circle(at, radius + 1.5, chart.theme.background)?;
    surface.circle(at, radius, line.colour)
}

/// Marks where a curve stopped for good.
fn cross<B: DrawingBackend>(surface: &mut Surface<B>, line: &Line, (x, y): Point) -> Result<(), PlotError> {
    let arm = surface.line(4.5);
    for slope in [-arm, arm] {
        surface.path(vec![(x - arm, y - slope), (x + arm, y + slope)], line.colour.to_rgba(), 2.0, None, 0)?;
    }
    Ok(())
}

/// Hollow marks at test results, thinned out so that they do not touch.
fn examinations<'a, B: DrawingBackend>(
    surface: &mut Surface<B>,
    frame: &Frame,
    chart: &'a Chart<'_>,
    values: impl Fn(&'a Examination) -> &'a [f32] + Copy,
) -> Result<(), PlotError> {
    let distance = surface.points(DISTANCE);
    for line in chart.lines {
        let mut before = i32::MIN;
        for at in results(frame, chart, line, values) {
            if frame.contains(at) && at.0 >= before.saturating_add(distance) {
                before = at.0;
                let size = if chart.compact { 0.75 * SIZE } else { SIZE };
                if at.0 + surface.points(2.0 * SIZE) < frame.left_out() {
                    continue;
                }
                surface.polygon(outline(line.marker, at, surface.line(size)), line.colour)?;
                surface.polygon(outline(line.marker, at, surface.line(size - 1.75)), chart.theme.background)?;
            }
        }
    }
    Ok(())
}

/// Where a racer's test results lie.
fn results<'a>(
    frame: &Frame,
    chart: &'a Chart<'_>,
    line: &Line,
    values: impl Fn(&'a Examination) -> &'a [f32],
) -> Vec<Point> {
    let finite = |value: &&f32| value.is_finite();
    let point = |examination: &'a Examination| {
        let value = values(examination).get(line.racer).filter(finite)?;
        Some(frame.point(view::far(chart, examination.step as f64), *value))
    };
    chart.history.examinations().iter().filter_map(point).collect()
}

/// The corners of a marker around a point.
fn outline(marker: Marker, (x, y): Point, half: i32) -> Vec<Point> {
    let at = |right: f64, down: f64| {
        (x + (right * f64::from(half)).round() as i32, y + (down * f64::from(half)).round() as i32)
    };
    match marker {
        Marker::Square => vec![at(-0.85, -0.85), at(0.85, -0.85), at(0.85, 0.85), at(-0.85, 0.85)],
        Marker::Diamond => vec![at(0.0, -1.2), at(1.2, 0.0), at(0.0, 1.2), at(-1.2, 0.0)],
        Marker::Up => vec![at(0.0, -1.15), at(1.1, 0.85), at(-1.1, 0.85)],
        Marker::Down => vec![at(0.0, 1.15), at(1.1, -0.85), at(-1.1, -0.85)],
    }
}
