//! The engine's gradient against finite differences of an independent f64 program.

use crate::common::{config, dataset, runner};
use gradprix::data::{CLASSES, PIXELS};
use gradprix::engine::Choice;
use gradprix::model::{B1, B2, HIDDEN, Initializer, Network, W1, W2};
use serde_json::json;

/// Images of one minibatch.
const BATCH: usize = 16;

/// Mean cross-entropy of `images` in f64, written as in a textbook.
fn loss(parameters: &[f64], images: &[(&[u8], usize)]) -> f64 {
    let total: f64 = images
        .iter()
        .map(|(pixels, label)| {
            let hidden: Vec<f64> = (0..HIDDEN)
                .map(|unit| {
                    let z = (0..PIXELS)
                        .map(|pixel| f64::from(pixels[pixel]) / 255.0 * parameters[W1.start + pixel * HIDDEN + unit])
                        .sum::<f64>();
                    (z + parameters[B1.start + unit]).max(0.0)
                })
                .collect();
            let logits: Vec<f64> = (0..CLASSES)
                .map(|class| {
                    let sum: f64 =
                        (0..HIDDEN).map(|unit| hidden[unit] * parameters[W2.start + unit * CLASSES + class]).sum();
                    sum + parameters[B2.start + class]
                })
                .collect();
            logits.iter().map(|logit| logit.exp()).sum::<f64>().ln() - logits[*label]
        })
        .sum();
    total / images.len() as f64
}

#[test]
fn gradient_matches_finite_differences() {
    let dataset = dataset(0);
    for choice in [Choice::Cpu, Choice::Gpu] {
        // One step of gradient descent with rate 1 moves every parameter by its gradient.
        let setting = json!({ "seed": 3, "batch_size": BATCH, "racers": [{ "optimizer": "gd", "learning_rate": 1 }] });
        let mut race = runner(choice, &dataset, config(&setting));
        let start = Initializer::HeNormal.parameters(&Network::default(), 3);
        let order = race.order(0);
        pollster::block_on(race.run(1)).expect("the engine runs");
        let end = pollster::block_on(race.parameters(0)).expect("racer 0");

        let train = dataset.train();
        let images: Vec<(&[u8], usize)> = order[..BATCH]
            .iter()
            .map(|image| (train.image(*image as usize), usize::from(train.labels()[*image as usize])))
            .collect();
        let mut parameters: Vec<f64> = start.iter().map(|value| f64::from(*value)).collect();
        for tensor in Network::default().tensors() {
            // Spread over the tensor, and odd, so that no row or column is missed.
            for sample in 0..12 {
                let at = tensor.start + (sample * 7919 + 13) % tensor.len();
                let nudge = 1e-6;
                let middle = parameters[at];
                let [high, low] = [nudge, -nudge].map(|nudge| {
                    parameters[at] = middle + nudge;
                    loss(&parameters, &images)
                });
                parameters[at] = middle;
                let expected = (high - low) / (2.0 * nudge);
                let found = f64::from(start[at]) - f64::from(end[at]);
                let tolerance = 1e-7 + 1e-5 * expected.abs();
                assert!((found - expected).abs() < tolerance, "{choice:?} {}[{at}]: {found} {expected}", tensor.name);
            }
        }
    }
}
