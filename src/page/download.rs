//! Bringing the dataset into the worker: fetched beside the page, given by the user, or made.

use std::rc::Rc;

use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::DedicatedWorkerGlobalScope;

use crate::message::Report;
use crate::send::report;
use gradprix::data::{DataError, Dataset, files, synthetic};
use gradprix::text::{Phrase, Text};

#[wasm_bindgen]
extern "C" {
    /// `www/data.js`.
    pub(super) type Source;

    #[wasm_bindgen(method, catch)]
    async fn load(this: &Source, progress: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    async fn given(this: &Source, files: &JsValue, most: f64) -> Result<JsValue, JsValue>;

    /// Ends a download.
    #[wasm_bindgen(method)]
    pub(super) fn stop(this: &Source);

    /// What it throws.
    #[wasm_bindgen(extends = js_sys::Error)]
    type Refusal;

    #[wasm_bindgen(method, getter)]
    fn zh(this: &Refusal) -> Option<String>;
}

/// Why files did not become a dataset.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.words().en)]
pub(super) enum LoadError {
    /// They did not come, or are broken.
    Refused(Phrase),
    /// They came and are no dataset.
    Data(#[from] DataError),
}

impl LoadError {
    /// Why, in words.
    pub(super) fn words(&self) -> Phrase {
        match self {
            Self::Refused(why) => why.clone(),
            Self::Data(error) => error.words(),
        }
    }
}

impl From<JsValue> for LoadError {
    fn from(error: JsValue) -> Self {
        let refusal: &Refusal = error.unchecked_ref();
        let en = String::from(refusal.message());
        Self::Refused(Phrase { zh: refusal.zh().unwrap_or_else(|| en.clone()), en })
    }
}

/// A dataset and what to say of it.
pub(super) struct Loaded {
    pub(super) dataset: Rc<Dataset>,
    pub(super) name: Text,
    pub(super) notice: Option<Phrase>,
}

impl Loaded {
    fn new(files: &JsValue, name: Text) -> Result<Self, LoadError> {
        let file = |file: JsValue| {
            let file: Array = file.unchecked_into();
            (file.get(0).as_string().unwrap_or_default(), Uint8Array::from(file.get(1)).to_vec())
        };
        let dataset = files::assemble(Array::from(files).iter().map(file).collect())?;
        Ok(Self { dataset: Rc::new(dataset), name, notice: None })
    }

    /// Digits for want of others, and `why` those are not here.
    pub(super) fn synthetic(why: &LoadError) -> Self {
        let notice = phrase!(
            "MNIST is not here: {why}. The race runs on synthetic digits, drawn by this page. Give it the four \
             MNIST files, or drop them anywhere, to race on the real ones.",
            "这里没有 MNIST：{why}。竞赛使用本页面生成的合成数字。想用真实的数字竞赛，请提供 MNIST 的四个文件，\
             或把它们拖放到页面任意位置。",
            why = why.words(),
        );
        let dataset = synthetic::dataset(synthetic::TRAIN_COUNT, synthetic::TEST_COUNT);
        Self { dataset: Rc::new(dataset), name: text!("Synthetic digits", "合成数字"), notice: Some(notice) }
    }
}

/// MNIST from beside the page, which is told how far that is.
pub(super) async fn fetched(source: &Source, scope: DedicatedWorkerGlobalScope) -> Result<Loaded, LoadError> {
    let progress = move |received, total| report(&scope, &Report::Loading { received, total });
    let progress = Closure::<dyn Fn(f64, f64)>::new(progress).into_js_value();
    Loaded::new(&source.load(&progress).await?, Text::name("MNIST"))
}

/// The four IDX files that a user gave, gzipped or not, under any names.
pub(super) async fn given(source: &Source, list: &JsValue) -> Result<Loaded, LoadError> {
    let files = source.given(list, files::MOST_BYTES as f64).await?;
    Loaded::new(&files, text!("Your files", "你的文件"))
}
