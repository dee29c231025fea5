//! The large chart by keyboard: arrows move the crosshair, with shift the curves; plus and minus zoom.

use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

use super::read::Read;
use crate::action::{Action, Sink};
use crate::dom::{self, PageError};

/// How far a key pulls the curves, and a page key the crosshair, CSS pixels.
const FAR: f64 = 60.0;

/// How much of the axis a key shows more or less.
const ZOOM: f64 = 1.25;

/// Hears the keys that are pressed while the crosshair of the chart in `plot` has the focus.
pub(super) fn listen(plot: &Element, sink: &Sink) -> Result<(), PageError> {
    let act = sink.clone();
    let crosshair: Element = dom::find(plot, ".crosshair")?;
    dom::listen(&crosshair, "keydown", move |event| {
        let event: &KeyboardEvent = event.unchecked_ref();
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        if let Some(read) = read(&event.key(), event.shift_key()) {
            // The page has its own use for some of these keys.
            event.prevent_default();
            event.stop_propagation();
            act(Action::Read(read));
        }
    })?;
    let act = sink.clone();
    dom::listen(&crosshair, "blur", move |_| act(Action::Read(Read::Leave)))
}

fn read(key: &str, shift: bool) -> Option<Read> {
    Some(match (key, shift) {
        ("ArrowLeft", false) => Read::Walk(-1.0),
        ("ArrowRight", false) => Read::Walk(1.0),
        ("ArrowLeft", true) => Read::Pull((FAR, 0.0)),
        ("ArrowRight", true) => Read::Pull((-FAR, 0.0)),
        ("ArrowUp", true) => Read::Pull((0.0, FAR)),
        ("ArrowDown", true) => Read::Pull((0.0, -FAR)),
        ("PageUp", _) => Read::Walk(FAR),
        ("PageDown", _) => Read::Walk(-FAR),
        ("Home", _) => Read::First,
        ("End", _) => Read::Last,
        ("+" | "=", _) => Read::Turn { x: None, factor: 1.0 / ZOOM },
        ("-" | "_", _) => Read::Turn { x: None, factor: ZOOM },
        ("0", _) => Read::Whole,
        ("Escape", _) => Read::Leave,
        _ => return None,
    })
}
