//! JSON that comes from outside.

use js_sys::JSON;
use serde_json::Value;

use crate::dom;
use gradprix::race::nesting;
use gradprix::text::Phrase;

/// What `text` holds, by the browser's own parser, which is there already.
///
/// # Errors
/// Why that is no JSON, or none that can be followed down.
pub(super) fn parse(text: &str) -> Result<Value, Phrase> {
    if nesting::is_deep(text) {
        return Err(text!("too much stands in one another", "嵌套太深").into());
    }
    let json = JSON::parse(text).map_err(|error| Phrase::from(dom::said(&error)));
    let value =
        json.and_then(|json| serde_wasm_bindgen::from_value::<Value>(json).map_err(|error| error.to_string().into()));
    value.map_err(|error| phrase!("it holds no JSON ({error})", "内容不是 JSON（{error}）", error))
}
