//! Where things lie in a chart, and all of it but the curves: grid, ticks, titles, the lines at chance and target.

use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::axis::{self, Axis, Tick};
use super::scales::Scales;
use super::surface::{Point, Surface};
use super::{Chart, PlotError, Quantity, RGBColor, view};
use crate::race::course::Unit;
use crate::race::standings::CHANCE;

/// A digit's width over its font size, on the wide side: plotters cannot ask the browser how wide a text will be.
const DIGIT: f64 = 0.62;

/// How far what marks a curve's head reaches to its left, CSS pixels.
const HEAD: f64 = 12.0;

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
    /// In what the x axis counts.
    x: Axis,
    whole_x: Axis,
    y: Axis,
    x_ticks: Vec<Tick>,
    y_ticks: Vec<Tick>,
    /// What lies beyond the y axis is held at its end; else it is cut off.
    held: bool,
    /// What lies left of it is drawn already, points.
    left_out: i32,
    /// For each CSS pixel of the width the step at its left edge, one step before them all, and one after.
    edges: Vec<f64>,
}

impl Frame {
    /// The frame for `chart` on `surface`. Height first, since it says which y ticks there are, and their labels say
    /// what is left of the width for x ticks.
    pub(super) fn new<B: DrawingBackend>(surface: &Surface<B>, chart: &Chart<'_>) -> Self {
        let style = if chart.compact { COMPACT } else { FULL };
        let Style { font, margin, gap, tick_x, tick_y } = style;
        let (width, height) = surface.size();
        let whole_x = view::whole_x(chart);
        let x = chart.zoom.x.map_or(whole_x, |(low, high)| Axis { low, high, log: chart.log_x });
        let y = view::y(chart, x);

        let title = if chart.compact { 0.0 } else { font + gap };
        let top = surface.points(margin + title);
        let bottom = (height - surface.points(gap + font + 4.0 + title)).max(top + surface.line(1.0));
        let y_ticks = ticks_y(y, surface.pixels(bottom - top) / tick_y, chart.quantity);
        let widest = y_ticks.iter().map(|(_, label)| text_width(label, font)).fold(0.0, f64::max);
        let left = surface.points(widest + gap + 4.0);

        // Steps and images come in whole numbers; parts of an epoch and of a second have their meaning.
        let least = if matches!(chart.unit, Unit::Steps | Unit::Images) { 1.0 } else { 0.0 };
        let label = text_width(&axis::label(x.high, 0), font);
        let right = (width - surface.points(margin.max(label / 2.0 + 2.0))).max(left + surface.line(1.0));
        let room = surface.pixels(right - left);
        let x_ticks = x.ticks(room / tick_x.max(label + 2.0 * font), least);
        let edges = view::edges(chart, x, room.ceil() as usize);
        let held = !chart.zoom.is_on();
        Self { style, left, top, right, bottom, x, whole_x, y, x_ticks, y_ticks, held, left_out: 0, edges }
    }

    /// The steps that columns of the curves begin and end with.
    pub(super) fn edges(&self) -> &[f64] {
        &self.edges
    }

    /// How many steps a column of the curves takes, on average.
    pub(super) fn steps_per_column(&self) -> f64 {
        let columns = self.edges.len() - 3;
        (self.edges[columns + 1] - self.edges[1]) / columns as f64
    }

    /// Where a value lies when the race is at `far`. Beyond the ends of a chart's own y axis it is held there; beyond
    /// those of a part, it lies outside the plot.
    pub(super) fn point(&self, far: f64, value: f32) -> Point {
        let y = self.y.fraction(f64::from(value));
        let y = if self.held { y.clamp(0.0, 1.0) } else { y.clamp(-1.0, 2.0) };
        let x = f64::from(self.left) + self.x.fraction(far).clamp(-1.0, 2.0) * f64::from(self.right - self.left);
        let y = f64::from(self.bottom) - y * f64::from(self.bottom - self.top);
        (x.round() as i32, y.round() as i32)
    }

    /// Whether `point` lies in the plot, its edges included.
    pub(super) fn contains(&self, (x, y): Point) -> bool {
        (self.left..=self.right).contains(&x) && (self.top..=self.bottom).contains(&y)
    }

