//! What page and worker say to each other.

use js_sys::{Array, Float32Array};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use wasm_bindgen::JsValue;

use crate::download::{LoadError, Loaded};
use gradprix::engine::{Choice, Description, Metric, Metrics};
use gradprix::race::config::{Config, ConfigError};
use gradprix::race::journal::{Change, Journal, Snapshot};
use gradprix::text::Phrase;

/// Page -> worker.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Command {
    /// Starts this race from its first step, paused or running as before. The first one also starts the engine.
    Configure {
        /// [`gradprix::race::config::Config`] as JSON.
        config: Value,
        /// Which engine.
        engine: Choice,
        /// A number that this race's reports carry.
        race: u32,
    },
    /// Brings a race back that another worker ran, paused.
    Resume {
        /// The race, as that worker left it.
        left: Left,
        /// Which engine.
        engine: Choice,
        /// A number that this race's reports carry.
        race: u32,
    },
    /// Wants [`Report::Alive`] at once.
    Ping,
    /// Takes the four IDX files that a user gave: a list of JavaScript `File`.
    Load {
        /// The list.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        files: JsValue,
    },
    /// Tries once more to fetch MNIST.
    Fetch,
    /// What came of that; the worker says it to itself.
    #[serde(skip)]
    Fetched(Result<Loaded, LoadError>),
    /// Races on.
    Run,
    /// Pauses.
    Pause,
    /// One step, then pause.
    Step,
    /// How fast, and how far.
    Pace {
        /// Race steps per second; nothing: as fast as the engine can.
        steps_per_second: Option<f64>,
        /// The race stops after so many.
        epochs: u32,
    },
    /// Wants what there is to see inside a racer.
    Look {
        /// Its number.
        racer: usize,
    },
    /// Wants what every racer takes an image for.
    Ask {
        /// Its pixels, 784 bytes; nothing: a test image drawn by chance.
        image: Option<Vec<u8>>,
    },
    /// Sets a knob of a racer, within the next batch of steps; its optimizer's state stays.
    Set {
        /// Its number.
        racer: usize,
        /// The knob's name.
        name: String,
        /// The value.
        value: f64,
    },
}

/// Worker -> page.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Report {
    /// Data is on its way.
    Loading {
        /// Bytes received of all files together.
        received: f64,
        /// Bytes in all, 0 where the server does not say.
        total: f64,
    },
    /// The data is here.
    Data {
        /// A name: `MNIST`, `Synthetic digits`, `Your files`.
        name: Phrase,
        /// A sentence to show plainly, if there is something to say.
        notice: Option<Phrase>,
        /// Training images.
        train: usize,
        /// Test images.
        test: usize,
        /// [`gradprix::data::Dataset::fingerprint`].
        fingerprint: u32,
    },
    /// A race stands at its start. Reports of the race before it end here.
    Ready {
        /// The number that the race was given.
        race: u32,
        /// Which engine runs, on what, and why.
        engine: Description,
        /// Training images.
        images: usize,
        /// Images per minibatch.
        batch_size: usize,
    },
    /// Steps done.
    Steps {
        /// The race's number.
        race: u32,
        /// The first one's number, from 0.
        first: u64,
        /// What they measured, as [`to_arrays`] makes it.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        metrics: Array,
        /// Seconds of racing until the last of them was done; pauses do not count.
        seconds: f64,
        /// Race steps per second while racing, averaged over about a second.
        steps_per_second: f64,
    },
    /// What brings the race back; what was known before is not needed any more.
    Saved {
        /// The race's number.
        race: u32,
        /// What it takes.
        record: Record,
    },
    /// A knob was set since.
    Changed {
        /// The race's number.
        race: u32,
        /// Which one, to what, and when.
        change: Change,
    },
    /// The race was brought back to the step reported last, and goes on as before.
    Recovered {
        /// The race's number.
        race: u32,
        /// Which engine runs now, on what, and why.
        engine: Description,
        /// A sentence that says so, unless the page said it.
        sentence: Option<Phrase>,
    },
    /// The answer to [`Command::Ping`].
    Alive,
    /// The worker is about to die.
    Panicked {
        /// Where, and why: for those who can mend it.
        details: String,
    },
    /// How the racers do on the test images.
    Evaluated {
        /// The race's number.
        race: u32,
        /// After so many steps.
        step: u64,
        /// On so many of them: the first ones.
        images: usize,
        /// Accuracy of each racer, 0 to 1.
        accuracies: Vec<f32>,
        /// Loss of each racer, nats per image.
        losses: Vec<f32>,
    },
    /// Follows each [`Command::Look`].
    Inside {
        /// The race's number.
        race: u32,
        /// What is inside; nothing where nobody races.
        inside: Option<Inside>,
    },
    /// Follows each [`Command::Ask`].
    Answers {
        /// The race's number.
        race: u32,
        /// What the racers say; nothing where nobody races, or no test image is there.
        answers: Option<Answers>,
    },
    /// What the worker does now.
    State {
        /// Racing, paused or finished.
        state: State,
    },
    /// Something went wrong; what was there goes on.
    Failed {
        /// A sentence that the user can act on.
        sentence: Phrase,
    },
}

