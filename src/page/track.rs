//! What the page knows of the race, from the worker's reports.

use crate::engine::{Metric, Metrics};
use crate::page::message::State;
use crate::race::history::History;
use crate::race::standings::Standings;

/// Where the race stands. [`Phase::name`] is what the style sheet and tests know it by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Data or engine are on their way.
    Loading,
    /// At the start.
    Ready,
    /// Steps follow each other.
    Racing,
    /// Between start and end.
    Paused,
    /// All epochs are done.
    Finished,
}

impl Phase {
    /// The value of the body's `data-state`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Loading => "loading",
            Self::Ready => "ready",
            Self::Racing => "racing",
            Self::Paused => "paused",
            Self::Finished => "finished",
        }
    }
}

/// The race so far.
pub(super) struct Track {
    pub(super) phase: Phase,
    pub(super) history: History,
    pub(super) standings: Standings,
    /// 1 before the race is ready.
    pub(super) steps_per_epoch: u64,
    pub(super) steps_per_second: f64,
    /// Test accuracy of each racer, 0 to 1; empty before the first evaluation.
    pub(super) accuracies: Vec<f32>,
}

impl Track {
    /// `racers` whose worker just starts.
    pub(super) fn new(racers: usize) -> Self {
        Self {
            phase: Phase::Loading,
            history: History::new(racers),
            standings: Standings::new(racers),
            steps_per_epoch: 1,
            steps_per_second: 0.0,
            accuracies: Vec::new(),
        }
    }

    /// So many others will race.
    pub(super) fn field(&mut self, racers: usize) {
        *self = Self { phase: self.phase, steps_per_epoch: self.steps_per_epoch, ..Self::new(racers) };
    }

    /// A race stands at its start.
    pub(super) fn restart(&mut self, steps_per_epoch: u64) {
        *self = Self { phase: Phase::Ready, steps_per_epoch, ..Self::new(self.history.racers()) };
    }

    /// Takes what steps measured.
    pub(super) fn take(&mut self, metrics: &Metrics, steps_per_second: f64) {
        let racers = self.history.racers();
        let (losses, dead_units) = (metrics.of(Metric::Loss), metrics.of(Metric::DeadUnits));
        for (losses, dead_units) in losses.chunks_exact(racers).zip(dead_units.chunks_exact(racers)) {
            self.history.push(losses, dead_units);
            self.standings.push(losses, dead_units);
        }
        self.steps_per_second = steps_per_second;
        if self.phase == Phase::Ready {
            // A single step is no change of what the worker does.
            self.phase = Phase::Paused;
        }
    }

    /// The worker does this now.
    pub(super) fn enter(&mut self, state: State) {
        self.phase = match state {
            State::Racing => Phase::Racing,
            State::Finished => Phase::Finished,
            State::Paused if self.history.steps() == 0 => Phase::Ready,
            State::Paused => Phase::Paused,
        };
    }
}
