//! Where things lie in a chart, and all of it but the curves: grid, ticks, titles, the line at chance.

use std::ops::RangeInclusive;

use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::axis::{self, Axis, Tick};
use super::surface::{Point, Surface};
use super::{Chart, PlotError, XAxis, horizon};
use crate::race::standings::CHANCE;

/// A digit's width over its font size, on the wide side: plotters cannot ask the browser how wide a text will be.
const DIGIT: f64 = 0.62;

/// Columns that decide on the y range, whatever the chart's width: charts of the same race get the same range.
const RANGE_COLUMNS: usize = 256;

/// Lengths of a chart's parts, CSS pixels.
struct Style {
    font: f64,
    /// Space between the plot and the surface's edge, where no label needs more.
    margin: f64,
    /// Space between the plot and its labels.
    gap: f64,
    /// Least distances of ticks.
    tick_x: f64,
    tick_y: f64,
}

const FULL: Style = Style { font: 12.0, margin: 14.0, gap: 8.0, tick_x: 72.0, tick_y: 26.0 };
const COMPACT: Style = Style { font: 11.0, margin: 8.0, gap: 6.0, tick_x: 64.0, tick_y: 22.0 };

/// The plot's edges in points, and its axes.
pub(super) struct Frame {
    style: Style,
    left: i32,
    top: i32,
    right: i32,
    bottom: i32,
    /// The plot's width in CSS pixels.
    columns: usize,
    /// In steps.
    x: Axis,
    /// Steps to one of what the x axis counts.
    steps_per_tick: f64,
    y: Axis,
    x_ticks: Vec<Tick>,
    y_ticks: Vec<Tick>,
}

impl Frame {
    /// The frame for `chart` on `surface`. Height first, since it says which y ticks there are, and their labels say
    /// what is left of the width for x ticks.
    pub(super) fn new<B: DrawingBackend>(surface: &Surface<B>, chart: &Chart<'_>) -> Self {
        let style = if chart.compact { COMPACT } else { FULL };
        let Style { font, margin, gap, tick_x, tick_y } = style;
        let (width, height) = surface.size();
        let x = Axis::to(horizon(chart.history.steps(), chart.horizon) as f64);
        let y = Axis::losses(chart.log_y, &ranges(chart, x.high));

        let title = if chart.compact { 0.0 } else { font + gap };
        let top = surface.points(margin + title);
        let bottom = (height - surface.points(gap + font + 4.0 + title)).max(top + surface.line(1.0));
        let y_ticks = y.ticks(surface.pixels(bottom - top) / tick_y);
        let widest = y_ticks.iter().map(|(_, label)| text_width(label, font)).fold(0.0, f64::max);
        let left = surface.points(widest + gap + 4.0);

        // Steps come in whole numbers; parts of an epoch have their meaning.
        let (steps_per_tick, least) = match chart.x {
            XAxis::Steps => (1.0, 1.0),
            XAxis::Epochs { steps_per_epoch } => (steps_per_epoch.max(1) as f64, 0.0),
        };
        let counted = Axis::to(x.high / steps_per_tick);
        let label = text_width(&axis::label(counted.high, 0), font);
        let right = (width - surface.points(margin.max(label / 2.0 + 2.0))).max(left + surface.line(1.0));
        let room = surface.pixels(right - left);
        let x_ticks = counted.linear_ticks(room / tick_x.max(label + 2.0 * font), least);

        Self { style, left, top, right, bottom, columns: room.ceil() as usize, x, steps_per_tick, y, x_ticks, y_ticks }
    }

    /// The steps that the x axis shows: from 0 to this.
    pub(super) fn steps(&self) -> f64 {
        self.x.high
    }

    /// How many columns a curve takes: one for each CSS pixel.
    pub(super) fn columns(&self) -> usize {
        self.columns
    }

    /// Where a loss at a step lies; at the plot's edge if that is outside.
    pub(super) fn point(&self, step: f64, loss: f32) -> Point {
        let x = f64::from(self.left) + self.x.fraction(step) * f64::from(self.right - self.left);
        let y = f64::from(self.bottom) - self.y.fraction(f64::from(loss)) * f64::from(self.bottom - self.top);
        (x.round() as i32, y.round() as i32)
    }

    /// Draws everything but the curves.
    pub(super) fn draw<B: DrawingBackend>(&self, surface: &mut Surface<B>, chart: &Chart<'_>) -> Result<(), PlotError> {
        surface.rectangle((0, 0), surface.size(), chart.theme.background)?;
        self.draw_grid(surface, chart)?;
        self.draw_tick_labels(surface, chart)?;
        if !chart.compact {
            self.draw_titles(surface, chart)?;
        }
        self.draw_chance(surface, chart)?;
        if chart.history.steps() == 0 {
            let middle = (i32::midpoint(self.left, self.right), i32::midpoint(self.top, self.bottom));
            let anchor = Pos::new(HPos::Center, VPos::Center);
            surface.text(chart.empty, self.font(chart), chart.theme.muted, middle, anchor)?;
        }
        Ok(())
    }

