//! What the engines' tests share: the formula's images, PyTorch's trajectories, and an engine to run them.

use std::rc::Rc;

use gradprix::data::{Dataset, PIXELS, Split};
use gradprix::engine::gpu::Setup;
use gradprix::engine::{Choice, Runner};
use gradprix::race::config::Config;
use serde_json::Value;

/// Images of the formula in `tests/fixtures/make.py`.
pub(crate) const IMAGES: usize = 512;

/// The formula's images, all of them for training and the first ones again for testing.
pub(crate) fn dataset(test: usize) -> Rc<Dataset> {
    let label = |image: usize| (image % 10) as u8;
    let pixel = |image: usize, at: usize| {
        let v = (at * (usize::from(label(image)) + 3) + image * 17) % 97;
        if v < 20 { (255 - 12 * v) as u8 } else { 0 }
    };
    let split = |count: usize| {
        let images = (0..count).flat_map(|image| (0..PIXELS).map(move |at| pixel(image, at))).collect();
        Split::new("images", images, "labels", (0..count).map(label).collect()).expect("the formula's images")
    };
    Rc::new(Dataset::new(split(IMAGES), split(test)).expect("the formula's dataset"))
}

/// `tests/fixtures/trajectories.json`.
pub(crate) fn fixtures() -> Value {
    serde_json::from_str(include_str!("../fixtures/trajectories.json")).expect("the fixtures are JSON")
}

/// `tests/fixtures/settings.json`: schedules and regularisation.
pub(crate) fn settings() -> Value {
    serde_json::from_str(include_str!("../fixtures/settings.json")).expect("the fixtures are JSON")
}

/// The configuration in `json`.
pub(crate) fn config(json: &Value) -> Config {
    Config::from_json(json).expect("a valid configuration")
}

/// A race on the engine `choice`. Where the GPU is wanted and there is none, the test fails.
pub(crate) fn runner(choice: Choice, dataset: &Rc<Dataset>, config: Config) -> Runner {
    let setup = match choice {
        Choice::Cpu => Setup::none("not asked for"),
        Choice::Gpu | Choice::Auto => pollster::block_on(Setup::find()),
    };
    pollster::block_on(Runner::new(Rc::clone(dataset), config, choice, &setup))
        .unwrap_or_else(|error| panic!("{error} (Debian's package mesa-vulkan-drivers has a software adapter)"))
}

/// A list of numbers.
pub(crate) fn numbers(json: &Value) -> Vec<f64> {
    json.as_array().expect("a list").iter().map(|number| number.as_f64().expect("a number")).collect()
}

/// The 2-norm, in f64.
pub(crate) fn norm(values: &[f32]) -> f64 {
    values.iter().map(|value| f64::from(*value).powi(2)).sum::<f64>().sqrt()
}
