//! What a browser says of its adapter. wgpu passes on the description, which browsers leave empty; vendor and
//! architecture, which they do tell, it does not.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::text::Phrase;

/// Vendor and architecture of the adapter that the browser prefers; empty where it tells neither.
pub(super) async fn adapter_name() -> String {
    let info = info().await.unwrap_or_default();
    let words = ["vendor", "architecture"].map(|name| Reflect::get(&info, &name.into()).ok()?.as_string());
    words.into_iter().flatten().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Why there is no adapter, in words that a user understands.
pub(super) fn why_no_adapter() -> Phrase {
    let gpu = gpu().is_ok_and(|gpu| !gpu.is_undefined());
    let offers_none = text!("this browser offers none on this machine", "此浏览器在这台机器上没有提供");
    let lacks_it = text!("this browser has no WebGPU", "此浏览器不支持 WebGPU");
    if gpu { offers_none } else { lacks_it }.into()
}

/// `(await navigator.gpu.requestAdapter()).info`
async fn info() -> Result<JsValue, JsValue> {
    let gpu = gpu()?;
    let request: Function = get(&gpu, "requestAdapter")?.dyn_into()?;
    let adapter: Promise = request.call0(&gpu)?.dyn_into()?;
    get(&JsFuture::from(adapter).await?, "info")
}

/// `navigator.gpu`
fn gpu() -> Result<JsValue, JsValue> {
    get(&get(&js_sys::global(), "navigator")?, "gpu")
}

fn get(object: &JsValue, name: &str) -> Result<JsValue, JsValue> {
    Reflect::get(object, &name.into())
}
