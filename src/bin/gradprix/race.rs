//! The race itself, with its progress bar.

use std::time::{Duration, Instant};

use gradprix::engine::{Evaluation, Kind, Metric, Metrics, Runner};
use gradprix::race::evaluations::Schedule;
use gradprix::race::history::{Examination, History};
use gradprix::race::standings::Standings;
use indicatif::{ProgressBar, ProgressStyle};

use crate::error::CommandError;
use crate::output::Tables;

/// How far a race goes.
pub(crate) enum Distance {
    /// So many times through all training images.
    Epochs(u64),
    /// So many steps.
    Steps(u64),
}

/// A race that runs to its end.
pub(crate) struct Race {
    runner: Runner,
    schedule: Schedule,
    tables: Tables,
    history: History,
    standings: Standings,
    /// Time that went into steps, without tests.
    racing: Duration,
    bar: ProgressBar,
}

/// What came of it.
pub(crate) struct Outcome {
    /// The engine, with the race at its end.
    pub(crate) runner: Runner,
    /// Every metric and every test.
    pub(crate) history: History,
    /// Who is out.
    pub(crate) standings: Standings,
    /// Time that went into steps, without tests.
    pub(crate) racing: Duration,
    /// How each racer does on all test images; nothing where there are none.
    pub(crate) tests: Option<Vec<Evaluation>>,
}

impl Race {
    /// The race that stands at its start in `runner`; `test_every` is the number of steps between tests on a sample.
    pub(crate) fn new(runner: Runner, test_images: usize, test_every: u64, tables: Tables) -> Self {
        let racers = runner.config().racers.len();
        Self {
            schedule: Schedule { interval: test_every, steps_per_epoch: runner.steps_per_epoch(), test_images },
            tables,
            history: History::new(racers),
            standings: Standings::new(racers),
            racing: Duration::ZERO,
            bar: ProgressBar::no_length(),
            runner,
        }
    }

    /// Runs it.
    pub(crate) async fn run(mut self, distance: Distance) -> Result<Outcome, CommandError> {
        let end = match distance {
            Distance::Epochs(epochs) => epochs * self.runner.steps_per_epoch(),
            Distance::Steps(steps) => steps,
        };
        self.show_progress(end);
        let mut tests = None;
        while self.runner.steps() < end {
            let steps = self.runner.steps();
            let stop = if self.tables.want_tests() { end.min(steps + self.schedule.left(steps)) } else { end };
            self.run_to(stop).await?;
            let all = self.schedule.test_images;
            let images = if stop == end { Some(all).filter(|all| *all > 0) } else { self.schedule.images(stop) };
            tests = match images {
                Some(images) => Some(self.test(images).await?),
                None => None,
            };
        }
        self.bar.finish_and_clear();
        self.tables.finish()?;
        let Self { runner, history, standings, racing, .. } = self;
        Ok(Outcome { runner, history, standings, racing, tests })
    }

    fn show_progress(&self, end: u64) {
        self.bar.set_length(end);
        // A template that does not parse leaves the bar plain.
        if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos}/{len} steps, {per_sec}, {eta} left") {
            self.bar.set_style(style);
        }
    }

    /// Runs up to `stop` steps. A submission follows the one before it at once, so that a GPU never waits.
    async fn run_to(&mut self, stop: u64) -> Result<(), CommandError> {
        let start = Instant::now();
        let mut ahead = None;
        while self.runner.steps() < stop {
            let left = stop - self.runner.steps();
            // The CPU is done with a submission when it returns: in single steps, the bar moves.
            let most = if self.runner.description().kind == Kind::Cpu { 1 } else { left };
            let pending = self.runner.submit(most);
            if let Some(earlier) = ahead.replace(pending) {
                self.take(&earlier.metrics().await?)?;
            }
        }
        if let Some(last) = ahead {
            self.take(&last.metrics().await?)?;
        }
        self.racing += start.elapsed();
        Ok(())
    }

    fn take(&mut self, metrics: &Metrics) -> Result<(), CommandError> {
        let (racers, first) = (self.runner.config().racers.len(), self.history.steps());
        self.tables.steps(first, metrics)?;
        let (losses, dead) = (metrics.of(Metric::Loss), metrics.of(Metric::DeadUnits));
        for (step, (losses, dead)) in losses.chunks(racers).zip(dead.chunks(racers)).enumerate() {
            self.history.push(|racer, metric| metrics.of(metric)[step * racers + racer]);
            self.standings.push(losses, dead);
        }
        self.bar.set_position(self.history.steps());
        Ok(())
    }

    async fn test(&mut self, images: usize) -> Result<Vec<Evaluation>, CommandError> {
        let results = self.runner.evaluate(images).await?;
        self.tables.test(self.runner.steps(), images, &results)?;
        self.history.examine(Examination {
            step: self.runner.steps(),
            images,
            losses: results.iter().map(|result| result.loss).collect(),
            accuracies: results.iter().map(|result| result.accuracy).collect(),
        });
        Ok(results)
    }
}
