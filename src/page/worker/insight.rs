//! What the worker lets others see inside the racers.

use js_sys::{Float32Array, Uint8Array};

use super::Worker;
use crate::message::{Answers, Inside, Report, State};
use gradprix::data::{CLASSES, PIXELS};
use gradprix::engine::EngineError;

/// While the race runs, only so many test images are asked: the race must not wait.
const ASKED: usize = 1000;

/// Images that decide whether a unit is dead.
const PROBES: usize = 500;

/// The most mistakes that are shown.
const MISTAKES: usize = 60;

impl Worker {
    /// Reports what is inside `racer`.
    pub(super) async fn look(&mut self, racer: usize) {
        let inside = self.inside(racer).await;
        let inside = self.told(inside).await;
        self.report(&Report::Inside { race: self.number, inside });
    }

    async fn inside(&self, racer: usize) -> Result<Option<Inside>, EngineError> {
        let Some(race) = self.race.as_ref().filter(|_| racer < self.config.racers.len()) else { return Ok(None) };
        let test = self.loaded.dataset.test();
        let asked = if self.state == State::Racing { test.count().min(ASKED) } else { test.count() };
        let parameters = race.weights(racer).await?;
        let (classes, confusion) = match asked {
            0 => (Vec::new(), vec![0; CLASSES * CLASSES]),
            asked => {
                let mut evaluations = race.evaluations(asked).await?;
                let own = evaluations.swap_remove(racer);
                (own.classes, own.confusion)
            }
        };
        let wrong: Vec<usize> = (0..asked).filter(|at| classes[*at] != test.labels()[*at]).take(MISTAKES).collect();
        let images: Vec<u8> = wrong.iter().flat_map(|at| test.image(*at)).copied().collect();
        let pixels = race.pixels();
        let probe = |at: usize| test.image(at).iter().map(|byte| pixels.value(*byte)).collect::<Vec<f32>>();
        let probes: Vec<Vec<f32>> = (0..test.count().min(PROBES)).map(probe).collect();
        let network = &self.config.network;
        let first = network.layers()[0];
        Ok(Some(Inside {
            racer,
            units: first.units(),
            weights: Float32Array::from(&parameters[first.weights.range()]).into(),
            dead: network.dead_units(&parameters, probes.iter().map(Vec::as_slice)),
            tested: asked,
            confusion,
            mistakes: wrong.iter().map(|at| (test.labels()[*at], classes[*at])).collect(),
            images: Uint8Array::from(images.as_slice()).into(),
        }))
    }

    /// Reports what every racer takes `image` for, or an image drawn by chance.
    pub(super) async fn ask(&mut self, image: Option<Vec<u8>>) {
        let answers = self.answers(image).await;
        let answers = self.told(answers).await;
        self.report(&Report::Answers { race: self.number, answers });
    }

    async fn answers(&self, image: Option<Vec<u8>>) -> Result<Option<Answers>, EngineError> {
        let Some(race) = &self.race else { return Ok(None) };
        let test = self.loaded.dataset.test();
        let (image, label) = match image.filter(|image| image.len() == PIXELS) {
            Some(image) => (image, None),
            None if test.count() > 0 => {
                let at = (js_sys::Math::random() * test.count() as f64) as usize;
                (test.image(at).to_vec(), Some(test.labels()[at]))
            }
            None => return Ok(None),
        };
        Ok(Some(Answers { probabilities: race.answers(&image).await?, image, label }))
    }

    /// What was found; where that failed, the race is mended, and nothing found.
    async fn told<T>(&mut self, found: Result<Option<T>, EngineError>) -> Option<T> {
        match found {
            Ok(found) => found,
            Err(error) => {
                self.mend(error).await;
                None
            }
        }
    }
}
