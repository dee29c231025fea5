//! The worker: it owns dataset and engine, paces the race, and tells the page what happens.

mod insight;
mod loading;
mod recovery;
mod saving;

use std::rc::Rc;

use futures_channel::mpsc::{self, UnboundedReceiver, UnboundedSender};
use futures_util::StreamExt;
use futures_util::future::{Either, select};
use serde_json::Value;
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use crate::clock::Clock;
use crate::download::{Loaded, Source};
use crate::interface::Race;
use crate::message::{self, Command, Report, State};
use crate::send::report;
use crate::team::TeamError;
use gradprix::engine::gpu::Setup;
use gradprix::engine::{Choice, Kind};
use gradprix::race::config::{Config, EPOCHS};
use gradprix::race::evaluations::{EVALUATION_STEPS, Evaluations, Schedule};
use gradprix::race::journal::{Change, Journal};
use gradprix::race::pace::{Pace, Throughput};
use gradprix::race::stopwatch::Stopwatch;
use gradprix::text::Phrase;
use saving::Saving;

/// Takes the page's commands from now on. Called once, in a dedicated worker; `data` is the module `data.js`.
///
/// # Errors
/// Where this is no dedicated worker.
#[wasm_bindgen]
pub fn start_worker(data: JsValue) -> Result<(), JsError> {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
        report(&scope, &Report::Panicked { details: panic.to_string() });
    }));
    let scope: DedicatedWorkerGlobalScope =
        js_sys::global().dyn_into().map_err(|_| JsError::new("start_worker was called outside a dedicated worker"))?;
    let (itself, commands) = mpsc::unbounded();
    let (sender, answering) = (itself.clone(), scope.clone());
    let listen = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        match serde_wasm_bindgen::from_value::<Command>(event.data()) {
            // However long the commands before it take.
            Ok(Command::Ping) => report(&answering, &Report::Alive),
            // The receiver lives as long as the worker.
            Ok(command) => drop(sender.unbounded_send(command)),
            Err(error) => web_sys::console::error_2(&"not a command".into(), &error.into()),
        }
    });
    scope.set_onmessage(Some(listen.as_ref().unchecked_ref()));
    listen.forget();
    wasm_bindgen_futures::spawn_local(Worker::run(scope, commands, itself, Rc::new(data.unchecked_into())));
    Ok(())
}

struct Worker {
    scope: DedicatedWorkerGlobalScope,
    commands: UnboundedReceiver<Command>,
    /// Where it says to itself what came.
    itself: UnboundedSender<Command>,
    source: Rc<Source>,
    clock: Clock,
    setup: Rc<Setup>,
    loaded: Loaded,
    /// What the page asked for last.
    config: Config,
    choice: Choice,
    number: u32,
    /// Nothing before the first [`Command::Configure`], and after an engine failed.
    race: Option<Race>,
    state: State,
    pace: Pace,
    epochs: u64,
    /// Steps reported since the start.
    steps: u64,
    stopwatch: Stopwatch,
    throughput: Throughput,
    evaluations: Evaluations,
    saving: Saving,
    /// How often the engine failed in this race.
    failures: u32,
    /// The CPU engine runs in the place of the GPU, which failed.
    stands_in: bool,
}

/// A waiting worker looks for commands at least every so many milliseconds.
const ATTENTION: f64 = 20.0;

/// A browser that has not found an adapter after so many seconds is taken to have none.
const PATIENCE: f64 = 6.0;

/// Steps that a submission to the device should carry at least: each costs an upload, a readback and a wait.
const SUBMITTED: u64 = 16;

impl Worker {
    /// Loads data and finds the adapter at the same time, then serves commands for ever.
    async fn run(
        scope: DedicatedWorkerGlobalScope,
        mut commands: UnboundedReceiver<Command>,
        itself: UnboundedSender<Command>,
        source: Rc<Source>,
    ) {
        let mut early = Vec::new();
        let clock = Clock::new(&scope);
        let load = Self::load(&source, &scope, &mut commands, &mut early);
        let boot = async { futures_util::join!(load, find_adapter(&clock)) };
        let (loaded, setup) = boot.await;
        let mut worker = Self {
            clock,
            scope,
            commands,
            itself,
            source,
            setup: Rc::new(setup),
            loaded,
            config: Config::default(),
            choice: Choice::Auto,
            number: 0,
            race: None,
            state: State::Paused,
            pace: Pace::default(),
            epochs: EPOCHS.default as u64,
            steps: 0,
            stopwatch: Stopwatch::default(),
            throughput: Throughput::default(),
            evaluations: Evaluations::default(),
            saving: Saving::new(Journal::new(Config::default()), 0.0),
            failures: 0,
            stands_in: false,
        };
        worker.report_data();
        for command in early {
            worker.obey(command).await;
        }
        worker.serve().await;
    }

