//! What a user does to read the charts.

use gradprix::plot::Quantity;
use gradprix::race::course::Unit;

/// A place on a chart, CSS pixels from its upper left corner.
pub(crate) type Spot = (f64, f64);

/// Something that changes what the charts show, or what is read from them.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Read {
    /// The y axis shows this.
    Quantity(Quantity),
    /// The x axis counts this.
    Unit(Unit),
    /// Logarithmic x axis, or linear.
    LogX(bool),
    /// Logarithmic y axis, or linear.
    LogY(bool),
    /// The curves' averages keep so much of themselves each step, 0 to below 1.
    Smoothing(f64),
    /// This loss is to be reached; nothing: no target.
    Target(Option<f64>),
    /// The target becomes so many times what it is.
    ScaleTarget(f64),
    /// The target line was pulled to this height, CSS pixels from the chart's upper edge.
    PullTarget(f64),
    /// Races that were are shown, or not.
    Past(bool),
    /// The pointer is over a chart (the large one is 0, then lane by lane), so many CSS pixels from its left edge.
    Point {
        /// Which chart.
        chart: usize,
        /// Where.
        x: f64,
    },
    /// The pointer left, or the crosshair was put away.
    Leave,
    /// The crosshair goes so many CSS pixels on (below 0: back), at least a step.
    Walk(f64),
    /// The crosshair goes to the race's first step.
    First,
    /// The crosshair goes to the race's last step.
    Last,
    /// Shows so many times as much of the x axis (below 1: less).
    Turn {
        /// What lies there stays there; nothing: what is under the crosshair, or in the middle.
        x: Option<f64>,
        /// How many times.
        factor: f64,
    },
    /// Moves the curves right and down, CSS pixels.
    Pull(Spot),
    /// A rectangle is being pulled up from the first spot to the second; nothing: no longer.
    Mark(Option<(Spot, Spot)>),
    /// Shows what lies in a rectangle between two corners.
    Box(Spot, Spot),
    /// Shows the whole race.
    Whole,
}

impl Read {
    /// Whether the charts look different after it, not only what lies over them.
    pub(crate) fn changes_charts(self) -> bool {
        !matches!(self, Self::Point { .. } | Self::Leave | Self::Walk(_) | Self::First | Self::Last | Self::Mark(_))
    }
}
