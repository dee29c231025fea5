//! What goes to the worker.

use wasm_bindgen::JsValue;
use web_sys::Worker;

use crate::page::dom::{PageError, refused};
use crate::page::message::Command;

/// Posts `command` to `worker`, which obeys commands in their order.
pub(super) fn send(worker: &Worker, command: &Command) -> Result<(), PageError> {
    let message = serde_wasm_bindgen::to_value(command).map_err(JsValue::from);
    message.and_then(|message| worker.post_message(&message)).map_err(refused("speak to the worker"))
}