    /// Commands and, while racing, steps between them.
    async fn serve(&mut self) {
        loop {
            let command = match self.state {
                State::Racing => self.commands.try_recv().ok(),
                State::Paused | State::Finished => self.commands.next().await,
            };
            match command {
                Some(command) => self.obey(command).await,
                None => self.race_on().await,
            }
        }
    }

    async fn obey(&mut self, command: Command) {
        match command {
            Command::Configure { config, engine, race } => self.configure(&config, engine, race).await,
            Command::Resume { left, engine, race } => self.resume(left, engine, race).await,
            // Answered when it came.
            Command::Ping => {}
            Command::Load { files } => self.load_given(&files).await,
            Command::Fetch => self.fetch(),
            Command::Fetched(result) => self.take_fetched(result).await,
            Command::Run => self.start().await,
            Command::Pause => self.pause().await,
            Command::Step => self.step_once().await,
            Command::Pace { steps_per_second, epochs } => {
                self.pace.set(steps_per_second);
                self.epochs = u64::from(epochs);
                if self.state == State::Finished && !self.finished() {
                    self.set_state(State::Paused);
                }
            }
            Command::Look { racer } => self.look(racer).await,
            Command::Ask { image } => self.ask(image).await,
            Command::Set { racer, name, value } => self.set(racer, &name, value).await,
        }
    }

    async fn configure(&mut self, config: &Value, choice: Choice, number: u32) {
        self.number = number;
        match Config::from_json(config) {
            Ok(config) => self.config = config,
            Err(error) => return self.fail(error.words()),
        }
        // What failed once may work with another race.
        if choice != self.choice || self.stands_in {
            self.choice = choice;
            self.race = None;
        }
        self.restart().await;
    }

    /// Puts the race at its start, with a new engine where there is none. A racing worker races on from there.
    async fn restart(&mut self) {
        let made = self.start_engine().await;
        self.steps = 0;
        self.stopwatch = Stopwatch::default();
        self.evaluations = Evaluations::default();
        self.saving = Saving::new(Journal::new(self.config.clone()), self.clock.now());
        self.pace.forget();
        self.failures = 0;
        match made {
            Ok(race) => {
                self.report(&Report::Ready {
                    race: self.number,
                    engine: race.description().clone(),
                    images: self.loaded.dataset.train().count(),
                    batch_size: self.config.batch_size,
                });
                let reason = &race.description().reason;
                if self.stands_in {
                    self.fail(phrase!(
                        "{reason}; the race runs on the CPU engine",
                        "{reason}；竞赛改在 CPU 引擎上进行",
                        reason
                    ));
                }
                self.take_race(race);
                let state = if self.state == State::Racing { State::Racing } else { State::Paused };
                self.set_state(state);
            }
            Err(error) => {
                self.fail(error.words());
                self.set_state(State::Paused);
            }
        }
    }

    /// `race` runs from now on.
    fn take_race(&mut self, race: Race) {
        let on_device = race.description().kind == Kind::Gpu;
        self.pace.set_least(if on_device { 2 * SUBMITTED } else { 1 });
        self.race = Some(race);
    }

    async fn start(&mut self) {
        if self.race.is_none() {
            self.restart().await;
        }
        if self.race.is_some() && !self.finished() {
            self.pace.restart(self.clock.now());
            self.throughput = Throughput::default();
            self.set_state(State::Racing);
        }
    }

    async fn pause(&mut self) {
        if self.state == State::Racing {
            self.set_state(State::Paused);
            self.evaluate_on_all().await;
        }
    }

    async fn step_once(&mut self) {
        if self.state == State::Racing {
            self.set_state(State::Paused);
        }
        if self.race.is_some() && !self.finished() {
            self.stopwatch.run(self.clock.now());
            // A step on an engine that is gone only brings another one.
            if !self.advance(1).await {
                self.advance(1).await;
            }
            self.stopwatch.pause(self.clock.now());
            self.evaluate_on_all().await;
            self.stop_at_the_end().await;
        }
    }

    async fn set(&mut self, racer: usize, name: &str, value: f64) {
        let change = Change { steps: self.steps, racer, name: name.to_owned(), value };
        let json = change.json(&self.config);
        if let Err(error) = self.config.set(racer, name, &json) {
            return self.fail(error.words());
        }
        let set = match &self.race {
            Some(race) => race.set_knob(racer, name, &json).await,
            None => Ok(()),
        };
        self.saving.journal.changes.push(change.clone());
        self.report(&Report::Changed { race: self.number, change });
        match set {
            Ok(()) => {}
            Err(TeamError::Config(error)) => self.fail(error.words()),
            Err(TeamError::Engine(error)) => self.mend(error).await,
        }
    }