/// [`gradprix::race::journal::Journal`] as a message.
#[derive(Clone, Serialize, Deserialize)]
pub struct Record {
    /// [`gradprix::race::config::Config`] as JSON, with every setting as it was at the snapshot.
    pub config: Value,
    /// Steps done by then.
    pub steps: u64,
    /// The snapshot, a `Float32Array`.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub memory: JsValue,
    /// What was changed since, oldest first.
    pub changes: Vec<Change>,
}

/// A race that its worker left.
#[derive(Clone, Serialize, Deserialize)]
pub struct Left {
    /// What brings it back.
    pub record: Record,
    /// Steps that were reported.
    pub steps: u64,
    /// Seconds of racing until then.
    pub seconds: f64,
    /// [`gradprix::race::config::Config`] as JSON, with every setting as it is now.
    pub config: Value,
    /// [`gradprix::data::Dataset::fingerprint`] of the data that it was trained on.
    pub data: u32,
}

impl Record {
    /// Of a journal.
    pub(super) fn of(journal: &Journal) -> Self {
        Self {
            config: journal.config.to_json(),
            steps: journal.snapshot.steps,
            memory: Float32Array::from(journal.snapshot.memory.as_slice()).into(),
            changes: journal.changes.clone(),
        }
    }

    /// Of a race at its start, whose configuration is `config`.
    pub(super) fn at_start(config: Value) -> Self {
        Self { config, steps: 0, memory: Float32Array::new_with_length(0).into(), changes: Vec::new() }
    }

    /// The journal.
    ///
    /// # Errors
    /// [`ConfigError`] if the configuration is of another build.
    pub(super) fn journal(self) -> Result<Journal, ConfigError> {
        let memory = Float32Array::from(self.memory).to_vec();
        let snapshot = Snapshot { steps: self.steps, memory };
        Ok(Journal { config: Config::from_json(&self.config)?, snapshot, changes: self.changes })
    }
}

/// What there is to see inside a racer.
#[derive(Serialize, Deserialize)]
pub struct Inside {
    /// The racer's number.
    pub racer: usize,
    /// The units that see the pixels: those of the first hidden layer, or the ten classes.
    pub units: usize,
    /// Their weights, a `Float32Array` [784, units].
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub weights: JsValue,
    /// Which of them are dead; empty where there is no hidden layer.
    pub dead: Vec<bool>,
    /// How many test images were asked, the first ones.
    pub tested: usize,
    /// How many of each label (row) it took for each class (column), 100 numbers.
    pub confusion: Vec<u32>,
    /// The first images that it got wrong: label, and what it took them for.
    pub mistakes: Vec<(u8, u8)>,
    /// Their pixels, a `Uint8Array` [mistakes, 784].
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub images: JsValue,
}

/// What every racer takes an image for.
#[derive(Serialize, Deserialize)]
pub struct Answers {
    /// The image's pixels, 784 bytes.
    pub image: Vec<u8>,
    /// What it is, if that is known.
    pub label: Option<u8>,
    /// The probability of each class, ten for each racer.
    pub probabilities: Vec<f32>,
}

/// What the worker does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Steps follow each other.
    Racing,
    /// Waiting for a command.
    Paused,
    /// All epochs asked for are done; more epochs or a new start go on.
    Finished,
}

/// A `Float32Array` for each of [`Metric::ALL`]: to be handed over, not copied number by number.
pub(super) fn to_arrays(metrics: &Metrics) -> Array {
    Metric::ALL.iter().map(|metric| JsValue::from(Float32Array::from(metrics.of(*metric)))).collect()
}

/// What [`to_arrays`] made them of.
pub(super) fn from_arrays(arrays: &Array) -> Metrics {
    let mut metrics = Metrics::default();
    for (metric, values) in Metric::ALL.into_iter().zip(arrays.iter()) {
        metrics.fill(metric, Float32Array::from(values).to_vec());
    }
    metrics
}