    fn draw_grid<B: DrawingBackend>(&self, surface: &mut Surface<B>, chart: &Chart<'_>) -> Result<(), PlotError> {
        let thickness = surface.line(1.0);
        for (value, _) in &self.y_ticks {
            let y = self.y_of(surface, *value);
            surface.rectangle((self.left, y), (self.right, y + thickness), chart.theme.grid)?;
        }
        for (value, _) in &self.x_ticks {
            let x = self.x_of(surface, *value);
            surface.rectangle((x, self.top), (x + thickness, self.bottom), chart.theme.grid)?;
        }
        Ok(())
    }

    fn draw_tick_labels<B: DrawingBackend>(
        &self,
        surface: &mut Surface<B>,
        chart: &Chart<'_>,
    ) -> Result<(), PlotError> {
        let (font, muted, gap) = (self.font(chart), chart.theme.muted, surface.points(self.style.gap));
        for (value, label) in &self.y_ticks {
            let at = (self.left - gap, self.y_of(surface, *value));
            surface.text(label, font, muted, at, Pos::new(HPos::Right, VPos::Center))?;
        }
        for (value, label) in &self.x_ticks {
            let at = (self.x_of(surface, *value), self.bottom + gap);
            surface.text(label, font, muted, at, Pos::new(HPos::Center, VPos::Top))?;
        }
        Ok(())
    }

    fn draw_titles<B: DrawingBackend>(&self, surface: &mut Surface<B>, chart: &Chart<'_>) -> Result<(), PlotError> {
        let Style { font, gap, .. } = self.style;
        let text = chart.theme.text;
        // Lying above its axis rather than turned along it: easier to read, and no width lost on a phone.
        let above = (surface.points(4.0), self.top - surface.points(gap + font / 2.0));
        surface.text("loss (nats)", self.font(chart), text, above, Pos::new(HPos::Left, VPos::Bottom))?;
        let below = (i32::midpoint(self.left, self.right), self.bottom + surface.points(2.0 * gap + font));
        let title = if chart.x == XAxis::Steps { "step" } else { "epoch" };
        surface.text(title, self.font(chart), text, below, Pos::new(HPos::Center, VPos::Top))
    }

    /// The line at chance, dashed, as one comb-shaped polygon whose back has no height: dashes drawn one by one
    /// would be a hundred calls into the browser.
    fn draw_chance<B: DrawingBackend>(&self, surface: &mut Surface<B>, chart: &Chart<'_>) -> Result<(), PlotError> {
        let muted = chart.theme.muted;
        let (dash, period) = (surface.line(5.0), surface.line(9.0));
        let y = self.y_of(surface, f64::from(CHANCE));
        let lower = y + surface.line(1.0);
        let mut comb = Vec::new();
        for start in (self.left..self.right).step_by(period.unsigned_abs() as usize) {
            let end = (start + dash).min(self.right);
            comb.extend([(start, lower), (start, y), (end, y), (end, lower)]);
        }
        surface.polygon(comb, muted)?;

        let space = surface.points(3.0);
        let fits = y - self.top > surface.points(self.style.font) + space;
        let (at, vertical) = if fits { (y - space, VPos::Bottom) } else { (lower + space, VPos::Top) };
        surface.text("chance", self.font(chart), muted, (self.right - space, at), Pos::new(HPos::Right, vertical))
    }

    /// Where the line of a loss starts.
    fn y_of<B: DrawingBackend>(&self, surface: &Surface<B>, loss: f64) -> i32 {
        surface.edge(self.point(0.0, loss as f32).1)
    }

    /// Where the line of a tick of the x axis starts.
    fn x_of<B: DrawingBackend>(&self, surface: &Surface<B>, value: f64) -> i32 {
        surface.edge(self.point(value * self.steps_per_tick, 0.0).0)
    }

    fn font<'a>(&self, chart: &Chart<'a>) -> (&'a str, f64) {
        (&chart.theme.font, self.style.font)
    }
}

/// Smallest and largest smoothed loss of each curve within the first `steps`.
fn ranges(chart: &Chart<'_>, steps: f64) -> Vec<RangeInclusive<f64>> {
    let range = |racer: usize| {
        let columns = chart.history.columns(racer, 0.0..steps, RANGE_COLUMNS);
        let smoothed = columns.iter().map(|column| f64::from(column.smoothed));
        smoothed.fold(None, |range: Option<(f64, f64)>, loss| {
            let (low, high) = range.unwrap_or((loss, loss));
            Some((low.min(loss), high.max(loss)))
        })
    };
    chart.lines.iter().filter_map(|line| range(line.racer)).map(|(low, high)| low..=high).collect()
}

/// About how wide `text` in a font of size `font` will be, CSS pixels.
fn text_width(text: &str, font: f64) -> f64 {
    // Points and thin spaces are about a third as wide as digits.
    let digits = |c: char| if matches!(c, '.' | '\u{2009}') { 0.4 } else { 1.0 };
    text.chars().map(digits).sum::<f64>() * DIGIT * font
}