    /// As many steps as the pace allows now; or a wait until it allows one.
    async fn race_on(&mut self) {
        let now = self.clock.now();
        self.lap(now, 0.0);
        let left = self.last_step().saturating_sub(self.steps);
        let schedule = self.schedule();
        let unbroken = schedule.map_or(left, |schedule| self.evaluations.left(&schedule, self.steps, now).min(left));
        let count = self.pace.allowed(now, unbroken);
        if count == 0 && left > 0 {
            return self.clock.sleep(self.pace.wait(now).min(ATTENTION)).await;
        }
        self.advance(count).await;
        let end = self.clock.now();
        if let Some(images) = schedule.and_then(|schedule| self.evaluations.due(&schedule, self.steps, end)) {
            self.evaluate(images).await;
        }
        self.stop_at_the_end().await;
        self.save().await;
        self.clock.yield_now().await;
    }

    /// What the stopwatch counts goes on to `now`, for which it `usual`ly takes so many milliseconds -> whether nothing
    /// ran for a while: a race does not make up for that.
    fn lap(&mut self, now: f64, usual: f64) -> bool {
        let gap = self.stopwatch.lap(now, usual);
        if gap {
            self.pace.restart(now);
            self.throughput = Throughput::default();
        }
        gap
    }

    /// Runs `count` steps and reports them. Where they are many, in two halves, so that the device has the second before
    /// the host has read the first. -> Whether it did; if not, the race is where it was, on another engine.
    async fn advance(&mut self, count: u64) -> bool {
        let Some(race) = &self.race else { return false };
        let start = self.clock.now();
        let second = if count < 2 * SUBMITTED { 0 } else { count / 2 };
        let (first, second) = (race.steps(count - second), race.steps(second));
        let (first, second) = futures_util::join!(first, second);
        let metrics = first.and_then(|mut metrics| {
            metrics.append(second?);
            Ok(metrics)
        });
        match metrics {
            Ok(metrics) => {
                let (first, end) = (self.steps, self.clock.now());
                self.steps += count;
                if !self.lap(end, self.pace.usual(count)) {
                    self.pace.took(count, end - start);
                }
                self.throughput.add(end, count);
                self.report(&Report::Steps {
                    race: self.number,
                    first,
                    metrics: message::to_arrays(&metrics),
                    seconds: self.stopwatch.seconds(end),
                    steps_per_second: self.throughput.per_second(),
                });
                true
            }
            Err(error) => {
                self.mend(error).await;
                false
            }
        }
    }

    /// When the racers are evaluated; nothing where there is no race.
    fn schedule(&self) -> Option<Schedule> {
        let steps_per_epoch = self.race.as_ref()?.steps_per_epoch();
        let test_images = self.loaded.dataset.test().count();
        Some(Schedule { interval: EVALUATION_STEPS.default as u64, steps_per_epoch, test_images })
    }

    fn last_step(&self) -> u64 {
        self.race.as_ref().map_or(0, |race| race.steps_per_epoch() * self.epochs)
    }

    fn finished(&self) -> bool {
        self.steps >= self.last_step()
    }

    async fn stop_at_the_end(&mut self) {
        if self.race.is_some() && self.finished() {
            self.evaluate_on_all().await;
            self.set_state(State::Finished);
        }
    }

    /// Evaluates on all test images, unless that was just done.
    async fn evaluate_on_all(&mut self) {
        let images = self.loaded.dataset.test().count();
        if images > 0 && !self.evaluations.known(self.steps, images) {
            self.evaluate(images).await;
        }
    }

    async fn evaluate(&mut self, images: usize) {
        let Some(race) = &self.race else { return };
        let start = self.clock.now();
        let usual = self.evaluations.usual(images);
        match race.evaluations(images).await {
            Ok(evaluations) => self.report(&Report::Evaluated {
                race: self.number,
                step: self.steps,
                images,
                accuracies: evaluations.iter().map(|evaluation| evaluation.accuracy).collect(),
                losses: evaluations.iter().map(|evaluation| evaluation.loss).collect(),
            }),
            Err(error) => self.mend(error).await,
        }
        let end = self.clock.now();
        let start = if self.lap(end, usual) { end - usual } else { start };
        self.evaluations.took(self.steps, images, start, end);
    }

    fn set_state(&mut self, state: State) {
        self.state = state;
        let now = self.clock.now();
        if state == State::Racing {
            self.stopwatch.run(now);
        } else {
            self.stopwatch.pause(now);
        }
        self.report(&Report::State { state });
    }

    fn fail(&self, sentence: Phrase) {
        self.report(&Report::Failed { sentence });
    }

    fn report(&self, content: &Report) {
        report(&self.scope, content);
    }
}

/// The adapter, if the browser finds one in time.
async fn find_adapter(clock: &Clock) -> Setup {
    let (find, limit) = (Box::pin(Setup::find()), Box::pin(clock.sleep(1000.0 * PATIENCE)));
    match select(find, limit).await {
        Either::Left((setup, _)) => setup,
        Either::Right(_) => Setup::none(phrase!(
            "this browser did not answer within {seconds} seconds",
            "此浏览器在 {seconds} 秒内没有回应",
            seconds = PATIENCE
        )),
    }
}
