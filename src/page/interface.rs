//! The JavaScript interface: [`Race`], which a page may embed and which the worker uses too.

mod saving;

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Object, Promise, Reflect, Uint8Array};
use serde_json::Value;
use tokio::sync::Mutex;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use crate::team::{Team, TeamError, WORKERS};
use gradprix::data::{CLASSES, Dataset, PIXELS, PixelMap, Split, shuffle};
use gradprix::engine::gpu::Setup;
use gradprix::engine::{Choice, Description, EngineError, Evaluation, Kind, Metric, Metrics, Runner};
use gradprix::race::config::Config;
use gradprix::text::Phrase;

/// The most steps in one call: their losses must fit in memory.
const STEPS: f64 = 1e6;

/// A race on an engine. Calls made while another runs are queued, in order.
#[wasm_bindgen]
#[derive(Clone)]
pub struct Race {
    // Tokio's lock is fair: it is taken in the order in which it was asked for.
    team: Rc<Mutex<Team>>,
    description: Description,
    dataset: Rc<Dataset>,
    pixels: Rc<Cell<PixelMap>>,
    images: usize,
    outline: Rc<Cell<Outline>>,
}

/// What is known of a race without waiting for it.
#[derive(Clone, Copy)]
struct Outline {
    seed: u32,
    steps_per_epoch: u64,
}

/// What [`Race::engine`] gives.
#[derive(serde::Serialize)]
struct Facts<'a> {
    kind: Kind,
    adapter: &'a str,
    reason: &'a str,
}

/// What may be given to [`Race::create`].
const OPTIONS: [&str; 7] = ["images", "labels", "testImages", "testLabels", "engine", "config", "workers"];

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
export interface RaceOptions {
  /** Training images, 784 bytes each. */ images: Uint8Array;
  /** Their labels, 0 to 9. */ labels: Uint8Array;
  testImages?: Uint8Array;
  testLabels?: Uint8Array;
  engine?: "auto" | "gpu" | "cpu";
  /** Missing fields take the defaults. */ config?: object;
  /** The most workers of the CPU engine, this one included; by default one for each core, at most four. They need mate.js beside gradprix.js. */
  workers?: number;
}
"#;

#[wasm_bindgen]
impl Race {
    /// Options (`RaceOptions`) -> a race at its start.
    ///
    /// # Errors
    /// Rejects with a sentence that names the field, its value and what it takes; or says why there is no GPU.
    pub async fn create(
        #[wasm_bindgen(unchecked_param_type = "RaceOptions")] options: JsValue,
    ) -> Result<Self, JsError> {
        check_fields(&options)?;
        let train = split(&options, "images", "labels")?;
        let test = match (field(&options, "testImages"), field(&options, "testLabels")) {
            (None, None) => Split::default(),
            _ => split(&options, "testImages", "testLabels")?,
        };
        let dataset = Rc::new(Dataset::new(train, test)?);
        let choice = match field(&options, "engine") {
            None => Choice::Auto,
            Some(engine) => serde_wasm_bindgen::from_value(engine.clone())
                .map_err(|_| refusal("engine", &engine, "\"auto\", \"gpu\" or \"cpu\""))?,
        };
        let config = match field(&options, "config") {
            None => Config::default(),
            Some(config) => Config::from_json(&json("config", &config)?)?,
        };
        let setup = if choice == Choice::Cpu { Setup::none("not asked for") } else { Setup::find().await };
        let workers = match field(&options, "workers") {
            None => None,
            Some(workers) => Some(whole("workers", &workers, 1.0, WORKERS as f64)? as usize),
        };
        Ok(Self::start(dataset, config, choice, &setup, workers).await?)
    }

    /// Puts the race that `config` defines at its start, on the same engine and dataset.
    #[wasm_bindgen(js_name = restart, unchecked_return_type = "Promise<void>")]
    pub fn restart_with(&self, #[wasm_bindgen(unchecked_param_type = "object")] config: JsValue) -> Promise {
        let race = self.clone();
        future_to_promise(async move {
            let config = Config::from_json(&json("config", &config)?).map_err(error)?;
            race.restart(config).await.map_err(error)?;
            Ok(JsValue::UNDEFINED)
        })
    }

