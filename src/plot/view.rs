//! What a chart's axes show of the race. No pixels here.

use std::ops::RangeInclusive;

use super::axis::Axis;
use super::{Chart, Quantity, horizon};
use crate::race::course::Unit;

/// Columns that decide on the y range, whatever the chart's width: charts of the same race get the same range.
const RANGE_COLUMNS: usize = 256;

/// Seconds that the x axis shows at least.
const SECONDS: f64 = 10.0;

/// The least that a logarithmic x axis of seconds begins with: clocks tell no smaller part of one.
const INSTANT: f64 = 1e-3;

/// How far the race is at `step`, in what the x axis counts.
pub(super) fn far(chart: &Chart<'_>, step: f64) -> f64 {
    chart.course.at(chart.unit, step)
}

/// The x axis where nothing else is asked for.
pub(super) fn whole_x(chart: &Chart<'_>) -> Axis {
    let high = match chart.unit {
        Unit::Seconds => horizon(chart.course.seconds(), SECONDS),
        _ => far(chart, horizon(chart.history.steps() as f64, chart.horizon as f64)),
    };
    if chart.log_x {
        // The first step, at 0, has no place on a logarithmic axis; the second has.
        let low = if chart.history.steps() > 0 { far(chart, 1.0) } else { far(chart, 1.0).min(high / 100.0) };
        Axis { low: low.max(INSTANT).min(high / 2.0), high, log: true }
    } else {
        Axis::to(high)
    }
}

/// The step at the left edge of each of `columns` columns of equal width, and at the end of the last one; and one step
/// before them all and one after, which lead the curves out of the plot.
pub(super) fn edges(chart: &Chart<'_>, x: Axis, columns: usize) -> Vec<f64> {
    let step = |column: usize| chart.course.step(chart.unit, x.value(column as f64 / columns as f64)).max(0.0);
    let mut edges: Vec<f64> = Vec::with_capacity(columns + 3);
    edges.push((step(0).ceil() - 1.0).max(0.0));
    edges.extend((0..=columns).map(step));
    edges.push(step(columns).ceil() + 1.0);
    edges
}

/// The y axis for the part `x` of the x axis: it stands still while the whole race is shown, and is filled by what a
/// part of the race shows.
pub(super) fn y(chart: &Chart<'_>, x: Axis) -> Axis {
    let log = chart.log_y && !chart.quantity.is_share();
    if let Some((low, high)) = chart.zoom.y {
        return Axis { low, high, log };
    }
    let ranges = ranges(chart, x);
    let filled = chart.zoom.x.and_then(|_| Axis::filled(log, &ranges));
    filled.unwrap_or_else(|| match chart.quantity {
        Quantity::LOSS => Axis::losses(log, &ranges),
        Quantity::TestAccuracy => Axis::accuracies(&ranges),
        Quantity::Metric(_) => Axis::positive(log, &ranges),
    })
}

/// Whether there is nothing to draw.
pub(super) fn is_empty(chart: &Chart<'_>) -> bool {
    match chart.quantity {
        Quantity::Metric(_) => chart.history.steps() == 0,
        Quantity::TestAccuracy => chart.history.examinations().is_empty(),
    }
}

/// Smallest and largest value that each curve shows in the part `x` of the x axis.
fn ranges(chart: &Chart<'_>, x: Axis) -> Vec<RangeInclusive<f64>> {
    let edges = edges(chart, x, RANGE_COLUMNS);
    // Without the steps that lead out.
    let edges = &edges[1..edges.len() - 1];
    let inside = |step: u64| (edges[0]..=edges[RANGE_COLUMNS]).contains(&(step as f64));
    let range = |racer: usize| match chart.quantity {
        Quantity::Metric(metric) => {
            let columns = chart.history.columns(racer, metric, edges);
            range(columns.iter().map(|column| f64::from(column.smoothed)))
        }
        Quantity::TestAccuracy => {
            let shown = chart.history.examinations().iter().filter(|examination| inside(examination.step));
            range(shown.filter_map(|examination| Some(f64::from(*examination.accuracies.get(racer)?))))
        }
    };
    chart.lines.iter().filter_map(|line| range(line.racer)).collect()
}

fn range(values: impl Iterator<Item = f64>) -> Option<RangeInclusive<f64>> {
    let grown = |range: Option<(f64, f64)>, value: f64| {
        let (low, high) = range.unwrap_or((value, value));
        Some((low.min(value), high.max(value)))
    };
    values.fold(None, grown).map(|(low, high)| low..=high)
}
