//! A backend to draw on, with points finer than its pixels.
//!
//! It calls the backend itself rather than through plotters' `DrawingArea`, which cuts everything off at the backend's
//! size and so would show a quarter of a fine chart.

use plotters::prelude::{Color, DrawingBackend};
use plotters::style::text_anchor::Pos;
use plotters::style::{FontDesc, FontFamily, FontStyle, RGBAColor, RGBColor, ShapeStyle, TextStyle};

use super::dash::dashes;
use super::{Dash, PlotError};

/// A point of the surface, from its upper left corner.
pub(super) type Point = (i32, i32);

/// The backend. Lengths come in CSS pixels, places in points.
pub(super) struct Surface<B> {
    backend: B,
    /// Points per CSS pixel.
    unit: f64,
    /// Points per device pixel.
    fine: i32,
    /// Points at the bottom that are kept free of the chart.
    reserved: i32,
}

impl<B: DrawingBackend> Surface<B> {
    /// `backend`, with `scale` of its device pixels to a CSS pixel and `fine` points to a device pixel.
    pub(super) fn new(backend: B, scale: f64, fine: i32) -> Self {
        Self { backend, unit: scale * f64::from(fine), fine, reserved: 0 }
    }

    /// Width and height in points, without what is reserved.
    pub(super) fn size(&self) -> Point {
        let (width, height) = self.backend.get_size();
        (width.cast_signed() * self.fine, height.cast_signed() * self.fine - self.reserved)
    }

    /// Keeps so many points at the bottom free of the chart.
    pub(super) fn reserve(&mut self, points: i32) {
        self.reserved = points;
    }

    /// CSS pixels -> points, ending at the edge of a device pixel so that straight lines are sharp.
    pub(super) fn points(&self, pixels: f64) -> i32 {
        (pixels * self.unit / f64::from(self.fine)).round() as i32 * self.fine
    }

    /// CSS pixels -> points, for what must not vanish: at least one device pixel.
    pub(super) fn line(&self, pixels: f64) -> i32 {
        self.points(pixels).max(self.fine)
    }

    /// The edge of a device pixel at or before `at`.
    pub(super) fn edge(&self, at: i32) -> i32 {
        at.div_euclid(self.fine) * self.fine
    }

    /// Points -> CSS pixels.
    pub(super) fn pixels(&self, points: i32) -> f64 {
        f64::from(points) / self.unit
    }

    /// Tells the backend that a picture begins.
    pub(super) fn begin(&mut self) -> Result<(), PlotError> {
        self.backend.ensure_prepared().map_err(PlotError::new)
    }

    /// Tells the backend that the picture is complete.
    pub(super) fn end(&mut self) -> Result<(), PlotError> {
        self.backend.present().map_err(PlotError::new)
    }

    /// Fills a rectangle between two corners.
    pub(super) fn rectangle(&mut self, from: Point, to: Point, colour: impl Color) -> Result<(), PlotError> {
        self.backend.draw_rect(from, to, &colour.filled(), true).map_err(PlotError::new)
    }

    /// Fills a polygon.
    pub(super) fn polygon(&mut self, corners: Vec<Point>, colour: impl Color) -> Result<(), PlotError> {
        self.backend.fill_polygon(corners, &colour.filled()).map_err(PlotError::new)
    }

    /// Fills a circle.
    pub(super) fn circle(&mut self, centre: Point, radius: f64, colour: RGBColor) -> Result<(), PlotError> {
        let radius = self.fine_length(radius);
        self.backend.draw_circle(centre, radius, &colour.filled(), true).map_err(PlotError::new)
    }

    /// Draws a path, dashed or solid, from where it reaches `left`.
    pub(super) fn path(
        &mut self,
        mut path: Vec<Point>,
        colour: RGBAColor,
        width: f64,
        dash: Option<Dash>,
        left: i32,
    ) -> Result<(), PlotError> {
        let style = ShapeStyle::from(colour).stroke_width(self.fine_length(width));
        let Some(Dash { on, off }) = dash else {
            // One point more leads in.
            let start = path.iter().position(|point| point.0 >= left).unwrap_or(path.len()).saturating_sub(1);
            path.drain(..start);
            return self.backend.draw_path(path, &style).map_err(PlotError::new);
        };
        for dash in dashes(&path, f64::from(self.fine_length(on)), f64::from(self.fine_length(off))) {
            if dash.last().is_some_and(|end| end.0 >= left) {
                self.backend.draw_path(dash, &style).map_err(PlotError::new)?;
            }
        }
        Ok(())
    }

    /// Writes `text` in a font of `size`.
    pub(super) fn text(
        &mut self,
        text: &str,
        (family, size): (&str, f64),
        colour: RGBColor,
        at: Point,
        anchor: Pos,
    ) -> Result<(), PlotError> {
        let font = FontDesc::new(FontFamily::Name(family), size * self.unit, FontStyle::Normal);
        let style = TextStyle::from(font).color(&colour).pos(anchor);
        self.backend.draw_text(text, &style, at).map_err(PlotError::new)
    }

    /// CSS pixels -> points, at least one device pixel, for what need not end at a device pixel's edge.
    fn fine_length(&self, pixels: f64) -> u32 {
        ((pixels * self.unit).round() as u32).max(self.fine.unsigned_abs())
    }
}
