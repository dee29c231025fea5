//! One step of the engine against the same step in f64, written as in a textbook: no panels, no blocks, no skipping.

use std::rc::Rc;

use serde_json::{Value, json};

use super::Cpu;
use crate::data::{CLASSES, Dataset, PIXELS, Split, shuffle};
use crate::engine::{Metric, Metrics};
use crate::model::{Activation, DEAD_SLOPE, Network, dropout};
use crate::race::config::Config;
use crate::race::plan::{self, Step};

const IMAGES: usize = 24;
const BATCH: usize = 16;

fn dataset() -> Rc<Dataset> {
    let pixel = |at: usize| if at % 5 < 2 { (at * at % 251) as u8 } else { 0 };
    let split = |images: usize| {
        let pixels = (0..images * PIXELS).map(|at| if at % PIXELS < 28 { 0 } else { pixel(at) }).collect();
        Split::new("images", pixels, "labels", (0..images).map(|at| (at * 7 % CLASSES) as u8).collect())
    };
    Rc::new(Dataset::new(split(IMAGES).expect("valid"), split(300).expect("valid")).expect("not empty"))
}

fn config(json: &Value) -> Config {
    Config::from_json(json).expect("a valid configuration")
}

/// A race's first step on the engine -> what it measured, and the engine.
fn first_step(dataset: &Rc<Dataset>, config: &Config) -> (Metrics, Step, Cpu) {
    let mut cpu = Cpu::new(Rc::clone(dataset));
    cpu.reset(config);
    cpu.load_order(&shuffle::order(config.seed, 0, dataset.train().count()));
    let step = plan::step(config, dataset.train().count(), 0);
    (cpu.submit(std::slice::from_ref(&step)), step, cpu)
}

/// z -> output and slope, in f64.
fn activate(activation: Activation, z: f64) -> (f64, f64) {
    let gelu = |z: f64| 0.5 * z * (1.0 + ((2.0 / std::f64::consts::PI).sqrt() * (z + 0.044_715 * z.powi(3))).tanh());
    match activation {
        Activation::Relu => (z.max(0.0), f64::from(u8::from(z > 0.0))),
        Activation::Tanh => (z.tanh(), 1.0 - z.tanh().powi(2)),
        Activation::Gelu => (gelu(z), (gelu(z + 1e-5) - gelu(z - 1e-5)) / 2e-5),
    }
}

/// What the textbook says of a minibatch.
struct Expected {
    loss: f64,
    gradient: Vec<f64>,
    dead_units: f64,
}

/// One image's way through the network.
struct Way {
    /// What each layer reads, and at last the logits.
    signals: Vec<Vec<f64>>,
    /// Each layer's slopes, before dropout and behind it.
    slopes: Vec<Vec<f64>>,
    masked_slopes: Vec<Vec<f64>>,
}

/// The `image`-th image of a minibatch -> its way. `key` is dropout's.
fn forward(config: &Config, parameters: &[f32], image: usize, pixels: &[f64], key: u32) -> Way {
    let mut way = Way { signals: vec![pixels.to_vec()], slopes: Vec::new(), masked_slopes: Vec::new() };
    for (number, layer) in config.network.layers().iter().enumerate() {
        let is_output = number == config.network.hidden.len();
        let [mut outputs, mut slopes, mut masked_slopes] = [const { Vec::new() }; 3];
        for unit in 0..layer.units() {
            let weight = |row: usize| f64::from(parameters[layer.weights.start + row * layer.units() + unit]);
            let sum: f64 = way.signals[number].iter().enumerate().map(|(row, value)| value * weight(row)).sum();
            let z = sum + f64::from(parameters[layer.biases.start + unit]);
            let (output, slope) = if is_output { (z, 1.0) } else { activate(config.network.activation, z) };
            let layer_key = dropout::layer_key(key, number);
            let stays = is_output || dropout::stays(layer_key, dropout::threshold(config.dropout), image, unit);
            let mask = if is_output { 1.0 } else { f64::from(u8::from(stays)) / (1.0 - config.dropout) };
            outputs.push(output * mask);
            slopes.push(slope);
            masked_slopes.push(slope * mask);
        }
        way.signals.push(outputs);
        way.slopes.push(slopes);
        way.masked_slopes.push(masked_slopes);
    }
    way
}

