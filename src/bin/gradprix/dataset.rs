//! Finding and reading MNIST.

use std::env;
use std::fs;
use std::io::Read;
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
    let bytes = fs::read(&path).map_err(CommandError::read(&path, "one of MNIST's four files"))?;
    if !bytes.starts_with(&files::GZIP) {
        return Ok((name.to_owned(), bytes));
    }
    let mut unpacked = Vec::new();
    match GzDecoder::new(bytes.as_slice()).read_to_end(&mut unpacked) {
        Ok(_) => Ok((name.to_owned(), unpacked)),
        Err(reason) => Err(CommandError::Unpack { file: path.display().to_string(), reason }),
    }
}
