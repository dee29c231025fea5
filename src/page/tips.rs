//! Tips for those who have no pointer that hovers: a tap on a control's name shows what the control does, until
//! something else is touched. Escape puts away any tip.

use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent, PointerEvent};

use crate::dom::{self, PageError};

/// What names a control that has a tip beside its name.
const NAMES: &str = "label:has(~ .tip)";

/// On what holds the control: its name was tapped.
const TOLD: &str = "data-told";

/// On the body: tips were put away.
const HUSHED: &str = "data-hushed";

/// Listens from now on, for controls still to come as well.
pub(super) fn listen(body: &Element) -> Result<(), PageError> {
    // A scroll that starts on a name is cancelled, and is no tap. Attributes without a value can always be set.
    dom::listen(body, "pointerup", |event| {
        let touch = event.dyn_ref::<PointerEvent>().is_some_and(|event| event.pointer_type() != "mouse");
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let name = target.filter(|_| touch).and_then(|target| target.closest(NAMES).ok().flatten());
        let control = name.and_then(|name| name.parent_element());
        let told = control.as_ref().is_some_and(|control| control.has_attribute(TOLD));
        put_away();
        if let Some(control) = control {
            let _ = dom::flag(&control, TOLD, !told);
        }
    })?;
    let page = body.clone();
    dom::listen(body, "keydown", move |event| {
        if event.dyn_ref::<KeyboardEvent>().is_some_and(|event| event.key() == "Escape") {
            put_away();
            let _ = dom::flag(&page, HUSHED, true);
        }
    })?;
    for event in ["pointerover", "focusin"] {
        let page = body.clone();
        dom::listen(body, event, move |_| drop(dom::flag(&page, HUSHED, false)))?;
    }
    Ok(())
}

/// Hides the tip that a tap has shown.
fn put_away() {
    let shown = dom::body().and_then(|body| dom::find::<Element>(&body, "[data-told]"));
    if let Ok(shown) = shown {
        let _ = dom::flag(&shown, TOLD, false);
    }
}