/// Takes the gradient by the logits back along `way` and adds what every parameter gets of it to `gradient`.
fn backward(network: &Network, parameters: &[f32], way: &Way, mut by_units: Vec<f64>, gradient: &mut [f64]) {
    for (number, layer) in network.layers().iter().enumerate().rev() {
        let units = layer.units();
        by_units.iter_mut().zip(&way.masked_slopes[number]).for_each(|(g, slope)| *g *= slope);
        for (unit, g) in by_units.iter().enumerate() {
            gradient[layer.biases.start + unit] += g;
            for (row, value) in way.signals[number].iter().enumerate() {
                gradient[layer.weights.start + row * units + unit] += value * g;
            }
        }
        let back = |row: usize| {
            let row = &parameters[layer.weights.start + row * units..][..units];
            row.iter().zip(&by_units).map(|(weight, g)| f64::from(*weight) * g).sum()
        };
        by_units = (0..layer.inputs()).map(back).collect();
    }
}

/// Mean loss, its gradient by the flat buffer with label smoothing `smoothing`, and the dead units.
fn textbook(config: &Config, parameters: &[f32], images: &[(Vec<f64>, usize)], key: u32, smoothing: f64) -> Expected {
    let mut expected = Expected { loss: 0.0, gradient: vec![0.0; parameters.len()], dead_units: 0.0 };
    let hidden_units = config.network.hidden_units();
    let mut steepest = vec![0.0f64; hidden_units];
    for (image, (pixels, label)) in images.iter().enumerate() {
        let way = forward(config, parameters, image, pixels, key);
        steepest
            .iter_mut()
            .zip(way.slopes.iter().flatten())
            .for_each(|(steepest, slope)| *steepest = steepest.max(*slope));
        let logits = way.signals.last().expect("the logits");
        let total: f64 = logits.iter().map(|logit| logit.exp()).sum();
        expected.loss += (total.ln() - logits[*label]) / images.len() as f64;
        let asked = |class: usize| (1.0 - smoothing) * f64::from(u8::from(class == *label)) + smoothing / 10.0;
        let by_logits = logits.iter().enumerate();
        let by_logits = by_logits.map(|(class, z)| (z.exp() / total - asked(class)) / images.len() as f64).collect();
        backward(&config.network, parameters, &way, by_logits, &mut expected.gradient);
    }
    let dead = steepest.iter().filter(|slope| **slope < f64::from(DEAD_SLOPE)).count();
    expected.dead_units = dead as f64 / hidden_units.max(1) as f64;
    expected
}

fn norm(values: impl Iterator<Item = f64>) -> f64 {
    values.map(|value| value * value).sum::<f64>().sqrt()
}

/// The textbook's gradient descent: clipping, penalties, decay, step -> how parameters change.
fn descend(network: &Network, step: &Step, start: &[f32], gradient: &[f64]) -> Vec<f64> {
    let racer = &step.racers[0];
    let value = f64::from(racer.clipping.value);
    let mut gradient: Vec<f64> = gradient.iter().map(|g| g.clamp(-value, value)).collect();
    let factor = (f64::from(racer.clipping.norm) / (norm(gradient.iter().copied()) + 1e-6)).min(1.0);
    for g in &mut gradient {
        *g *= factor;
    }
    let mut change = vec![0.0; start.len()];
    for (number, tensor) in network.tensors().iter().enumerate() {
        let penalised = f64::from(u8::from(number % 2 == 0));
        for at in tensor.range() {
            let w = f64::from(start[at]);
            let sign = if w == 0.0 { 0.0 } else { w.signum() };
            let penalty = f64::from(racer.penalty.l1) * sign + f64::from(racer.penalty.l2) * w;
            let decay = penalised * (1.0 - f64::from(racer.penalty.kept)) * w;
            change[at] = -decay - f64::from(racer.learning_rate) * (gradient[at] + penalised * penalty);
        }
    }
    change
}

fn regularisation_loss(network: &Network, step: &Step, start: &[f32]) -> f64 {
    let penalty = &step.racers[0].penalty;
    let weights = network.layers().into_iter().flat_map(|layer| layer.weights.range()).map(|at| f64::from(start[at]));
    weights.map(|w| f64::from(penalty.l1) * w.abs() + 0.5 * f64::from(penalty.l2) * w * w).sum()
}

fn assert_close(found: f32, expected: f64, what: &str) {
    assert!((f64::from(found) - expected).abs() < 1e-7 + 2e-5 * expected.abs(), "{what}: {found} {expected}");
}

