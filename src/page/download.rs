//! Bringing the dataset into the worker: fetched beside the page, given by the user, or made.

use std::cell::Cell;
use std::rc::Rc;

use futures_util::future::try_join_all;
use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, DedicatedWorkerGlobalScope, File, ReadableStreamDefaultReader, ReadableWritablePair, Response};

use crate::data::{DataError, Dataset, files, synthetic};

/// The files beside the page, in `data/`.
const FILES: [&str; 4] =
    ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

// web-sys counts it as unstable still, though every browser has it since 2023.
#[wasm_bindgen]
extern "C" {
    /// A pair of streams: bytes go in compressed and come out as they were.
    type DecompressionStream;

    #[wasm_bindgen(constructor, catch)]
    fn new(format: &str) -> Result<DecompressionStream, JsValue>;
}

/// How a gzip file starts.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Why files did not become a dataset.
#[derive(Debug, thiserror::Error)]
pub(super) enum LoadError {
    /// The server has no such file, or does not answer.
    #[error("{file} could not be fetched ({reason})")]
    Fetch { file: String, reason: String },
    /// A gzip file that is broken.
    #[error("{file} could not be unpacked ({reason}); it may be cut short")]
    Unpack { file: String, reason: String },
    /// The unpacked files are no dataset.
    #[error(transparent)]
    Data(#[from] DataError),
}

/// A dataset and what to say of it.
pub(super) struct Loaded {
    pub(super) dataset: Rc<Dataset>,
    pub(super) name: &'static str,
    pub(super) notice: Option<String>,
}

/// MNIST from beside the page; where that fails, the synthetic digits. `progress` hears of bytes received and in all.
pub(super) async fn load(scope: &DedicatedWorkerGlobalScope, progress: &dyn Fn(f64, f64)) -> Loaded {
    let (received, total) = (Cell::new(0.0), Cell::new(0.0));
    let count = |bytes: f64, expected: f64| {
        received.set(received.get() + bytes);
        total.set(total.get() + expected);
        progress(received.get(), total.get());
    };
    let fetched = try_join_all(FILES.map(|name| fetch(scope, name, &count))).await;
    match fetched.and_then(|fetched| Ok(files::assemble(fetched)?)) {
        Ok(dataset) => Loaded { dataset: Rc::new(dataset), name: "MNIST", notice: None },
        Err(error) => {
            let notice = format!(
                "MNIST is not here: {error}. The race runs on synthetic digits, drawn by this page. \
                 Give it the four MNIST files, or drop them anywhere, to race on the real ones."
            );
            let dataset = synthetic::dataset(synthetic::TRAIN_COUNT, synthetic::TEST_COUNT);
            Loaded { dataset: Rc::new(dataset), name: "Synthetic digits", notice: Some(notice) }
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
    Ok(Loaded { dataset: Rc::new(dataset), name: "Your files", notice: None })
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
        .map_err(|error| LoadError::Fetch { file: file.clone(), reason: words(&error) })?;
    let unpacked = unpack(&file, blob).await?;
    Ok((file, unpacked))
}

async fn fetch_blob(
    scope: &DedicatedWorkerGlobalScope,
    address: &str,
    count: &dyn Fn(f64, f64),
) -> Result<Blob, JsValue> {
    let response: Response = JsFuture::from(scope.fetch_with_str(address)).await?.dyn_into()?;
    if !response.ok() {
        return Err(JsValue::from(format!("the server answered {}", response.status())));
    }
    let length = response.headers().get("content-length")?.and_then(|length| length.parse().ok());
    count(0.0, length.unwrap_or(0.0));
    let body = response.body().ok_or("the answer is empty")?;
    let reader: ReadableStreamDefaultReader = body.get_reader().dyn_into()?;
    let pieces = Array::new();
    loop {
        let piece = JsFuture::from(reader.read()).await?;
        if Reflect::get(&piece, &"done".into())?.is_truthy() {
            return Blob::new_with_u8_array_sequence(&pieces);
        }
        let bytes: Uint8Array = Reflect::get(&piece, &"value".into())?.dyn_into()?;
        count(f64::from(bytes.length()), 0.0);
        pieces.push(&bytes);
    }
}

/// A file's bytes, unpacked if they are gzipped. Some servers send `.gz` files already unpacked, so the bytes decide.
async fn unpack(file: &str, blob: Blob) -> Result<Vec<u8>, LoadError> {
    let failed = |error: JsValue| LoadError::Unpack { file: file.to_owned(), reason: words(&error) };
    let start = blob.slice_with_i32_and_i32(0, 2).map_err(failed)?;
    let start = read(&Response::new_with_opt_blob(Some(&start)).map_err(failed)?).await.map_err(failed)?;
    if start != GZIP {
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

/// What a JavaScript error says.
fn words(error: &JsValue) -> String {
    let message = error.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message()));
    message.or_else(|| error.as_string()).unwrap_or_else(|| format!("{error:?}"))
}
