//! Files that a user gives: picked, or dropped anywhere on the page.

use js_sys::Array;
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, Element, Event, FileList, HtmlInputElement};

use crate::action::{Action, Sink};
use crate::dom::{self, PageError};
use crate::share;

/// Sends the files that are picked or dropped to `sink`.
pub(super) fn take(body: &Element, sink: &Sink) -> Result<(), PageError> {
    let picker: HtmlInputElement = dom::find(body, "#files")?;
    let (input, act) = (picker.clone(), sink.clone());
    dom::listen(&picker, "change", move |_| {
        give(input.files(), &act);
        // Else the same files, mended, could not be picked again.
        input.set_value("");
    })?;

    for event in ["dragenter", "dragover"] {
        let body = body.clone();
        dom::listen(&body.clone(), event, move |event| {
            if let Some(event) = with_files(event) {
                event.prevent_default();
                drop(dom::flag(&body, "data-dragging", true));
            }
        })?;
    }
    let left = body.clone();
    dom::listen(body, "dragleave", move |event| {
        // Leaving one element for another is not leaving the page.
        if event.dyn_ref::<DragEvent>().is_some_and(|event| event.related_target().is_none()) {
            drop(dom::flag(&left, "data-dragging", false));
        }
    })?;
    let (over, act) = (body.clone(), sink.clone());
    dom::listen(body, "drop", move |event| {
        if let Some(event) = with_files(event) {
            event.prevent_default();
            drop(dom::flag(&over, "data-dragging", false));
            give(event.data_transfer().and_then(|data| data.files()), &act);
        }
    })
}

/// The drag, if it carries files.
fn with_files(event: Event) -> Option<DragEvent> {
    let event: DragEvent = event.dyn_into().ok()?;
    let types = event.data_transfer()?.types();
    types.includes(&"Files".into(), 0).then_some(event)
}

/// Whether a file's name says that it holds JSON.
fn is_json(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, kind)| kind.eq_ignore_ascii_case("json"))
}

fn give(files: Option<FileList>, sink: &Sink) {
    let Some(files) = files.filter(|files| files.length() > 0) else { return };
    match files.get(0).filter(|file| files.length() == 1 && is_json(&file.name())) {
        Some(race) => share::import(race, sink.clone()),
        None => sink(Action::Files(Array::from(&files).into())),
    }
}
