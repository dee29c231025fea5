//! What can go wrong, each as a sentence that says what to do where something can be done.

use std::io;
use std::path::PathBuf;

/// Everything that stops a `cargo xtask` command.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("cannot {action} {}: {source}", path.display())]
    File { action: &'static str, path: PathBuf, source: io::Error },

    #[error("`{command}` could not be started: {source}")]
    NotStarted { command: String, source: io::Error },

    #[error("`{command}` failed ({status}){detail}")]
    Failed {
        command: String,
        status: String,
        /// What the command said, after a separator; empty where its output was shown as it ran.
        detail: String,
    },

    #[error("`{command}` did not finish within {seconds} s")]
    TooSlow { command: String, seconds: u64 },

    #[error(
        "Rust has no standard library for WebAssembly here. Run `rustup target add \
         wasm32-unknown-unknown` (or install your system's package of it), then try again. \
         What was tried: {tried}"
    )]
    NoWasmTarget { tried: String },

    #[error("{0}")]
    NoDebianSource(String),

    #[error("this is missing: {missing}. Install it, then try again: {how}")]
    Missing { missing: String, how: String },

    #[error("{variable} names {}, which is no program that can be run", path.display())]
    NoSuchBrowser { variable: &'static str, path: PathBuf },

    #[error(
        "Node.js {found} is too old: {needed} or newer is needed to run the browser tests; \
         install one from nodejs.org or your system's packages"
    )]
    OldNode { found: String, needed: u32 },

    #[error("wasm-bindgen could not process {}: {reason}", wasm.display())]
    Bindgen { wasm: PathBuf, reason: String },

    #[error("www/service-worker.js has no `{lacks}`, where it is told the site's files")]
    ServiceWorker { lacks: &'static str },

    #[error("port {port} is taken: choose another with `cargo xtask serve --port N`")]
    PortTaken { port: u16 },

    #[error("cannot serve on 127.0.0.1:{port}: {reason}")]
    NotServing { port: u16, reason: String },

    #[error("there is nothing to serve at {}: run it once without --no-build", path.display())]
    NothingToServe { path: PathBuf },

    #[error("{check} failed. {advice}")]
    Check { check: &'static str, advice: &'static str },

    #[error("{race}: {racer} on the {engine} engine leaves PyTorch's curve: {step}")]
    Deviates {
        race: String,
        racer: String,
        engine: &'static str,
        /// The metric and step, and both values.
        step: String,
    },

    #[error("the fuzzers found {found} inputs that crash or hang; they lie in {}", folder.display())]
    Crashes { found: usize, folder: PathBuf },

    #[error("there is no such browser test: the names are those of NAME.test.mjs in tests/browser and tests/browser/alone in {}", root.display())]
    NoBrowserTests { root: PathBuf },
}

impl Error {
    /// Makes the closure that turns an I/O error about `path` into a sentence: "cannot `action` `path`: …".
    pub(crate) fn file(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { action, path, source }
    }
}
