//! Builds the static site in `dist/`: the page, the WebAssembly module with its JavaScript, and MNIST.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use wasm_bindgen_cli_support::Bindgen;

use crate::error::Error;
use crate::offline;
use crate::places::Places;
use crate::process;
use crate::setup::mnist;
use crate::sync::{self, Wanted};

/// The target that browsers run.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Brings `dist/` up to date with the crates, `www/` and MNIST.
pub(crate) fn build(places: &Places) -> Result<(), Error> {
    let wasm = compile(places)?;
    let bindings = bind(places, &wasm)?;

    let mut wanted = Wanted::new();
    sync::want_all(&mut wanted, &bindings, Path::new(""))?;
    sync::want_all(&mut wanted, &places.www(), Path::new(""))?;
    if let Some(folder) = mnist::find_or_fetch(places)? {
        for file in mnist::FILES {
            let name = file.name();
            wanted.insert(Path::new("data").join(&name), folder.join(&name));
        }
    }
    offline::tell(&mut wanted, &places.work())?;
    let changed = sync::mirror(&wanted, &places.dist())?;
    if changed > 0 {
        let size = gzipped_size(&places.dist().join("gradprix_bg.wasm"))?;
        println!("Built dist/ ({changed} files changed; the WebAssembly module is {} KB gzipped)", size / 1000);
    }
    Ok(())
}

/// Compiles the page for browsers; returns the path of the .wasm.
fn compile(places: &Places) -> Result<PathBuf, Error> {
    process::run(
        process::cargo()
            .current_dir(&places.root)
            .args(["build", "--release", "--lib"])
            .args(["--package", "gradprix-module", "--target", WASM_TARGET])
            .args(flags())
            .arg("--target-dir")
            .arg(&places.target),
    )?;
    let folder = places.target.join(WASM_TARGET).join("release");
    Ok(folder.join("gradprix_module.wasm"))
}

/// Functions longer than so many instructions are called, not copied to where they are called from: the module is a
/// sixteenth smaller, and the CPU engine as fast as before. What is hot is marked to be inlined.
const INLINED: &str = "-Cllvm-args=-inline-threshold=25";

/// Cargo's arguments for the compiler that makes the module.
fn flags() -> [String; 2] {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    // This machine's folders stay out of the module, where panic messages would carry them: the same sources give the
    // same module everywhere.
    let remapped = home.map(|home| format!("--remap-path-prefix={}=cargo", home.display()));
    // Literal strings of TOML: a Windows path keeps its backslashes.
    let flags: Vec<String> = remapped.into_iter().chain([INLINED.to_owned()]).map(|flag| format!("'{flag}'")).collect();
    ["--config".to_owned(), format!("target.{WASM_TARGET}.rustflags=[{}]", flags.join(", "))]
}

/// Hexadecimal digits of the hash behind the name of what the module imports.
const HASH: usize = 16;

/// Makes the JavaScript for the module, unless this very module has its own already; returns the folder.
fn bind(places: &Places, wasm: &Path) -> Result<PathBuf, Error> {
    let folder = places.work().join("bindings");
    let stamp = places.work().join("bindings.sha256");
    let bytes = fs::read(wasm).map_err(Error::file("read", wasm))?;
    // The options below make the JavaScript as much as the module does.
    let made_from = mnist::sha256(&bytes) + &mnist::sha256(include_bytes!("dist.rs"));
    if fs::read_to_string(&stamp).is_ok_and(|stamped| stamped == made_from) && folder.is_dir() {
        return Ok(folder);
    }
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(Error::file("remove", &folder))?;
    }
    let bindgen = || {
        Bindgen::new()
            .input_bytes("gradprix", bytes)
            .web(true)?
            .remove_name_section(true)
            .remove_producers_section(true)
            // Without the default path, the page's init() could not find its own .wasm.
            .omit_default_module_path(false)
            .generate_output()
    };
    let refused = |reason: String| Error::Bindgen { wasm: wasm.to_path_buf(), reason };
    let mut output = bindgen().map_err(|error| refused(format!("{error:#}")))?;
    let long = shorten(output.wasm_mut().imports.iter_mut().map(|import| &mut import.name));
    output.emit(&folder).map_err(|error| refused(format!("{error:#}")))?;
    rename(&folder.join("gradprix.js"), &long)?;
    fs::write(&stamp, made_from).map_err(Error::file("write", &stamp))?;
    Ok(folder)
}

/// Gives those of `names` that end in a hash, which packs badly, short ones -> the names they had, in their order.
fn shorten<'a>(names: impl Iterator<Item = &'a mut String>) -> Vec<String> {
    let mut long = Vec::new();
    for name in names.filter(|name| name.rsplit('_').next().is_some_and(|hash| hash.len() == HASH)) {
        let short = short(long.len());
        long.push(std::mem::replace(name, short));
    }
    long
}

/// In the script at `path`, puts their short names in place of `long` ones, and leaves out what is for readers, who have
/// it in the declarations beside it.
fn rename(path: &Path, long: &[String]) -> Result<(), Error> {
    let mut script = fs::read_to_string(path).map_err(Error::file("read", path))?;
    for (at, name) in long.iter().enumerate() {
        script = script.replace(name, &short(at));
    }
    let lines = script.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(['*', '/']));
    let script: String = lines.flat_map(|line| [line, "\n"]).collect();
    fs::write(path, script).map_err(Error::file("write", path))
}

/// The name of the import with number `at`.
fn short(at: usize) -> String {
    format!("i{at}")
}

/// The size in bytes that a static host would send.
fn gzipped_size(path: &Path) -> Result<usize, Error> {
    let bytes = fs::read(path).map_err(Error::file("read", path))?;
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder
        .write_all(&bytes)
        .and_then(|()| encoder.finish())
        .map(|gzipped| gzipped.len())
        .map_err(Error::file("compress", path))
}
