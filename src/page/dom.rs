//! Small, typed steps into the document: everything that is not as expected has a name.

use wasm_bindgen::prelude::*;
use web_sys::{
    CanvasRenderingContext2d, Document, Element, Event, EventTarget, HtmlCanvasElement, HtmlElement,
    HtmlTemplateElement, Window,
};

use gradprix::plot::PlotError;

/// Why the page cannot be as it must: a pointer, because nearly everything here may return one.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(super) struct PageError(Box<Fault>);

#[derive(Debug, thiserror::Error)]
enum Fault {
    /// The document lacks an element.
    #[error("the page has no {selector}")]
    Missing { selector: String },
    /// The document has another element in its place.
    #[error("the page's {selector} is not a {expected}")]
    Kind { selector: String, expected: &'static str },
    /// The style sheet has no colour, or one that charts cannot read.
    #[error("the style sheet's {property} is {found:?}, but must be a colour such as #0072b2")]
    Colour { property: String, found: String },
    /// The browser threw.
    #[error("the browser refused to {action}: {reason}")]
    Browser { action: &'static str, reason: String },
    /// A chart could not be drawn.
    #[error(transparent)]
    Plot(PlotError),
}

impl From<PlotError> for PageError {
    #[inline(never)]
    fn from(error: PlotError) -> Self {
        Self(Box::new(Fault::Plot(error)))
    }
}

/// The document lacks what `selector` describes.
#[inline(never)]
pub(super) fn missing(selector: &str) -> PageError {
    PageError(Box::new(Fault::Missing { selector: selector.to_owned() }))
}

/// The style sheet's `property` is no colour.
pub(super) fn no_colour(property: &str, found: String) -> PageError {
    PageError(Box::new(Fault::Colour { property: property.to_owned(), found }))
}

/// Makes the closure that turns what the browser threw into an error: "the browser refused to `action`: …".
pub(super) fn refused(action: &'static str) -> impl FnOnce(JsValue) -> PageError {
    move |thrown| refusal(action, &thrown)
}

// Here and below: called from hundreds of places, each of which would get its own copy.
#[inline(never)]
fn refusal(action: &'static str, thrown: &JsValue) -> PageError {
    PageError(Box::new(Fault::Browser { action, reason: said(thrown) }))
}

/// What the browser's error says, in the browser's own language.
pub(super) fn said(thrown: &JsValue) -> String {
    let message = thrown.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message()));
    message.or_else(|| thrown.as_string()).unwrap_or_else(|| format!("{thrown:?}"))
}

/// The window.
pub(super) fn window() -> Result<Window, PageError> {
    web_sys::window().ok_or_else(|| missing("window"))
}

/// The document.
pub(super) fn document() -> Result<Document, PageError> {
    window()?.document().ok_or_else(|| missing("document"))
}

/// The document's body.
pub(super) fn body() -> Result<Element, PageError> {
    let body = document()?.body().ok_or_else(|| missing("body"))?;
    Ok(body.into())
}

/// The first element under `root` that `selector` describes.
pub(super) fn find<T: JsCast>(root: &Element, selector: &str) -> Result<T, PageError> {
    cast(search(root, selector)?, selector)
}

#[inline(never)]
fn search(root: &Element, selector: &str) -> Result<Element, PageError> {
    let found = root.query_selector(selector).map_err(refused("search the page"))?;
    found.ok_or_else(|| missing(selector))
}

/// A new element called `name`.
#[inline(never)]
pub(super) fn create(name: &str) -> Result<Element, PageError> {
    document()?.create_element(name).map_err(refused("make an element"))
}

/// A copy of the element in the `<template>` that `selector` describes.
#[inline(never)]
pub(super) fn template(selector: &str) -> Result<Element, PageError> {
    let template: HtmlTemplateElement = find(&body()?, selector)?;
    let content = template.content().first_element_child();
    let content = content.ok_or_else(|| missing(&format!("{selector} > *")))?;
    cast(content.clone_node_with_deep(true).map_err(refused("copy a template"))?, selector)
}

/// What draws on `canvas`.
#[inline(never)]
pub(super) fn context(canvas: &HtmlCanvasElement) -> Result<CanvasRenderingContext2d, PageError> {
    let context = canvas.get_context("2d").map_err(refused("draw on a canvas"))?;
    let context = context.and_then(|context| context.dyn_into().ok());
    context.ok_or_else(|| missing("canvas context"))
}

/// Puts `child` behind the last child of `parent`.
#[inline(never)]
pub(super) fn append(parent: &Element, child: &Element) -> Result<(), PageError> {
    parent.append_child(child).map(drop).map_err(refused("add to the page"))
}

/// Sets an attribute.
#[inline(never)]
pub(super) fn attribute(element: &Element, name: &str, value: &str) -> Result<(), PageError> {
    element.set_attribute(name, value).map_err(refused("set an attribute"))
}

/// Sets or takes away an attribute without a value.
#[inline(never)]
pub(super) fn flag(element: &Element, name: &str, on: bool) -> Result<(), PageError> {
    element.toggle_attribute_with_force(name, on).map(drop).map_err(refused("set an attribute"))
}

/// Sets a property of the element's own style.
#[inline(never)]
pub(super) fn style(element: &HtmlElement, property: &str, value: &str) -> Result<(), PageError> {
    element.style().set_property(property, value).map_err(refused("set a style"))
}

/// Shows `text`; what already says so is left alone, which spares layout and screen readers.
#[inline(never)]
pub(super) fn say(element: &Element, text: &str) {
    if element.text_content().as_deref() != Some(text) {
        element.set_text_content(Some(text));
    }
}

/// Calls `handler` at each `event` on `target`, as long as the page lives.
pub(super) fn listen(target: &EventTarget, event: &str, handler: impl FnMut(Event) + 'static) -> Result<(), PageError> {
    add(target, event, &Closure::<dyn FnMut(Event)>::new(handler).into_js_value())
}

#[inline(never)]
fn add(target: &EventTarget, event: &str, handler: &JsValue) -> Result<(), PageError> {
    target.add_event_listener_with_callback(event, handler.unchecked_ref()).map_err(refused("listen for events"))
}

fn cast<T: JsCast>(found: impl JsCast, selector: &str) -> Result<T, PageError> {
    // The path before the name is web-sys' own.
    let expected = || std::any::type_name::<T>().rsplit("::").next().unwrap_or("fitting element");
    found.dyn_into().map_err(|_| another(selector, expected()))
}

#[inline(never)]
fn another(selector: &str, expected: &'static str) -> PageError {
    PageError(Box::new(Fault::Kind { selector: selector.to_owned(), expected }))
}
