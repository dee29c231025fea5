//! The engines against each other over a spread of networks, inputs and settings: every metric, the parameters, and
//! what each racer says of each test image.

use crate::common::{config, dataset, norm, runner};
use gradprix::engine::{Choice, Metric, Metrics, Runner};
use pollster::block_on;
use serde_json::{Value, json};

/// Racers that use what a racer can have, one each.
fn racers() -> Value {
    json!([
        { "optimizer": "gd", "learning_rate": 0.05, "momentum": 0.9 },
        { "optimizer": "adam", "learning_rate": 0.002, "label_smoothing": 0.2 },
        { "optimizer": "rmsprop", "l1": 1e-4, "l2": 1e-3, "weight_decay": 0.01 },
        { "optimizer": "gd", "learning_rate": 0.1, "clip_value": 0.003 },
    ])
}

/// The same, and one that clips by the norm.
fn clipping_racers() -> Value {
    let mut racers = racers();
    let clipping = json!({ "optimizer": "gd", "learning_rate": 0.1, "clip_norm": 0.3, "clip_value": 0.05, "l2": 0.01 });
    racers.as_array_mut().expect("a list").push(clipping);
    racers
}

/// Fields that differ from the default race; every value of every field is in one of them at least.
fn spread() -> Vec<Value> {
    vec![
        json!({ "hidden": [], "preprocessing": "divide_by_255" }),
        json!({ "hidden": [], "preprocessing": "standardize", "racers": clipping_racers() }),
        json!({ "hidden": [8], "activation": "tanh", "batch_size": 8 }),
        json!({ "hidden": [512], "activation": "gelu", "preprocessing": "binarize" }),
        json!({ "hidden": [128], "racers": clipping_racers() }),
        json!({ "hidden": [128], "dropout": 0.5, "preprocessing": "standardize" }),
        json!({ "hidden": [33, 70], "activation": "tanh", "preprocessing": "standardize" }),
        json!({ "hidden": [64, 32], "activation": "relu", "dropout": 0.2, "init": "glorot_uniform" }),
        json!({ "hidden": [50, 21, 9], "activation": "gelu", "dropout": 0.1, "racers": clipping_racers() }),
        json!({ "hidden": [16, 260, 16], "activation": "relu", "batch_size": 300, "init": "pytorch" }),
    ]
}

fn setting(fields: &Value) -> Value {
    let mut setting = json!({ "seed": 4, "batch_size": 50, "racers": racers() });
    let fields = fields.as_object().expect("an object").clone();
    setting.as_object_mut().expect("an object").extend(fields);
    setting
}

fn both(setting: &Value) -> [Runner; 2] {
    [Choice::Cpu, Choice::Gpu].map(|choice| runner(choice, &dataset(100), config(setting)))
}

fn run(runner: &mut Runner, steps: u64) -> Metrics {
    block_on(runner.run(steps)).expect("the engine runs")
}

/// `found` against `expected`, by how far a metric may be off.
fn compare(name: &str, racers: usize, found: &Metrics, expected: &Metrics) {
    for (metric, relative, absolute) in [
        (Metric::Loss, 2e-5, 2e-6),
        (Metric::GradientNorm, 2e-4, 1e-6),
        (Metric::UpdateRatio, 5e-4, 1e-7),
        // A unit may be a rounding away from waking up on one image.
        (Metric::DeadUnits, 0.0, 0.04),
        (Metric::LearningRate, 0.0, 0.0),
        (Metric::RegularisationLoss, 1e-5, 1e-9),
    ] {
        assert_eq!(found.of(metric).len(), expected.of(metric).len());
        for (at, (found, expected)) in found.of(metric).iter().zip(expected.of(metric)).enumerate() {
            let (step, racer) = (at / racers, at % racers);
            assert!(
                (found - expected).abs() <= absolute + relative * expected.abs(),
                "{name}: {} of racer {racer} in step {step}: {found}, and {expected} on the CPU",
                metric.id()
            );
        }
    }
}

#[test]
fn engines_agree_whatever_the_race() {
    for fields in spread() {
        let name = fields.to_string();
        let setting = setting(&fields);
        let racers = setting["racers"].as_array().expect("a list").len();
        let [mut cpu, mut gpu] = both(&setting);
        // Beyond the first epoch, whose last minibatch is short.
        let expected = run(&mut cpu, 12);
        compare(&name, racers, &run(&mut gpu, 12), &expected);
        for racer in 0..racers {
            let [expected, found] = [&cpu, &gpu].map(|race| block_on(race.parameters(racer)).expect("its parameters"));
            let difference: Vec<f32> = found.iter().zip(&expected).map(|(found, expected)| found - expected).collect();
            let relative = norm(&difference) / norm(&expected);
            assert!(relative < 1e-4, "{name}, racer {racer}: {relative:e} apart");
        }
        let [expected, found] = [&mut cpu, &mut gpu].map(|race| block_on(race.evaluate(70)).expect("test images"));
        for (found, expected) in found.iter().zip(&expected) {
            assert!(
                (found.loss - expected.loss).abs() < 1e-4 * expected.loss,
                "{name}: {} {}",
                found.loss,
                expected.loss
            );
            let other = found.classes.iter().zip(&expected.classes).filter(|(found, expected)| found != expected);
            assert!(found.classes.len() == 70 && other.count() <= 1, "{name}: other answers");
        }
    }
}

#[test]
fn widths_that_are_no_multiple_of_four_have_no_other_dead_units() {
    // With all weights zero every ReLU is dead, and nothing else is: the share is exactly one.
    for (init, hidden) in [("zeros", json!([9, 10, 11])), ("he_normal", json!([9, 10, 11])), ("he_normal", json!([37]))]
    {
        let racers = json!([{ "optimizer": "gd" }, { "optimizer": "gd", "clip_norm": 1 }]);
        let setting = json!({ "init": init, "hidden": hidden, "batch_size": 16, "racers": racers });
        let [cpu, gpu] = both(&setting).map(|mut race| run(&mut race, 3).of(Metric::DeadUnits).to_vec());
        assert_eq!(gpu, cpu, "{setting}");
        assert!(init != "zeros" || cpu.iter().all(|share| *share == 1.0), "{cpu:?}");
    }
}

#[test]
fn clipping_by_the_norm_may_start_in_the_middle_of_a_race() {
    let setting = setting(&json!({}));
    let [mut cpu, mut gpu] = both(&setting);
    for norm in [0.0, 0.2, 0.0] {
        for race in [&mut cpu, &mut gpu] {
            race.set(0, "clip_norm", &json!(norm)).expect("in range");
        }
        let expected = run(&mut cpu, 5);
        compare(&format!("norm {norm}"), 4, &run(&mut gpu, 5), &expected);
    }
}

#[test]
fn a_race_too_large_for_the_gpu_is_refused_in_words() {
    let adam = json!({ "optimizer": "amsgrad" });
    let large = json!({ "hidden": [512, 512, 512], "racers": vec![adam; 64] });
    let mut race = runner(Choice::Gpu, &dataset(0), config(&json!({})));
    let error = block_on(race.restart(config(&large))).expect_err("it needs a gigabyte");
    assert_eq!(
        error.to_string(),
        "64 racers of 932362 parameters with a batch size of 128 need a buffer of 912 MiB, but the GPU takes 128 MiB at \
         most; take fewer racers, narrower hidden layers or a smaller batch, or the CPU engine"
    );
    // The race that was there goes on.
    assert!(run(&mut race, 2).of(Metric::Loss).iter().all(|loss| loss.is_finite()));
}