    /// Leaves out what was drawn `before`, where the axes are the same -> the point from which on is drawn.
    pub(super) fn leave<B: DrawingBackend>(
        &mut self,
        surface: &Surface<B>,
        chart: &Chart<'_>,
        before: &Scales,
    ) -> Option<i32> {
        let head = before.steps.checked_sub(1)?;
        if (Scales { steps: before.steps, ..self.scales(surface, chart) }) != *before {
            return None;
        }
        let (head, _) = self.point(view::far(chart, head as f64), 0.0);
        self.left_out = (head - surface.points(HEAD)).clamp(0, self.right);
        Some(self.left_out)
    }

    /// What lies left of it need not be drawn, points.
    pub(super) fn left_out(&self) -> i32 {
        self.left_out
    }

    /// Whether `point` lies left of the plot.
    pub(super) fn is_left_of_plot(&self, point: Point) -> bool {
        point.0 < self.left
    }

    /// Whether `point` lies right of the plot.
    pub(super) fn is_right_of_plot(&self, point: Point) -> bool {
        point.0 > self.right
    }

    /// Where values lie, in CSS pixels.
    pub(super) fn scales<B: DrawingBackend>(&self, surface: &Surface<B>, chart: &Chart<'_>) -> Scales {
        let [left, top, right, bottom] =
            [self.left, self.top, self.right, self.bottom].map(|edge| surface.pixels(edge));
        let least_x = 2.0 * (view::far(chart, 1.0) - view::far(chart, 0.0));
        Scales {
            left,
            top,
            right,
            bottom,
            x: self.x,
            y: self.y,
            whole_x: self.whole_x,
            least_x,
            steps: chart.history.steps(),
        }
    }

    /// Draws what lies behind the curves.
    pub(super) fn draw_ground<B: DrawingBackend>(
        &self,
        surface: &mut Surface<B>,
        chart: &Chart<'_>,
    ) -> Result<(), PlotError> {
        surface.rectangle((0, 0), surface.size(), chart.theme.background)?;
        let thickness = surface.line(1.0);
        for (value, _) in &self.y_ticks {
            let y = self.y_of(surface, *value);
            surface.rectangle((self.left, y), (self.right, y + thickness), chart.theme.grid)?;
        }
        for (value, _) in &self.x_ticks {
            let x = self.x_of(surface, *value);
            surface.rectangle((x, self.top), (x + thickness, self.bottom), chart.theme.grid)?;
        }
        if chart.quantity == Quantity::LOSS {
            self.draw_level(surface, CHANCE, (5.0, 9.0), chart.theme.muted)?;
            if let Some(target) = chart.target {
                self.draw_level(surface, target, (12.0, 15.0), chart.theme.text)?;
            }
        }
        Ok(())
    }

    /// Draws what lies over the curves, and covers those that leave the plot.
    pub(super) fn draw_labels<B: DrawingBackend>(
        &self,
        surface: &mut Surface<B>,
        chart: &Chart<'_>,
    ) -> Result<(), PlotError> {
        if !self.held || chart.log_x {
            self.cover(surface, chart.theme.background)?;
        }
        self.draw_tick_labels(surface, chart)?;
        if !chart.compact {
            self.draw_titles(surface, chart)?;
        }
        if chart.quantity == Quantity::LOSS {
            let text = chart.theme.text;
            self.label_level(surface, chart, CHANCE, chart.words.chance, (HPos::Right, chart.theme.muted))?;
            if let Some(target) = chart.target.filter(|_| !chart.compact) {
                self.label_level(surface, chart, target, chart.words.target, (HPos::Left, text))?;
            }
        }
        if view::is_empty(chart) {
            let middle = (i32::midpoint(self.left, self.right), i32::midpoint(self.top, self.bottom));
            let anchor = Pos::new(HPos::Center, VPos::Center);
            surface.text(chart.words.empty, self.font(chart), chart.theme.muted, middle, anchor)?;
        }
        Ok(())
    }

    /// Covers everything around the plot.
    fn cover<B: DrawingBackend>(&self, surface: &mut Surface<B>, colour: RGBColor) -> Result<(), PlotError> {
        let (width, height) = surface.size();
        surface.rectangle((0, 0), (width, self.top), colour)?;
        surface.rectangle((0, self.bottom), (width, height), colour)?;
        surface.rectangle((0, self.top), (self.left, self.bottom), colour)?;
        surface.rectangle((self.right, self.top), (width, self.bottom), colour)
    }

