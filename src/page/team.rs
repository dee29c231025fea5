//! A race on all cores: racers do not touch each other, so the CPU engine's are shared out among workers.
//!
//! The one that was asked is the captain, with a [`Runner`] of its own; the others are its mates. On the GPU engine the
//! captain has all racers.

mod saving;

use futures_util::future::join_all;
use js_sys::{Array, Float32Array, Object, Reflect, Uint8Array, Uint32Array};
use serde::Serialize;
use serde_json::Value;
use wasm_bindgen::prelude::*;

use crate::mate::Mate;
use gradprix::data::Dataset;
use gradprix::engine::{Description, EngineError, Evaluation, Kind, Metric, Metrics, Pending, Runner};
use gradprix::optim::Settings;
use gradprix::race::config::{Config, ConfigError};
use gradprix::race::ranking::ordered;
use gradprix::text::Phrase;

/// The most workers: each holds the images, 55 MB of MNIST.
pub(super) const WORKERS: usize = 4;

/// A race with its workers.
pub(super) struct Team {
    captain: Runner,
    mates: Vec<Mate>,
    /// Where each racer trains.
    seats: Vec<Seat>,
    config: Config,
    description: Description,
}

/// A racer's worker, 0 for the captain, and its number there.
#[derive(Clone, Copy)]
struct Seat {
    member: usize,
    number: usize,
}

impl Team {
    /// The race of `captain` at its start, on at most `workers` workers; nothing: as many as there are cores.
    pub(super) async fn new(dataset: &Dataset, captain: Runner, workers: Option<usize>) -> Result<Self, EngineError> {
        let config = captain.config().clone();
        let mut description = captain.description().clone();
        let mut mates = Vec::new();
        if description.kind == Kind::Cpu {
            let wanted = workers.unwrap_or_else(|| cores().min(WORKERS)).saturating_sub(1);
            // A page without the workers' script still races, on one core.
            let started = join_all((0..wanted).map(|_| mate(dataset))).await;
            mates.extend(started.into_iter().flatten());
            if !mates.is_empty() {
                description.adapter = phrase!("SIMD on {cores} cores", "{cores} 核 SIMD", cores = mates.len() + 1);
            }
        }
        let seats = (0..config.racers.len()).map(|number| Seat { member: 0, number }).collect();
        let mut team = Self { captain, mates, seats, config: config.clone(), description };
        if !team.mates.is_empty() {
            team.restart(config).await?;
        }
        Ok(team)
    }

    /// Puts the race that `config` defines at its start.
    pub(super) async fn restart(&mut self, config: Config) -> Result<(), EngineError> {
        self.line_up(&config);
        for (mate, member) in self.busy().iter().zip(1..) {
            mate.call("restart", &Array::of1(&js_json(&self.crew(&config, member).to_json())?))?;
        }
        self.captain.restart(self.crew(&config, 0)).await?;
        self.answers().await?;
        self.config = config;
        Ok(())
    }

    /// Shares out the racers of `config`.
    fn line_up(&mut self, config: &Config) {
        self.seats = seats(&config.racers, (self.mates.len() + 1).min(config.racers.len()));
    }

    /// The race of `config` as `member` has it: its racers only.
    fn crew(&self, config: &Config, member: usize) -> Config {
        let seats = self.seats.iter().zip(&config.racers).filter(|(seat, _)| seat.member == member);
        Config { racers: seats.map(|(_, racer)| racer.clone()).collect(), ..config.clone() }
    }

    pub(super) fn description(&self) -> &Description {
        &self.description
    }

    pub(super) fn config(&self) -> &Config {
        &self.config
    }

    pub(super) fn steps_per_epoch(&self) -> u64 {
        self.captain.steps_per_epoch()
    }

