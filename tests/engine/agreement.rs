//! The GPU engine against the CPU engine, and what both promise: the same race again, and racers that do not touch
//! each other.

use std::rc::Rc;

use crate::common::{config, dataset, norm, runner};
use gradprix::engine::gpu::Setup;
use gradprix::engine::{Choice, EngineError, Evaluation, Metric, Metrics, Runner};
use gradprix::model::Network;
use gradprix::optim;
use pollster::block_on;
use serde_json::{Value, json};

const ENGINES: [Choice; 2] = [Choice::Cpu, Choice::Gpu];

/// `count` racers: every optimizer in turn, each with its own learning rate.
fn racers(count: usize) -> Vec<Value> {
    let racer = |at: usize| {
        let optimizer = optim::ALL[at % optim::ALL.len()];
        let rate = optimizer.knobs[0].default * (1.0 + at as f64 / 10.0);
        json!({ "optimizer": optimizer.id, "learning_rate": rate })
    };
    (0..count).map(racer).collect()
}

fn race(choice: Choice, json: &Value) -> Runner {
    runner(choice, &dataset(100), config(json))
}

fn run(runner: &mut Runner, steps: u64) -> Metrics {
    block_on(runner.run(steps)).expect("the engine runs")
}

#[test]
fn engines_agree_for_any_number_of_racers() {
    // 50 steps of 48 images: over four epochs, each with a short last minibatch.
    // Where a hidden unit's input comes within rounding of zero, the ReLU sets the engines apart; with this seed none does.
    for count in [1, 3, 64] {
        let setting = json!({ "seed": 7, "batch_size": 48, "racers": racers(count) });
        let [mut cpu, mut gpu] = ENGINES.map(|choice| race(choice, &setting));
        let steps = if count == 64 { 12 } else { 50 };
        let (expected, found) = (run(&mut cpu, steps), run(&mut gpu, steps));
        assert_eq!(found.of(Metric::Loss).len(), count * steps as usize);
        for (at, (found, expected)) in found.of(Metric::Loss).iter().zip(expected.of(Metric::Loss)).enumerate() {
            let (step, racer) = (at / count, at % count);
            assert!(
                (found - expected).abs() < 1e-5 * expected.max(0.1),
                "step {step}, racer {racer}: {found} {expected}"
            );
        }
        for (found, expected) in found.of(Metric::DeadUnits).iter().zip(expected.of(Metric::DeadUnits)) {
            // A unit may be a rounding away from waking up on one image.
            assert!((found - expected).abs() <= 2.0 / 128.0, "dead units: {found} {expected}");
        }
        for racer in [0, count - 1] {
            let [expected, found] = [&cpu, &gpu].map(|race| block_on(race.parameters(racer)).expect("its parameters"));
            for tensor in Network::default().tensors() {
                let difference: Vec<f32> = tensor.range().map(|at| found[at] - expected[at]).collect();
                let relative = norm(&difference) / norm(&expected[tensor.range()]);
                assert!(relative < 1e-4, "racer {racer}, {}: {relative:e} apart", tensor.name);
            }
        }
    }
}

