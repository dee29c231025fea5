//! `cargo xtask test`: every check, in order of its price; the first that fails ends the run.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::dist::WASM_TARGET;
use crate::error::Error;
use crate::places::{Places, entries};
use crate::process;
use crate::server::{self, Site};
use crate::setup::{self, Browsers};

/// Runs the native half, the browser half, or both; of the latter only the files of such `names`, where any are given.
pub(crate) fn run(places: &Places, native: bool, browser: bool, names: &[String]) -> Result<(), Error> {
    let browsers = set_up(places, native, browser)?;
    if native {
        run_native(places)?;
    }
    if let Some(browsers) = browsers {
        run_in_browsers(places, &browsers, names)?;
    }
    println!("All tests passed");
    Ok(())
}

/// Sets up everything before the first check, so that nothing is missed after minutes of testing.
fn set_up(places: &Places, native: bool, browser: bool) -> Result<Option<Browsers>, Error> {
    let _lock = places.lock()?;
    setup::for_building(places)?;
    if native {
        setup::for_native_tests()?;
    }
    if browser { setup::for_browser_tests(places).map(Some) } else { Ok(None) }
}

fn run_native(places: &Places) -> Result<(), Error> {
    let lints = "Mend what the lints above say.";
    cargo(places, "Formatting", &["fmt", "--all", "--check"], "Run `cargo fmt --all` and look at what it changes.")?;
    cargo(places, "Linting", &["clippy", "--workspace", "--all-targets", "--", "-Dwarnings"], lints)?;
    let linting = ["clippy", "--workspace", "--lib", "--exclude", "xtask", "--target", WASM_TARGET, "--", "-Dwarnings"];
    cargo(places, "Linting for WebAssembly", &linting, lints)?;
    cargo(places, "Documentation", &["doc", "--workspace", "--no-deps"], "Mend what rustdoc says above.")?;
    let named = "The failing test is named above.";
    cargo(places, "Native tests", &["test", "--workspace", "--exclude", "xtask", "--", "--quiet"], named)?;
    // By itself, it needs no other builds of its dependencies than those it runs with.
    cargo(places, "Tests of xtask", &["test", "--package", "xtask", "--", "--quiet"], named)
}

fn cargo(places: &Places, check: &'static str, arguments: &[&str], advice: &'static str) -> Result<(), Error> {
    println!("{check}: cargo {}", arguments.join(" "));
    process::run(process::cargo().current_dir(&places.root).env("RUSTDOCFLAGS", "-Dwarnings").args(arguments))
        .map_err(|error| failed(error, check, advice))
}

/// Runs the tests in browsers that take too long for every day.
pub(crate) fn soak_in_browsers(places: &Places) -> Result<(), Error> {
    let browsers = set_up(places, false, true)?.ok_or(Error::NoBrowserTests { root: places.root.clone() })?;
    crate::set_up_and_build(places)?;
    drive(places, &browsers, &entries(&places.browser_tests().join("soak"))?, 1)
}

/// Runs a thousand races drawn by chance on both engines, a part of them on each core.
pub(crate) fn soak_natively(places: &Places) -> Result<(), Error> {
    drop(set_up(places, true, false)?);
    let cores = process::cores();
    println!("A thousand races drawn by chance, on both engines, {cores} at a time");
    let test = || {
        let mut test = process::cargo();
        test.current_dir(&places.root).args(["test", "--release", "--test", "property"]);
        test
    };
    process::run(test().arg("--no-run"))?;
    let cases = 1000_usize.div_ceil(cores).to_string();
    process::at_once(&(1..=cores).collect::<Vec<_>>(), |seed| {
        let mut part = test();
        part.env("PROPTEST_CASES", &cases).env("PROPTEST_RNG_SEED", seed.to_string());
        process::run(part.arg("any_race_runs"))
    })
    .into_iter()
    .collect()
}

/// Runs the tests that drive browsers: two files at a time, and then by themselves those that measure time.
fn run_in_browsers(places: &Places, browsers: &Browsers, names: &[String]) -> Result<(), Error> {
    let folder = places.browser_tests();
    let (together, alone) = (browser_tests(&folder, names)?, browser_tests(&folder.join("alone"), names)?);
    if together.is_empty() && alone.is_empty() {
        return Err(Error::NoBrowserTests { root: places.root.clone() });
    }
    crate::set_up_and_build(places)?;
    // Whatever fails, all of them run.
    let results = [(together, 2), (alone, 1)].map(|(tests, at_once)| drive(places, browsers, &tests, at_once));
    results.into_iter().collect()
}

/// Runs the tests in these files, so many files at a time.
fn drive(places: &Places, browsers: &Browsers, tests: &[PathBuf], at_once: usize) -> Result<(), Error> {
    if tests.is_empty() {
        return Ok(());
    }
    println!("Browser tests, {at_once} at a time: node --test");
    process::run(
        node(browsers, Site { root: places.dist(), without_data: false, isolated: false })?
            .current_dir(places.browser_tests())
            .args(["--test", "--test-reporter=spec"])
            .arg(format!("--test-concurrency={at_once}"))
            .args(tests),
    )
    .map_err(|error| failed(error, "Browser tests", "The failing test is named above."))
}

/// Takes a picture of the page in each of `states`, or in all of them, into `target/shots/`.
pub(crate) fn picture(places: &Places, states: &[String]) -> Result<(), Error> {
    let browsers = {
        let _lock = places.lock()?;
        setup::for_browser_tests(places)?
    };
    crate::set_up_and_build(places)?;
    let folder = places.target.join("shots");
    println!("Pictures of the page go to {}", folder.display());
    process::run(
        node(&browsers, Site { root: places.dist(), without_data: false, isolated: false })?
            .current_dir(places.browser_tests())
            .env("GRADPRIX_SHOTS", folder)
            .arg("shots.mjs")
            .args(states),
    )
}

/// Node.js, told where the browsers are and where `site` is served, once with and once without its data.
pub(crate) fn node(browsers: &Browsers, site: Site) -> Result<Command, Error> {
    let without_data = server::start(Site { without_data: true, ..site.clone() }, 0)?;
    let mut node = Command::new("node");
    node.env("GRADPRIX_DIST", &site.root)
        .env("GRADPRIX_URL_WITHOUT_DATA", without_data.url())
        .env("GRADPRIX_URL", server::start(site, 0)?.url())
        .env("CHROMIUM", &browsers.chromium)
        .env("FIREFOX", &browsers.firefox);
    Ok(node)
}

/// The tests in `folder`; only those with such `names`, where any are given.
fn browser_tests(folder: &Path, names: &[String]) -> Result<Vec<PathBuf>, Error> {
    let mut tests = entries(folder)?;
    let wanted = |test: &str| names.is_empty() || names.iter().any(|name| name == test);
    tests.retain(|path| {
        let file = path.file_name().and_then(|name| name.to_str());
        file.and_then(|file| file.strip_suffix(".test.mjs")).is_some_and(wanted)
    });
    Ok(tests)
}

/// What a failed check means, unless the check could not even start.
fn failed(error: Error, check: &'static str, advice: &'static str) -> Error {
    match error {
        Error::Failed { .. } => Error::Check { check, advice },
        other => other,
    }
}
