//! MNIST: found on this machine or fetched, and never used unless it is the real one.

use std::env;
use std::fmt::Write;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use flate2::read::GzDecoder;
use sha2::{Digest, Sha256};

use super::mirrors;
use crate::error::Error;
use crate::places::Places;

/// One of the four files, gzipped.
#[derive(Clone, Copy)]
pub(crate) struct DataFile {
    stem: &'static str,
    /// Of the unpacked file, since mirrors may have packed it differently.
    sha256: &'static str,
}

/// All of MNIST.
pub(crate) const FILES: [DataFile; 4] = [
    DataFile {
        stem: "train-images-idx3-ubyte",
        sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    },
    DataFile {
        stem: "train-labels-idx1-ubyte",
        sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    },
    DataFile {
        stem: "t10k-images-idx3-ubyte",
        sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    },
    DataFile {
        stem: "t10k-labels-idx1-ubyte",
        sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
];

impl DataFile {
    /// The name that mirrors and the page know it by.
    pub(crate) fn name(self) -> String {
        format!("{}.gz", self.stem)
    }

    /// Whether the gzipped file at `path` unpacks to exactly this file.
    pub(super) fn is_at(self, path: &Path) -> bool {
        File::open(path).is_ok_and(|file| unpacked_sha256(file).is_ok_and(|sha256| sha256 == self.sha256))
    }
}

/// The folder with the four files: `MNIST_DIR`, `../shared/mnist`, or the cache, filled from a mirror if it can be.
pub(crate) fn find_or_fetch(places: &Places) -> Result<Option<PathBuf>, Error> {
    let named = env::var_os("MNIST_DIR").map(PathBuf::from);
    let beside = places.root.join("../shared/mnist");
    let cache = places.target.join("mnist");
    let mut verified = Verified::load(&places.work().join("mnist-verified"));
    for folder in named.iter().chain([&beside, &cache]) {
        match verified.folder(folder)? {
            None => return Ok(Some(folder.clone())),
            // Partly filled by an interrupted run, which the mirrors go on with.
            Some(_) if *folder == cache => {}
            Some(flaw) if folder.is_dir() || named.as_ref() == Some(folder) => {
                println!("MNIST in {} is not used: {flaw}", folder.display());
            }
            Some(_) => {}
        }
    }
    mirrors::fetch(&cache)?;
    if verified.folder(&cache)?.is_none() {
        return Ok(Some(cache));
    }
    println!("There is no MNIST here and no mirror gave it, so the page will race on synthetic digits.");
    Ok(None)
}

/// Files that were found right earlier, so that they need not be unpacked again until they change.
struct Verified {
    list: PathBuf,
    lines: Vec<String>,
}

impl Verified {
    fn load(list: &Path) -> Self {
        let text = fs::read_to_string(list).unwrap_or_default();
        Self { list: list.to_path_buf(), lines: text.lines().map(str::to_owned).collect() }
    }

    /// What is wrong with the four files in `folder`, if anything is.
    fn folder(&mut self, folder: &Path) -> Result<Option<String>, Error> {
        for file in FILES {
            let path = folder.join(file.name());
            let Some(line) = identity(&path) else {
                return Ok(Some(format!("it has no {}", file.name())));
            };
            if self.lines.contains(&line) {
                continue;
            }
            if !file.is_at(&path) {
                return Ok(Some(format!("{} is not the original", file.name())));
            }
            self.lines.push(line);
            let text = self.lines.join("\n");
            fs::write(&self.list, text).map_err(Error::file("write", &self.list))?;
        }
        Ok(None)
    }
}

/// Changes whenever the file is replaced; nothing where there is no file.
fn identity(path: &Path) -> Option<String> {
    let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    let modified = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    let path = std::path::absolute(path).ok()?;
    Some(format!("{} {} {}", metadata.len(), modified.as_nanos(), path.display()))
}

fn unpacked_sha256(gzipped: impl Read) -> std::io::Result<String> {
    let mut unpacked = GzDecoder::new(gzipped);
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match unpacked.read(&mut buffer)? {
            0 => return Ok(hexadecimal(&hasher.finalize())),
            count => hasher.update(&buffer[..count]),
        }
    }
}

/// SHA-256 of `bytes`, in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    /// SHA-256 of "abc", from FIPS 180-2.
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    fn gzipped(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        let written = encoder.write_all(text.as_bytes());
        written.and_then(|()| encoder.finish()).expect("memory does not fail")
    }

    #[test]
    fn the_hash_is_of_what_is_unpacked() {
        assert_eq!(sha256(b"abc"), ABC);
        let packed = gzipped("abc");
        assert_eq!(unpacked_sha256(packed.as_slice()).expect("gzip"), ABC);
        assert!(unpacked_sha256(&packed[..packed.len() - 1]).is_err());
        assert!(unpacked_sha256(&b"abc"[..]).is_err());
    }

    #[test]
    fn a_file_is_accepted_only_with_the_right_content() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("abc.gz");
        let file = DataFile { stem: "abc", sha256: ABC };
        assert!(!file.is_at(&path));
        fs::write(&path, gzipped("abd")).expect("it can be written");
        assert!(!file.is_at(&path));
        fs::write(&path, gzipped("abc")).expect("it can be written");
        assert!(file.is_at(&path));
    }

    #[test]
    fn a_folder_with_a_missing_or_wrong_file_is_refused_by_name() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut verified = Verified::load(&folder.path().join("list"));
        let flaw = verified.folder(folder.path()).expect("readable");
        assert_eq!(flaw.as_deref(), Some("it has no train-images-idx3-ubyte.gz"));
        let path = folder.path().join(FILES[0].name());
        fs::write(&path, gzipped("no digits")).expect("it can be written");
        let flaw = verified.folder(folder.path()).expect("readable");
        let expected = "train-images-idx3-ubyte.gz is not the original";
        assert_eq!(flaw.as_deref(), Some(expected));
        verified.lines.push(identity(&path).expect("it is there"));
        let flaw = verified.folder(folder.path()).expect("readable");
        assert_eq!(flaw.as_deref(), Some("it has no train-labels-idx1-ubyte.gz"));
    }
}
