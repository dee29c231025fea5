//! Snapshots of a race on all cores: each worker takes those of its own racers.

use js_sys::{Array, Float32Array, Object};

use super::{Team, get, js_json, set};
use gradprix::engine::EngineError;
use gradprix::race::config::Config;
use gradprix::race::journal::{Snapshot, sizes};

impl Team {
    /// What the racers know now. On the GPU engine, more steps may be asked for before it is there.
    pub(crate) fn snapshot(&self) -> Result<impl Future<Output = Result<Snapshot, EngineError>> + use<>, EngineError> {
        for mate in self.busy() {
            mate.call("snapshot", &Array::new())?;
        }
        Ok(self.captain.snapshot())
    }

    /// Whether [`Team::whole`] must complete what [`Team::snapshot`] gives.
    pub(crate) fn has_mates(&self) -> bool {
        !self.busy().is_empty()
    }

    /// The captain's `own` snapshot -> that of all racers, with the mates' answers.
    pub(crate) async fn whole(&self, own: Snapshot) -> Result<Snapshot, EngineError> {
        let mut parts = vec![own.memory];
        for answer in self.answers().await? {
            parts.push(Float32Array::from(get(&answer, "memory")?).to_vec());
        }
        let mut starts = vec![0; parts.len()];
        let mut memory = Vec::with_capacity(parts.iter().map(Vec::len).sum());
        for (seat, size) in self.seats.iter().zip(sizes(&self.config)) {
            let start = starts[seat.member];
            memory.extend_from_slice(&parts[seat.member][start..start + size]);
            starts[seat.member] += size;
        }
        Ok(Snapshot { steps: own.steps, memory })
    }

    /// Puts the race that `config` defines where `snapshot` was taken of it.
    pub(crate) async fn resume(&mut self, config: Config, snapshot: &Snapshot) -> Result<(), EngineError> {
        self.line_up(&config);
        let parts = self.parts(&config, snapshot)?;
        for (mate, member) in self.busy().iter().zip(1..) {
            let part = Object::new();
            set(&part, "steps", &(snapshot.steps as f64).into())?;
            set(&part, "memory", &Float32Array::from(parts[member].as_slice()))?;
            mate.call("resume", &Array::of2(&js_json(&self.crew(&config, member).to_json())?, &part))?;
        }
        let memory = parts.into_iter().next().unwrap_or_default();
        let own = Snapshot { steps: snapshot.steps, memory };
        self.captain.resume(self.crew(&config, 0), &own).await?;
        self.answers().await?;
        self.config = config;
        Ok(())
    }

    /// Each worker's part of `snapshot`.
    fn parts(&self, config: &Config, snapshot: &Snapshot) -> Result<Vec<Vec<f32>>, EngineError> {
        let mut parts = vec![Vec::new(); self.busy().len() + 1];
        let (found, expected) = (snapshot.memory.len(), sizes(config).sum());
        if found == 0 {
            return Ok(parts);
        }
        if found != expected {
            return Err(EngineError::SnapshotSize { found, expected });
        }
        let mut rest = snapshot.memory.as_slice();
        for (seat, size) in self.seats.iter().zip(sizes(config)) {
            let own;
            (own, rest) = rest.split_at(size);
            parts[seat.member].extend_from_slice(own);
        }
        Ok(parts)
    }
}
