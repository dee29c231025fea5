//! How many steps to run now: enough for the pace asked for, and hardly more than take about a frame.

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
    /// Steps that run at once as fast as the engine can, however long they take.
    least: u64,
}

impl Default for Pace {
    fn default() -> Self {
        Self { rate: f64::INFINITY, due: 0.0, cost: 0.0, least: 1 }
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

    /// How many steps must run at once, however long they take, where the race is as fast as the engine can: an engine
    /// to which every batch is dear wants many.
    pub fn set_least(&mut self, steps: u64) {
        self.least = steps;
    }

    /// Steps, at most `most`, that may run at `now`.
    pub fn allowed(&mut self, now: f64, most: u64) -> u64 {
        let batch = if self.cost > 0.0 { (BATCH / self.cost).max(1.0) } else { 1.0 };
        if self.rate.is_infinite() {
            return (batch as u64).max(self.least).min(most);
        }
        let batch = batch.min(most as f64);
        self.due = self.due.max(now - CATCH_UP);
        let due = ((now - self.due) * self.rate + 1.0).max(0.0).min(batch).floor();
        self.due += due / self.rate;
        due as u64
    }

    /// Another race begins, whose steps may take longer or shorter.
    pub fn forget(&mut self) {
        self.cost = 0.0;
    }

    /// Milliseconds that `steps` usually take; infinitely many before the first ones.
    pub fn usual(&self, steps: u64) -> f64 {
        if self.cost > 0.0 { self.cost * steps as f64 } else { f64::INFINITY }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Steps that run in a second when each takes `cost` milliseconds.
    fn second(pace: &mut Pace, cost: f64) -> u64 {
        let (mut now, mut steps) = (0.0, 0);
        pace.restart(now);
        while now < 1000.0 {
            let count = pace.allowed(now, u64::MAX);
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
    fn turbo_fills_the_time_in_batches_of_a_frame() {
        let mut pace = Pace::default();
        let steps = second(&mut pace, 2.0);
        assert!((490..=510).contains(&steps), "{steps} steps of 2 ms in a second");
        assert_eq!((pace.allowed(0.0, u64::MAX), pace.allowed(0.0, 5)), (8, 5));
        pace.set_least(32);
        assert_eq!((pace.allowed(0.0, u64::MAX), pace.allowed(0.0, 5)), (32, 5));
        pace.set(Some(1000.0));
        assert!(pace.allowed(0.0, u64::MAX) <= 8, "a pace is kept evenly");
    }

    #[test]
    fn what_steps_usually_take_is_known_after_the_first_ones() {
        let mut pace = Pace::default();
        assert_eq!(pace.usual(3), f64::INFINITY);
        pace.took(2, 8.0);
        assert_eq!(pace.usual(3), 12.0);
        pace.forget();
        assert_eq!(pace.usual(3), f64::INFINITY);
    }

    #[test]
    fn steps_that_were_not_allowed_stay_due() {
        let mut pace = Pace::default();
        pace.set(Some(1000.0));
        pace.took(1, 0.1);
        pace.restart(0.0);
        assert_eq!([pace.allowed(49.0, 20), pace.allowed(49.0, 100), pace.allowed(49.0, 100)], [20, 30, 0]);
    }

    #[test]
    fn an_engine_slower_than_the_pace_does_not_pile_up_steps() {
        let mut pace = Pace::default();
        pace.set(Some(1000.0));
        let steps = second(&mut pace, 10.0);
        assert!((95..=105).contains(&steps), "{steps} steps of 10 ms in a second");
        // Once it is fast again, it makes up for a tenth of a second at most.
        pace.took(1000, 0.0);
        assert!(pace.allowed(1010.0, u64::MAX) <= 150);
    }
}
