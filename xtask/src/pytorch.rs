//! `cargo xtask test --pytorch`: the program that the page exports, `race.py`, run with PyTorch on real MNIST and held
//! against both engines step by step, on the races of `tests/pytorch/`.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::Error;
use crate::places::{Places, entries};
use crate::process;
use crate::setup::{self, mnist};

/// How far each race goes.
const STEPS: &str = "200";

/// The engines, and what a loss may be off by, as a share.
const ENGINES: [(&str, f64); 2] = [("cpu", 1e-4), ("gpu", 1e-3)];

/// Metrics beside the loss, which are differences and sums of squares: they may be off by ten times as much.
const OTHERS: [&str; 4] = ["gradient_norm", "update_ratio", "learning_rate", "regularisation_loss"];

/// Below this a value is compared as if it were this.
const SMALLEST: f64 = 1e-2;

/// Replays every race.
pub(crate) fn run(places: &Places) -> Result<(), Error> {
    let python = {
        let _lock = places.lock()?;
        setup::for_native_tests()?;
        setup::pytorch::python(places)?
    };
    let data = mnist::find_or_fetch(places)?.ok_or_else(|| Error::Missing {
        missing: "MNIST".to_owned(),
        how: "set MNIST_DIR to the folder of its four files".to_owned(),
    })?;
    process::run(process::cargo().current_dir(&places.root).args(["build", "--quiet", "--bin", "gradprix"]))?;
    let replay = Replay {
        command: places.target.join("debug").join("gradprix"),
        python,
        data,
        folder: places.target.join("pytorch"),
    };
    let mut races = entries(&places.root.join("tests").join("pytorch"))?;
    races.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    races.iter().try_for_each(|race| replay.race(race))?;
    println!("{} races replayed in PyTorch", races.len());
    Ok(())
}

/// What all replays share.
struct Replay {
    command: PathBuf,
    python: PathBuf,
    data: PathBuf,
    /// Where the curves go.
    folder: PathBuf,
}

impl Replay {
    fn race(&self, race: &Path) -> Result<(), Error> {
        let name = race.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let file = |suffix: &str| self.folder.join(format!("{name}-{suffix}"));
        let program = file("race.py");
        for (engine, _) in ENGINES {
            let mut command = Command::new(&self.command);
            command.arg(race).args(["--steps", STEPS, "--engine", engine]);
            command.arg("--data").arg(&self.data).arg("--pytorch").arg(&program);
            process::read(command.arg("--csv").arg(file(&format!("{engine}.csv"))))?;
        }
        let table = file("pytorch.csv");
        let mut python = Command::new(&self.python);
        python.arg(&program).args(["--float64", "--steps", STEPS]).arg("--data").arg(&self.data);
        process::read(python.arg("--csv").arg(&table))?;
        let expected = Columns::read(&table)?;
        for (engine, tolerance) in ENGINES {
            let found = Columns::read(&file(&format!("{engine}.csv")))?;
            for racer in expected.racers() {
                let worst = compare(&racer, &found, &expected, tolerance).map_err(|step| Error::Deviates {
                    race: name.clone(),
                    racer: racer.clone(),
                    engine,
                    step,
                })?;
                println!("{name}, {engine}: {racer} within {worst:.1e} of PyTorch's losses");
            }
        }
        Ok(())
    }
}

/// The largest deviation of a racer's losses; or the step and metric where it goes too far.
fn compare(racer: &str, found: &Columns, expected: &Columns, tolerance: f64) -> Result<f64, String> {
    let mut worst = 0f64;
    for (metric, most) in [("loss", 1.0)].into_iter().chain(OTHERS.map(|metric| (metric, 10.0))) {
        let column = format!("{racer}.{metric}");
        let [found, expected] = [found, expected].map(|columns| columns.of(&column));
        if found.len() != expected.len() || expected.is_empty() {
            return Err(format!("{column} has {} values for {}", found.len(), expected.len()));
        }
        for (step, (found, expected)) in found.iter().zip(expected).enumerate() {
            let apart = (found - expected).abs() / expected.abs().max(SMALLEST);
            if apart.is_nan() || apart > most * tolerance {
                return Err(format!("{metric} in step {step} is {found}, and {expected} in PyTorch"));
            }
            worst = if metric == "loss" { worst.max(apart) } else { worst };
        }
    }
    Ok(worst)
}

/// A table of curves.
struct Columns(HashMap<String, Vec<f64>>);

impl Columns {
    fn read(path: &Path) -> Result<Self, Error> {
        let text = fs::read_to_string(path).map_err(Error::file("read", path))?;
        let mut lines = text.lines();
        let names: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
        let mut columns: HashMap<String, Vec<f64>> = HashMap::new();
        for line in lines {
            for (name, value) in names.iter().zip(line.split(',')) {
                columns.entry((*name).to_owned()).or_default().push(value.parse().unwrap_or(f64::NAN));
            }
        }
        Ok(Self(columns))
    }

    fn of(&self, name: &str) -> &[f64] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    fn racers(&self) -> Vec<String> {
        let mut racers: Vec<String> =
            self.0.keys().filter_map(|name| name.strip_suffix(".loss")).map(str::to_owned).collect();
        racers.sort();
        racers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(losses: &[f64]) -> Columns {
        let others = OTHERS.iter().map(|metric| (format!("Adam.{metric}"), vec![1.0; losses.len()]));
        Columns(others.chain([("Adam.loss".to_owned(), losses.to_vec())]).collect())
    }

    #[test]
    fn what_goes_too_far_is_named_with_its_step() {
        let expected = columns(&[2.0, 1.0]);
        assert_eq!(expected.racers(), ["Adam"]);
        assert!(compare("Adam", &columns(&[2.0, 1.0005]), &expected, 1e-3).is_ok_and(|worst| worst > 4e-4));
        let refusal = compare("Adam", &columns(&[2.0, 1.002]), &expected, 1e-3);
        assert_eq!(refusal, Err("loss in step 1 is 1.002, and 1 in PyTorch".to_owned()));
        assert!(compare("Adam", &columns(&[2.0, f64::NAN]), &expected, 1e-3).is_err());
        assert!(compare("Adam", &columns(&[2.0]), &expected, 1e-3).is_err());
    }
}
