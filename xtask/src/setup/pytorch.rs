//! A Python with PyTorch, for the programs that replay a race.

use std::path::PathBuf;
use std::process::Command;

use crate::error::Error;
use crate::places::Places;
use crate::process;

/// The packages that the fixtures were made with.
const PACKAGES: [&str; 2] = ["torch==2.13.0", "numpy"];

/// A Python that has them, in a virtual environment of its own under `target/`, made at the first call.
pub(crate) fn python(places: &Places) -> Result<PathBuf, Error> {
    let folder = places.target.join("pytorch").join("python");
    let programs = folder.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let python = programs.join("python");
    if process::read(Command::new(&python).args(["-c", "import numpy, torch"])).is_ok() {
        return Ok(python);
    }
    println!("Fetching PyTorch into {}: some gigabytes", folder.display());
    let missing = |missing: &str, how: &str| Error::Missing { missing: missing.to_owned(), how: how.to_owned() };
    process::read(Command::new("python3").args(["-m", "venv"]).arg(&folder))
        .map_err(|_| missing("Python with its module venv", "on Debian the packages python3 and python3-venv"))?;
    process::read(Command::new(&python).args(["-m", "pip", "install", "--quiet"]).args(PACKAGES))?;
    Ok(python)
}