#[test]
fn work_cut_for_a_card_gives_the_same_race() {
    let settings = [
        json!({ "racers": racers(optim::ALL.len()) }),
        json!({ "hidden": [], "preprocessing": "standardize" }),
        json!({ "hidden": [33], "activation": "tanh", "preprocessing": "binarize", "dropout": 0.3 }),
        json!({ "hidden": [10, 129], "activation": "gelu", "racers": [{ "optimizer": "adam", "label_smoothing": 0.1 }] }),
        json!({ "racers": [{ "optimizer": "adam", "clip_norm": 0.5, "l1": 1e-4 }, { "optimizer": "gd", "l2": 1e-3 }] }),
    ];
    // A last minibatch of 2 images, after one that is no multiple of any tile.
    for setting in settings {
        let mut setting = config(&setting);
        setting.batch_size = 51;
        let data = dataset(70);
        let races = [Setup::cut_for_hardware as fn(Setup) -> Setup, |setup| setup].map(|cut| {
            let setup = cut(block_on(Setup::find()));
            let race = Runner::new(Rc::clone(&data), setting.clone(), Choice::Gpu, &setup);
            let mut race = block_on(race).expect("an adapter");
            let metrics = run(&mut race, 24);
            let evaluations = block_on(race.evaluate(70)).expect("there are test images");
            (metrics, evaluations)
        });
        let [(found, found_answers), (expected, answers)] = &races;
        for metric in [Metric::Loss, Metric::GradientNorm, Metric::UpdateRatio, Metric::RegularisationLoss] {
            for (at, (found, expected)) in found.of(metric).iter().zip(expected.of(metric)).enumerate() {
                let apart = (found - expected).abs();
                assert!(apart <= 1e-4 * expected.abs().max(0.1), "{setting:?}: {metric:?} {at}: {found} {expected}");
            }
        }
        for (found, expected) in found_answers.iter().zip(answers) {
            assert!((found.loss - expected.loss).abs() < 1e-4 * expected.loss, "{} {}", found.loss, expected.loss);
        }
    }
}

#[test]
fn evaluations_agree_and_count_every_image() {
    let setting = json!({ "batch_size": 32, "racers": racers(3) });
    let [expected, found] = ENGINES.map(|choice| {
        // More than one chunk of 1,024 images, and a short last one.
        let mut race = runner(choice, &dataset(1100), config(&setting));
        run(&mut race, 20);
        block_on(race.evaluate(usize::MAX)).expect("there are test images")
    });
    assert_eq!(found.len(), 3);
    for (Evaluation { loss, accuracy, confusion, .. }, expected) in found.iter().zip(&expected) {
        assert!((loss - expected.loss).abs() < 1e-4 * expected.loss, "{loss} {}", expected.loss);
        assert!((accuracy - expected.accuracy).abs() < 0.003, "{accuracy} {}", expected.accuracy);
        assert_eq!(confusion.iter().sum::<u32>(), 1100);
        for (label, row) in confusion.chunks(10).enumerate() {
            assert_eq!(row.iter().sum::<u32>(), 110, "label {label}");
        }
    }
}

#[test]
fn one_image_alone_gets_the_class_that_the_evaluation_gives_it() {
    let dataset = dataset(300);
    for choice in ENGINES {
        let mut race = runner(choice, &dataset, config(&json!({ "batch_size": 32 })));
        run(&mut race, 40);
        let classes = block_on(race.evaluate(usize::MAX)).expect("there are test images").swap_remove(2).classes;
        let parameters = block_on(race.parameters(2)).expect("racer 2");
        let alone = |at: usize| {
            let inputs: Vec<f32> = dataset.test().image(at).iter().map(|byte| f32::from(*byte) / 255.0).collect();
            let shares = Network::default().probabilities(&parameters, &inputs);
            (0..10).max_by(|a, b| shares[*a].total_cmp(&shares[*b])).expect("ten classes") as u8
        };
        // Sums in another order may turn over a draw.
        let same = classes.iter().enumerate().filter(|(at, class)| alone(*at) == **class).count();
        assert!(same >= 299, "{choice:?}: {same} of 300");
    }
}

#[test]
fn an_evaluation_takes_only_the_first_images_asked_for() {
    let setting = json!({ "batch_size": 32, "racers": racers(2) });
    for choice in ENGINES {
        let evaluate = |test: usize, images: usize| {
            let mut race = runner(choice, &dataset(test), config(&setting));
            run(&mut race, 10);
            block_on(race.evaluate(images)).expect("there are test images")
        };
        for images in [7, 256, 1030] {
            assert_eq!(evaluate(1100, images), evaluate(images, images), "{choice:?}, {images} images");
        }
        let mut race = runner(choice, &dataset(10), config(&setting));
        assert_eq!(block_on(race.evaluate(0)), Err(EngineError::NoTestImages));
    }
}

