//! A canvas with a chart on it.

use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use crate::brush::Brush;
use crate::dom::{PageError, context, refused};
use gradprix::plot::{Chart, FINE, Scales, draw_fine};

/// A canvas that is as sharp as its screen.
pub(super) struct Canvas {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
}

impl Canvas {
    /// Draws on `canvas`.
    pub(super) fn new(canvas: HtmlCanvasElement) -> Result<Self, PageError> {
        Ok(Self { context: context(&canvas)?, canvas })
    }

    /// The element.
    pub(super) fn element(&self) -> &HtmlCanvasElement {
        &self.canvas
    }

    /// Gives the canvas as many pixels as the screen has under it: `scale` per CSS pixel. What was drawn is gone
    /// where that changes their number.
    pub(super) fn fit(&self, scale: f64) {
        let place = self.canvas.get_bounding_client_rect();
        let [width, height] = [place.width(), place.height()].map(|length| (length * scale).round() as u32);
        if (width, height) != (self.canvas.width(), self.canvas.height()) {
            self.canvas.set_width(width);
            self.canvas.set_height(height);
        }
    }

    /// Draws `chart` -> where its values lie; nothing where there is no room for one. Where only steps were added since
    /// it was drawn `before`, only what is new is drawn.
    pub(super) fn draw(&self, chart: &Chart<'_>, before: Option<&Scales>) -> Result<Option<Scales>, PageError> {
        if self.canvas.width() == 0 || self.canvas.height() == 0 {
            return Ok(None);
        }
        let fine = 1.0 / f64::from(FINE);
        self.context.save();
        let scaled = self.context.scale(fine, fine).map_err(refused("draw on a canvas"));
        let brush = Brush::new(&self.canvas, &self.context);
        let drawn = scaled.and_then(|()| Ok(Some(draw_fine(brush, chart, before, |left| self.clip(left))?)));
        self.context.restore();
        drawn
    }

    /// Leaves what is drawn left of `left`, points, as it is.
    fn clip(&self, left: i32) {
        let (left, width) = (f64::from(left), f64::from(FINE) * f64::from(self.canvas.width()));
        self.context.begin_path();
        self.context.rect(left, 0.0, width - left, f64::from(FINE) * f64::from(self.canvas.height()));
        self.context.clip();
    }
}
