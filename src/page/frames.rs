//! The browser's frames: asked for only when there is something to draw.

use wasm_bindgen::prelude::*;
use web_sys::Window;

use crate::action::{Action, Sink};
use crate::dom::{self, PageError};

/// Asks for frames, one at a time.
pub(super) struct Frames {
    window: Window,
    asked: bool,
    act: Closure<dyn FnMut(f64)>,
}

impl Frames {
    /// Sends [`Action::Frame`] to `sink` whenever the browser draws what was asked for.
    pub(super) fn new(sink: &Sink) -> Result<Self, PageError> {
        let sink = sink.clone();
        let act = Closure::new(move |now| sink(Action::Frame(now)));
        Ok(Self { window: dom::window()?, asked: false, act })
    }

    /// Asks for the next frame.
    pub(super) fn ask(&mut self) -> Result<(), PageError> {
        if !std::mem::replace(&mut self.asked, true) {
            let act = self.act.as_ref().unchecked_ref();
            self.window.request_animation_frame(act).map_err(dom::refused("draw a frame"))?;
        }
        Ok(())
    }

    /// The frame asked for is here: what changes from now on needs another one.
    pub(super) fn begin(&mut self) {
        self.asked = false;
    }
}