    fn draw_tick_labels<B: DrawingBackend>(
        &self,
        surface: &mut Surface<B>,
        chart: &Chart<'_>,
    ) -> Result<(), PlotError> {
        let (font, muted, gap) = (self.font(chart), chart.theme.muted, surface.points(self.style.gap));
        for (value, label) in self.y_ticks.iter().filter(|_| self.left_out < self.left) {
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
        surface.text(chart.words.y, self.font(chart), text, above, Pos::new(HPos::Left, VPos::Bottom))?;
        let below = (i32::midpoint(self.left, self.right), self.bottom + surface.points(2.0 * gap + font));
        surface.text(chart.words.x, self.font(chart), text, below, Pos::new(HPos::Center, VPos::Top))
    }

    /// The dashed line at a loss, as one comb-shaped polygon whose back has no height: dashes drawn one by one would be
    /// a hundred calls into the browser. `dash` is a dash's length and the distance to the next, CSS pixels.
    fn draw_level<B: DrawingBackend>(
        &self,
        surface: &mut Surface<B>,
        loss: f32,
        dash: (f64, f64),
        colour: RGBColor,
    ) -> Result<(), PlotError> {
        if !self.shows(loss) {
            return Ok(());
        }
        let (dash, period) = (surface.line(dash.0), surface.line(dash.1));
        let y = self.y_of(surface, f64::from(loss));
        let lower = y + surface.line(1.0);
        let mut comb = Vec::new();
        for start in (self.left..self.right).step_by(period.unsigned_abs() as usize) {
            let end = (start + dash).min(self.right);
            comb.extend([(start, lower), (start, y), (end, y), (end, lower)]);
        }
        surface.polygon(comb, colour)
    }

    /// The words at the end of the line at a loss, above it where there is room.
    fn label_level<B: DrawingBackend>(
        &self,
        surface: &mut Surface<B>,
        chart: &Chart<'_>,
        loss: f32,
        words: &str,
        (side, colour): (HPos, RGBColor),
    ) -> Result<(), PlotError> {
        if !self.shows(loss) {
            return Ok(());
        }
        let (space, y) = (surface.points(3.0), self.y_of(surface, f64::from(loss)));
        let fits = y - self.top > surface.points(self.style.font) + space;
        let (at, vertical) = if fits { (y - space, VPos::Bottom) } else { (y + surface.line(1.0) + space, VPos::Top) };
        let x = if matches!(side, HPos::Right) { self.right - space } else { self.left + space };
        surface.text(words, self.font(chart), colour, (x, at), Pos::new(side, vertical))
    }

    /// Whether the y axis reaches a loss.
    fn shows(&self, loss: f32) -> bool {
        (0.0..=1.0).contains(&self.y.fraction(f64::from(loss)))
    }

    /// Where the line of a value starts.
    fn y_of<B: DrawingBackend>(&self, surface: &Surface<B>, value: f64) -> i32 {
        surface.edge(self.point(self.x.low, value as f32).1)
    }

    /// Where the line of a tick of the x axis starts.
    fn x_of<B: DrawingBackend>(&self, surface: &Surface<B>, far: f64) -> i32 {
        surface.edge(self.point(far, 0.0).0)
    }

    fn font<'a>(&self, chart: &Chart<'a>) -> (&'a str, f64) {
        (&chart.theme.font, self.style.font)
    }
}

/// At most about `most` ticks of the y axis; shares in percent.
fn ticks_y(y: Axis, most: f64, quantity: Quantity) -> Vec<Tick> {
    if !quantity.is_share() {
        return y.ticks(most, 0.0);
    }
    let percent = Axis { low: 100.0 * y.low, high: 100.0 * y.high, ..y };
    percent.ticks(most, 0.0).into_iter().map(|(value, label)| (value / 100.0, format!("{label}%"))).collect()
}

/// About how wide `text` in a font of size `font` will be, CSS pixels.
fn text_width(text: &str, font: f64) -> f64 {
    // Points and thin spaces are about a third as wide as digits.
    let digits = |c: char| match c {
        '.' | '\u{2009}' => 0.4,
        '%' => 1.5,
        _ => 1.0,
    };
    text.chars().map(digits).sum::<f64>() * DIGIT * font
}
