//! A race whose engine failed goes on, on a new one, where it was.

use std::rc::Rc;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use super::saving::Saving;
use super::{Throughput, Worker};
use crate::interface::Race;
use crate::message::{Left, Report, State};
use crate::team::TeamError;
use gradprix::engine::{Choice, EngineError};
use gradprix::race::config::Config;
use gradprix::race::evaluations::Evaluations;
use gradprix::race::stopwatch::Stopwatch;
use gradprix::text::Phrase;

/// Which engine a race may go on with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Attempt {
    /// The one asked for.
    AsAsked,
    /// The same, after a second: a driver may need one to come back.
    Later,
    /// The CPU engine in this worker alone.
    OnCpu,
}

/// An engine that fails more often than this in one race is not tried again.
const FAILURES: u32 = 2;

/// Steps that run between two looks at messages, while a race is brought back.
const PIECE: u64 = 64;

impl Worker {
    /// A race at its start: on the engine that runs, on a new one, or where the GPU fails on the CPU.
    pub(super) async fn start_engine(&mut self) -> Result<Race, EngineError> {
        let config = self.config.clone();
        self.stands_in = false;
        let made = match self.race.take() {
            Some(race) => race.restart(config.clone()).await.map(|()| race),
            None => self.new_race(config.clone()).await,
        };
        let made = match made {
            Err(error) if error.ends_engine() => self.new_race(config.clone()).await,
            other => other,
        };
        match made {
            Err(error) if error.is_of_gpu() => {
                self.stands_in = true;
                Race::on_cpu(Rc::clone(&self.loaded.dataset), config, error.what(), None).await
            }
            other => other,
        }
    }

    async fn new_race(&self, config: Config) -> Result<Race, EngineError> {
        Race::start(Rc::clone(&self.loaded.dataset), config, self.choice, &self.setup, None).await
    }

