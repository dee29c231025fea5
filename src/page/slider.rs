//! A slider for a knob: dragged, set back by a double click, or moved by keys from one round value to the next.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, KeyboardEvent};

use crate::dom::{self, PageError};
use crate::language;
use gradprix::optim::Knob;
use gradprix::text::Phrase;

/// Notches that a page key moves: a decade where the scale is logarithmic.
const PAGE: i32 = 10;

/// A slider, whose own range is 0 to 1.
pub(super) struct Slider {
    input: HtmlInputElement,
    knob: &'static Knob,
    /// What is in force; the input itself holds it only as finely as it has pixels.
    value: Rc<Cell<f64>>,
}

impl Slider {
    /// A slider in `input`; `act` gets each value that it is moved to.
    pub(super) fn new(
        input: HtmlInputElement,
        knob: &'static Knob,
        act: impl Fn(f64) + Clone + 'static,
    ) -> Result<Self, PageError> {
        // Where the default is, the slider's own style shows.
        dom::style(&input, "--default", &knob.position(knob.default).to_string())?;
        let value = Rc::new(Cell::new(knob.default));
        let (field, on_input) = (input.clone(), act.clone());
        dom::listen(&input, "input", move |_| on_input(knob.value(field.value_as_number())))?;
        let to_default = act.clone();
        dom::listen(&input, "dblclick", move |_| to_default(knob.default))?;
        let at = Rc::clone(&value);
        dom::listen(&input, "keydown", move |event| {
            let Some(key) = event.dyn_ref::<KeyboardEvent>().filter(|event| !modified(event)) else { return };
            if let Some(value) = after_key(knob, at.get(), &key.key()) {
                event.prevent_default();
                act(value);
            }
        })?;
        Ok(Self { input, knob, value })
    }

    /// Shows `value`, called `words`.
    pub(super) fn show(&self, value: f64, words: impl Into<Phrase>) -> Result<(), PageError> {
        self.value.set(value);
        let position = self.knob.position(value).to_string();
        self.input.set_value(&position);
        dom::style(&self.input, "--at", &position)?;
        language::say_attribute(&self.input, "aria-valuetext", words);
        Ok(())
    }
}

/// Where `key` moves a slider at `value`.
fn after_key(knob: &Knob, value: f64, key: &str) -> Option<f64> {
    let notches = match key {
        "ArrowRight" | "ArrowUp" => 1,
        "ArrowLeft" | "ArrowDown" => -1,
        "PageUp" => PAGE,
        "PageDown" => -PAGE,
        "Home" => return Some(knob.min),
        "End" => return Some(knob.max),
        _ => return None,
    };
    Some(knob.moved(value, notches))
}

/// Whether a key that turns others into commands is down.
pub(super) fn modified(event: &KeyboardEvent) -> bool {
    event.ctrl_key() || event.alt_key() || event.meta_key()
}