    /// Which engine runs: `{ kind, adapter, reason }`.
    ///
    /// # Errors
    /// Where JavaScript has no memory left for it.
    #[wasm_bindgen(getter, unchecked_return_type = "{ kind: \"gpu\" | \"cpu\", adapter: string, reason: string }")]
    pub fn engine(&self) -> Result<JsValue, JsError> {
        let Description { kind, adapter, reason } = &self.description;
        let facts = Facts { kind: *kind, adapter: &adapter.en, reason: &reason.en };
        Ok(serde_wasm_bindgen::to_value(&facts)?)
    }

    /// Runs `steps` steps -> `{ steps, losses: Float32Array [steps * racers], metrics }`, step-major; the loss of a step
    /// is its minibatch's mean before its update. `metrics` holds the like of each metric, the loss among them, by name.
    #[wasm_bindgen(
        unchecked_return_type = "Promise<{ steps: number, losses: Float32Array, metrics: Record<string, Float32Array> }>"
    )]
    pub fn run(&self, steps: f64) -> Promise {
        let race = self.clone();
        future_to_promise(async move {
            let count = whole("steps", &steps.into(), 0.0, STEPS)?;
            let metrics = race.steps(count as u64).await.map_err(error)?;
            let result = Object::new();
            Reflect::set(&result, &"steps".into(), &steps.into())?;
            let columns = Object::new();
            for metric in Metric::ALL {
                Reflect::set(&columns, &metric.id().into(), &js_sys::Float32Array::from(metrics.of(metric)))?;
            }
            Reflect::set(&result, &"losses".into(), &Reflect::get(&columns, &Metric::Loss.id().into())?)?;
            Reflect::set(&result, &"metrics".into(), &columns)?;
            Ok(result.into())
        })
    }

    /// The order in which an epoch, counted from 0, takes the training images.
    pub fn order(&self, epoch: u32) -> Vec<u32> {
        shuffle::order(self.outline.get().seed, epoch, self.images)
    }

    /// Sets a knob of a racer, from the next step on; its optimizer's state stays.
    #[wasm_bindgen(unchecked_return_type = "Promise<void>")]
    pub fn set(&self, racer: f64, name: String, value: JsValue) -> Promise {
        let race = self.clone();
        future_to_promise(async move {
            let value = json(&name, &value)?;
            let mut team = race.team.lock().await;
            let racer = racer_number(racer, &team)?;
            team.set(racer, &name, &value).await.map_err(error)?;
            Ok(JsValue::UNDEFINED)
        })
    }

    /// A racer's parameters, `Float32Array` \[101770\] for the default network: W1, b1, W2, b2.
    #[wasm_bindgen(unchecked_return_type = "Promise<Float32Array>")]
    pub fn parameters(&self, racer: f64) -> Promise {
        let race = self.clone();
        future_to_promise(async move {
            let team = race.team.lock().await;
            let parameters = team.parameters(racer_number(racer, &team)?).await.map_err(error)?;
            Ok(js_sys::Float32Array::from(parameters.as_slice()).into())
        })
    }

    /// Gives a racer other parameters; its optimizer's state stays.
    #[wasm_bindgen(js_name = setParameters, unchecked_return_type = "Promise<void>")]
    pub fn set_parameters(&self, racer: f64, parameters: Vec<f32>) -> Promise {
        let race = self.clone();
        future_to_promise(async move {
            let mut team = race.team.lock().await;
            let racer = racer_number(racer, &team)?;
            team.set_parameters(racer, &parameters).await.map_err(error)?;
            Ok(JsValue::UNDEFINED)
        })
    }

    /// What every racer takes an image of 784 bytes for: `Float32Array` [10 * racers], the probability of each class.
    #[wasm_bindgen(unchecked_return_type = "Promise<Float32Array>")]
    pub fn predict(&self, image: Vec<u8>) -> Promise {
        let race = self.clone();
        future_to_promise(async move {
            if image.len() != PIXELS {
                let expected = format!("{PIXELS} bytes");
                return Err(refusal("image", &format!("{} bytes", image.len()).into(), &expected).into());
            }
            let answers = race.answers(&image).await.map_err(error)?;
            Ok(js_sys::Float32Array::from(answers.as_slice()).into())
        })
    }

    /// How every racer does on the first `images` test images, by default on all:
    /// `[{ loss, accuracy, confusion: Uint32Array(100), classes: Uint8Array }]`: the confusion by label (row) and by
    /// what the racer said (column), and what it said of each image.
    #[wasm_bindgen(
        unchecked_return_type = "Promise<{ loss: number, accuracy: number, confusion: Uint32Array, classes: Uint8Array }[]>"
    )]
    pub fn evaluate(&self, images: Option<f64>) -> Promise {
        let race = self.clone();
        future_to_promise(async move {
            let images = images.map_or(Ok(usize::MAX), |images| {
                whole("images", &images.into(), 1.0, f64::from(u32::MAX)).map(|images| images as usize)
            })?;
            let evaluations = race.evaluations(images).await.map_err(error)?;
            let list = js_sys::Array::new();
            for Evaluation { loss, accuracy, confusion, classes } in evaluations {
                let entry = Object::new();
                Reflect::set(&entry, &"loss".into(), &loss.into())?;
                Reflect::set(&entry, &"accuracy".into(), &accuracy.into())?;
                Reflect::set(&entry, &"confusion".into(), &js_sys::Uint32Array::from(confusion.as_slice()))?;
                Reflect::set(&entry, &"classes".into(), &js_sys::Uint8Array::from(classes.as_slice()))?;
                list.push(&entry);
            }
            Ok(list.into())
        })
    }
}

