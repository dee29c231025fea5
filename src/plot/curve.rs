//! The racers' curves: what was measured, faded, under its moving average.

use plotters::prelude::{Color, DrawingBackend};

use super::frame::Frame;
use super::surface::{Point, Surface};
use super::{Chart, Line, PlotError};
use crate::race::history::Column;

/// How opaque the raw curves are, as long as there are few.
const RAW: f64 = 0.28;

/// Curves from which on the raw ones fade further and strokes get thinner.
const MANY: usize = 6;

/// Draws the curves of `chart`: all raw ones, then all smoothed ones, then where each stands now.
pub(super) fn draw<B: DrawingBackend>(
    surface: &mut Surface<B>,
    frame: &Frame,
    chart: &Chart<'_>,
) -> Result<(), PlotError> {
    let columns = |racer| chart.history.columns(racer, 0.0..frame.steps(), frame.columns());
    let curves: Vec<(&Line, Vec<Column>)> =
        chart.lines.iter().map(|line| (line, columns(line.racer))).filter(|(_, columns)| !columns.is_empty()).collect();
    let fade = RAW * (MANY as f64 / curves.len() as f64).min(1.0);
    let width = if curves.len() > MANY || chart.compact { 1.5 } else { 2.0 };
    for (line, columns) in &curves {
        surface.path(zigzag(frame, columns), line.colour.mix(fade), 1.0, None)?;
    }
    for (line, columns) in &curves {
        let smoothed = columns.iter().map(|column| frame.point(column.step, column.smoothed)).collect();
        surface.path(smoothed, line.colour.to_rgba(), width, line.dash)?;
    }
    for (line, columns) in &curves {
        if let Some(last) = columns.last() {
            let stopped = chart.history.stopped(line.racer).is_some();
            let head = frame.point(last.step, last.smoothed);
            if stopped { cross(surface, line, head)? } else { dot(surface, line, head, 1.75 * width, chart)? }
        }
    }
    Ok(())
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
        surface.path(vec![(x - arm, y - slope), (x + arm, y + slope)], line.colour.to_rgba(), 2.0, None)?;
    }
    Ok(())
}

/// One path through the smallest and largest loss of each column, entering each at the end that is nearer, so that
/// single steps draw as the curve they are and many steps as the band they fill.
fn zigzag(frame: &Frame, columns: &[Column]) -> Vec<Point> {
    let mut path: Vec<Point> = Vec::with_capacity(2 * columns.len());
    for column in columns {
        let mut ends = [frame.point(column.step, column.low), frame.point(column.step, column.high)];
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
