//! What the page knows of the race, from the worker's reports.

use crate::message::State;
use gradprix::engine::{Metric, Metrics};
use gradprix::race::course::Course;
use gradprix::race::history::{Examination, History};
use gradprix::race::standings::Standings;

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
    /// Where its steps lie in epochs, images and seconds.
    pub(super) course: Course,
    pub(super) steps_per_second: f64,
}

impl Track {
    /// `racers` whose worker just starts.
    pub(super) fn new(racers: usize) -> Self {
        Self {
            phase: Phase::Loading,
            history: History::new(racers),
            standings: Standings::new(racers),
            course: Course::new(1, 1),
            steps_per_second: 0.0,
        }
    }

    /// So many others will race.
    pub(super) fn field(&mut self, racers: usize) {
        *self = Self { phase: self.phase, course: self.course.again(), ..Self::new(racers) };
    }

    /// A race over `images` training images in minibatches of `batch_size` stands at its start.
    pub(super) fn restart(&mut self, images: usize, batch_size: usize) {
        let course = Course::new(images, batch_size);
        *self = Self { phase: Phase::Ready, course, ..Self::new(self.history.racers()) };
    }

    /// Takes what steps measured, of which the last was done after so many `seconds` of racing.
    pub(super) fn take(&mut self, metrics: &Metrics, seconds: f64, steps_per_second: f64) {
        let racers = self.history.racers();
        let (losses, dead_units) = (metrics.of(Metric::Loss), metrics.of(Metric::DeadUnits));
        for (step, (losses, dead_units)) in losses.chunks_exact(racers).zip(dead_units.chunks_exact(racers)).enumerate()
        {
            self.history.push(|racer, metric| metrics.of(metric)[step * racers + racer]);
            self.standings.push(losses, dead_units);
        }
        self.course.reported(self.history.steps(), seconds);
        self.steps_per_second = steps_per_second;
        if self.phase == Phase::Ready {
            // A single step is no change of what the worker does.
            self.phase = Phase::Paused;
        }
    }

    /// Takes what steps measured that were done at another visit: the last of `reports` is about the last of them.
    pub(super) fn recall(&mut self, metrics: &Metrics, reports: &[(f64, f64)]) {
        for (steps, seconds) in reports {
            self.course.reported(*steps as u64, *seconds);
        }
        self.take(metrics, self.course.seconds(), 0.0);
    }

    /// Takes how the racers did on test images.
    pub(super) fn examine(&mut self, examination: Examination) {
        self.history.examine(examination);
    }

    /// The share of test images that `racer` recognised when it was asked last, 0 to 1.
    pub(super) fn accuracy(&self, racer: usize) -> Option<f32> {
        self.history.examinations().last()?.accuracies.get(racer).copied()
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
