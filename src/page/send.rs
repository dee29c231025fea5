//! What goes to the worker, and from it to the page.

use js_sys::{Array, Float32Array};
use wasm_bindgen::JsValue;
use web_sys::{DedicatedWorkerGlobalScope, Worker};

use crate::dom::{PageError, refused};
use crate::message::{Command, Report};

/// Posts `command` to `worker`, which obeys commands in their order.
pub(super) fn send(worker: &Worker, command: &Command) -> Result<(), PageError> {
    let message = serde_wasm_bindgen::to_value(command).map_err(JsValue::from);
    message.and_then(|message| worker.post_message(&message)).map_err(refused("speak to the worker"))
}

/// Tells the page.
pub(super) fn report(scope: &DedicatedWorkerGlobalScope, report: &Report) {
    // Many numbers change hands; few are copied.
    let handed = match report {
        Report::Steps { metrics, .. } => metrics.iter().map(|values| Float32Array::from(values).buffer()).collect(),
        Report::Saved { record, .. } => Array::of1(&Float32Array::from(record.memory.clone()).buffer()),
        _ => Array::new(),
    };
    let sent = serde_wasm_bindgen::to_value(report)
        .map_err(JsValue::from)
        .and_then(|message| scope.post_message_with_transfer(&message, &handed));
    if let Err(error) = sent {
        web_sys::console::error_2(&"a report was lost".into(), &error);
    }
}
