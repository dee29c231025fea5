//! The engines' gradients against finite differences of an independent f64 program: every activation, depth and
//! preprocessing, with and without dropout, label smoothing, L1 and L2.

use crate::common::{config, dataset, runner};
use gradprix::data::{CLASSES, Dataset, shuffle};
use gradprix::engine::{Choice, Runner};
use gradprix::model::{Network, Tensor, dropout};
use gradprix::race::config::Config;
use pollster::block_on;
use serde_json::json;

/// Images of one minibatch.
const BATCH: usize = 8;

const SEED: u32 = 3;

/// The share of hidden units left out, where some are.
const DROPOUT: f64 = 0.3;

/// What every racer is trained on beside the cross-entropy.
#[derive(Clone, Copy)]
struct Extras {
    smoothing: f64,
    l1: f64,
    l2: f64,
}

/// One racer each.
const RACERS: [Extras; 4] = [
    Extras { smoothing: 0.0, l1: 0.0, l2: 0.0 },
    Extras { smoothing: 0.2, l1: 0.0, l2: 0.0 },
    Extras { smoothing: 0.0, l1: 0.003, l2: 0.0 },
    Extras { smoothing: 0.1, l1: 0.001, l2: 0.02 },
];

/// The hidden layers' widths, which are no multiples of anything.
const DEPTHS: [&[usize]; 4] = [&[], &[13], &[11, 9], &[10, 9, 11]];

/// A minibatch as the network sees it.
struct Minibatch {
    /// [image, pixel]
    inputs: Vec<Vec<f64>>,
    labels: Vec<usize>,
    /// [layer, image, unit]: what a hidden unit's output is multiplied by.
    masks: Vec<Vec<Vec<f64>>>,
}

fn preprocess(name: &str, dataset: &Dataset, pixels: &[u8]) -> Vec<f64> {
    let share = |byte: &u8| f64::from(*byte) / 255.0;
    let all = dataset.train().images();
    let mean = |of: &dyn Fn(f64) -> f64| all.iter().map(|byte| of(share(byte))).sum::<f64>() / all.len() as f64;
    match name {
        "standardize" => {
            let middle = mean(&|x| x);
            let deviation = mean(&|x| (x - middle).powi(2)).sqrt();
            pixels.iter().map(|byte| (share(byte) - middle) / deviation).collect()
        }
        "binarize" => pixels.iter().map(|byte| if *byte > 127 { 1.0 } else { 0.0 }).collect(),
        _ => pixels.iter().map(share).collect(),
    }
}

fn masks(hidden: &[usize], rate: f64) -> Vec<Vec<Vec<f64>>> {
    let layer = |(number, units): (usize, &usize)| {
        let key = dropout::layer_key(dropout::step_key(SEED, 0), number);
        let factor = |image, unit| {
            let stays = dropout::stays(key, dropout::threshold(rate), image, unit);
            if stays { 1.0 / (1.0 - rate) } else { 0.0 }
        };
        (0..BATCH).map(|image| (0..*units).map(|unit| factor(image, unit)).collect()).collect()
    };
    hidden.iter().enumerate().map(layer).collect()
}

fn activate(name: &str, z: f64) -> f64 {
    match name {
        "relu" => z.max(0.0),
        "tanh" => z.tanh(),
        _ => 0.5 * z * (1.0 + ((2.0 / std::f64::consts::PI).sqrt() * (z + 0.044_715 * z.powi(3))).tanh()),
    }
}

/// What is trained on, written as in a textbook.
fn objective(parameters: &[f64], config: &Config, extras: Extras, minibatch: &Minibatch) -> f64 {
    let layers = config.network.layers();
    let mut total = 0.0;
    for (image, inputs) in minibatch.inputs.iter().enumerate() {
        let mut signals = inputs.clone();
        for (number, layer) in layers.iter().enumerate() {
            let z = |unit: usize| {
                let weight = |input: usize| parameters[layer.weights.start + input * layer.units() + unit];
                let sum: f64 = signals.iter().enumerate().map(|(input, signal)| signal * weight(input)).sum();
                sum + parameters[layer.biases.start + unit]
            };
            let outputs: Vec<f64> = (0..layer.units()).map(z).collect();
            signals = match minibatch.masks.get(number) {
                Some(mask) => {
                    let active = outputs.iter().map(|z| activate(config.network.activation.id(), *z));
                    active.zip(&mask[image]).map(|(output, factor)| output * factor).collect()
                }
                None => outputs,
            };
        }
        let partition = signals.iter().map(|logit| logit.exp()).sum::<f64>().ln();
        for (class, logit) in signals.iter().enumerate() {
            let wanted = if class == minibatch.labels[image] { 1.0 - extras.smoothing } else { 0.0 };
            total += (wanted + extras.smoothing / CLASSES as f64) * (partition - logit);
        }
    }
    let weights = layers.iter().flat_map(|layer| &parameters[layer.weights.range()]);
    let penalty: f64 = weights.map(|w| extras.l1 * w.abs() + 0.5 * extras.l2 * w * w).sum();
    total / BATCH as f64 + penalty
}

