//! Time in a worker: what it is, and giving way to messages.

use std::cell::RefCell;
use std::rc::Rc;

use futures_channel::oneshot;
use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, Performance};

/// A worker's clock.
pub(super) struct Clock {
    scope: DedicatedWorkerGlobalScope,
    performance: Option<Performance>,
    channel: Option<MessageChannel>,
    waiting: Rc<RefCell<Option<oneshot::Sender<()>>>>,
}

impl Clock {
    pub(super) fn new(scope: &DedicatedWorkerGlobalScope) -> Self {
        let waiting: Rc<RefCell<Option<oneshot::Sender<()>>>> = Rc::default();
        let woken = Rc::clone(&waiting);
        let channel = MessageChannel::new().ok();
        if let Some(channel) = &channel {
            let wake = Closure::<dyn Fn()>::new(move || {
                if let Some(sender) = woken.borrow_mut().take() {
                    // A race that was dropped meanwhile does not wait any more.
                    let _ = sender.send(());
                }
            });
            channel.port1().set_onmessage(Some(wake.as_ref().unchecked_ref()));
            wake.forget();
        }
        Self { scope: scope.clone(), performance: scope.performance(), channel, waiting }
    }

    /// Milliseconds since some fixed moment.
    pub(super) fn now(&self) -> f64 {
        self.performance.as_ref().map_or_else(js_sys::Date::now, Performance::now)
    }

    /// Lets waiting messages be heard. A message to oneself does it at once, where a timer of 0 ms soon takes 4.
    pub(super) async fn yield_now(&self) {
        let (sender, woken) = oneshot::channel();
        self.waiting.replace(Some(sender));
        match self.channel.as_ref().map(|channel| channel.port2().post_message(&JsValue::NULL)) {
            // The sender stays in place until the message comes.
            Some(Ok(())) => drop(woken.await),
            _ => self.sleep(0.0).await,
        }
    }

    /// Waits so many milliseconds.
    pub(super) async fn sleep(&self, milliseconds: f64) {
        let timer = Promise::new(&mut |resolve: Function, _| {
            if self
                .scope
                .set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds.ceil() as i32)
                .is_err()
            {
                // Without timers the wait is none.
                let _ = resolve.call0(&JsValue::NULL);
            }
        });
        // A timer's promise is never rejected.
        drop(JsFuture::from(timer).await);
    }
}
