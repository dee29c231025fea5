//! What brings a race back to where it was, on another engine or in another worker: what its racers knew at some step,
//! and what sliders did since.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::race::config::Config;

/// What the racers of a race know after some of its steps.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// Steps done.
    pub steps: u64,
    /// For each racer its parameters, in the order of [`crate::model::Network::tensors`], and behind them its
    /// optimizer's state, slot by slot in the same order. Empty where all stand at their start.
    pub memory: Vec<f32>,
}

/// A knob that got another value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Steps done by then.
    pub steps: u64,
    /// The racer's number.
    pub racer: usize,
    /// The knob's name.
    pub name: String,
    /// Its value.
    pub value: f64,
}

/// What brings a race back.
#[derive(Clone, Debug)]
pub struct Journal {
    /// What defines the race, with every setting as it was at the snapshot.
    pub config: Config,
    /// What the racers knew then.
    pub snapshot: Snapshot,
    /// What was changed since, oldest first.
    pub changes: Vec<Change>,
}

impl Journal {
    /// Of the race that `config` defines, at its start.
    pub fn new(config: Config) -> Self {
        Self { config, snapshot: Snapshot::default(), changes: Vec::new() }
    }

    /// Goes on from `snapshot`, at which the settings were those of `config`.
    pub fn save(&mut self, config: Config, snapshot: Snapshot) {
        self.changes.retain(|change| change.steps >= snapshot.steps);
        self.config = config;
        self.snapshot = snapshot;
    }
}

impl Change {
    /// The value as `config` takes it.
    pub fn json(&self, config: &Config) -> Value {
        let knob = config.racers.get(self.racer).and_then(|settings| settings.knob(&self.name));
        knob.map_or_else(|| self.value.into(), |knob| knob.json(self.value))
    }
}

/// Floats of each racer's part of [`Snapshot::memory`].
pub fn sizes(config: &Config) -> impl Iterator<Item = usize> {
    let parameters = config.network.parameters();
    config.racers.iter().map(move |racer| (1 + racer.optimizer().slots) * parameters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_takes_the_place_of_what_was_before_it() {
        let change = |steps| Change { steps, racer: 0, name: "learning_rate".to_owned(), value: 0.2 };
        let mut journal = Journal::new(Config::default());
        journal.changes.extend([change(10), change(20), change(30)]);
        journal.save(Config::default(), Snapshot { steps: 20, memory: vec![0.0] });
        assert_eq!(journal.changes, [change(20), change(30)]);
        assert_eq!(journal.snapshot.steps, 20);
    }

    #[test]
    fn a_racer_has_its_parameters_and_its_slots() {
        let config = Config::default();
        let slots: Vec<usize> = config.racers.iter().map(|racer| racer.optimizer().slots).collect();
        let expected: Vec<usize> = slots.iter().map(|slots| (1 + slots) * 101_770).collect();
        assert_eq!(sizes(&config).collect::<Vec<_>>(), expected);
    }
}