/// The derivatives by the parameters at `places`.
fn differences(start: &[f32], places: &[usize], objective: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    let mut parameters: Vec<f64> = start.iter().map(|value| f64::from(*value)).collect();
    let derivative = |at: &usize| {
        let (middle, nudge) = (parameters[*at], 1e-6);
        let [high, low] = [nudge, -nudge].map(|nudge| {
            parameters[*at] = middle + nudge;
            objective(&parameters)
        });
        parameters[*at] = middle;
        (high - low) / (2.0 * nudge)
    };
    places.iter().map(derivative).collect()
}

/// Some of each tensor's parameters, spread over it, so that no row or column is missed.
fn places(network: &Network) -> Vec<usize> {
    let samples = |tensor: Tensor| (0..5).map(move |sample| tensor.start + (sample * 7919 + 13) % tensor.len());
    network.tensors().into_iter().flat_map(samples).collect()
}

/// Every race's settings, beside the racers'.
fn settings() -> impl Iterator<Item = (&'static [usize], &'static str, &'static str, f64)> {
    DEPTHS.into_iter().flat_map(|hidden| {
        // Without hidden units there is nothing to activate, and nothing to leave out.
        let activations: &[&str] = if hidden.is_empty() { &["relu"] } else { &["relu", "tanh", "gelu"] };
        let rates: &[f64] = if hidden.is_empty() { &[0.0] } else { &[0.0, DROPOUT] };
        activations.iter().flat_map(move |activation| {
            ["divide_by_255", "standardize", "binarize"].into_iter().flat_map(move |preprocessing| {
                rates.iter().map(move |rate| (hidden, *activation, preprocessing, *rate))
            })
        })
    })
}

/// The start, and for every racer its gradient: one step of gradient descent with rate 1 moves each parameter by it.
fn gradients(race: &mut Runner, config: &Config) -> Vec<Vec<f64>> {
    block_on(race.restart(config.clone())).expect("a small race");
    let start = block_on(race.parameters(0)).expect("racer 0");
    block_on(race.run(1)).expect("the engine runs");
    let moved = |racer: usize| {
        let end = block_on(race.parameters(racer)).expect("its parameters");
        start.iter().zip(end).map(|(start, end)| f64::from(*start) - f64::from(end)).collect()
    };
    (0..RACERS.len()).map(moved).collect()
}

#[test]
fn gradients_match_finite_differences_whatever_the_race() {
    let dataset = dataset(0);
    let mut engines = [Choice::Cpu, Choice::Gpu].map(|choice| runner(choice, &dataset, config(&json!({}))));
    let racer = |extras: &Extras| {
        json!({ "optimizer": "gd", "learning_rate": 1, "label_smoothing": extras.smoothing, "l1": extras.l1,
            "l2": extras.l2 })
    };
    let racers: Vec<_> = RACERS.iter().map(racer).collect();
    for (hidden, activation, preprocessing, rate) in settings() {
        let name = format!("{hidden:?} {activation} {preprocessing} dropout {rate}");
        let config = config(&json!({
            "seed": SEED, "batch_size": BATCH, "hidden": hidden, "activation": activation,
            "preprocessing": preprocessing, "dropout": rate, "racers": racers,
        }));
        let start = config.init.parameters(&config.network, SEED);
        let train = dataset.train();
        let chosen = &shuffle::order(SEED, 0, train.count())[..BATCH];
        let minibatch = Minibatch {
            inputs: chosen.iter().map(|at| preprocess(preprocessing, &dataset, train.image(*at as usize))).collect(),
            labels: chosen.iter().map(|at| usize::from(train.labels()[*at as usize])).collect(),
            masks: masks(hidden, rate),
        };
        let places = places(&config.network);
        let found = engines.each_mut().map(|race| gradients(race, &config));
        for (racer, extras) in RACERS.into_iter().enumerate() {
            let expected =
                differences(&start, &places, |parameters| objective(parameters, &config, extras, &minibatch));
            for (engine, found) in ["CPU", "GPU"].into_iter().zip(&found) {
                for (at, expected) in places.iter().zip(&expected) {
                    let found = found[racer][*at];
                    assert!(
                        (found - expected).abs() < 5e-7 + 2e-5 * expected.abs(),
                        "{engine}, {name}, racer {racer}, parameter {at}: {found} {expected}"
                    );
                }
            }
        }
    }
}
