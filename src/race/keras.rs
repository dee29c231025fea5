//! A race's settings in Keras, as far as Keras has them. Its conventions differ: half of λ₂ is its L2 factor, ε stands
//! under some roots, its He normal is cut off, and its schedules have other names. It draws and shuffles by itself, so its
//! curves are alike and not the same; `replay` makes the program whose curves are.

use serde_json::Value;

use crate::data::PIXELS;
use crate::model::{Activation, Initializer, Network};
use crate::optim::{Settings, literal};
use crate::race::config::{BATCH_SIZE, Config, DROPOUT};

const HEAD: &str = "# The settings of a race of GradPrix for Keras 3: every racer's model, compiled.
import keras
from keras import layers
from keras.optimizers import schedules
";

/// Configuration -> the settings as a piece of Python.
pub fn snippet(config: &Config) -> String {
    let racers: Vec<String> =
        config.names().into_iter().zip(&config.racers).map(|(name, settings)| racer(name.en, settings)).collect();
    let compile =
        "for model, optimizer, loss in racers.values():\n    model.compile(optimizer, loss, metrics=[\"accuracy\"])\n";
    let batch_size = literal(&BATCH_SIZE, config.shared(&BATCH_SIZE));
    format!(
        "{HEAD}\n{}\nracers = {{\n{}}}\n{compile}# model.fit(images, one_hot_labels, batch_size={batch_size})\n",
        network(config),
        racers.concat()
    )
}

/// The function that makes the network, with a racer's penalties.
fn network(config: &Config) -> String {
    let Network { hidden, activation } = &config.network;
    let initializer = match config.init {
        Initializer::HeNormal => "keras.initializers.VarianceScaling(2, \"fan_in\", \"untruncated_normal\")",
        Initializer::GlorotUniform => "\"glorot_uniform\"",
        Initializer::Pytorch => "keras.initializers.VarianceScaling(1 / 3, \"fan_in\", \"uniform\")",
        Initializer::Zeros => "\"zeros\"",
    };
    let activation = match activation {
        Activation::Relu | Activation::Tanh => format!("\"{}\"", activation.id()),
        Activation::Gelu => "lambda z: keras.activations.gelu(z, approximate=True)".to_owned(),
    };
    let mut list = vec![format!("keras.Input(({PIXELS},))")];
    for units in hidden {
        list.push(format!("layers.Dense({units}, activation={activation}, **weights)"));
        list.extend((config.dropout != 0.0).then(|| format!("layers.Dropout({})", literal(&DROPOUT, config.dropout))));
    }
    list.push("layers.Dense(10, **weights)".to_owned());
    format!(
        "def network(l1=0, l2=0):\n    weights = dict(\n        kernel_initializer={initializer},\n        \
         kernel_regularizer=keras.regularizers.L1L2(l1, l2),\n    )\n    return keras.Sequential([\n        {},\n    ])\n",
        list.join(",\n        ")
    )
}

/// A racer's model, optimizer and loss.
fn racer(name: String, settings: &Settings) -> String {
    let value = |name: &str| settings.knob(name).map_or(0.0, |knob| settings.get(knob));
    // λ₂ counts half a square, Keras a whole one.
    let model = format!("network(l1={}, l2={})", value("l1"), value("l2") / 2.0);
    let mut optimizer = settings.keras();
    let mut option = |keras: &str, name: &str| {
        if value(name) != 0.0 {
            optimizer.insert_str(optimizer.len() - 1, &format!(", {keras}={}", value(name)));
        }
    };
    // Keras decays biases too, unless told otherwise.
    option("weight_decay", "weight_decay");
    option("clipvalue", "clip_value");
    option("global_clipnorm", "clip_norm");
    let loss =
        format!("keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing={})", value("label_smoothing"));
    let name = Value::String(name);
    format!("    {name}: (\n        {model},\n        keras.optimizers.{optimizer},\n        {loss},\n    ),\n")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn conventions_are_mapped() {
        let config = Config::from_json(&json!({ "hidden": [64], "dropout": 0.2, "racers": [{
            "optimizer": "rmsprop", "epsilon": 1e-4, "l2": 0.01, "clip_norm": 1, "schedule": "cosine", "schedule_steps": 500
        }] }));
        let text = snippet(&config.expect("valid"));
        assert!(
            text.contains("layers.Dense(64, activation=\"relu\", **weights),\n        layers.Dropout(0.2),"),
            "{text}"
        );
        assert!(text.contains("network(l1=0, l2=0.005)"), "{text}");
        let optimizer = "keras.optimizers.RMSprop(learning_rate=schedules.CosineDecay(0.001, 500), rho=0.9, \
                         epsilon=0.0001 ** 2, momentum=0, centered=False, global_clipnorm=1),";
        assert!(text.contains(optimizer), "{text}");
    }
}
