//! Charts of the race, on any plotters backend: the page draws on a canvas, the tests into SVG.
//!
//! Of plotters these charts use the backends, the styles and the dashes, but not its axes: those know neither
//! logarithmic ticks at 1, 2 and 5 nor a range that stays still while the race goes on.

mod axis;
mod curve;
mod dash;
mod frame;
mod marks;
mod poster;
mod scales;
mod surface;
mod view;
mod zoom;

use plotters::prelude::DrawingBackend;
pub use plotters::style::RGBColor;

use crate::race::course::{Course, Unit};
use crate::race::history::History;
use crate::race::metric::Metric;
use crate::race::past::Past;
use crate::text::Text;
use frame::Frame;
pub use poster::{Entry, Poster, draw_poster_fine};
pub use scales::Scales;
use surface::Surface;
pub use zoom::Zoom;

/// How many points [`draw_fine`] has per device pixel and direction.
pub const FINE: i32 = 4;

/// A chart's colours and font.
#[derive(Clone, Debug, PartialEq)]
pub struct Theme {
    /// Titles, the target line.
    pub text: RGBColor,
    /// Tick labels, the line at chance, hints.
    pub muted: RGBColor,
    /// Grid lines.
    pub grid: RGBColor,
    /// Behind everything.
    pub background: RGBColor,
    /// A font family list as CSS takes it, such as `system-ui, sans-serif`.
    pub font: String,
}

/// A dash pattern, CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dash {
    /// Length of a dash.
    pub on: f64,
    /// Length of a gap.
    pub off: f64,
}

/// The shape of the marks at a racer's test results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marker {
    /// A square on its side.
    Square,
    /// A square on its tip.
    Diamond,
    /// A triangle with its tip up.
    Up,
    /// A triangle with its tip down.
    Down,
}

/// Beside their colours, curves differ by dash: racer n has the n-th, and after the last one the first again.
pub const DASHES: [Option<Dash>; 4] =
    [None, Some(Dash { on: 9.0, off: 4.0 }), Some(Dash { on: 3.0, off: 3.0 }), Some(Dash { on: 16.0, off: 4.0 })];

/// Test results differ by shape, in the same way.
pub const MARKERS: [Marker; 4] = [Marker::Square, Marker::Up, Marker::Diamond, Marker::Down];

/// How a racer's curve looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// The racer's number in the history.
    pub racer: usize,
    /// Its colour.
    pub colour: RGBColor,
    /// Dashes tell curves apart where colours do not; nothing: a solid line.
    pub dash: Option<Dash>,
    /// The shape of its test results.
    pub marker: Marker,
}

impl Line {
    /// The curve of racer `racer` in `colour`, with the dash and the marker that fall to it.
    pub fn new(racer: usize, colour: RGBColor) -> Self {
        Self { racer, colour, dash: DASHES[racer % DASHES.len()], marker: MARKERS[racer % MARKERS.len()] }
    }
}

/// A racer of a race that was, drawn thin and faded behind the curves of the losses.
#[derive(Clone, Copy, Debug)]
pub struct Ghost<'a> {
    /// The race.
    pub past: &'a Past,
    /// Where its steps lie, as [`Past::course`] says.
    pub course: &'a Course,
    /// The racer's number in it.
    pub racer: usize,
    /// Its colour before it is faded.
    pub colour: RGBColor,
    /// It is to be seen before the others.
    pub marked: bool,
}

/// What the y axis shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// What every step measures, the loss with the loss on test images as marks.
    Metric(Metric),
    /// The share of test images recognised.
    TestAccuracy,
}

impl Quantity {
    /// The loss.
    pub const LOSS: Self = Self::Metric(Metric::Loss);

    /// Its name in links.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Metric(metric) => metric.id(),
            Self::TestAccuracy => "test_accuracy",
        }
    }

    /// What stands in a choice of quantities.
    pub const fn label(self) -> Text {
        match self {
            Self::Metric(metric) => metric.label(),
            Self::TestAccuracy => text!("Test accuracy", "测试准确率"),
        }
    }

    /// What stands beside an axis, with the unit.
    pub const fn title(self) -> Text {
        match self {
            Self::Metric(Metric::Loss) => text!("loss (nats)", "损失（nat）"),
            Self::Metric(Metric::RegularisationLoss) => {
                text!("regularisation loss (nats)", "正则化损失（nat）")
            }
            _ => self.label(),
        }
    }

    /// One or two sentences that a student understands.
    pub const fn doc(self) -> Text {
        match self {
            Self::Metric(metric) => metric.doc(),
            Self::TestAccuracy => text!(
                "The share of test images that the racer recognises: images that it never trains on.",
                "选手识别正确的测试图像所占的比例：它从未用这些图像训练。"
            ),
        }
    }

    /// Whether the best racer is the one with the most of it, not the least.
    pub const fn more_is_better(self) -> bool {
        matches!(self, Self::TestAccuracy)
    }

    /// Whether it is a share from 0 to 1, which is shown in percent on a linear axis.
    pub const fn is_share(self) -> bool {
        matches!(self, Self::TestAccuracy | Self::Metric(Metric::DeadUnits))
    }
}

