//! The racers' curves: what was measured, faded, under its moving average; and behind them, races that were.

use plotters::prelude::{Color, DrawingBackend, RGBAColor};

use super::frame::Frame;
use super::surface::{Point, Surface};
use super::{Chart, Ghost, Line, PlotError, Quantity, view};
use crate::race::history::Column;

/// How opaque the raw curves are, as long as there are few.
const RAW: f64 = 0.28;

/// How opaque the curves of races that were are, and how wide, CSS pixels; then those of the one that is marked.
const GHOST: (f64, f64) = (0.35, 1.0);
const MARKED: (f64, f64) = (0.9, 1.5);

/// Curves from which on the raw ones fade further and strokes get thinner.
const MANY: usize = 6;

/// How wide the smoothed curves of `chart` are, CSS pixels.
pub(super) fn width(chart: &Chart<'_>) -> f64 {
    if chart.lines.len() > MANY || chart.compact { 1.5 } else { 2.0 }
}

/// Draws the curves of `chart`: those of races that were, then all raw ones, then all smoothed ones.
pub(super) fn draw<B: DrawingBackend>(
    surface: &mut Surface<B>,
    frame: &Frame,
    chart: &Chart<'_>,
) -> Result<(), PlotError> {
    let Quantity::Metric(metric) = chart.quantity else { return Ok(()) };
    if chart.quantity == Quantity::LOSS {
        for ghost in chart.ghosts {
            let (opacity, width) = if ghost.marked { MARKED } else { GHOST };
            surface.path(past(frame, chart, ghost), ghost.colour.mix(opacity), width, None, frame.left_out())?;
        }
    }
    let columns = |racer| chart.history.columns(racer, metric, frame.edges());
    let curves: Vec<(&Line, Vec<Column>)> =
        chart.lines.iter().map(|line| (line, columns(line.racer))).filter(|(_, columns)| !columns.is_empty()).collect();
    let fade = RAW * (MANY as f64 / curves.len() as f64).min(1.0);
    for (line, columns) in &curves {
        raw(surface, frame, chart, columns, line.colour.mix(fade))?;
    }
    for (line, columns) in &curves {
        let point = |column: &Column| frame.point(view::far(chart, column.step), column.smoothed);
        let path = columns.iter().map(point).collect();
        surface.path(path, line.colour.to_rgba(), width(chart), line.dash, frame.left_out())?;
    }
    Ok(())
}

/// What was measured: single steps as the curve they are, many steps in each column as the band they fill.
fn raw<B: DrawingBackend>(
    surface: &mut Surface<B>,
    frame: &Frame,
    chart: &Chart<'_>,
    columns: &[Column],
    colour: RGBAColor,
) -> Result<(), PlotError> {
    let point = |column: &Column, value| frame.point(view::far(chart, column.step), value);
    if frame.steps_per_column() <= 1.0 {
        let path = columns.iter().map(|column| point(column, column.mean)).collect();
        return surface.path(path, colour, 1.0, None, frame.left_out());
    }
    // Upright bars on whole pixels: nothing is drawn faster.
    for pair in columns.windows(2).filter(|pair| point(&pair[1], pair[1].mean).0 >= frame.left_out()) {
        let ((left, _), (right, high)) = (point(&pair[0], pair[0].mean), point(&pair[1], pair[1].high));
        let ((_, low), (left, right)) = (point(&pair[1], pair[1].low), (surface.edge(left), surface.edge(right)));
        surface.rectangle((left, high), (right, low.max(high + surface.line(1.0))), colour)?;
    }
    Ok(())
}

/// The curve of a race that was, in the part that is shown and one point beyond.
fn past(frame: &Frame, chart: &Chart<'_>, ghost: &Ghost<'_>) -> Vec<Point> {
    let points: Vec<Point> = ghost
        .past
        .points(ghost.racer)
        .map(|(step, loss)| frame.point(ghost.course.at(chart.unit, step), loss))
        .collect();
    let start = points.iter().position(|point| !frame.is_left_of_plot(*point)).unwrap_or(0).saturating_sub(1);
    let end = points.iter().position(|point| frame.is_right_of_plot(*point)).map_or(points.len(), |at| at + 1);
    points.get(start..end).map(<[Point]>::to_vec).unwrap_or_default()
}
