//! `cargo xtask deviations`: how far each engine is from PyTorch, of every optimizer, measured here and written into
//! `tests/fixtures/DEVIATIONS.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;

use crate::check;
use crate::error::Error;
use crate::places::{Places, entries};
use crate::process;
use crate::server::Site;
use crate::setup;

/// The folder in which the tests leave what they measure, one file for each engine.
const VARIABLE: &str = "GRADPRIX_DEVIATIONS";

const HEAD: &str = "# How far the engines are from PyTorch

The largest deviation of a loss from that of PyTorch in float64, as a share of it (of 0.01 where it is smaller), over the
first 200 steps of the seven races in `combinations.json`: every optimizer with every schedule, with L1, L2, weight decay,
clipping and label smoothing, on networks of 0 to 3 hidden layers. The tests fail beyond 1e-4 on the CPU and 1e-3 on a
GPU. Lion, and Adam without correction of v, are held against NumPy, since PyTorch lacks them. The fixtures have six
digits, which alone is up to 5e-6.

Written by `cargo xtask deviations`.

";

/// An engine, and the largest deviation of each optimizer as a test printed it.
struct Engine {
    name: String,
    deviations: BTreeMap<String, String>,
}

/// Measures and writes.
pub(crate) fn run(places: &Places) -> Result<(), Error> {
    let browsers = {
        let _lock = places.lock()?;
        setup::for_native_tests()?;
        setup::for_browser_tests(places)?
    };
    crate::set_up_and_build(places)?;
    let folder = places.work().join("deviations");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(Error::file("empty", &folder))?;
    }
    fs::create_dir_all(&folder).map_err(Error::file("create", &folder))?;
    let mut native = process::cargo();
    native.current_dir(&places.root).env(VARIABLE, &folder).args(["test", "--test", "engine", "every_combination"]);
    process::run(&mut native)?;
    let mut node = check::node(&browsers, Site { root: places.dist(), without_data: false, isolated: false })?;
    node.current_dir(places.browser_tests()).env(VARIABLE, &folder);
    process::run(node.args(["--test", "--test-reporter=spec", "registry.test.mjs"]))?;

    let texts = entries(&folder)?.into_iter().map(|path| fs::read_to_string(&path).map_err(Error::file("read", path)));
    let engines = texts.map(|text| text.map(|text| Engine::read(&text))).collect::<Result<Vec<_>, _>>()?;
    let path = places.root.join("tests").join("fixtures").join("DEVIATIONS.md");
    fs::write(&path, HEAD.to_owned() + &table(&engines)).map_err(Error::file("write", &path))?;
    println!("{} is written", path.display());
    Ok(())
}

impl Engine {
    /// The name in the first line, and an optimizer with its deviation in every other.
    fn read(text: &str) -> Self {
        let mut lines = text.lines();
        let name = lines.next().unwrap_or_default().to_owned();
        let pairs = lines.filter_map(|line| line.split_once(' '));
        Self { name, deviations: pairs.map(|(name, apart)| (name.to_owned(), apart.to_owned())).collect() }
    }
}

/// Markdown: optimizers down, engines across.
fn table(engines: &[Engine]) -> String {
    let optimizers: BTreeSet<&String> = engines.iter().flat_map(|engine| engine.deviations.keys()).collect();
    let names: Vec<&str> = engines.iter().map(|engine| engine.name.as_str()).collect();
    let mut text = format!("| optimizer | {} |\n|---{}|\n", names.join(" | "), "|---".repeat(engines.len()));
    for optimizer in optimizers {
        let cells: Vec<&str> =
            engines.iter().map(|engine| engine.deviations.get(optimizer).map_or("", String::as_str)).collect();
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| {optimizer} | {} |", cells.join(" | "));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_every_optimizer_of_every_engine() {
        let engines = ["CPU\nadam 1e-6\ngd 2e-7\n", "GPU\ngd 3e-7\n"].map(Engine::read);
        let expected = "| optimizer | CPU | GPU |\n|---|---|---|\n| adam | 1e-6 |  |\n| gd | 2e-7 | 3e-7 |\n";
        assert_eq!(table(&engines), expected);
    }
}