    /// Runs `count` steps; what the GPU has not yet answered comes as second.
    pub(super) async fn run_ahead(&mut self, count: u64) -> Result<(Metrics, Option<Pending>), EngineError> {
        if self.busy().is_empty() {
            return self.captain.run_ahead(count).await;
        }
        for mate in self.busy() {
            mate.call("run", &Array::of1(&(count as f64).into()))?;
        }
        // The captain's own part runs while theirs do.
        let mut parts = vec![self.captain.run(count).await?];
        for answer in self.answers().await? {
            parts.push(metrics(&answer)?);
        }
        Ok((self.merged(&parts, count), None))
    }

    /// Sets knob `name` of racer `racer`, from the next step on.
    pub(super) async fn set(&mut self, racer: usize, name: &str, value: &Value) -> Result<(), TeamError> {
        self.config.set(racer, name, value)?;
        let seat = self.seats[racer];
        let Some(mate) = self.mate(seat) else { return Ok(self.captain.set(seat.number, name, value)?) };
        mate.call("set", &Array::of3(&(seat.number as f64).into(), &name.into(), &js_json(value)?))?;
        mate.answer().await.map(drop).map_err(TeamError::from)
    }

    /// How every racer does on the first `images` test images.
    pub(super) async fn evaluate(&mut self, images: usize) -> Result<Vec<Evaluation>, EngineError> {
        for mate in self.busy() {
            mate.call("evaluate", &Array::of1(&(images as f64).into()))?;
        }
        let (own, answers) = (self.captain.evaluate(images).await, self.answers().await);
        let mut parts = vec![own?];
        for answer in answers? {
            parts.push(Array::from(&answer).iter().map(|entry| evaluation(&entry)).collect::<Result<_, _>>()?);
        }
        Ok(self.seats.iter().filter_map(|seat| parts[seat.member].get(seat.number).cloned()).collect())
    }

    /// The parameters of `racer`.
    pub(super) async fn parameters(&self, racer: usize) -> Result<Vec<f32>, EngineError> {
        let seat = self.seat(racer)?;
        let Some(mate) = self.mate(seat) else { return self.captain.parameters(seat.number).await };
        mate.call("parameters", &Array::of1(&(seat.number as f64).into()))?;
        Ok(Float32Array::from(mate.answer().await?).to_vec())
    }

    /// Gives `racer` other parameters; its optimizer's state stays.
    pub(super) async fn set_parameters(&mut self, racer: usize, parameters: &[f32]) -> Result<(), EngineError> {
        let seat = self.seat(racer)?;
        let Some(mate) = self.mate(seat) else { return self.captain.set_parameters(seat.number, parameters) };
        self.captain.check_parameters(parameters)?;
        mate.call("setParameters", &Array::of2(&(seat.number as f64).into(), &Float32Array::from(parameters)))?;
        mate.answer().await.map(drop)
    }

    /// The mates that train: a race of few racers leaves some without.
    fn busy(&self) -> &[Mate] {
        let members = self.seats.iter().map(|seat| seat.member).max().unwrap_or(0);
        &self.mates[..members]
    }

    /// The mates' answers to a call that all busy ones got.
    async fn answers(&self) -> Result<Vec<JsValue>, EngineError> {
        // All of them, also where one fails: the next call's answers must not be taken for this one's.
        join_all(self.busy().iter().map(Mate::answer)).await.into_iter().collect()
    }

    /// What each worker's racers measured in `count` steps, in the racers' order.
    fn merged(&self, parts: &[Metrics], count: u64) -> Metrics {
        let sizes: Vec<usize> = (0..parts.len()).map(|member| self.size(member)).collect();
        let mut merged = Metrics::default();
        for step in 0..count as usize {
            for seat in &self.seats {
                merged.push(parts[seat.member].values(step * sizes[seat.member] + seat.number));
            }
        }
        merged
    }

    fn seat(&self, racer: usize) -> Result<Seat, EngineError> {
        let last = self.seats.len() - 1;
        self.seats.get(racer).copied().ok_or(EngineError::Racer { found: racer, last })
    }

    fn mate(&self, seat: Seat) -> Option<&Mate> {
        self.mates.get(seat.member.checked_sub(1)?)
    }

    fn size(&self, member: usize) -> usize {
        self.seats.iter().filter(|seat| seat.member == member).count()
    }
}

