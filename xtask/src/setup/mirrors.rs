//! Fetching MNIST from public mirrors; run again, it goes on where it was interrupted.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::mnist::{DataFile, FILES};
use crate::error::Error;

/// Both hold the files as first published.
const MIRRORS: [&str; 2] =
    ["https://storage.googleapis.com/cvdf-datasets/mnist/", "https://ossci-datasets.s3.amazonaws.com/mnist/"];

/// Fetches into `cache` what it lacks. Where no mirror can be reached, nothing is there afterwards; that is no error.
pub(super) fn fetch(cache: &Path) -> Result<(), Error> {
    fs::create_dir_all(cache).map_err(Error::file("create", cache))?;
    for mirror in MIRRORS {
        println!("Fetching MNIST from {mirror}");
        match fetch_all(mirror, cache) {
            Ok(()) => break,
            Err(Stop::Mirror(reason)) => println!("{reason}"),
            Err(Stop::Here(error)) => return Err(error),
        }
    }
    Ok(())
}

/// Why a mirror was given up.
enum Stop {
    /// It did not deliver; another may.
    Mirror(String),
    /// Something is wrong on this machine.
    Here(Error),
}

/// Fetches every missing file from one mirror, and gives up at the first that fails.
fn fetch_all(mirror: &str, cache: &Path) -> Result<(), Stop> {
    for file in FILES {
        let path = cache.join(file.name());
        if file.is_at(&path) {
            continue;
        }
        let part = cache.join(format!("{}.part", file.name()));
        // A run may have been interrupted between the last byte and the renaming.
        if !file.is_at(&part) {
            download(&format!("{mirror}{}", file.name()), &part)?;
            check(file, &part)?;
        }
        fs::rename(&part, &path).map_err(|error| Stop::Here(Error::file("create", path)(error)))?;
    }
    Ok(())
}

/// Goes on with what `part` holds already.
fn download(address: &str, part: &Path) -> Result<(), Stop> {
    let output = Command::new("curl")
        .args(["--silent", "--show-error", "--fail", "--location"])
        .args(["--connect-timeout", "5"])
        // A connection that stalls is as good as none.
        .args(["--speed-limit", "1000", "--speed-time", "10"])
        .args(["--write-out", "%{http_code}"])
        .args(["--continue-at", "-", "--output"])
        .arg(part)
        .arg(address)
        .output()
        .map_err(|error| Stop::Mirror(format!("curl could not be started: {error}")))?;
    // 416, no such range: nothing is left to fetch, so what is there is whole, if it is right.
    if output.status.success() || output.stdout == b"416" {
        return Ok(());
    }
    let reason = String::from_utf8_lossy(&output.stderr);
    Err(Stop::Mirror(reason.trim().to_owned()))
}

/// Deletes and names a download that is not what it should be.
fn check(file: DataFile, part: &Path) -> Result<(), Stop> {
    if file.is_at(part) {
        return Ok(());
    }
    fs::remove_file(part).map_err(|error| Stop::Here(Error::file("remove", part)(error)))?;
    Err(Stop::Mirror(format!("Deleted {}: its SHA-256 is not that of the original", part.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_corrupt_download_is_deleted_and_named() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let part = folder.path().join("t10k-labels-idx1-ubyte.gz.part");
        fs::write(&part, "no digits").expect("it can be written");
        let Err(Stop::Mirror(reason)) = check(FILES[3], &part) else {
            panic!("a corrupt file must be refused");
        };
        assert!(reason.contains("t10k-labels-idx1-ubyte.gz.part"), "{reason}");
        assert!(!part.exists());
    }

    #[test]
    fn a_mirror_that_cannot_be_reached_is_given_up() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let part = folder.path().join("gone.part");
        let result = download("http://127.0.0.1:9/nothing", &part);
        assert!(matches!(result, Err(Stop::Mirror(_))));
        assert!(!part.exists());
    }
}
