//! The line at the loss to reach: pulled by a pointer, moved by arrow keys.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent, PointerEvent};

use super::Reading;
use super::crosshair::place;
use super::read::Read;
use crate::action::{Action, Sink};
use crate::dom::{self, PageError};
use gradprix::plot::Quantity;
use gradprix::race::target::{TARGET, Target};

/// How many times the loss an arrow key makes it, and a page key.
const FACTORS: (f64, f64) = (1.02, 1.2);

/// The handle over the line that the chart draws.
pub(crate) struct TargetLine {
    handle: HtmlElement,
}

impl TargetLine {
    /// The handle in `plot`.
    pub(crate) fn new(plot: &Element, sink: &Sink) -> Result<Self, PageError> {
        let handle: HtmlElement = dom::find(plot, ".target")?;
        dom::attribute(&handle, "aria-valuemin", &TARGET.min.to_string())?;
        dom::attribute(&handle, "aria-valuemax", &TARGET.max.to_string())?;
        let pulled = Rc::new(Cell::new(false));
        let (press, element) = (Rc::clone(&pulled), handle.clone());
        dom::listen(&handle, "pointerdown", move |event| {
            press.set(true);
            // Without it, the pull ends at the handle's edge: still a pull.
            let _ = element.set_pointer_capture(event.unchecked_ref::<PointerEvent>().pointer_id());
        })?;
        let (press, chart, act) = (Rc::clone(&pulled), plot.clone(), sink.clone());
        dom::listen(&handle, "pointermove", move |event| {
            if press.get() {
                let y = f64::from(event.unchecked_ref::<PointerEvent>().client_y());
                act(Action::Read(Read::PullTarget(y - chart.get_bounding_client_rect().top())));
            }
        })?;
        for event in ["pointerup", "pointercancel"] {
            let press = Rc::clone(&pulled);
            dom::listen(&handle, event, move |_| press.set(false))?;
        }
        let act = sink.clone();
        dom::listen(&handle, "keydown", move |event| {
            let event: &KeyboardEvent = event.unchecked_ref();
            if let Some(read) = read(&event.key()) {
                event.prevent_default();
                event.stop_propagation();
                act(Action::Read(read));
            }
        })?;
        Ok(Self { handle })
    }

    /// Shows the handle where the line is, if there is one.
    pub(crate) fn show(&self, reading: &Reading) -> Result<(), PageError> {
        let loss = reading.target.as_ref().map(Target::loss).filter(|_| reading.quantity == Quantity::LOSS);
        let place_of = |loss: f64| Some((0.0, reading.scales(0)?.y(loss)?));
        if let Some(loss) = loss {
            dom::attribute(&self.handle, "aria-valuenow", &loss.to_string())?;
            dom::attribute(&self.handle, "aria-valuetext", &loss.to_string())?;
        }
        place(&self.handle, loss.and_then(place_of))
    }
}

fn read(key: &str) -> Option<Read> {
    Some(match key {
        "ArrowUp" | "ArrowRight" => Read::ScaleTarget(FACTORS.0),
        "ArrowDown" | "ArrowLeft" => Read::ScaleTarget(1.0 / FACTORS.0),
        "PageUp" => Read::ScaleTarget(FACTORS.1),
        "PageDown" => Read::ScaleTarget(1.0 / FACTORS.1),
        "Delete" | "Backspace" => Read::Target(None),
        _ => return None,
    })
}