/// What the worker uses: the same race, without the conversions.
impl Race {
    /// A race at its start.
    pub(super) async fn start(
        dataset: Rc<Dataset>,
        config: Config,
        choice: Choice,
        setup: &Setup,
        workers: Option<usize>,
    ) -> Result<Self, EngineError> {
        let captain = Runner::new(Rc::clone(&dataset), config, choice, setup).await?;
        Self::led_by(captain, dataset, workers).await
    }

    /// A race at its start on the CPU engine, where the GPU failed: `reason` says how.
    pub(super) async fn on_cpu(
        dataset: Rc<Dataset>,
        config: Config,
        reason: Phrase,
        workers: Option<usize>,
    ) -> Result<Self, EngineError> {
        let captain = Runner::on_cpu(Rc::clone(&dataset), config, reason);
        Self::led_by(captain, dataset, workers).await
    }

    async fn led_by(captain: Runner, dataset: Rc<Dataset>, workers: Option<usize>) -> Result<Self, EngineError> {
        let team = Team::new(&dataset, captain, workers).await?;
        let pixels = Rc::new(Cell::new(team.config().preprocessing.map(dataset.train())));
        let outline = Rc::new(Cell::new(Outline::of(&team)));
        Ok(Self {
            description: team.description().clone(),
            images: dataset.train().count(),
            dataset,
            pixels,
            outline,
            team: Rc::new(Mutex::new(team)),
        })
    }

    /// Puts the race that `config` defines at its start.
    pub(super) async fn restart(&self, config: Config) -> Result<(), EngineError> {
        let mut team = self.team.lock().await;
        self.pixels.set(config.preprocessing.map(self.dataset.train()));
        team.restart(config).await?;
        self.outline.set(Outline::of(&team));
        Ok(())
    }

    /// Runs `count` steps. The next call may submit its own while this one waits for its last metrics, so that the
    /// device never waits for the host.
    pub(super) async fn steps(&self, count: u64) -> Result<Metrics, EngineError> {
        let (mut metrics, last) = self.team.lock().await.run_ahead(count).await?;
        if let Some(last) = last {
            metrics.append(last.metrics().await?);
        }
        Ok(metrics)
    }

    /// Sets a knob of a racer.
    pub(super) async fn set_knob(&self, racer: usize, name: &str, value: &Value) -> Result<(), TeamError> {
        self.team.lock().await.set(racer, name, value).await
    }

    /// How every racer does on the first `images` test images.
    pub(super) async fn evaluations(&self, images: usize) -> Result<Vec<Evaluation>, EngineError> {
        self.team.lock().await.evaluate(images).await
    }

    /// A racer's parameters.
    pub(super) async fn weights(&self, racer: usize) -> Result<Vec<f32>, EngineError> {
        self.team.lock().await.parameters(racer).await
    }

