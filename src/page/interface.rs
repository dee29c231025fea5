//! The JavaScript interface: [`Race`], which a page may embed and which the worker uses too.

use std::rc::Rc;

use js_sys::{Object, Promise, Reflect, Uint8Array};
use serde_json::Value;
use tokio::sync::Mutex;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use crate::data::{Dataset, Split, shuffle};
use crate::engine::gpu::Setup;
use crate::engine::{Choice, Description, EngineError, Evaluation, Metric, Metrics, Runner};
use crate::race::config::{Config, ConfigError};

/// The most steps in one call: their losses must fit in memory.
const STEPS: f64 = 1e6;

/// A race on an engine. Calls made while another runs are queued, in order.
#[wasm_bindgen]
#[derive(Clone)]
pub struct Race {
    // Tokio's lock is fair: it is taken in the order in which it was asked for.
    runner: Rc<Mutex<Runner>>,
    description: Description,
    images: usize,
    steps_per_epoch: u64,
    seed: u32,
}

/// What may be given to [`Race::create`].
const OPTIONS: [&str; 6] = ["images", "labels", "testImages", "testLabels", "engine", "config"];

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
export interface RaceOptions {
  /** Training images, 784 bytes each. */ images: Uint8Array;
  /** Their labels, 0 to 9. */ labels: Uint8Array;
  testImages?: Uint8Array;
  testLabels?: Uint8Array;
  engine?: "auto" | "gpu" | "cpu";
  /** Missing fields take the defaults. */ config?: object;
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
        Ok(Self::start(dataset, config, choice, &setup).await?)
    }

    /// Which engine runs: `{ kind, adapter, reason }`.
    ///
    /// # Errors
    /// Where JavaScript has no memory left for it.
    #[wasm_bindgen(getter, unchecked_return_type = "{ kind: \"gpu\" | \"cpu\", adapter: string, reason: string }")]
    pub fn engine(&self) -> Result<JsValue, JsError> {
        Ok(serde_wasm_bindgen::to_value(&self.description)?)
    }

    /// Runs `steps` steps -> `{ steps, losses: Float32Array [steps * racers] }`, step-major; the loss of a step is its
    /// minibatch's mean before its update.
    #[wasm_bindgen(unchecked_return_type = "Promise<{ steps: number, losses: Float32Array }>")]
    pub fn run(&self, steps: f64) -> Promise {
        let race = self.clone();
        future_to_promise(async move {
            let expected = format!("a whole number from 0 to {STEPS}");
            if !(0.0..=STEPS).contains(&steps) || steps.fract() != 0.0 {
                return Err(refusal("steps", &steps.into(), &expected).into());
            }
            let metrics = race.steps(steps as u64).await.map_err(error)?;
            let result = Object::new();
            Reflect::set(&result, &"steps".into(), &steps.into())?;
            Reflect::set(&result, &"losses".into(), &js_sys::Float32Array::from(metrics.of(Metric::Loss)))?;
            Ok(result.into())
        })
    }

    /// The order in which an epoch, counted from 0, takes the training images.
    pub fn order(&self, epoch: u32) -> Vec<u32> {
        shuffle::order(self.seed, epoch, self.images)
    }

    /// Sets a knob of a racer, from the next step on; its optimizer's state stays.
    #[wasm_bindgen(unchecked_return_type = "Promise<void>")]
    pub fn set(&self, racer: f64, name: String, value: JsValue) -> Promise {
        let race = self.clone();
        future_to_promise(async move {
            let value = json(&name, &value)?;
            let mut runner = race.runner.lock().await;
            let racer = racer_number(racer, &runner)?;
            runner.set(racer, &name, &value).map_err(error)?;
            Ok(JsValue::UNDEFINED)
        })
    }

    /// A racer's parameters, `Float32Array` \[101770\] for the default network: W1, b1, W2, b2.
    #[wasm_bindgen(unchecked_return_type = "Promise<Float32Array>")]
    pub fn parameters(&self, racer: f64) -> Promise {
        let race = self.clone();
        future_to_promise(async move {
            let runner = race.runner.lock().await;
            let parameters = runner.parameters(racer_number(racer, &runner)?).await.map_err(error)?;
            Ok(js_sys::Float32Array::from(parameters.as_slice()).into())
        })
    }

    /// Gives a racer other parameters; its optimizer's state stays.
    #[wasm_bindgen(js_name = setParameters, unchecked_return_type = "Promise<void>")]
    pub fn set_parameters(&self, racer: f64, parameters: Vec<f32>) -> Promise {
        let race = self.clone();
        future_to_promise(async move {
            let mut runner = race.runner.lock().await;
            let racer = racer_number(racer, &runner)?;
            runner.set_parameters(racer, &parameters).map_err(error)?;
            Ok(JsValue::UNDEFINED)
        })
    }

    /// How every racer does on the test images: `[{ loss, accuracy, confusion: Uint32Array(100) }]`, the confusion by
    /// label (row) and by what the racer said (column).
    #[wasm_bindgen(unchecked_return_type = "Promise<{ loss: number, accuracy: number, confusion: Uint32Array }[]>")]
    pub fn evaluate(&self) -> Promise {
        let race = self.clone();
        future_to_promise(async move {
            let evaluations = race.evaluations(usize::MAX).await.map_err(error)?;
            let list = js_sys::Array::new();
            for Evaluation { loss, accuracy, confusion } in evaluations {
                let entry = Object::new();
                Reflect::set(&entry, &"loss".into(), &loss.into())?;
                Reflect::set(&entry, &"accuracy".into(), &accuracy.into())?;
                Reflect::set(&entry, &"confusion".into(), &js_sys::Uint32Array::from(confusion.as_slice()))?;
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
    ) -> Result<Self, EngineError> {
        let (images, seed) = (dataset.train().count(), config.seed);
        let runner = Runner::new(dataset, config, choice, setup).await?;
        Ok(Self {
            description: runner.description().clone(),
            steps_per_epoch: runner.steps_per_epoch(),
            runner: Rc::new(Mutex::new(runner)),
            images,
            seed,
        })
    }

    /// Puts the race that `config` defines at its start.
    pub(super) async fn restart(&mut self, config: Config) -> Result<(), EngineError> {
        self.seed = config.seed;
        let mut runner = self.runner.lock().await;
        runner.restart(config).await?;
        self.steps_per_epoch = runner.steps_per_epoch();
        Ok(())
    }

    /// Runs `count` steps. The next call may submit its own while this one waits for its last metrics, so that the
    /// device never waits for the host.
    pub(super) async fn steps(&self, count: u64) -> Result<Metrics, EngineError> {
        let (mut metrics, last) = self.runner.lock().await.run_ahead(count).await?;
        if let Some(last) = last {
            metrics.append(last.metrics().await?);
        }
        Ok(metrics)
    }

    /// Sets a knob of a racer.
    pub(super) async fn set_knob(&self, racer: usize, name: &str, value: &Value) -> Result<(), ConfigError> {
        self.runner.lock().await.set(racer, name, value)
    }

    /// How every racer does on the first `images` test images.
    pub(super) async fn evaluations(&self, images: usize) -> Result<Vec<Evaluation>, EngineError> {
        self.runner.lock().await.evaluate(images).await
    }

    /// Which engine runs, on what, and why.
    pub(super) fn description(&self) -> &Description {
        &self.description
    }

    /// Steps in an epoch.
    pub(super) fn steps_per_epoch(&self) -> u64 {
        self.steps_per_epoch
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

fn racer_number(racer: f64, runner: &Runner) -> Result<usize, JsError> {
    let last = runner.config().racers.len() - 1;
    if racer.fract() == 0.0 && (0.0..=last as f64).contains(&racer) {
        Ok(racer as usize)
    } else {
        Err(refusal("racer", &racer.into(), &format!("a racer's number from 0 to {last}")))
    }
}
