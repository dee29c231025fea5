//! Menus: every `<details class="menu">` closes when something else is touched or focused, and by Escape.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent, Node};

use crate::dom::{self, PageError};

/// What opens and closes.
const OPEN: &str = "details.menu[open]";

/// Closes menus from now on, those of lanes still to come as well.
pub(super) fn close_when_left() -> Result<(), PageError> {
    let document = dom::document()?;
    for event in ["pointerdown", "focusin"] {
        dom::listen(&document, event, |event| {
            let target = event.target().and_then(|target| target.dyn_into::<Node>().ok());
            close(|menu| !menu.contains(target.as_ref()));
        })?;
    }
    dom::listen(&document, "keydown", |event| {
        if event.dyn_ref::<KeyboardEvent>().is_some_and(|event| event.key() == "Escape") {
            close(|menu| {
                // The focus would be lost with what had it.
                if let Ok(summary) = dom::find::<HtmlElement>(menu, "summary") {
                    let _ = summary.focus();
                }
                true
            });
        }
    })
}

/// Closes the open menus that `leaves` says are left.
fn close(leaves: impl Fn(&Element) -> bool) {
    // A menu that stays open is no reason to stop.
    let Ok(Ok(open)) = dom::document().map(|document| document.query_selector_all(OPEN)) else { return };
    let menus = (0..open.length()).filter_map(|at| open.item(at)?.dyn_into::<Element>().ok());
    menus.filter(leaves).for_each(|menu| {
        let _ = dom::flag(&menu, "open", false);
    });
}
