//! How long a race has been going on.

/// A lap longer than so many milliseconds may be no racing at all: the page was frozen, or the machine slept.
const GAP: f64 = 1500.0;

/// It is none if it is longer than so many times the usual one, too.
const UNUSUAL: f64 = 10.0;

/// Seconds of racing, without the pauses and without the gaps in which nothing on the page ran.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stopwatch {
    /// Milliseconds up to the last pause or lap.
    before: f64,
    /// When it went on, or the last lap ended, milliseconds; nothing while it stands.
    since: Option<f64>,
}

impl Stopwatch {
    /// One that stands at so many `seconds`.
    pub fn at(seconds: f64) -> Self {
        Self { before: seconds * 1000.0, since: None }
    }

    /// The race goes on at `now`, milliseconds.
    pub fn run(&mut self, now: f64) {
        self.since.get_or_insert(now);
    }

    /// What took until `now` usually takes so many milliseconds; infinitely many: nobody knows. Much more is a gap, of
    /// which only these count -> whether it was one.
    pub fn lap(&mut self, now: f64, usual: f64) -> bool {
        let Some(since) = self.since.replace(now) else {
            self.since = None;
            return false;
        };
        let gap = now - since > GAP.max(UNUSUAL * usual);
        self.before += if gap { usual } else { now - since };
        gap
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
        assert_eq!(Stopwatch::at(3.5).seconds(10_500.0), 3.5);
    }

    #[test]
    fn a_gap_counts_as_what_usually_happens() {
        let mut watch = Stopwatch::default();
        assert!(!watch.lap(500.0, 0.0), "it stands");
        watch.run(1000.0);
        assert!(!watch.lap(2000.0, 16.0));
        assert!(watch.lap(62_000.0, 16.0));
        assert_eq!(watch.seconds(62_000.0), 1.016);
        assert!(!watch.lap(92_000.0, f64::INFINITY), "the first of its kind may take long");
        assert!(!watch.lap(122_000.0, 4000.0), "and others always do");
        assert_eq!(watch.seconds(123_000.0), 62.016);
    }
}
