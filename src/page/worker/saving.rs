//! Snapshots, every few seconds of racing, from which a race that lost its engine or its worker goes on.

use std::pin::Pin;

use futures_util::FutureExt;

use super::Worker;
use crate::message::{Record, Report};
use gradprix::engine::{EngineError, Kind};
use gradprix::race::config::Config;
use gradprix::race::journal::{Journal, Snapshot, sizes};

/// From one snapshot to the next it takes so many milliseconds at least.
const PAUSE: f64 = 2000.0;

/// At most this share of a race's time goes into them.
const SHARE: f64 = 0.005;

/// Larger snapshots are not taken, bytes: such a race is brought back from its start.
const LARGEST: usize = 64 << 20;

/// What was saved of the race, and the snapshot on its way.
pub(super) struct Saving {
    pub(super) journal: Journal,
    /// With the configuration at its step.
    pending: Option<(Config, Pending)>,
    /// When the last one was asked for, and what it cost, milliseconds.
    at: f64,
    cost: f64,
}

type Pending = Pin<Box<dyn Future<Output = Result<Snapshot, EngineError>>>>;

impl Saving {
    /// Of a race that `journal` brings back, from `now`, milliseconds, on.
    pub(super) fn new(journal: Journal, now: f64) -> Self {
        Self { journal, pending: None, at: now, cost: 0.0 }
    }

    /// Forgets the snapshot that is on its way: its engine is gone.
    pub(super) fn interrupt(&mut self) {
        self.pending = None;
    }

    fn due(&self, now: f64) -> bool {
        now - self.at >= PAUSE.max(self.cost / SHARE)
    }
}

impl Worker {
    /// Takes a snapshot if one is due, and the last one if the device has it by now.
    pub(super) async fn save(&mut self) {
        let start = self.clock.now();
        if self.saving.pending.is_none() {
            let Some(race) = self.race.clone().filter(|_| self.saving.due(start) && self.is_worth_saving()) else {
                return;
            };
            let on_device = race.description().kind == Kind::Gpu;
            let mut pending: Pending = Box::pin(async move { race.snapshot().await });
            // On the CPU engine the race waits, as it would otherwise for what its workers have to do.
            if !on_device {
                pending = std::future::ready(pending.await).boxed_local();
            }
            self.saving.at = start;
            self.saving.cost = 0.0;
            self.saving.pending = Some((self.config.clone(), pending));
        }
        let Some((config, mut pending)) = self.saving.pending.take() else { return };
        match pending.as_mut().now_or_never() {
            None => self.saving.pending = Some((config, pending)),
            Some(Ok(snapshot)) => {
                self.saving.journal.save(config, snapshot);
                self.report(&Report::Saved { race: self.number, record: Record::of(&self.saving.journal) });
            }
            // Whatever ended the engine ends the next step, too.
            Some(Err(_)) => {}
        }
        self.saving.cost += self.clock.now() - start;
    }

    /// Whether there are new steps, and the snapshot is no larger than it may be.
    fn is_worth_saving(&self) -> bool {
        let floats: usize = sizes(&self.config).sum();
        self.steps > self.saving.journal.snapshot.steps && floats * size_of::<f32>() <= LARGEST
    }
}
