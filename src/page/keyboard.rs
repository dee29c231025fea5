//! Keys that act wherever the focus is, unless one is typing or has a dialog open.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement, KeyboardEvent};

use crate::action::{Action, Sink};
use crate::dom::{self, PageError};
use crate::slider::modified;

/// Where letters are typed, or find their own way.
const TYPING: &str = "input:not([type='range'], [type='checkbox'], [type='radio']), select, textarea";

/// What the space bar presses.
const PRESSED: &str = "button, summary, a, label, input:not([type='range']), select, textarea";

/// Listens for the keys, and lets the page's button list them.
pub(super) fn listen(body: &Element, sink: &Sink) -> Result<(), PageError> {
    let list: HtmlDialogElement = dom::find(body, "#keys")?;
    let (dialog, button): (_, Element) = (list.clone(), dom::find(body, "#show-keys")?);
    // A dialog that cannot open changes nothing.
    dom::listen(&button, "click", move |_| drop(dialog.show_modal()))?;
    let (sink, document) = (sink.clone(), dom::document()?);
    dom::listen(&document, "keydown", move |event| {
        let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
        if event.default_prevented() || modified(key) || is_within(key, "dialog") {
            return;
        }
        let typing = is_within(key, TYPING);
        let action = match key.key().as_str() {
            " " if !is_within(key, PRESSED) => Action::Toggle,
            // Held down, it goes on step by step.
            "s" | "S" if !typing => Action::Step,
            "r" | "R" if !typing => Action::Reset,
            "?" if !typing => {
                event.prevent_default();
                return drop(list.show_modal());
            }
            _ => return,
        };
        event.prevent_default();
        if !key.repeat() || matches!(action, Action::Step) {
            sink(action);
        }
    })
}

/// Whether the key was pressed in something that `selector` describes.
fn is_within(event: &KeyboardEvent, selector: &str) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.and_then(|target| target.closest(selector).ok().flatten()).is_some()
}
