//! How long a race has been going on.

/// Seconds of racing, without the pauses.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stopwatch {
    /// Milliseconds up to the last pause.
    before: f64,
    /// When it went on, milliseconds; nothing while it stands.
    since: Option<f64>,
}

impl Stopwatch {
    /// The race goes on at `now`, milliseconds.
    pub fn run(&mut self, now: f64) {
        self.since.get_or_insert(now);
    }

    /// The race pauses at `now`, milliseconds.
    pub fn pause(&mut self, now: f64) {
        self.before += self.since.take().map_or(0.0, |since| now - since);
    }

    /// Seconds of racing until `now`, milliseconds.
    pub fn seconds(&self, now: f64) -> f64 {
        (self.before + self.since.map_or(0.0, |since| now - since)) / 1000.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stopwatch_counts_no_pause() {
        let mut watch = Stopwatch::default();
        watch.pause(500.0);
        watch.run(1000.0);
        watch.run(1500.0);
        assert_eq!(watch.seconds(3000.0), 2.0);
        watch.pause(4000.0);
        assert_eq!(watch.seconds(9000.0), 3.0);
        watch.run(10_000.0);
        assert_eq!(watch.seconds(10_500.0), 3.5);
    }
}
