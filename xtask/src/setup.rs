//! Sets up what the machine lacks: quickly past what is there, one plain line for each thing done.

mod apt;
mod debian_source;
mod mirrors;
pub(crate) mod mnist;
mod programs;
pub(crate) mod pytorch;
mod wasm_target;

use std::path::PathBuf;

use crate::error::Error;
use crate::places::Places;

/// The two browsers the tests drive.
pub(crate) struct Browsers {
    pub(crate) chromium: PathBuf,
    pub(crate) firefox: PathBuf,
}

/// What every build needs: a standard library for WebAssembly.
pub(crate) fn for_building(places: &Places) -> Result<(), Error> {
    wasm_target::ensure(places)
}

/// What the checks and native tests need besides: cargo's two helpers, and a Vulkan driver.
pub(crate) fn for_native_tests() -> Result<(), Error> {
    programs::ensure_cargo_helpers()?;
    programs::ensure(&[programs::VULKAN])
}

/// What the browser tests need: two browsers, software Vulkan for one of them, and Node.js with its packages.
pub(crate) fn for_browser_tests(places: &Places) -> Result<Browsers, Error> {
    use programs::{CHROMIUM, FIREFOX, NODE, NPM, VULKAN};
    programs::ensure(&[CHROMIUM, FIREFOX, NODE, NPM, VULKAN])?;
    programs::check_node_version()?;
    programs::ensure_node_packages(&places.browser_tests())?;
    Ok(Browsers { chromium: programs::path_of(&CHROMIUM)?, firefox: programs::path_of(&FIREFOX)? })
}

/// The libraries that the bench measures beside ours.
pub(crate) fn for_peers(places: &Places) -> Result<(), Error> {
    programs::ensure_node_packages(&places.bench())
}
