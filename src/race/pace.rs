//! How many steps to run now: enough for the pace asked for, and never more than take about a frame; and when to
//! evaluate between them.

use std::collections::VecDeque;

/// Milliseconds that a batch of steps should take: about a frame, so that commands act soon.
const BATCH: f64 = 16.0;
/// A worker that was held up makes up for at most so many milliseconds.
const CATCH_UP: f64 = 100.0;
/// Milliseconds over which throughput is averaged.
const WINDOW: f64 = 1000.0;

/// Steps allowed by a pace and by how long a step takes.
pub struct Pace {
    /// Steps per millisecond; infinite for as fast as the engine can.
    rate: f64,
    /// When the step that is due next fell due.
    due: f64,
    /// Milliseconds a step takes, averaged; 0 before the first one.
    cost: f64,
}

impl Default for Pace {
    fn default() -> Self {
        Self { rate: f64::INFINITY, due: 0.0, cost: 0.0 }
    }
}

impl Pace {
    /// Steps per second from now on; nothing: as fast as the engine can.
    pub fn set(&mut self, steps_per_second: Option<f64>) {
        self.rate = steps_per_second.map_or(f64::INFINITY, |steps| (steps / 1000.0).max(1e-6));
    }

    /// The race starts or goes on at `now`: its first step is due.
    pub fn restart(&mut self, now: f64) {
        self.due = now;
    }

    /// Steps that may run at `now`.
    pub fn allowed(&mut self, now: f64) -> u64 {
        let batch = if self.cost > 0.0 { (BATCH / self.cost).max(1.0) } else { 1.0 };
        if self.rate.is_infinite() {
            return batch as u64;
        }
        self.due = self.due.max(now - CATCH_UP);
        let due = ((now - self.due) * self.rate + 1.0).max(0.0).min(batch).floor();
        self.due += due / self.rate;
        due as u64
    }

    /// Milliseconds until the next step is due.
    pub fn wait(&self, now: f64) -> f64 {
        (self.due - now).max(0.0)
    }

    /// `steps` took so many milliseconds.
    pub fn took(&mut self, steps: u64, milliseconds: f64) {
        if steps > 0 {
            let cost = milliseconds / steps as f64;
            self.cost = if self.cost > 0.0 { 0.8 * self.cost + 0.2 * cost } else { cost };
        }
    }
}

/// Steps per second, over about the last second.
#[derive(Default)]
pub struct Throughput {
    /// (when, steps), oldest first.
    batches: VecDeque<(f64, u64)>,
}

impl Throughput {
    /// `steps` were done at `now`.
    pub fn add(&mut self, now: f64, steps: u64) {
        self.batches.push_back((now, steps));
        while self.batches.len() > 2 && self.batches.front().is_some_and(|(at, _)| now - at > WINDOW) {
            self.batches.pop_front();
        }
    }

    /// Steps per second; 0 while too little is known.
    pub fn per_second(&self) -> f64 {
        match (self.batches.front(), self.batches.back()) {
            // The first batch only says when the count starts.
            (Some((start, _)), Some((end, _))) if end > start => {
                let steps: u64 = self.batches.iter().skip(1).map(|(_, steps)| steps).sum();
                steps as f64 / (end - start) * 1000.0
            }
            _ => 0.0,
        }
    }
}

/// At most this share of a race's time goes into evaluations.
const EVALUATION_SHARE: f64 = 0.1;
/// Milliseconds between two of them, at least.
const EVALUATION_PAUSE: f64 = 1000.0;

/// When the racers were last evaluated, and what it cost.
#[derive(Default)]
pub struct Evaluations {
    step: Option<u64>,
    at: f64,
    milliseconds: f64,
}

impl Evaluations {
    /// Whether a race that goes on should be evaluated at `now`.
    pub fn due(&self, now: f64) -> bool {
        let since = now - self.at;
        since > EVALUATION_PAUSE && since * EVALUATION_SHARE > self.milliseconds
    }

    /// Whether an evaluation after `step` steps would only repeat the last one.
    pub fn known(&self, step: u64) -> bool {
        self.step == Some(step)
    }

    /// The racers were evaluated after `step` steps, from `start` to `end`.
    pub fn took(&mut self, step: u64, start: f64, end: f64) {
        *self = Self { step: Some(step), at: end, milliseconds: end - start };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Steps that run in a second when each takes `cost` milliseconds.
    fn second(pace: &mut Pace, cost: f64) -> u64 {
        let (mut now, mut steps) = (0.0, 0);
        pace.restart(now);
        while now < 1000.0 {
            let count = pace.allowed(now);
            pace.took(count, count as f64 * cost);
            steps += count;
            now += if count > 0 { count as f64 * cost } else { pace.wait(now) };
        }
        steps
    }

    #[test]
    fn a_pace_is_kept_where_the_engine_can() {
        for rate in [1.0, 47.0, 300.0] {
            let mut pace = Pace::default();
            pace.set(Some(rate));
            let steps = second(&mut pace, 1.0) as f64;
            assert!((steps - rate).abs() <= 2.0, "{steps} steps at {rate} per second");
        }
    }

    #[test]
    fn evaluations_take_a_tenth_of_the_time_at_most() {
        let mut evaluations = Evaluations::default();
        assert!(!evaluations.known(0));
        evaluations.took(10, 5000.0, 5050.0);
        assert!(evaluations.known(10) && !evaluations.known(11));
        assert!(!evaluations.due(6000.0) && evaluations.due(6100.0), "a cheap one: every second");
        evaluations.took(20, 7000.0, 7500.0);
        assert!(!evaluations.due(12_000.0) && evaluations.due(12_600.0), "half a second: every five");
    }

    #[test]
    fn turbo_fills_the_time_in_batches_of_a_frame() {
        let mut pace = Pace::default();
        let steps = second(&mut pace, 2.0);
        assert!((490..=510).contains(&steps), "{steps} steps of 2 ms in a second");
        assert_eq!(pace.allowed(0.0), 8);
    }

    #[test]
    fn an_engine_slower_than_the_pace_does_not_pile_up_steps() {
        let mut pace = Pace::default();
        pace.set(Some(1000.0));
        let steps = second(&mut pace, 10.0);
        assert!((95..=105).contains(&steps), "{steps} steps of 10 ms in a second");
        // Once it is fast again, it makes up for a tenth of a second at most.
        pace.took(1000, 0.0);
        assert!(pace.allowed(1010.0) <= 150);
    }
}
