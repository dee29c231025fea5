//! A typed number: what its knob takes goes on, what it does not is refused in a sentence beside it.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, KeyboardEvent};

use crate::dom::{self, PageError};
use crate::language;
use gradprix::optim::{Knob, KnobError};
use gradprix::text::{Phrase, number};

/// A text field for a knob's value.
#[derive(Clone)]
pub(super) struct Entry {
    input: HtmlInputElement,
    refusal: Element,
    knob: &'static Knob,
    /// What is in force.
    value: Rc<Cell<Option<f64>>>,
}

impl Entry {
    /// A field in `input` whose refusals show in `refusal`. `accepted` gets every value that the knob takes.
    pub(super) fn new(
        input: HtmlInputElement,
        refusal: Element,
        knob: &'static Knob,
        accepted: impl Fn(f64) + 'static,
    ) -> Result<Self, PageError> {
        let entry = Self { input, refusal, knob, value: Rc::new(Cell::new(Some(knob.default))) };
        let field = entry.clone();
        dom::listen(&entry.input, "change", move |_| field.hear(&accepted))?;
        entry.listen()?;
        Ok(entry)
    }

    /// Like [`Entry::new`], but the field may be empty: `accepted` then gets nothing.
    pub(super) fn optional(
        input: HtmlInputElement,
        refusal: Element,
        knob: &'static Knob,
        accepted: impl Fn(Option<f64>) + 'static,
    ) -> Result<Self, PageError> {
        let entry = Self { input, refusal, knob, value: Rc::new(Cell::new(None)) };
        let field = entry.clone();
        dom::listen(&entry.input, "change", move |_| {
            if field.input.value().trim().is_empty() {
                accepted(None);
            } else {
                field.hear(|value| accepted(Some(value)));
            }
        })?;
        entry.listen()?;
        Ok(entry)
    }

    /// Hands on what was typed, or refuses it.
    fn hear(&self, accepted: impl Fn(f64)) {
        match self.read() {
            Ok(value) => accepted(value),
            Err(error) => self.refuse(error.words().sentence()),
        }
    }

    fn listen(&self) -> Result<(), PageError> {
        let entry = self;
        let field = entry.clone();
        dom::listen(&entry.input, "input", move |_| field.forgive())?;
        let field = entry.clone();
        dom::listen(&entry.input, "keydown", move |event| {
            if event.dyn_ref::<KeyboardEvent>().is_some_and(|event| event.key() == "Escape") {
                field.show_optional(field.value.get());
            }
        })
    }

    /// Shows the value in force.
    pub(super) fn show(&self, value: f64) {
        self.show_optional(Some(value));
    }

    /// Shows the value in force, or that there is none.
    pub(super) fn show_optional(&self, value: Option<f64>) {
        self.value.set(value);
        self.input.set_value(&value.map_or(String::new(), |value| self.knob.show(value)));
        self.forgive();
    }

    /// What was typed: `0.0003`, `3e-4` or, as half the world writes, `0,0003`.
    fn read(&self) -> Result<f64, KnobError> {
        let typed = self.input.value();
        match number(typed.trim().replace(',', ".").as_str()) {
            Some(value) => self.knob.check(self.knob.name, value),
            None => Err(KnobError {
                field: self.knob.name.into(),
                found: format!("“{}”", typed.trim()).into(),
                expected: self.knob.expected(),
            }),
        }
        // A reader knows it by its label.
        .map_err(|error| KnobError { field: self.knob.label.into(), ..error })
    }

    // Setting attributes on the field's own elements cannot fail, and a refusal that could not be shown must not
    // keep the page from going on.
    fn refuse(&self, sentence: Phrase) {
        language::say(&self.refusal, sentence);
        let _ = dom::attribute(&self.input, "aria-invalid", "true");
    }

    fn forgive(&self) {
        language::say(&self.refusal, Phrase::default());
        let _ = self.input.remove_attribute("aria-invalid");
    }
}
