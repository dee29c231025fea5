//! A chart with a legend below it that says what raced, so that the picture explains itself away from the page.

use plotters::prelude::{Color, DrawingBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::frame::Frame;
use super::surface::Surface;
use super::{Chart, FINE, Line, PlotError, draw_in};

/// Lengths of the legend's parts, CSS pixels.
const FONT: f64 = 12.0;
const ROW: f64 = 20.0;
const MARGIN: f64 = 16.0;
const SAMPLE: f64 = 30.0;
const GAP: f64 = 12.0;

/// A letter's width over its font size, on the wide side.
const LETTER: f64 = 0.48;

/// What stands between two items.
const SEPARATOR: &str = " · ";

/// A racer in the legend.
#[derive(Clone, Debug)]
pub struct Entry {
    /// How its curve looks.
    pub line: Line,
    /// What it is called.
    pub name: String,
    /// Its results and settings, a few words each.
    pub items: Vec<String>,
}

/// What to draw.
#[derive(Clone, Copy, Debug)]
pub struct Poster<'a> {
    /// The chart on top.
    pub chart: Chart<'a>,
    /// The racers.
    pub entries: &'a [Entry],
    /// What all racers share, a few words each.
    pub shared: &'a [String],
}

/// A line of text: its distance from the left edge, CSS pixels, and its words.
type Row = (f64, String);

impl Poster<'_> {
    /// The height that the legend takes when the picture is `width` wide, CSS pixels.
    pub fn legend_height(&self, width: f64) -> f64 {
        let rows: usize = self.entries.iter().map(|entry| self.entry_rows(entry, width).len()).sum();
        (rows + self.shared_rows(width).len()) as f64 * ROW + 2.5 * MARGIN
    }

    /// Where the racers' names end and their items begin.
    fn column(&self) -> f64 {
        let longest = self.entries.iter().map(|entry| entry.name.chars().count()).max().unwrap_or(0);
        MARGIN + SAMPLE + GAP + longest as f64 * LETTER * FONT + GAP
    }

    fn entry_rows(&self, entry: &Entry, width: f64) -> Vec<Row> {
        wrapped(&entry.items, self.column(), width)
    }

    fn shared_rows(&self, width: f64) -> Vec<Row> {
        wrapped(self.shared, MARGIN, width)
    }
}

/// `items` in as many rows as they need from `left` on. At least one.
fn wrapped(items: &[String], left: f64, width: f64) -> Vec<Row> {
    let most = ((width - MARGIN - left) / (LETTER * FONT)).max(1.0) as usize;
    let mut rows = vec![String::new()];
    for item in items {
        let Some(row) = rows.last_mut() else { break };
        if row.is_empty() {
            row.push_str(item);
        } else if row.chars().count() + SEPARATOR.chars().count() + item.chars().count() <= most {
            row.push_str(SEPARATOR);
            row.push_str(item);
        } else {
            rows.push(item.clone());
        }
    }
    rows.into_iter().map(|row| (left, row)).collect()
}

/// Draws `poster` over the whole of `backend`, as finely as [`super::draw_fine`] does.
///
/// # Errors
/// [`PlotError`] where the backend refuses.
pub fn draw_poster_fine<B: DrawingBackend>(backend: B, poster: &Poster<'_>) -> Result<(), PlotError> {
    let mut surface = Surface::new(backend, poster.chart.scale, FINE);
    surface.begin()?;
    let (width, height) = surface.size();
    let css_width = surface.pixels(width);
    let legend = surface.points(poster.legend_height(css_width)).min(height);
    surface.reserve(legend);
    let frame = Frame::new(&surface, &poster.chart);
    draw_in(&mut surface, &frame, &poster.chart)?;
    // Over the ends of curves that leave the chart.
    surface.rectangle((0, height - legend), (width, height), poster.chart.theme.background)?;
    draw_legend(&mut surface, poster, css_width, height - legend)?;
    surface.end()
}

fn draw_legend<B: DrawingBackend>(
    surface: &mut Surface<B>,
    poster: &Poster<'_>,
    width: f64,
    top: i32,
) -> Result<(), PlotError> {
    let theme = poster.chart.theme;
    let font = (theme.font.as_str(), FONT);
    let anchor = Pos::new(HPos::Left, VPos::Center);
    let mut y = top + surface.points(MARGIN);
    for entry in poster.entries {
        let (left, right) = (surface.points(MARGIN), surface.points(MARGIN + SAMPLE));
        surface.path(vec![(left, y), (right, y)], entry.line.colour.to_rgba(), 2.5, entry.line.dash, i32::MIN)?;
        let name_at = (surface.points(MARGIN + SAMPLE + GAP), y);
        surface.text(&entry.name, font, theme.text, name_at, anchor)?;
        for (left, row) in poster.entry_rows(entry, width) {
            surface.text(&row, font, theme.muted, (surface.points(left), y), anchor)?;
            y += surface.points(ROW);
        }
    }
    y += surface.points(MARGIN / 2.0);
    for (left, row) in poster.shared_rows(width) {
        surface.text(&row, font, theme.muted, (surface.points(left), y), anchor)?;
        y += surface.points(ROW);
    }
    Ok(())
}
