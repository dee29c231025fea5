//! The pad that one draws on, by pointer, finger, pen or keys.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, Element, HtmlCanvasElement, HtmlElement, KeyboardEvent, PointerEvent};

use super::Insight;
use super::pictures::digit;
use crate::action::{Action, Sink};
use crate::dom::{self, PageError};
use gradprix::data::{PIXELS, drawing};

/// The pad's pixels on a side, and the pen's width.
const SIDE: u32 = 280;
const PEN: f64 = 22.0;

/// How far an arrow key moves the pen, in pixels.
const STRIDE: f64 = 14.0;

/// The pad, and what the racers see of it.
pub(super) struct Pad {
    context: CanvasRenderingContext2d,
    seen: HtmlCanvasElement,
}

impl Pad {
    pub(super) fn new(root: &Element, sink: &Sink) -> Result<Self, PageError> {
        let canvas: HtmlCanvasElement = dom::find(root, "#pad")?;
        canvas.set_width(SIDE);
        canvas.set_height(SIDE);
        let context = dom::context(&canvas)?;
        context.set_line_width(PEN);
        context.set_line_cap("round");
        context.set_line_join("round");
        context.set_stroke_style_str("#fff");
        by_pointer(&canvas, &context, sink)?;
        by_keys(&canvas, &dom::find(root, "#nib")?, &context, sink)?;
        Ok(Self { context, seen: dom::find(root, "#seen")? })
    }

    /// What is drawn, as MNIST would have it; nothing where nothing is.
    pub(super) fn digit(&self) -> Result<Option<Vec<u8>>, PageError> {
        let side = f64::from(SIDE);
        let pixels = self.context.get_image_data(0.0, 0.0, side, side).map_err(dom::refused("read a canvas"))?;
        // Ink is white, and its edges are clear in part.
        let ink: Vec<u8> = pixels.data().0.chunks_exact(4).map(|pixel| pixel[3]).collect();
        Ok(drawing::centred(&ink, SIDE as usize))
    }

    /// Takes the drawing away.
    pub(super) fn clear(&self) {
        self.context.clear_rect(0.0, 0.0, f64::from(SIDE), f64::from(SIDE));
        drop(digit(&self.seen, &[0; PIXELS]));
    }

    /// Shows what the racers see.
    pub(super) fn show_seen(&self, image: &[u8]) -> Result<(), PageError> {
        digit(&self.seen, image)
    }
}

type Place = (f64, f64);

/// The first finger or the main button draws, from where it comes down to where it leaves.
fn by_pointer(canvas: &HtmlCanvasElement, context: &CanvasRenderingContext2d, sink: &Sink) -> Result<(), PageError> {
    /// The pointer that draws, and where it is.
    type Pen = Rc<Cell<Option<(i32, Place)>>>;
    let pen = Pen::default();
    for event in ["pointerdown", "pointermove", "pointerup", "pointercancel"] {
        let (canvas, context, pen, act) = (canvas.clone(), context.clone(), Rc::clone(&pen), sink.clone());
        dom::listen(&canvas.clone(), event, move |event| {
            let Some(event) = event.dyn_ref::<PointerEvent>() else { return };
            let (id, to) = (event.pointer_id(), place(&canvas, event));
            let from = match (pen.get(), event.type_().as_str()) {
                (None, "pointerdown") if event.button() == 0 => {
                    // Without it, a stroke ends where the pointer leaves the pad.
                    drop(canvas.set_pointer_capture(id));
                    to
                }
                (Some((own, from)), "pointermove") if own == id => from,
                (Some((own, _)), "pointerup" | "pointercancel") if own == id => return pen.set(None),
                _ => return,
            };
            pen.set(Some((id, to)));
            stroke(&context, from, to);
            act(Action::Inside(Insight::Drawn));
        })?;
    }
    Ok(())
}

/// Arrows move the pen, which starts in the middle; with Shift they draw. `nib` shows where it is.
fn by_keys(
    canvas: &HtmlCanvasElement,
    nib: &HtmlElement,
    context: &CanvasRenderingContext2d,
    sink: &Sink,
) -> Result<(), PageError> {
    let side = f64::from(SIDE);
    let pen = Cell::new((side / 2.0, side / 2.0));
    let (nib, context, act) = (nib.clone(), context.clone(), sink.clone());
    dom::listen(canvas, "keydown", move |event| {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
        let (right, down) = match event.key().as_str() {
            "ArrowLeft" => (-STRIDE, 0.0),
            "ArrowRight" => (STRIDE, 0.0),
            "ArrowUp" => (0.0, -STRIDE),
            "ArrowDown" => (0.0, STRIDE),
            _ => return,
        };
        event.prevent_default();
        let from = pen.get();
        let to = ((from.0 + right).clamp(0.0, side), (from.1 + down).clamp(0.0, side));
        pen.set(to);
        for (property, place) in [("left", to.0), ("top", to.1)] {
            // A nib in the wrong place is no reason not to draw.
            drop(dom::style(&nib, property, &format!("{:.1}%", 100.0 * place / side)));
        }
        if event.shift_key() {
            stroke(&context, from, to);
            act(Action::Inside(Insight::Drawn));
        }
    })
}

fn stroke(context: &CanvasRenderingContext2d, from: Place, to: Place) {
    context.begin_path();
    context.move_to(from.0, from.1);
    context.line_to(to.0, to.1);
    context.stroke();
}

/// Where a pointer is, in the pad's pixels.
fn place(canvas: &HtmlCanvasElement, event: &PointerEvent) -> Place {
    let area = canvas.get_bounding_client_rect();
    let scale = f64::from(SIDE) / area.width().max(1.0);
    ((f64::from(event.client_x()) - area.left()) * scale, (f64::from(event.client_y()) - area.top()) * scale)
}
