//! Building the WebAssembly standard library from Debian's package of the compiler's source.
//!
//! For machines that reach a Debian mirror and not rustup's server. The result lies where rustup
//! would have put it, and the project itself needs no unstable flag.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::apt::{self, Suite};
use super::wasm_target::{BUILT_FOR, Toolchain};
use crate::dist::WASM_TARGET;
use crate::error::Error;
use crate::places::{Places, entries};
use crate::process;

/// Suites that carry several recent compilers.
const SUITES: [&str; 2] = ["trixie-backports", "sid"];

/// Builds the library and puts it into the toolchain.
pub(super) fn build_library(places: &Places, toolchain: &Toolchain) -> Result<(), Error> {
    if which::which("dpkg").is_err() || which::which("apt-get").is_err() {
        let sentence = "Debian's source was no way either, since this system has no apt";
        return Err(Error::NoDebianSource(sentence.to_owned()));
    }
    let rustlib = toolchain.sysroot.join("lib").join("rustlib");
    // Made before the long work, since it shows whether we may write there at all.
    let staging = TempDir::new_in(&rustlib).map_err(Error::file("write into", &rustlib))?;
    let work = places.work();
    let scratch = TempDir::new_in(&work).map_err(Error::file("write into", &work))?;

    let in_use = rustlib.join("src").join("rust");
    let _link = if in_use.is_dir() && !in_use.is_symlink() {
        // The user has installed rustup's own.
        None
    } else {
        let source = unpack_source(&scratch, toolchain)?;
        Some(SourceLink::make(in_use, &source)?)
    };
    println!("Building the WebAssembly standard library (half a minute)");
    let libraries = build_with_standard_library(scratch.path())?;

    let ready = staging.path().join(WASM_TARGET);
    let library = ready.join("lib");
    fs::create_dir_all(&library).map_err(Error::file("create", &library))?;
    for path in libraries {
        let copy = library.join(path.file_name().unwrap_or_default());
        fs::copy(&path, &copy).map_err(Error::file("copy to", copy))?;
    }
    let mark = ready.join(BUILT_FOR);
    fs::write(&mark, &toolchain.description).map_err(Error::file("write", mark))?;
    let place = toolchain.wasm_folder();
    if place.exists() {
        fs::remove_dir_all(&place).map_err(Error::file("remove", &place))?;
    }
    fs::rename(&ready, &place).map_err(Error::file("create", place))
}

/// Fetches the source of exactly this compiler; returns its folder.
fn unpack_source(scratch: &TempDir, toolchain: &Toolchain) -> Result<PathBuf, Error> {
    let release = &toolchain.release;
    let archive = apt::configured_archive()?
        .ok_or_else(|| Error::NoDebianSource("apt is configured for no Debian archive".to_owned()))?;
    for name in SUITES {
        let folder = scratch.path().join(name);
        let suite = Suite::open(&archive, name, &folder)?;
        if let Some(version) = suite.version_of("rust-src", release)? {
            let unpacked = scratch.path().join("unpacked");
            suite.unpack("rust-src", &version, &unpacked)?;
            return Ok(unpacked.join(format!("usr/src/rustc-{release}")));
        }
    }
    Err(Error::NoDebianSource(format!("Debian {} has no rust-src {release}", SUITES.join(" or "))))
}

/// The source in the one place where cargo looks for it, for as long as the build takes.
///
/// A link and not a copy, so that one left behind by a killed run can be told from rustup's own folder.
struct SourceLink(PathBuf);

impl SourceLink {
    fn make(link: PathBuf, source: &Path) -> Result<Self, Error> {
        let folder = link.parent().unwrap_or(&link);
        fs::create_dir_all(folder).map_err(Error::file("create", folder))?;
        process::read(Command::new("ln").arg("-sfn").arg(source).arg(&link))?;
        Ok(Self(link))
    }
}

impl Drop for SourceLink {
    fn drop(&mut self) {
        // A link that stays is replaced by the next run.
        let _ = fs::remove_file(&self.0);
        if let Some(folder) = self.0.parent() {
            // Fails where something else is in it, which is as it should be.
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Builds an empty program together with its standard library; returns the library's files.
fn build_with_standard_library(scratch: &Path) -> Result<Vec<PathBuf>, Error> {
    let package = scratch.join("empty");
    let source = package.join("src");
    fs::create_dir_all(&source).map_err(Error::file("create", &source))?;
    // The workspace table keeps cargo from taking it for a member of the project around it.
    let manifest = "[package]\nname = \"empty\"\nedition = \"2024\"\n[workspace]\n";
    for (path, text) in [(package.join("Cargo.toml"), manifest), (source.join("main.rs"), "fn main() {}\n")] {
        fs::write(&path, text).map_err(Error::file("write", path))?;
    }
    let target = package.join("target");
    process::read(
        process::cargo()
            .current_dir(&package)
            .env("RUSTC_BOOTSTRAP", "1")
            // Set and empty, it overrules the project's own flags: rustup's library is built without.
            .env("CARGO_ENCODED_RUSTFLAGS", "")
            .args(["build", "--release", "--target", WASM_TARGET])
            .arg("-Zbuild-std=std,panic_abort")
            .arg("--target-dir")
            .arg(&target),
    )?;
    let built = entries(&target.join(WASM_TARGET).join("release").join("deps"))?;
    Ok(built.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "rlib")).collect())
}
