//! What the browser keeps for the page from one visit to the next: values under names, each in a place of its own, so
//! that pages beside this one change theirs without touching others.

use serde_json::Value;
use web_sys::Storage;

use crate::{dom, json};
use gradprix::text::Phrase;

/// The part of the browser's storage under one name.
pub(super) struct Store {
    /// Nothing where the browser keeps nothing, as in some private windows.
    storage: Option<Storage>,
    prefix: &'static str,
}

impl Store {
    /// The values whose names begin with `prefix`.
    pub(super) fn new(prefix: &'static str) -> Self {
        let storage = dom::window().ok().and_then(|window| window.local_storage().ok().flatten());
        Self { storage, prefix }
    }

    /// Whether `name`, one of the whole storage, is among them.
    pub(super) fn has(&self, name: &str) -> bool {
        name.starts_with(self.prefix)
    }

    /// Every value that can be read; what something else left there is not among them.
    pub(super) fn all(&self) -> Vec<Value> {
        let Some(storage) = &self.storage else { return Vec::new() };
        let names = (0..storage.length().unwrap_or(0)).filter_map(|at| storage.key(at).ok().flatten());
        let names: Vec<String> = names.filter(|name| self.has(name)).collect();
        let value = |name: &String| json::parse(&storage.get_item(name).ok()??).ok();
        names.iter().filter_map(value).collect()
    }

    /// Keeps `value` as the one called `name`, in place of what is there.
    ///
    /// # Errors
    /// Why it could not be kept: the storage is full, or there is none.
    pub(super) fn keep(&self, name: &str, value: &Value) -> Result<(), Phrase> {
        let storage =
            self.storage.as_ref().ok_or(text!("it keeps nothing for this page", "它不为此页面保存任何内容"))?;
        storage.set_item(&self.name(name), &value.to_string()).map_err(|error| dom::said(&error).into())
    }

    /// Forgets the value called `name`.
    pub(super) fn forget(&self, name: &str) {
        if let Some(storage) = &self.storage {
            // What cannot be forgotten is seen again at the next visit, and can be deleted there.
            drop(storage.remove_item(&self.name(name)));
        }
    }

    fn name(&self, name: &str) -> String {
        [self.prefix, name].concat()
    }
}
