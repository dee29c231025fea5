//! The racers' curves: what was measured, faded, under its moving average; and behind them, races that were.

use plotters::prelude::{Color, DrawingBackend};

use super::frame::Frame;
use super::surface::{Point, Surface};
use super::{Chart, Ghost, Line, PlotError, Quantity, view};
use crate::race::history::Column;

/// How opaque the raw curves are, as long as there are few.
const RAW: f64 = 0.28;

/// How opaque the curves of races that were are.
const GHOST: f64 = 0.35;

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
            surface.path(past(frame, chart, ghost), ghost.colour.mix(GHOST), 1.0, None)?;
        }
    }
    let columns = |racer| chart.history.columns(racer, metric, frame.edges());
    let curves: Vec<(&Line, Vec<Column>)> =
        chart.lines.iter().map(|line| (line, columns(line.racer))).filter(|(_, columns)| !columns.is_empty()).collect();
    let fade = RAW * (MANY as f64 / curves.len() as f64).min(1.0);
    for (line, columns) in &curves {
        surface.path(zigzag(frame, chart, columns), line.colour.mix(fade), 1.0, None)?;
    }
    for (line, columns) in &curves {
        let point = |column: &Column| frame.point(view::far(chart, column.step), column.smoothed);
        surface.path(columns.iter().map(point).collect(), line.colour.to_rgba(), width(chart), line.dash)?;
    }
    Ok(())
}

/// One path through the smallest and largest value of each column, entering each at the end that is nearer, so that
/// single steps draw as the curve they are and many steps as the band they fill.
fn zigzag(frame: &Frame, chart: &Chart<'_>, columns: &[Column]) -> Vec<Point> {
    let mut path: Vec<Point> = Vec::with_capacity(2 * columns.len());
    for column in columns {
        let far = view::far(chart, column.step);
        let mut ends = [frame.point(far, column.low), frame.point(far, column.high)];
        if path.last().is_some_and(|last| (last.1 - ends[1].1).abs() < (last.1 - ends[0].1).abs()) {
            ends.swap(0, 1);
        }
        path.push(ends[0]);
        if ends[0] != ends[1] {
            path.push(ends[1]);
        }
    }
    path
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
