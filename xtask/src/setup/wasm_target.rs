//! The standard library for WebAssembly: by rustup, or built from Debian's copy of its source.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::debian_source;
use crate::dist::WASM_TARGET;
use crate::error::Error;
use crate::places::{Places, entries};
use crate::process;

/// Beside a library built here, this file says for which compiler: rustup would not replace it on an update.
pub(super) const BUILT_FOR: &str = "built-for-rustc";

/// The toolchain in use.
pub(super) struct Toolchain {
    pub(super) sysroot: PathBuf,
    /// All that `rustc -vV` says.
    pub(super) description: String,
    /// As in "1.95.0".
    pub(super) release: String,
}

/// Makes sure that `cargo build --target wasm32-unknown-unknown` finds a standard library.
pub(super) fn ensure(places: &Places) -> Result<(), Error> {
    let toolchain = Toolchain::in_use()?;
    let folder = toolchain.wasm_folder();
    if usable(&folder, &toolchain.description)? {
        return Ok(());
    }
    if folder.join(BUILT_FOR).exists() {
        println!("Removing a WebAssembly standard library that was built for another compiler");
        fs::remove_dir_all(&folder).map_err(Error::file("remove", &folder))?;
    }
    let by_rustup = match by_rustup(&folder, &toolchain) {
        Ok(()) => return Ok(()),
        Err(error) => error,
    };
    match debian_source::build_library(places, &toolchain) {
        Ok(()) => {
            println!("Installed the WebAssembly standard library, built from Debian's rust-src");
            Ok(())
        }
        Err(by_debian) => Err(Error::NoWasmTarget { tried: format!("{by_rustup}; {by_debian}.") }),
    }
}

impl Toolchain {
    fn in_use() -> Result<Self, Error> {
        let sysroot = process::read(process::rustc().args(["--print", "sysroot"]))?;
        let description = process::read(process::rustc().arg("-vV"))?;
        let release =
            description.lines().find_map(|line| line.strip_prefix("release: ")).unwrap_or_default().to_owned();
        Ok(Self { sysroot: PathBuf::from(sysroot.trim()), description, release })
    }

    /// Where the compiler looks for what belongs to the target.
    pub(super) fn wasm_folder(&self) -> PathBuf {
        self.sysroot.join("lib").join("rustlib").join(WASM_TARGET)
    }
}

/// Whether `folder` holds a standard library, and not one that we built for another compiler.
fn usable(folder: &Path, description: &str) -> Result<bool, Error> {
    let libraries = entries(&folder.join("lib"))?;
    let holds = |prefix: &str| {
        libraries.iter().any(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with(prefix) && name.ends_with(".rlib")
        })
    };
    let built_for = fs::read_to_string(folder.join(BUILT_FOR));
    let current = built_for.map_or(true, |built_for| built_for == description);
    Ok(holds("libcore-") && holds("libstd-") && current)
}

fn by_rustup(folder: &Path, toolchain: &Toolchain) -> Result<(), Error> {
    let limit = if server_answers() {
        // Thirty megabytes may take a while on a slow line.
        Duration::from_mins(10)
    } else {
        // It may still be there, behind a proxy that only rustup knows how to reach.
        Duration::from_secs(20)
    };
    println!("Fetching the WebAssembly standard library with rustup");
    let mut rustup = Command::new("rustup");
    process::run_within(rustup.args(["target", "add", WASM_TARGET]), limit)?;
    if usable(folder, &toolchain.description)? {
        return Ok(());
    }
    Err(Error::Failed {
        command: format!("rustup target add {WASM_TARGET}"),
        status: "it reported success".to_owned(),
        detail: format!(": {} has no standard library", folder.display()),
    })
}

fn server_answers() -> bool {
    let server = env::var("RUSTUP_DIST_SERVER").unwrap_or_else(|_| "https://static.rust-lang.org".to_owned());
    process::read(
        Command::new("curl")
            .args(["--silent", "--head", "--location"])
            .args(["--connect-timeout", "5", "--max-time", "10"])
            .arg(server),
    )
    .is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partial_or_stale_library_is_not_usable() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let library = folder.path().join("lib");
        let usable = || usable(folder.path(), "rustc 2").expect("the folder can be read");
        let write = |path: PathBuf, text: &str| fs::write(path, text).expect("it can be written");

        assert!(!usable());
        fs::create_dir(&library).expect("the folder can be made");
        write(library.join("libcore-0.rlib"), "");
        assert!(!usable(), "core alone is partial");
        write(library.join("libstd-0.rlib"), "");
        assert!(usable(), "without a mark it is rustup's");
        write(folder.path().join(BUILT_FOR), "rustc 1");
        assert!(!usable(), "built for another compiler");
        write(folder.path().join(BUILT_FOR), "rustc 2");
        assert!(usable());
    }
}