    /// The probabilities that each racer gives the classes for an image, ten for each.
    pub(super) async fn answers(&self, image: &[u8]) -> Result<Vec<f32>, EngineError> {
        let team = self.team.lock().await;
        let config = team.config();
        let inputs: Vec<f32> = image.iter().map(|byte| self.pixels.get().value(*byte)).collect();
        let mut answers = Vec::with_capacity(config.racers.len() * CLASSES);
        for racer in 0..config.racers.len() {
            let parameters = team.parameters(racer).await?;
            answers.extend(config.network.probabilities(&parameters, &inputs));
        }
        Ok(answers)
    }

    /// What the network sees of a pixel.
    pub(super) fn pixels(&self) -> PixelMap {
        self.pixels.get()
    }

    /// Which engine runs, on what, and why.
    pub(super) fn description(&self) -> &Description {
        &self.description
    }

    /// Steps in an epoch.
    pub(super) fn steps_per_epoch(&self) -> u64 {
        self.outline.get().steps_per_epoch
    }
}

impl Outline {
    fn of(team: &Team) -> Self {
        Self { seed: team.config().seed, steps_per_epoch: team.steps_per_epoch() }
    }
}

/// A JavaScript error of the same sentence.
fn error(error: impl std::error::Error) -> JsValue {
    JsError::new(&error.to_string()).into()
}

fn refusal(field: &str, found: &JsValue, expected: &str) -> JsError {
    let number = || found.as_f64().map(|number| number.to_string());
    let text = || js_sys::JSON::stringify(found).ok().and_then(|text| text.as_string());
    let found = number().or_else(text).unwrap_or_else(|| format!("{found:?}"));
    JsError::new(&format!("{field} is {found}, but must be {expected}"))
}

/// A field that is there and not `undefined`.
fn field(options: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(options, &name.into()).ok().filter(|value| !value.is_undefined())
}

fn check_fields(options: &JsValue) -> Result<(), JsError> {
    let object = options.dyn_ref::<Object>().ok_or_else(|| refusal("options", options, "an object"))?;
    for name in Object::keys(object).iter().filter_map(|name| name.as_string()) {
        if !OPTIONS.contains(&name.as_str()) {
            let known = OPTIONS.join(", ");
            return Err(JsError::new(&format!("{name} is not an option here; the options are {known}")));
        }
    }
    Ok(())
}

fn split(options: &JsValue, images: &str, labels: &str) -> Result<Split, JsError> {
    Ok(Split::new(images, bytes(options, images)?, labels, bytes(options, labels)?)?)
}

fn bytes(options: &JsValue, name: &str) -> Result<Vec<u8>, JsError> {
    let value = field(options, name).unwrap_or(JsValue::UNDEFINED);
    let array = value.dyn_ref::<Uint8Array>().ok_or_else(|| refusal(name, &value, "a Uint8Array"))?;
    Ok(array.to_vec())
}

/// A JavaScript value as JSON. What JSON has no word for (NaN, infinities, functions) is refused by name.
fn json(name: &str, value: &JsValue) -> Result<Value, JsError> {
    if value.as_f64().is_some_and(|number| !number.is_finite()) {
        return Err(refusal(name, value, "a finite number"));
    }
    let serializer = serde_wasm_bindgen::from_value::<Value>(value.clone());
    serializer.map_err(|_| refusal(name, value, "something that JSON can hold"))
}

/// A whole number in a range.
fn whole(name: &str, value: &JsValue, low: f64, high: f64) -> Result<f64, JsError> {
    let number = value.as_f64().filter(|number| (low..=high).contains(number) && number.fract() == 0.0);
    number.ok_or_else(|| refusal(name, value, &format!("a whole number from {low} to {high}")))
}

fn racer_number(racer: f64, team: &Team) -> Result<usize, JsError> {
    let last = team.config().racers.len() - 1;
    let expected = format!("a racer's number from 0 to {last}");
    let number = Some(racer).filter(|racer| racer.fract() == 0.0 && (0.0..=last as f64).contains(racer));
    number.map(|racer| racer as usize).ok_or_else(|| refusal("racer", &racer.into(), &expected))
}