/// The words in a chart.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    /// What the x axis counts.
    pub x: &'a str,
    /// What the y axis shows, with its unit.
    pub y: &'a str,
    /// The line at the loss of a network that knows nothing.
    pub chance: &'a str,
    /// The target line.
    pub target: &'a str,
    /// A hint to show while there is nothing to draw yet.
    pub empty: &'a str,
}

/// What to draw.
#[derive(Clone, Copy, Debug)]
pub struct Chart<'a> {
    /// What was measured.
    pub history: &'a History,
    /// Where its steps lie in all units.
    pub course: &'a Course,
    /// The racers to show; the last one lies on top.
    pub lines: &'a [Line],
    /// Races that were.
    pub ghosts: &'a [Ghost<'a>],
    /// What the y axis shows.
    pub quantity: Quantity,
    /// What the x axis counts.
    pub unit: Unit,
    /// Logarithmic x axis, from the first step on; else linear from 0.
    pub log_x: bool,
    /// Logarithmic y axis, where the quantity is no share; else linear.
    pub log_y: bool,
    /// The part of the axes that is shown.
    pub zoom: Zoom,
    /// The loss to reach, nats.
    pub target: Option<f32>,
    /// Steps that the x axis shows at least. When the race passes it, the axis follows the rule of [`horizon`].
    pub horizon: u64,
    /// Device pixels per CSS pixel: fonts, margins and strokes multiply by it.
    pub scale: f64,
    /// A lane's small chart: few ticks and no titles.
    pub compact: bool,
    /// Colours and font.
    pub theme: &'a Theme,
    /// Titles and labels.
    pub words: Words<'a>,
}

/// Why a chart could not be drawn.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlotError {
    /// The backend refused.
    #[error("the chart could not be drawn: {reason}")]
    Backend {
        /// What the backend said.
        reason: String,
    },
}

impl PlotError {
    fn new(error: impl std::error::Error) -> Self {
        Self::Backend { reason: error.to_string() }
    }
}

/// How far a race is and the least to show -> how far the x axis goes: the least, doubled until all fits. So the axis
/// stands still most of the time, where one that followed every step would never.
pub fn horizon(far: f64, least: f64) -> f64 {
    let mut horizon = least.max(1.0);
    while horizon < far {
        horizon *= 2.0;
    }
    horizon
}

/// Draws `chart` over the whole of `backend`, whose pixels are device pixels -> where its values lie.
///
/// # Errors
/// [`PlotError`] where the backend refuses.
pub fn draw<B: DrawingBackend>(backend: B, chart: &Chart<'_>) -> Result<Scales, PlotError> {
    paint(Surface::new(backend, chart.scale, 1), chart, None, |_| ())
}

/// Draws `chart` like [`draw`], but [`FINE`] times as finely: plotters knows whole pixels only, on which a smooth curve
/// climbs in steps. The surface must shrink what is drawn on it by [`FINE`] (a canvas does after
/// `context.scale(1 / FINE, 1 / FINE)`), while the backend still reports its device pixels.
///
/// Where nothing but steps and examinations were added to the chart since it was drawn on the same surface, give what
/// that returned as `before`: if the axes stayed the same, only what is new is drawn, right of the point that `clip`
/// hears of first. What lies left of it must then be kept as it is.
///
/// # Errors
/// [`PlotError`] where the backend refuses.
pub fn draw_fine<B: DrawingBackend>(
    backend: B,
    chart: &Chart<'_>,
    before: Option<&Scales>,
    clip: impl FnOnce(i32),
) -> Result<Scales, PlotError> {
    paint(Surface::new(backend, chart.scale, FINE), chart, before, clip)
}

fn paint<B: DrawingBackend>(
    mut surface: Surface<B>,
    chart: &Chart<'_>,
    before: Option<&Scales>,
    clip: impl FnOnce(i32),
) -> Result<Scales, PlotError> {
    surface.begin()?;
    let mut frame = Frame::new(&surface, chart);
    if let Some(left) = before.and_then(|before| frame.leave(&surface, chart, before)) {
        clip(left);
    }
    draw_in(&mut surface, &frame, chart)?;
    surface.end()?;
    Ok(frame.scales(&surface, chart))
}

/// Draws `chart` in its frame.
fn draw_in<B: DrawingBackend>(surface: &mut Surface<B>, frame: &Frame, chart: &Chart<'_>) -> Result<(), PlotError> {
    frame.draw_ground(surface, chart)?;
    curve::draw(surface, frame, chart)?;
    marks::draw(surface, frame, chart)?;
    frame.draw_labels(surface, chart)
}

#[cfg(test)]
mod drawn;
#[cfg(test)]
mod reading_tests;
#[cfg(test)]
mod tests;
