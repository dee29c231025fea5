//! The pad that one draws on, by pointer, finger or pen.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, Element, HtmlCanvasElement, PointerEvent};

use super::Insight;
use super::pictures::{context, digit};
use crate::data::{PIXELS, drawing};
use crate::page::action::{Action, Sink};
use crate::page::dom::{self, PageError};

/// The pad's pixels on a side, and the pen's width.
const SIDE: u32 = 280;
const PEN: f64 = 22.0;

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
        let context = context(&canvas)?;
        context.set_line_width(PEN);
        context.set_line_cap("round");
        context.set_line_join("round");
        context.set_stroke_style_str("#fff");
        let pen: Rc<Cell<Option<(f64, f64)>>> = Rc::default();
        for event in ["pointerdown", "pointermove", "pointerup", "pointercancel"] {
            let (canvas, context, pen, act) = (canvas.clone(), context.clone(), Rc::clone(&pen), sink.clone());
            dom::listen(&canvas.clone(), event, move |event| {
                let Some(event) = event.dyn_ref::<PointerEvent>() else { return };
                if event.type_() != "pointerdown" && pen.get().is_none() {
                    return;
                }
                let to = place(&canvas, event);
                let from = pen.replace(Some(to)).unwrap_or(to);
                match event.type_().as_str() {
                    "pointerdown" => {
                        event.prevent_default();
                        // Without it, a stroke ends where the pointer leaves the pad.
                        drop(canvas.set_pointer_capture(event.pointer_id()));
                    }
                    "pointermove" => {}
                    _ => return pen.set(None),
                }
                context.begin_path();
                context.move_to(from.0, from.1);
                context.line_to(to.0, to.1);
                context.stroke();
                act(Action::Inside(Insight::Drawn));
            })?;
        }
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

/// Where a pointer is, in the pad's pixels.
fn place(canvas: &HtmlCanvasElement, event: &PointerEvent) -> (f64, f64) {
    let area = canvas.get_bounding_client_rect();
    let scale = f64::from(SIDE) / area.width().max(1.0);
    ((f64::from(event.client_x()) - area.left()) * scale, (f64::from(event.client_y()) - area.top()) * scale)
}
