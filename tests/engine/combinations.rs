//! Both engines against PyTorch on `combinations.json`: every optimizer of the registry with every schedule and all that
//! a racer can have, on networks of every depth and kind.
//!
//! With `GRADPRIX_DEVIATIONS` set to a folder, the largest deviations are left there, one file for each engine:
//! `cargo xtask deviations` makes a table of them.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::{env, fs};

use crate::common::{config, dataset, norm, numbers, runner};
use gradprix::engine::{Choice, Metric, Runner};
use gradprix::optim;
use pollster::block_on;
use serde_json::Value;

/// Steps whose every loss is compared.
const FOLLOWED: usize = 200;
/// All steps, and how far apart those compared behind the first are.
const STEPS: u64 = 400;
const EVERY: usize = 50;

/// Below this a loss is what rounding leaves of a probability's distance from 1, and a share of it says nothing.
const SMALLEST_LOSS: f64 = 1e-2;

/// What an engine may be off by, as a share.
struct Tolerance {
    losses: f64,
    later: f64,
    ends: f64,
}

/// `tests/fixtures/combinations.json`.
fn fixtures() -> Value {
    serde_json::from_str(include_str!("../fixtures/combinations.json")).expect("the fixtures are JSON")
}

fn list<'a>(json: &'a Value, field: &str) -> &'a [Value] {
    json[field].as_array().expect("a list")
}

/// The race of all cases together, on the engine `choice`.
fn race(choice: Choice, race: &Value) -> Runner {
    let mut json = race["config"].clone();
    json["racers"] = list(race, "cases").iter().map(|case| case["racer"].clone()).collect();
    runner(choice, &dataset(0), config(&json))
}

fn deviation(found: f64, expected: f64) -> f64 {
    (found - expected).abs() / expected.abs().max(SMALLEST_LOSS)
}

/// Compares a racer -> its largest deviation over the first steps.
fn follow(runner: &Runner, racer: usize, losses: &[f32], case: &Value, tolerance: &Tolerance) -> f64 {
    let name = format!("{:?}, {}", runner.config().network, case["racer"]);
    let expected = numbers(&case["losses"]);
    assert_eq!(expected.len(), FOLLOWED);
    let mut worst = 0f64;
    for (step, (found, expected)) in losses.iter().zip(&expected).enumerate() {
        let apart = deviation(f64::from(*found), *expected);
        assert!(apart < tolerance.losses, "{name}, step {step}: {found}, PyTorch {expected}, {apart:e} apart");
        worst = worst.max(apart);
    }
    for (at, expected) in numbers(&case["later"]).into_iter().enumerate() {
        let step = FOLLOWED + (at + 1) * EVERY - 1;
        let apart = deviation(f64::from(losses[step]), expected);
        assert!(apart < tolerance.later, "{name}, step {step}: {}, PyTorch {expected}", losses[step]);
    }
    let parameters = block_on(runner.parameters(racer)).expect("its parameters");
    for tensor in runner.config().network.tensors() {
        let values = &parameters[tensor.range()];
        let expected = numbers(&case["ends"][tensor.name]);
        let apart = (norm(values) - expected[0]).abs();
        assert!(apart < tolerance.ends * expected[0].max(0.01), "{name}, {}: norm {}", tensor.name, norm(values));
        for (value, third) in expected[1..].iter().zip(1..) {
            let found = f64::from(values[third * tensor.len() / 3]);
            assert!((found - value).abs() < tolerance.ends, "{name}, {}: {found}, PyTorch {value}", tensor.name);
        }
    }
    worst
}

/// Runs all races -> the largest deviation of each optimizer, and the engine's name.
fn follow_all(choice: Choice, tolerance: &Tolerance) -> (BTreeMap<String, f64>, String) {
    let (mut worst, mut name) = (BTreeMap::<String, f64>::new(), String::new());
    for race_json in list(&fixtures(), "races") {
        let mut runner = race(choice, race_json);
        let metrics = block_on(runner.run(STEPS)).expect("the engine runs");
        let cases = list(race_json, "cases");
        for (racer, case) in cases.iter().enumerate() {
            let losses: Vec<f32> = metrics.of(Metric::Loss).iter().skip(racer).step_by(cases.len()).copied().collect();
            let apart = follow(&runner, racer, &losses, case, tolerance);
            let entry = worst.entry(case["racer"]["optimizer"].as_str().expect("an optimizer").to_owned()).or_default();
            *entry = entry.max(apart);
        }
        name.clone_from(&runner.description().adapter.en);
    }
    for optimizer in optim::ALL {
        assert!(worst.contains_key(optimizer.id), "{} is in no fixture: add it to make_combinations.py", optimizer.id);
    }
    (worst, name)
}

/// Prints the deviations, and leaves them where they are wanted.
fn report(file: &str, engine: &str, worst: &BTreeMap<String, f64>) {
    let mut text = format!("{engine}\n");
    for (optimizer, apart) in worst {
        let _ = writeln!(text, "{optimizer} {apart:.1e}");
    }
    println!("{text}");
    if let Some(folder) = env::var_os("GRADPRIX_DEVIATIONS") {
        fs::write(std::path::Path::new(&folder).join(file), text).expect("the folder can be written to");
    }
}

#[test]
fn cpu_engine_follows_pytorch_through_every_combination() {
    let (worst, _) = follow_all(Choice::Cpu, &Tolerance { losses: 1e-4, later: 5e-3, ends: 1e-3 });
    report("1-cpu-native.txt", "CPU, native", &worst);
}

#[test]
fn gpu_engine_follows_pytorch_through_every_combination() {
    let (worst, adapter) = follow_all(Choice::Gpu, &Tolerance { losses: 1e-3, later: 1e-2, ends: 2e-3 });
    report("2-gpu-native.txt", &format!("GPU, native: {adapter}"), &worst);
}
