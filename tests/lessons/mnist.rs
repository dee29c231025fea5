//! MNIST, where this machine has it.

use std::env;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use gradprix::data::{Dataset, files};

/// The folder with the four gzipped files, of those that `cargo xtask` looks in. Without one nothing can be said about
/// MNIST, and the test says so.
pub(crate) fn folder() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let named = env::var_os("MNIST_DIR").map(PathBuf::from);
    let places = named.into_iter().chain([root.join("../shared/mnist"), root.join("target/mnist")]);
    let complete = |folder: &PathBuf| files::NAMES.iter().all(|name| file(folder, name).is_file());
    let found = places.into_iter().find(complete);
    if found.is_none() {
        eprintln!("MNIST is not here, and this test is about it: set MNIST_DIR, or run `cargo xtask test`");
    }
    found
}

/// The dataset in `folder`.
pub(crate) fn read(folder: &Path) -> Dataset {
    let unpacked = files::NAMES.map(|name| {
        let bytes = fs::read(file(folder, name)).expect("a file of MNIST");
        let mut unpacked = Vec::new();
        GzDecoder::new(bytes.as_slice()).read_to_end(&mut unpacked).expect("gzipped");
        (name.to_owned(), unpacked)
    });
    files::assemble(unpacked.into()).expect("MNIST")
}

fn file(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.gz"))
}
