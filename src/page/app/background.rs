//! Whether the race goes on while nobody sees the page: as the reader chose.

use web_sys::{Element, HtmlInputElement, VisibilityState};

use crate::action::{Action, Sink};
use crate::app::App;
use crate::dom::{self, PageError};
use crate::message::Command;
use crate::store::Store;

/// The choice, and what it led to.
pub(super) struct Background {
    choice: HtmlInputElement,
    /// The race was paused as the page was hidden, and goes on when it is shown.
    waits: bool,
}

impl Background {
    /// The choice in the page, as it was at the last visit.
    pub(super) fn new(body: &Element) -> Result<Self, PageError> {
        let choice: HtmlInputElement = dom::find(body, "#background")?;
        let store = Store::new("background");
        if let Some(goes_on) = store.all().first().and_then(serde_json::Value::as_bool) {
            choice.set_checked(goes_on);
        }
        let input = choice.clone();
        // Where it cannot be kept, it lasts as long as the page.
        dom::listen(&choice, "change", move |_| drop(store.keep("", &input.checked().into())))?;
        Ok(Self { choice, waits: false })
    }
}

/// Hears when the page is hidden or shown.
pub(super) fn listen(sink: &Sink) -> Result<(), PageError> {
    let document = dom::document()?;
    let (act, page) = (sink.clone(), document.clone());
    dom::listen(&document, "visibilitychange", move |_| {
        act(Action::Seen(page.visibility_state() == VisibilityState::Visible));
    })
}

impl App {
    /// The page is shown, or hidden: then it may never be shown again.
    pub(super) fn seen(&mut self, seen: bool) -> Result<(), PageError> {
        if !seen {
            self.put_by();
        }
        if seen && std::mem::take(&mut self.background.waits) && !self.going {
            self.going = true;
            return self.send(&Command::Run);
        }
        if !seen && self.going && !self.background.choice.checked() {
            self.background.waits = true;
            self.going = false;
            return self.send(&Command::Pause);
        }
        Ok(())
    }
}
