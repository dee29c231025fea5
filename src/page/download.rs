//! Bringing the dataset into the worker: fetched beside the page, given by the user, or made.

use std::cell::Cell;
use std::rc::Rc;

use futures_util::future::try_join_all;
use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, DedicatedWorkerGlobalScope, File, ReadableStreamDefaultReader, ReadableWritablePair, Response};

use crate::data::{DataError, Dataset, files, synthetic};
use crate::text::{Phrase, Text};

// web-sys counts it as unstable still, though every browser has it since 2023.
#[wasm_bindgen]
extern "C" {
    /// A pair of streams: bytes go in compressed and come out as they were.
    type DecompressionStream;

    #[wasm_bindgen(constructor, catch)]
    fn new(format: &str) -> Result<DecompressionStream, JsValue>;
}

/// Why files did not become a dataset.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.words().en)]
pub(super) enum LoadError {
    /// The server has no such file, or does not answer.
    Fetch { file: String, reason: Phrase },
    /// A gzip file that is broken.
    Unpack { file: String, reason: Phrase },
    /// The unpacked files are no dataset.
    Data(#[from] DataError),
}

impl LoadError {
    /// Why, in words.
    pub(super) fn words(&self) -> Phrase {
        match self {
            Self::Fetch { file, reason } => {
                phrase!("{file} could not be fetched ({reason})", "无法获取 {file}（{reason}）", file, reason)
            }
            Self::Unpack { file, reason } => phrase!(
                "{file} could not be unpacked ({reason}); it may be cut short",
                "无法解压 {file}（{reason}）；文件可能不完整",
                file,
                reason,
            ),
            Self::Data(error) => error.words(),
        }
    }
}

/// What a JavaScript error says, in the browser's own language.
impl From<JsValue> for Phrase {
    fn from(error: JsValue) -> Self {
        let message = error.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message()));
        message.or_else(|| error.as_string()).unwrap_or_else(|| format!("{error:?}")).into()
    }
}

/// A dataset and what to say of it.
pub(super) struct Loaded {
    pub(super) dataset: Rc<Dataset>,
    pub(super) name: Text,
    pub(super) notice: Option<Phrase>,
}

/// MNIST from beside the page; where that fails, the synthetic digits. `progress` hears of bytes received and in all.
pub(super) async fn load(scope: &DedicatedWorkerGlobalScope, progress: &dyn Fn(f64, f64)) -> Loaded {
    let (received, total) = (Cell::new(0.0), Cell::new(0.0));
    let count = |bytes: f64, expected: f64| {
        received.set(received.get() + bytes);
        total.set(total.get() + expected);
        progress(received.get(), total.get());
    };
    let fetched = try_join_all(files::NAMES.map(|name| fetch(scope, name, &count))).await;
    match fetched.and_then(|fetched| Ok(files::assemble(fetched)?)) {
        Ok(dataset) => Loaded { dataset: Rc::new(dataset), name: Text::name("MNIST"), notice: None },
        Err(error) => {
            let notice = phrase!(
                "MNIST is not here: {why}. The race runs on synthetic digits, drawn by this page. Give it the four \
                 MNIST files, or drop them anywhere, to race on the real ones.",
                "这里没有 MNIST：{why}。竞赛使用本页面生成的合成数字。想用真实的数字竞赛，请提供 MNIST 的四个文件，\
                 或把它们拖放到页面任意位置。",
                why = error.words(),
            );
            let dataset = synthetic::dataset(synthetic::TRAIN_COUNT, synthetic::TEST_COUNT);
            Loaded { dataset: Rc::new(dataset), name: text!("Synthetic digits", "合成数字"), notice: Some(notice) }
        }
    }
}

/// The four IDX files that a user gave, gzipped or not, under any names.
pub(super) async fn given(list: &JsValue) -> Result<Loaded, LoadError> {
    let list = Array::from(list);
    let given = list.iter().filter_map(|file| file.dyn_into::<File>().ok()).map(|file| async move {
        let name = file.name();
        let unpacked = unpack(&name, file.into()).await?;
        Ok::<_, LoadError>((name, unpacked))
    });
    let dataset = files::assemble(try_join_all(given).await?)?;
    Ok(Loaded { dataset: Rc::new(dataset), name: text!("Your files", "你的文件"), notice: None })
}

/// `data/NAME.gz`, unpacked. `count` hears of each piece (bytes, 0) and of the size to come (0, bytes).
async fn fetch(
    scope: &DedicatedWorkerGlobalScope,
    name: &str,
    count: &dyn Fn(f64, f64),
) -> Result<(String, Vec<u8>), LoadError> {
    let file = format!("{name}.gz");
    let blob = fetch_blob(scope, &format!("data/{file}"), count)
        .await
        .map_err(|reason| LoadError::Fetch { file: file.clone(), reason })?;
    let unpacked = unpack(&file, blob).await?;
    Ok((file, unpacked))
}

async fn fetch_blob(
    scope: &DedicatedWorkerGlobalScope,
    address: &str,
    count: &dyn Fn(f64, f64),
) -> Result<Blob, Phrase> {
    let response: Response = JsFuture::from(scope.fetch_with_str(address)).await?.dyn_into()?;
    if !response.ok() {
        let status = u32::from(response.status());
        return Err(phrase!("the server answered {status}", "服务器返回 {status}", status));
    }
    let length = response.headers().get("content-length")?.and_then(|length| length.parse().ok());
    count(0.0, length.unwrap_or(0.0));
    let body = response.body().ok_or(text!("the answer is empty", "返回内容为空"))?;
    let reader: ReadableStreamDefaultReader = body.get_reader().dyn_into().map_err(JsValue::from)?;
    let pieces = Array::new();
    loop {
        let piece = JsFuture::from(reader.read()).await?;
        if Reflect::get(&piece, &"done".into())?.is_truthy() {
            return Ok(Blob::new_with_u8_array_sequence(&pieces)?);
        }
        let bytes: Uint8Array = Reflect::get(&piece, &"value".into())?.dyn_into()?;
        count(f64::from(bytes.length()), 0.0);
        pieces.push(&bytes);
    }
}

/// A file's bytes, unpacked if they are gzipped. Some servers send `.gz` files already unpacked, so the bytes decide.
async fn unpack(file: &str, blob: Blob) -> Result<Vec<u8>, LoadError> {
    let failed = |error: JsValue| LoadError::Unpack { file: file.to_owned(), reason: error.into() };
    let start = blob.slice_with_i32_and_i32(0, 2).map_err(failed)?;
    let start = read(&Response::new_with_opt_blob(Some(&start)).map_err(failed)?).await.map_err(failed)?;
    if start != files::GZIP {
        return read(&Response::new_with_opt_blob(Some(&blob)).map_err(failed)?).await.map_err(failed);
    }
    let gunzip = DecompressionStream::new("gzip").map_err(failed)?;
    let stream = blob.stream().pipe_through(gunzip.unchecked_ref::<ReadableWritablePair>());
    read(&Response::new_with_opt_readable_stream(Some(&stream)).map_err(failed)?).await.map_err(failed)
}

async fn read(response: &Response) -> Result<Vec<u8>, JsValue> {
    let buffer = JsFuture::from(response.array_buffer()?).await?;
    Ok(Uint8Array::new(&buffer).to_vec())
}
