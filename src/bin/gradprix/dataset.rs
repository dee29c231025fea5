//! Finding and reading MNIST.

use std::env;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use gradprix::data::{Dataset, files};

use crate::error::CommandError;

/// The dataset in `folder`; without one, in the first folder that has it of those that `cargo xtask` looks in.
pub(crate) fn load(folder: Option<&Path>) -> Result<Dataset, CommandError> {
    let folder = folder.map_or_else(find, |folder| Ok(folder.to_path_buf()))?;
    let read = files::NAMES.map(|name| read(&folder, name)).into_iter().collect::<Result<_, _>>()?;
    Ok(files::assemble(read)?)
}

fn find() -> Result<PathBuf, CommandError> {
    let root = env::var_os("CARGO_MANIFEST_DIR").map_or_else(PathBuf::new, PathBuf::from);
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let named = env::var_os("MNIST_DIR").map(PathBuf::from);
    let places: Vec<PathBuf> = named.into_iter().chain([root.join("../shared/mnist"), target.join("mnist")]).collect();
    let complete = |folder: &&PathBuf| files::NAMES.iter().all(|name| file(folder, name).is_some());
    places.iter().find(complete).cloned().ok_or_else(|| {
        let places: Vec<String> = places.iter().map(|folder| folder.display().to_string()).collect();
        CommandError::NoData { places: places.join(", ") }
    })
}

/// The file called `name` in `folder`, gzipped or not.
fn file(folder: &Path, name: &str) -> Option<PathBuf> {
    [format!("{name}.gz"), name.to_owned()].iter().map(|name| folder.join(name)).find(|path| path.is_file())
}

/// A file's name and what it holds, unpacked. The name alone: the folder's may say "train", too.
fn read(folder: &Path, name: &'static str) -> Result<(String, Vec<u8>), CommandError> {
    let missing = || CommandError::NoFile { folder: folder.display().to_string(), file: name };
    let path = file(folder, name).ok_or_else(missing)?;
    let mut bytes = bounded(File::open(&path)).map_err(CommandError::read(&path, "one of MNIST's four files"))?;
    if bytes.starts_with(&files::GZIP) {
        let unpacked = bounded(Ok(GzDecoder::new(bytes.as_slice())));
        bytes = unpacked.map_err(|reason| CommandError::Unpack { file: path.display().to_string(), reason })?;
    }
    if bytes.len() > files::MOST_BYTES {
        return Err(CommandError::TooLarge { file: path.display().to_string(), most: files::MOST_BYTES / 1_000_000 });
    }
    Ok((name.to_owned(), bytes))
}

/// What there is to read, cut off where it is too much for a dataset.
fn bounded(source: io::Result<impl Read>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source?.take(files::MOST_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