    /// What went wrong is said; and where it was the engine's end, the race is brought back on another one.
    pub(super) fn mend(&mut self, error: EngineError) -> LocalBoxFuture<'_, ()> {
        // Many await it: it is large, and there once.
        self.mend_now(error).boxed_local()
    }

    async fn mend_now(&mut self, error: EngineError) {
        if !error.ends_engine() {
            return self.fail(error.words());
        }
        self.stopwatch.pause(self.clock.now());
        let (what, step) = (error.what(), self.steps);
        self.fail(phrase!(
            "{what}; the race is being brought back to step {step}",
            "{what}；正在把竞赛恢复到第 {step} 步",
            what,
            step
        ));
        self.failures += 1;
        let sentence = |race: &Race| {
            let (what, kind) = (error.what(), race.description().kind.name());
            phrase!(
                "{what}; the race goes on from step {step} on the {kind} engine",
                "{what}；竞赛在 {kind} 引擎上从第 {step} 步继续",
                what,
                step,
                kind
            )
        };
        match self.bring_back(Some(&error)).await {
            Ok(race) => self.go_on(Some(sentence(&race)), race),
            Err(error) => self.give_up(&error),
        }
    }

    /// Takes up the race that another worker left.
    pub(super) async fn resume(&mut self, left: Left, choice: Choice, number: u32) {
        let journal = match left.record.journal() {
            // Other data, with which it would be another race.
            Ok(_) if left.data != self.loaded.dataset.fingerprint() => {
                self.fail(
                    text!(
                        "the race's data could not be read again, so that another race starts",
                        "无法重新读取竞赛的数据，因此另一场竞赛开始了"
                    )
                    .into(),
                );
                return self.configure(&left.config, choice, number).await;
            }
            Ok(journal) => journal,
            Err(error) => return self.fail(error.words()),
        };
        self.number = number;
        self.choice = choice;
        self.steps = left.steps;
        self.stopwatch = Stopwatch::at(left.seconds);
        self.evaluations = Evaluations::default();
        self.config = journal.config.clone();
        self.saving = Saving::new(journal, self.clock.now());
        self.failures = 0;
        match self.bring_back(None).await {
            Ok(race) => {
                self.go_on(None, race);
                self.set_state(if self.finished() { State::Finished } else { State::Paused });
                if let Ok(config) = Config::from_json(&left.config) {
                    self.adjust(&config).await;
                }
            }
            Err(error) => self.give_up(&error),
        }
    }

    /// Sets every knob that has another value in `config`: what was on its way to a worker that died.
    async fn adjust(&mut self, config: &Config) {
        for (racer, settings) in config.racers.iter().enumerate() {
            for (knob, value) in settings.values() {
                let known = self.config.racers.get(racer).map(|known| known.get(knob));
                if known.is_some_and(|known| known.to_bits() != value.to_bits()) {
                    self.set(racer, knob.name, value).await;
                }
            }
        }
    }

    fn go_on(&mut self, sentence: Option<Phrase>, race: Race) {
        let engine = race.description().clone();
        self.take_race(race);
        self.report(&Report::Recovered { race: self.number, engine, sentence: sentence.map(Phrase::sentence) });
        self.throughput = Throughput::default();
        if self.state == State::Racing {
            let now = self.clock.now();
            self.stopwatch.run(now);
            self.pace.restart(now);
        }
    }

    fn give_up(&mut self, error: &EngineError) {
        self.fail(error.words());
        self.set_state(State::Paused);
    }

    /// The race at the step reported last, on whatever engine runs.
    async fn bring_back(&mut self, cause: Option<&EngineError>) -> Result<Race, EngineError> {
        // The old engine's memory comes free, and its workers end.
        self.race = None;
        self.saving.interrupt();
        self.pace.forget();
        let mut result = Err(EngineError::Worker { reason: Phrase::default() });
        for attempt in [Attempt::AsAsked, Attempt::Later, Attempt::OnCpu] {
            if attempt != Attempt::OnCpu && self.failures > FAILURES {
                continue;
            }
            if attempt == Attempt::Later {
                self.clock.sleep(1000.0).await;
            }
            let reason = result.as_ref().err().filter(|_| cause.is_none()).or(cause).map(EngineError::what);
            result = self.attempt(attempt, reason.unwrap_or_default()).await;
            if result.is_ok() {
                self.stands_in = attempt == Attempt::OnCpu;
                break;
            }
        }
        result
    }

    async fn attempt(&mut self, attempt: Attempt, reason: Phrase) -> Result<Race, EngineError> {
        let config = self.saving.journal.config.clone();
        let race = match attempt {
            Attempt::OnCpu => Race::on_cpu(Rc::clone(&self.loaded.dataset), config, reason, Some(1)).await,
            Attempt::AsAsked | Attempt::Later => self.new_race(config).await,
        }?;
        self.catch_up(&race).await?;
        Ok(race)
    }

    /// Runs `race` from the snapshot to the step reported last, with all that was changed in between. Nothing of it is
    /// reported: it is known.
    async fn catch_up(&mut self, race: &Race) -> Result<(), EngineError> {
        let journal = self.saving.journal.clone();
        race.resume(journal.config.clone(), &journal.snapshot).await?;
        self.config = journal.config;
        let mut at = journal.snapshot.steps;
        for change in &journal.changes {
            at = self.run_to(race, at, change.steps).await?;
            let value = change.json(&self.config);
            let set = race.set_knob(change.racer, &change.name, &value).await;
            match set.and_then(|()| Ok(self.config.set(change.racer, &change.name, &value)?)) {
                Err(TeamError::Engine(error)) => return Err(error),
                // It was taken before.
                Ok(()) | Err(TeamError::Config(_)) => {}
            }
        }
        self.run_to(race, at, self.steps).await.map(drop)
    }

    async fn run_to(&self, race: &Race, mut at: u64, end: u64) -> Result<u64, EngineError> {
        while at < end {
            let count = PIECE.min(end - at);
            race.steps(count).await?;
            at += count;
            self.clock.yield_now().await;
        }
        Ok(at)
    }
}
