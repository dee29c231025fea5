//! The line that says what just happened, or what the page waits for.

use std::cell::Cell;

use wasm_bindgen::prelude::*;
use web_sys::{Element, Window};

use crate::page::dom::{self, PageError};
use crate::page::language;
use crate::text::Phrase;

/// How long what needs no answer stays, milliseconds.
const STAY: i32 = 5000;

/// The most characters of a sentence: it may quote what comes from outside.
const LONGEST: usize = 500;

/// The line.
pub(super) struct Notice {
    window: Window,
    root: Element,
    text: Element,
    hide: Closure<dyn FnMut()>,
    timer: Cell<Option<i32>>,
}

impl Notice {
    /// The notice in the page.
    pub(super) fn new(body: &Element) -> Result<Self, PageError> {
        let root: Element = dom::find(body, "#notice")?;
        let text = dom::find(&root, ".text")?;
        let gone = root.clone();
        let hide = Closure::new(move || drop(dom::flag(&gone, "hidden", true)));
        let gone = root.clone();
        let dismiss: Element = dom::find(&root, ".dismiss")?;
        dom::listen(&dismiss, "click", move |_| {
            drop(dom::flag(&gone, "hidden", true));
        })?;
        Ok(Self { window: dom::window()?, root, text, hide, timer: Cell::new(None) })
    }

    /// Says `sentence` for a while.
    pub(super) fn tell(&self, sentence: impl Into<Phrase>) -> Result<(), PageError> {
        self.show("info", sentence.into())?;
        let hide = self.hide.as_ref().unchecked_ref();
        let timer = self.window.set_timeout_with_callback_and_timeout_and_arguments_0(hide, STAY);
        self.timer.set(Some(timer.map_err(dom::refused("set a timer"))?));
        Ok(())
    }

    /// Says what the page waits for, until it is there.
    pub(super) fn wait(&self, sentence: impl Into<Phrase>) -> Result<(), PageError> {
        self.show("wait", sentence.into())
    }

    /// What the page waited for is there.
    pub(super) fn arrived(&self) -> Result<(), PageError> {
        let waits = self.root.get_attribute("data-kind").is_some_and(|kind| kind == "wait");
        if waits { dom::flag(&self.root, "hidden", true) } else { Ok(()) }
    }

    /// Says what went wrong, until it is dismissed or something else is to say.
    pub(super) fn complain(&self, sentence: impl Into<Phrase>) -> Result<(), PageError> {
        self.show("error", sentence.into())
    }

    fn show(&self, kind: &str, sentence: Phrase) -> Result<(), PageError> {
        if let Some(timer) = self.timer.take() {
            self.window.clear_timeout_with_handle(timer);
        }
        dom::attribute(&self.root, "data-kind", kind)?;
        dom::flag(&self.root, "hidden", false)?;
        language::say(&self.text, Phrase { en: clipped(sentence.en), zh: clipped(sentence.zh) });
        Ok(())
    }
}

fn clipped(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(LONGEST) {
        text.truncate(end);
        text.push('…');
    }
    text
}
