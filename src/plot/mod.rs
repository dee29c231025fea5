//! Charts of the losses, on any plotters backend: the page draws on a canvas, the tests into SVG.
//!
//! Of plotters these charts use the backends, the styles and the dashes, but not its axes: those know neither
//! logarithmic ticks at 1, 2 and 5 nor a range that stays still while the race goes on.

mod axis;
mod curve;
mod frame;
mod surface;

use plotters::prelude::DrawingBackend;
pub use plotters::style::RGBColor;

use crate::race::history::History;
use frame::Frame;
use surface::Surface;

/// How many points [`draw_fine`] has per device pixel and direction.
pub const FINE: i32 = 4;

/// A chart's colours and font.
#[derive(Clone, Debug, PartialEq)]
pub struct Theme {
    /// Titles.
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

/// How a racer's curve looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// The racer's number in the history.
    pub racer: usize,
    /// Its colour.
    pub colour: RGBColor,
    /// Dashes tell curves apart where colours do not; nothing: a solid line.
    pub dash: Option<Dash>,
}

/// What the x axis counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum XAxis {
    /// Steps.
    Steps,
    /// Epochs, whole and in part.
    Epochs {
        /// Steps in an epoch.
        steps_per_epoch: u64,
    },
}

/// What to draw.
#[derive(Clone, Copy, Debug)]
pub struct Chart<'a> {
    /// The losses.
    pub history: &'a History,
    /// The racers to show; the last one lies on top.
    pub lines: &'a [Line],
    /// What the x axis counts.
    pub x: XAxis,
    /// Logarithmic losses; else linear from 0.
    pub log_y: bool,
    /// Steps that the x axis shows at least. When the race passes it, the axis follows the rule of [`horizon`].
    pub horizon: u64,
    /// Device pixels per CSS pixel: fonts, margins and strokes multiply by it.
    pub scale: f64,
    /// A lane's small chart: few ticks and no titles.
    pub compact: bool,
    /// Colours and font.
    pub theme: &'a Theme,
    /// A hint to show while there is no step yet.
    pub empty: &'a str,
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

/// Steps done and the least to show -> steps that the x axis shows: the least, doubled until all steps fit. So the
/// axis stands still most of the time, where one that followed every step would never.
pub fn horizon(steps: u64, minimum: u64) -> u64 {
    let mut horizon = minimum.max(1);
    while horizon < steps {
        horizon *= 2;
    }
    horizon
}

/// Draws `chart` over the whole of `backend`, whose pixels are device pixels.
///
/// # Errors
/// [`PlotError`] where the backend refuses.
pub fn draw<B: DrawingBackend>(backend: B, chart: &Chart<'_>) -> Result<(), PlotError> {
    paint(Surface::new(backend, chart.scale, 1), chart)
}

/// Draws `chart` like [`draw`], but [`FINE`] times as finely: plotters knows whole pixels only, on which a smooth curve
/// climbs in steps. The surface must shrink what is drawn on it by [`FINE`] (a canvas does after
/// `context.scale(1 / FINE, 1 / FINE)`), while the backend still reports its device pixels.
///
/// # Errors
/// [`PlotError`] where the backend refuses.
pub fn draw_fine<B: DrawingBackend>(backend: B, chart: &Chart<'_>) -> Result<(), PlotError> {
    paint(Surface::new(backend, chart.scale, FINE), chart)
}

fn paint<B: DrawingBackend>(mut surface: Surface<B>, chart: &Chart<'_>) -> Result<(), PlotError> {
    surface.begin()?;
    let frame = Frame::new(&surface, chart);
    frame.draw(&mut surface, chart)?;
    curve::draw(&mut surface, &frame, chart)?;
    surface.end()
}

#[cfg(test)]
mod drawn;
#[cfg(test)]
mod tests;
