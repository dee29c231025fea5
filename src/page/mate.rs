//! One more worker of the CPU engine, seen from the race that it helps: `www/mate.js` is its other side.

use std::pin::pin;

use futures_channel::mpsc::{self, UnboundedReceiver};
use futures_util::StreamExt;
use futures_util::future::{Either, select};
use futures_util::lock::Mutex;
use js_sys::{Array, Function, JsString, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

use gradprix::engine::EngineError;
use gradprix::text::Phrase;

#[wasm_bindgen]
extern "C" {
    /// What a JavaScript module knows of itself.
    type ImportMeta;

    #[wasm_bindgen(method, getter)]
    fn url(this: &ImportMeta) -> JsString;

    #[wasm_bindgen(thread_local_v2, js_namespace = import, js_name = meta)]
    static IMPORT_META: ImportMeta;
}

/// The worker's script, beside the module's own.
const SCRIPT: &str = "mate.js";

/// A worker that has not said within so many milliseconds that it listens never will: now and then Firefox forgets one.
const PATIENCE: i32 = 4000;

#[wasm_bindgen]
extern "C" {
    // Of pages and workers alike, as web-sys has it for each of them.
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(act: &Function, milliseconds: i32);
}

/// A worker that trains some of the racers.
pub(super) struct Mate {
    worker: Worker,
    answers: Mutex<UnboundedReceiver<Result<JsValue, Phrase>>>,
}

impl Mate {
    /// Starts a worker with a race of its own, made from `options`, those of [`crate::interface::Race::create`].
    /// The buffers in `moved` are handed over, not copied.
    pub(super) async fn start(options: &Object, moved: &Array) -> Result<Self, EngineError> {
        let mate = match Self::listening().await {
            Ok(mate) => mate,
            Err(_) => Self::listening().await?,
        };
        mate.post("create", &Array::of2(&wasm_bindgen::module(), options), moved).map_err(|thrown| stopped(&thrown))?;
        mate.answer().await.map(|_| mate)
    }

    /// A worker that says that it listens. A call that comes before is lost now and then, as Firefox starts module workers.
    async fn listening() -> Result<Self, EngineError> {
        let mate = Self::open().map_err(|thrown| stopped(&thrown))?;
        let patience = Promise::new(&mut |resolve, _| set_timeout(&resolve, PATIENCE));
        match select(pin!(mate.answer()), JsFuture::from(patience)).await {
            Either::Left((said, _)) => said.map(drop)?,
            Either::Right(_) => {
                return Err(EngineError::Worker { reason: text!("it does not start", "它没有启动").into() });
            }
        }
        Ok(mate)
    }

    fn open() -> Result<Self, JsValue> {
        let url = web_sys::Url::new_with_base(SCRIPT, &String::from(IMPORT_META.with(ImportMeta::url)))?;
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(&url.href(), &options)?;
        let (sender, answers) = mpsc::unbounded();
        let failed = sender.clone();
        // Nobody listens where the race was dropped.
        let hear = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            drop(sender.unbounded_send(read(&event.data())));
        });
        let fail = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
            // Else it would be this worker's error, too, and the page's.
            event.unchecked_ref::<web_sys::Event>().prevent_default();
            let message = Reflect::get(&event, &"message".into()).ok().and_then(|message| message.as_string());
            let unloaded = || phrase!("{script} could not be loaded", "无法加载 {script}", script = SCRIPT);
            drop(failed.unbounded_send(Err(message.map_or_else(unloaded, Phrase::from))));
        });
        worker.set_onmessage(Some(hear.into_js_value().unchecked_ref()));
        worker.set_onerror(Some(fail.into_js_value().unchecked_ref()));
        Ok(Self { worker, answers: Mutex::new(answers) })
    }

    /// Calls a method of the worker's race. [`Mate::answer`] brings the answers, in the order of the calls.
    pub(super) fn call(&self, method: &str, values: &Array) -> Result<(), EngineError> {
        self.post(method, values, &Array::new()).map_err(|thrown| stopped(&thrown))
    }

    fn post(&self, method: &str, values: &Array, moved: &Array) -> Result<(), JsValue> {
        self.worker.post_message_with_transfer(&Array::of1(&method.into()).concat(values), moved)
    }

    /// The answer to the earliest call that has none yet.
    pub(super) async fn answer(&self) -> Result<JsValue, EngineError> {
        let answer = self.answers.lock().await.next().await;
        answer
            .unwrap_or_else(|| Err(text!("it is gone", "它已不存在").into()))
            .map_err(|reason| EngineError::Worker { reason })
    }
}

impl Drop for Mate {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

fn read(answer: &JsValue) -> Result<JsValue, Phrase> {
    match Reflect::get(answer, &"refusal".into()).ok().and_then(|refusal| refusal.as_string()) {
        Some(refusal) => Err(refusal.into()),
        None => Ok(Reflect::get(answer, &"value".into()).unwrap_or(JsValue::UNDEFINED)),
    }
}

fn stopped(thrown: &JsValue) -> EngineError {
    let message = thrown.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message()));
    EngineError::Worker { reason: message.unwrap_or_else(|| format!("{thrown:?}")).into() }
}
