//! What plotters draws with on a canvas. A style that is set already is not set again, since the browser reads its words
//! each time. Every stroke is a path of its own: where the browser draws without a GPU, one path with all dashes of a
//! curve takes it far longer than the dashes one by one.

use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::{HPos, VPos};
use plotters_backend::{BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingErrorKind};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// The canvas refused.
#[derive(Debug, thiserror::Error)]
#[error("the canvas refused to draw")]
pub(super) struct BrushError;

/// A canvas to draw on.
pub(super) struct Brush<'a> {
    canvas: &'a HtmlCanvasElement,
    context: &'a CanvasRenderingContext2d,
    stroke: (String, u32),
    fill: String,
    font: String,
}

impl<'a> Brush<'a> {
    /// Draws on `canvas` by its `context`.
    pub(super) fn new(canvas: &'a HtmlCanvasElement, context: &'a CanvasRenderingContext2d) -> Self {
        Self { canvas, context, stroke: (String::new(), 0), fill: String::new(), font: String::new() }
    }

    fn fill_with(&mut self, colour: BackendColor) {
        let colour = css(colour);
        if colour != self.fill {
            self.context.set_fill_style_str(&colour);
            self.fill = colour;
        }
    }

    fn trace(&self, path: impl IntoIterator<Item = BackendCoord>) {
        for (at, (x, y)) in path.into_iter().enumerate() {
            let (x, y) = (f64::from(x), f64::from(y));
            if at == 0 { self.context.move_to(x, y) } else { self.context.line_to(x, y) }
        }
    }
}

fn css(colour: BackendColor) -> String {
    let (red, green, blue) = colour.rgb;
    format!("rgb({red} {green} {blue} / {})", colour.alpha)
}

type Drawn = Result<(), DrawingErrorKind<BrushError>>;

impl DrawingBackend for Brush<'_> {
    type ErrorType = BrushError;

    fn get_size(&self) -> (u32, u32) {
        (self.canvas.width(), self.canvas.height())
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, colour: BackendColor) -> Drawn {
        self.draw_rect((x, y), (x + 1, y + 1), &colour, true)
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Drawn {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S, fill: bool) -> Drawn {
        if !fill {
            return self.draw_path([from, (to.0, from.1), to, (from.0, to.1), from], style);
        }
        self.fill_with(style.color());
        let [x, y, width, height] = [from.0, from.1, to.0 - from.0, to.1 - from.1].map(f64::from);
        self.context.fill_rect(x, y, width, height);
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Drawn {
        let stroke = (css(style.color()), style.stroke_width());
        if stroke != self.stroke {
            self.context.set_stroke_style_str(&stroke.0);
            self.context.set_line_width(f64::from(stroke.1));
            self.stroke = stroke;
        }
        self.context.begin_path();
        self.trace(path);
        self.context.stroke();
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Drawn {
        self.fill_with(style.color());
        self.context.begin_path();
        self.trace(path);
        self.context.fill();
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(&mut self, (x, y): BackendCoord, radius: u32, style: &S, fill: bool) -> Drawn {
        self.fill_with(style.color());
        self.context.begin_path();
        let circle = self.context.arc(f64::from(x), f64::from(y), f64::from(radius), 0.0, std::f64::consts::TAU);
        circle.map_err(|_| DrawingErrorKind::DrawingError(BrushError))?;
        if fill {
            self.context.fill();
        } else {
            self.context.stroke();
        }
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, (x, y): BackendCoord) -> Drawn {
        self.fill_with(style.color());
        let font = format!("{}px {}", style.size(), style.family().as_str());
        if font != self.font {
            self.context.set_font(&font);
            self.font = font;
        }
        self.context.set_text_align(match style.anchor().h_pos {
            HPos::Left => "left",
            HPos::Right => "right",
            HPos::Center => "center",
        });
        self.context.set_text_baseline(match style.anchor().v_pos {
            VPos::Top => "top",
            VPos::Center => "middle",
            VPos::Bottom => "bottom",
        });
        let written = self.context.fill_text(text, f64::from(x), f64::from(y));
        written.map_err(|_| DrawingErrorKind::DrawingError(BrushError))
    }
}
