//! What can go wrong with the command.

use std::io;
use std::path::Path;

use gradprix::data::DataError;
use gradprix::engine::EngineError;
use gradprix::plot::PlotError;
use gradprix::race::config::ConfigError;

/// What can go wrong: every sentence names the file, what is wrong with it and what was expected.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    /// A file that is not there, or cannot be read.
    #[error("{file} could not be read ({reason}); expected {expected}")]
    Read { file: String, reason: io::Error, expected: &'static str },
    /// A file that cannot be written.
    #[error("{file} could not be written ({reason}); expected a file name in a folder that exists")]
    Write { file: String, reason: io::Error },
    /// A configuration that is no JSON.
    #[error("{file} is not JSON ({reason}); expected the configuration that the page exports")]
    Json { file: String, reason: String },
    /// JSON that is no configuration.
    #[error("{file}: {error}")]
    Config { file: String, error: Box<ConfigError> },
    /// No MNIST anywhere.
    #[error(
        "MNIST was not found: looked in {places}; name its folder with --data DIR, or run `cargo xtask serve` once, \
         which fetches it where it can"
    )]
    NoData { places: String },
    /// A folder without one of the four files.
    #[error("{folder} has no {file} and no {file}.gz; expected MNIST's four files there, gzipped or not")]
    NoFile { folder: String, file: &'static str },
    /// A gzip file that is broken.
    #[error("{file} could not be unpacked ({reason}); expected a gzip file, and it may be cut short")]
    Unpack { file: String, reason: io::Error },
    /// A file that is too much for a dataset.
    #[error("{file} has more than {most} MB when unpacked; expected one of MNIST's four files, or of a like dataset")]
    TooLarge { file: String, most: usize },
    /// The picture could not be drawn.
    #[error(transparent)]
    Plot(#[from] PlotError),
    /// Files that are no dataset.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The GPU was asked for and there is none. The engine's own words speak of browsers.
    #[error(
        "no graphics adapter was found ({reason}); choose --engine cpu, or install a driver for Vulkan, Metal or DX12"
    )]
    NoAdapter { reason: String },
    /// The engine failed.
    #[error("{0}")]
    Engine(EngineError),
}

impl CommandError {
    /// `path`, in which something was `expected`, cannot be read.
    pub(crate) fn read(path: &Path, expected: &'static str) -> impl FnOnce(io::Error) -> Self {
        let file = path.display().to_string();
        move |reason| Self::Read { file, reason, expected }
    }

    /// `path` cannot be written.
    pub(crate) fn write(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let file = path.display().to_string();
        move |reason| Self::Write { file, reason }
    }
}

impl From<EngineError> for CommandError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::NoAdapter { reason } => Self::NoAdapter { reason: reason.en },
            other => Self::Engine(other),
        }
    }
}
