//! Saying things in the page's language, and leaving what is said in the other one beside it: `www/language.js` shows
//! that when the reader switches, so that nothing has to be said again.

use web_sys::Element;

use crate::dom;
use gradprix::text::{Language, Phrase};

/// The page's language, which `www/language.js` sets.
pub(super) fn current() -> Language {
    let root = dom::document().ok().and_then(|document| document.document_element());
    match root.and_then(|root| root.get_attribute("lang")) {
        Some(tag) if tag.starts_with("zh") => Language::Chinese,
        _ => Language::English,
    }
}

/// Shows a message in `element`.
pub(super) fn say(element: &Element, said: impl Into<Phrase>) {
    let said = said.into();
    keep(element, ["data-en", "data-zh"], &said);
    dom::say(element, said.in_language(current()));
}

/// Sets attribute `name` of `element`, which readers hear or see, to a message.
pub(super) fn say_attribute(element: &Element, name: &str, said: impl Into<Phrase>) {
    let said = said.into();
    keep(element, [&["data-en-", name].concat(), &["data-zh-", name].concat()], &said);
    set(element, name, said.in_language(current()));
}

/// Leaves both languages in the attributes `names`.
fn keep(element: &Element, [en, zh]: [&str; 2], said: &Phrase) {
    set(element, en, &said.en);
    set(element, zh, &said.zh);
}

fn set(element: &Element, name: &str, value: &str) {
    // It fails only for a name that is none.
    let _ = element.set_attribute(name, value);
}
