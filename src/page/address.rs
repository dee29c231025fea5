//! The page's address: it always holds the whole race, so that it can be kept and sent.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Reflect;
use wasm_bindgen::prelude::*;
use web_sys::Window;

use crate::action::{Action, Sink};
use crate::dom::{self, PageError};
use gradprix::race::lesson::link::LessonLink;
use gradprix::text::Phrase;

/// Browsers take only so many changes of the address: it follows when nothing changed for so long, milliseconds.
const REST: i32 = 300;

/// The part of the address behind `#`.
pub(super) struct Address {
    window: Window,
    /// What it says, or will soon.
    said: Rc<RefCell<LessonLink>>,
    write: Closure<dyn FnMut()>,
    timer: Cell<Option<i32>>,
}

impl Address {
    /// The address of the page -> the race that it holds, and what to say of what it does not understand. Where someone
    /// changes it, [`Action::Address`] goes to `sink`.
    pub(super) fn new(sink: &Sink) -> Result<(Self, LessonLink, Option<Phrase>), PageError> {
        let window = dom::window()?;
        let hash = window.location().hash().map_err(dom::refused("read the address"))?;
        let (link, notice) = read(&hash).unwrap_or_default();
        let act = sink.clone();
        dom::listen(&window, "hashchange", move |event| {
            // The address itself may be the page's again by now.
            let address = Reflect::get(&event, &"newURL".into()).ok().and_then(|address| address.as_string());
            let address = address.unwrap_or_default();
            act(Action::Address(address.split_once('#').map_or_else(String::new, |(_, hash)| hash.to_owned())));
        })?;
        let said = Rc::new(RefCell::new(link.clone()));
        let (shown, page) = (Rc::clone(&said), window.clone());
        // A browser that refuses keeps the address that it has; the page goes on.
        let write = Closure::new(move || drop(show(&page, &shown.borrow())));
        let address = Self { window, said, write, timer: Cell::new(None) };
        Ok((address, link, notice))
    }

    /// The whole address with `link`, to be sent.
    pub(super) fn whole(&self, link: &LessonLink) -> Result<String, PageError> {
        let origin = self.window.location().origin().map_err(dom::refused("read the address"))?;
        Ok(origin + &local(&self.window, link).map_err(dom::refused("read the address"))?)
    }

    /// The address will soon hold `link`.
    pub(super) fn follow(&self, link: &LessonLink) -> Result<(), PageError> {
        if *self.said.borrow() == *link {
            return Ok(());
        }
        self.said.borrow_mut().clone_from(link);
        if let Some(timer) = self.timer.take() {
            self.window.clear_timeout_with_handle(timer);
        }
        let write = self.write.as_ref().unchecked_ref();
        let timer = self.window.set_timeout_with_callback_and_timeout_and_arguments_0(write, REST);
        self.timer.set(Some(timer.map_err(dom::refused("set a timer"))?));
        Ok(())
    }
}

/// The race in the part of an address behind `#`, and what to say of it; nothing where that only points into the page.
pub(super) fn read(hash: &str) -> Option<(LessonLink, Option<Phrase>)> {
    let hash = hash.trim_start_matches('#');
    if !hash.is_empty() && !hash.contains('=') {
        return None;
    }
    let decoded = |text: &str| js_sys::decode_uri_component(text).map_or_else(|_| text.to_owned(), String::from);
    let pairs = hash.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let pairs: Vec<_> = pairs.map(|(name, value)| (decoded(name), decoded(value))).collect();
    let (link, left_out) = LessonLink::read(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let list = || left_out.iter().map(|pair| Phrase::from(pair.as_str())).collect::<Phrase>();
    let notice = (!left_out.is_empty()).then(|| {
        phrase!(
            "The link says something that this page does not understand, which was left out: {list}",
            "链接中有本页面无法理解的内容，已略去：{list}",
            list = list(),
        )
    });
    Some((link, notice))
}

fn show(window: &Window, link: &LessonLink) -> Result<(), PageError> {
    let change = || {
        let history = window.history()?;
        history.replace_state_with_url(&history.state()?, "", Some(&local(window, link)?))
    };
    change().map_err(dom::refused("change the address"))
}

/// The address on this site with `link`.
fn local(window: &Window, link: &LessonLink) -> Result<String, JsValue> {
    let pair = |(name, value): &(&str, String)| [name, "=", &encoded(value)].concat();
    let pairs: Vec<String> = link.pairs().iter().map(pair).collect();
    let location = window.location();
    let address = location.pathname()? + &location.search()?;
    Ok(if pairs.is_empty() { address } else { [&address, "#", &pairs.join("&")].concat() })
}

/// Commas and colons, which mean nothing behind `#`, stay readable.
fn encoded(text: &str) -> String {
    String::from(js_sys::encode_uri_component(text)).replace("%2C", ",").replace("%3A", ":")
}