/// One step of gradient descent on the network of `shared` with the racer's settings `racer`.
fn one_step_is_the_textbooks(mut shared: Value, racer: Value) {
    let what = format!("{shared} {racer}");
    shared["batch_size"] = BATCH.into();
    shared["racers"] = Value::from(vec![racer]);
    let config = config(&shared);
    let dataset = dataset();
    let (metrics, step, cpu) = first_step(&dataset, &config);
    let start = config.init.parameters(&config.network, config.seed);
    let map = config.preprocessing.map(dataset.train());
    let image = |at: &u32| {
        let pixels = dataset.train().image(*at as usize).iter().map(|byte| f64::from(map.value(*byte))).collect();
        (pixels, usize::from(dataset.train().labels()[*at as usize]))
    };
    let images: Vec<_> = shuffle::order(config.seed, 0, IMAGES)[..BATCH].iter().map(image).collect();
    let smoothing = f64::from(step.racers[0].label_smoothing);
    let expected = textbook(&config, &start, &images, step.dropout_key, smoothing);
    let change = descend(&config.network, &step, &start, &expected.gradient);

    let ratio = norm(change.iter().copied()) / norm(start.iter().map(|value| f64::from(*value)));
    let expected = [
        expected.loss,
        norm(expected.gradient.iter().copied()),
        ratio,
        expected.dead_units,
        f64::from(step.racers[0].learning_rate),
        regularisation_loss(&config.network, &step, &start),
    ];
    for (metric, expected) in Metric::ALL.into_iter().zip(expected) {
        assert_close(metrics.of(metric)[0], expected, &format!("{what}: {}", metric.id()));
    }
    let end = cpu.parameters(0);
    for (at, change) in change.iter().enumerate() {
        let expected = f64::from(start[at]) + change;
        assert!((f64::from(end[at]) - expected).abs() < 1e-6, "{what}: parameter {at}: {} {expected}", end[at]);
    }
}

fn plain() -> Value {
    json!({ "optimizer": "gd", "learning_rate": 0.1 })
}

#[test]
fn any_depth_and_width() {
    for hidden in [&[][..], &[8], &[128], &[40, 33], &[33, 9, 70]] {
        one_step_is_the_textbooks(json!({ "hidden": hidden }), plain());
    }
}

#[test]
fn any_activation_preprocessing_and_dropout() {
    for activation in Activation::ALL.map(Activation::id) {
        for preprocessing in ["standardize", "binarize"] {
            for dropout in [0.0, 0.3] {
                let shared = json!({ "hidden": [40, 12], "activation": activation, "preprocessing": preprocessing,
                    "dropout": dropout });
                one_step_is_the_textbooks(shared, plain());
            }
        }
    }
}

#[test]
fn smoothing_clipping_and_penalties() {
    for (name, value) in [
        ("label_smoothing", 0.2),
        ("clip_value", 0.003),
        ("clip_norm", 0.5),
        ("clip_norm", 100.0),
        ("l1", 0.01),
        ("l2", 0.1),
        ("weight_decay", 0.5),
    ] {
        let mut racer = plain();
        racer[name] = value.into();
        one_step_is_the_textbooks(json!({ "hidden": [33] }), racer);
    }
    let all = json!({ "optimizer": "gd", "learning_rate": 0.1, "label_smoothing": 0.1, "clip_value": 0.01,
        "clip_norm": 0.2, "l1": 0.001, "l2": 0.01, "weight_decay": 0.1 });
    one_step_is_the_textbooks(json!({ "hidden": [20, 8], "dropout": 0.5 }), all);
}

#[test]
fn dead_units_are_counted() {
    let dead = |json: &Value| first_step(&dataset(), &config(json)).0.of(Metric::DeadUnits)[0];
    // All weights zero: no unit's input is above zero, and none of a padded block is counted.
    assert_eq!(dead(&json!({ "hidden": [9, 40], "init": "zeros", "batch_size": BATCH })), 1.0);
    assert_eq!(dead(&json!({ "hidden": [9], "init": "zeros", "activation": "gelu", "batch_size": BATCH })), 0.0);
    assert_eq!(dead(&json!({ "hidden": [], "batch_size": BATCH })), 0.0);
}

#[test]
fn update_ratio_is_zero_where_there_is_nothing_to_compare_with() {
    let setting = json!({ "init": "zeros", "batch_size": BATCH });
    assert_eq!(first_step(&dataset(), &config(&setting)).0.of(Metric::UpdateRatio)[0], 0.0);
}

#[test]
fn evaluation_takes_the_first_images_and_says_what_it_sees() {
    let (_, _, mut cpu) = first_step(&dataset(), &config(&json!({ "batch_size": BATCH })));
    let whole = cpu.evaluate(1000);
    let part = cpu.evaluate(260);
    assert_eq!((whole[0].classes.len(), part[0].classes.len()), (300, 260));
    assert_eq!(part[0].classes, whole[0].classes[..260]);
    let labels = &dataset().test().labels()[..260].to_vec();
    let right = part[0].classes.iter().zip(labels).filter(|(class, label)| class == label).count();
    assert_eq!(part[0].accuracy, (right as f64 / 260.0) as f32);
    assert_eq!(part[0].confusion.iter().sum::<u32>(), 260);
}