#[test]
fn the_same_race_again_is_bitwise_the_same() {
    for choice in ENGINES {
        let setting = config(&json!({ "seed": 9, "batch_size": 64 }));
        let mut race = runner(choice, &dataset(0), setting.clone());
        let first = run(&mut race, 50);
        block_on(race.restart(setting)).expect("a restart");
        assert_eq!(run(&mut race, 50), first, "{choice:?}");
        block_on(race.restart(config(&json!({ "seed": 10, "batch_size": 64 })))).expect("a restart");
        assert_ne!(run(&mut race, 50), first, "{choice:?}: another seed, another race");
    }
}

#[test]
fn submissions_of_any_size_give_the_same_curve() {
    for choice in ENGINES {
        let setting = json!({ "batch_size": 128 });
        let whole = run(&mut race(choice, &setting), 30);
        let mut pieces = Metrics::default();
        let mut other = race(choice, &setting);
        for steps in [1, 2, 3, 5, 19] {
            pieces.append(run(&mut other, steps));
        }
        assert_eq!(pieces, whole, "{choice:?}");
    }
}

#[test]
fn a_knob_moves_its_racer_and_no_other_and_keeps_the_state() {
    for choice in ENGINES {
        let setting = json!({ "batch_size": 64 });
        let untouched = run(&mut race(choice, &setting), 20).of(Metric::Loss).to_vec();
        let mut touched = race(choice, &setting);
        let mut losses = run(&mut touched, 10).of(Metric::Loss).to_vec();
        touched.set(2, "learning_rate", &json!(0.01)).expect("in range");
        losses.extend(run(&mut touched, 10).of(Metric::Loss));
        for (at, (found, expected)) in losses.iter().zip(&untouched).enumerate() {
            let (step, racer) = (at / 3, at % 3);
            // A step's loss is that before its update: the first one to differ is step 11's.
            let same = racer != 2 || step <= 10;
            assert_eq!(found == expected, same, "{choice:?}, step {step}, racer {racer}");
        }
        // With Adam's means kept, setting the rate to zero effect and back changes nothing at all.
        let mut kept = race(choice, &setting);
        let mut losses = run(&mut kept, 10).of(Metric::Loss).to_vec();
        kept.set(2, "learning_rate", &json!(0.01)).expect("in range");
        kept.set(2, "learning_rate", &json!(0.001)).expect("in range");
        losses.extend(run(&mut kept, 10).of(Metric::Loss));
        assert_eq!(losses, untouched, "{choice:?}");
    }
}

#[test]
fn parameters_come_back_and_wrong_ones_are_refused() {
    for choice in ENGINES {
        let mut race = race(choice, &json!({ "batch_size": 64 }));
        let mine: Vec<f32> = (0..Network::default().parameters()).map(|at| (at as f32 * 0.7).sin() * 0.05).collect();
        race.set_parameters(1, &mine).expect("the right length");
        assert_eq!(block_on(race.parameters(1)).expect("racer 1"), mine, "{choice:?}");
        assert_ne!(block_on(race.parameters(0)).expect("racer 0"), mine, "{choice:?}");
        let error = race.set_parameters(1, &mine[1..]).expect_err("one float is missing");
        assert_eq!(
            error.to_string(),
            "parameters holds 101769 floats, but must hold 101770: every layer's weights and biases, W1, b1, …"
        );
        let error = block_on(race.parameters(3)).expect_err("there are three racers");
        assert_eq!(error.to_string(), "racer is 3, but must be a racer's number from 0 to 2");
    }
}

#[test]
fn divergence_is_reported_and_the_others_race_on() {
    for choice in ENGINES {
        let wild = json!({ "batch_size": 64, "racers": [
            { "optimizer": "gd", "learning_rate": 10, "momentum": 0.999 }, { "optimizer": "adam" }
        ] });
        let metrics = run(&mut race(choice, &wild), 60);
        let adam: Vec<f32> = metrics.of(Metric::Loss).iter().skip(1).step_by(2).copied().collect();
        assert!(adam[59] < 0.5 * adam[0], "{choice:?}: Adam learns on: {} to {}", adam[0], adam[59]);
        let gd = metrics.of(Metric::Loss)[118];
        assert!(!gd.is_finite() || gd > 2.0, "{choice:?}: gradient descent at this rate must fail, but has {gd}");
    }
}
