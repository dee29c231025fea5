//! The line that says what just happened, or what the page waits for.

use std::cell::Cell;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlTextAreaElement, Window};

use crate::action::{Action, Sink};
use crate::dom::{self, PageError};
use crate::{language, share};
use gradprix::text::Phrase;

/// How long what needs no answer stays, milliseconds.
const STAY: i32 = 5000;

/// The most characters of a sentence: it may quote what comes from outside.
const LONGEST: usize = 500;

/// The line.
pub(super) struct Notice {
    window: Window,
    root: Element,
    text: Element,
    copy: Element,
    details: HtmlTextAreaElement,
    hide: Closure<dyn FnMut()>,
    timer: Cell<Option<i32>>,
}

impl Notice {
    /// The notice in the page.
    pub(super) fn new(body: &Element, sink: &Sink) -> Result<Self, PageError> {
        let root: Element = dom::find(body, "#notice")?;
        let text = dom::find(&root, ".text")?;
        let copy: Element = dom::find(&root, ".copy")?;
        let act = sink.clone();
        dom::listen(&copy, "click", move |_| act(Action::CopyDetails))?;
        let details = dom::find(&root, ".details")?;
        let gone = root.clone();
        let hide = Closure::new(move || drop(dom::flag(&gone, "hidden", true)));
        let gone = root.clone();
        let dismiss: Element = dom::find(&root, ".dismiss")?;
        dom::listen(&dismiss, "click", move |_| {
            drop(dom::flag(&gone, "hidden", true));
        })?;
        Ok(Self { window: dom::window()?, root, text, copy, details, hide, timer: Cell::new(None) })
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

    /// Says what failed, as [`Notice::complain`] does; [`Notice::copy`] is offered for those who can mend it.
    pub(super) fn fail(&self, sentence: impl Into<Phrase>) -> Result<(), PageError> {
        self.complain(sentence)?;
        dom::flag(&self.copy, "hidden", false)
    }

    /// Copies `details`, or shows them where the browser has no clipboard.
    pub(super) fn copy(&self, details: &str) {
        let (button, shown, details) = (self.copy.clone(), self.details.clone(), details.to_owned());
        spawn_local(async move {
            if share::copied(&details).await {
                return dom::say(&button, text!("Copied", "已复制").in_language(language::current()));
            }
            shown.set_value(&details);
            if dom::flag(&shown, "hidden", false).is_ok() {
                shown.select();
            }
        });
    }

    fn show(&self, kind: &str, sentence: Phrase) -> Result<(), PageError> {
        if let Some(timer) = self.timer.take() {
            self.window.clear_timeout_with_handle(timer);
        }
        dom::flag(&self.copy, "hidden", true)?;
        dom::flag(&self.details, "hidden", true)?;
        language::say(&self.copy, text!("Copy details", "复制详情"));
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