/// The processor's cores, as far as the browser says.
fn cores() -> usize {
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into());
    let cores = navigator.and_then(|navigator| Reflect::get(&navigator, &"hardwareConcurrency".into()));
    cores.ok().and_then(|cores| cores.as_f64()).map_or(1, |cores| cores as usize)
}

/// A mate with its own copy of `dataset`, and racers that the first restart replaces.
async fn mate(dataset: &Dataset) -> Result<Mate, EngineError> {
    let (options, moved) = (Object::new(), Array::new());
    let arrays = [
        ("images", dataset.train().images()),
        ("labels", dataset.train().labels()),
        ("testImages", dataset.test().images()),
        ("testLabels", dataset.test().labels()),
    ];
    for (name, bytes) in arrays {
        let array = Uint8Array::from(bytes);
        moved.push(&array.buffer());
        set(&options, name, &array)?;
    }
    set(&options, "engine", &"cpu".into())?;
    set(&options, "workers", &1.into())?;
    Mate::start(&options, &moved).await
}

fn set(object: &Object, name: &str, value: &JsValue) -> Result<(), EngineError> {
    Reflect::set(object, &name.into(), value).map(drop).map_err(|_| strange(name))
}

fn get(answer: &JsValue, name: &str) -> Result<JsValue, EngineError> {
    Reflect::get(answer, &name.into()).map_err(|_| strange(name))
}

fn number(answer: &JsValue, name: &str) -> Result<f32, EngineError> {
    get(answer, name)?.as_f64().map(|number| number as f32).ok_or_else(|| strange(name))
}

fn metrics(answer: &JsValue) -> Result<Metrics, EngineError> {
    let columns = get(answer, "metrics")?;
    let mut metrics = Metrics::default();
    for metric in Metric::ALL {
        metrics.fill(metric, Float32Array::from(get(&columns, metric.id())?).to_vec());
    }
    Ok(metrics)
}

fn evaluation(entry: &JsValue) -> Result<Evaluation, EngineError> {
    Ok(Evaluation {
        loss: number(entry, "loss")?,
        accuracy: number(entry, "accuracy")?,
        confusion: Uint32Array::from(get(entry, "confusion")?).to_vec(),
        classes: Uint8Array::from(get(entry, "classes")?).to_vec(),
    })
}

fn js_json(value: &Value) -> Result<JsValue, EngineError> {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    value.serialize(&serializer).map_err(|error| EngineError::Worker { reason: error.to_string().into() })
}

/// Page and worker are of one build: an answer of another form means that they are not.
fn strange(name: &str) -> EngineError {
    let reason = phrase!("its answer has no {name}; reload the page", "其回答中没有 {name}；请重新加载页面", name);
    EngineError::Worker { reason }
}

/// What a knob's new value can fail by.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.words().en)]
pub(super) enum TeamError {
    Config(#[from] ConfigError),
    Engine(#[from] EngineError),
}

impl TeamError {
    pub(super) fn words(&self) -> Phrase {
        match self {
            Self::Config(error) => error.words(),
            Self::Engine(error) => error.words(),
        }
    }
}

/// Racers -> where each trains: the dearest first, each to the worker that has least to do.
fn seats(racers: &[Settings], members: usize) -> Vec<Seat> {
    // Passes forward and backward cost as much for every racer; the update touches each slot of its state.
    let cost = |racer: &Settings| 4 + racer.optimizer().slots;
    let order = ordered(racers.len(), |a, b| cost(&racers[a]) > cost(&racers[b]));
    let mut loads = vec![0; members];
    let mut member_of = vec![0; racers.len()];
    for racer in order {
        let member = (0..members).min_by_key(|member| loads[*member]).unwrap_or(0);
        loads[member] += cost(&racers[racer]);
        member_of[racer] = member;
    }
    let number = |racer: usize| member_of[..racer].iter().filter(|member| **member == member_of[racer]).count();
    (0..racers.len()).map(|racer| Seat { member: member_of[racer], number: number(racer) }).collect()
}
