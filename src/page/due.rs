//! Which charts are to be drawn: those that would look different, and not all in the same frame.

use crate::reading::Reading;
use crate::track::Track;

/// How far a curve's head must have moved before its chart is drawn again, CSS pixels.
const STRIDE: f64 = 0.5;

/// A chart of a race that goes on is drawn again after so many milliseconds at the earliest: more often nobody sees.
const PAUSE: f64 = 30.0;

/// And at the latest, however little its heads moved.
const PATIENCE: f64 = 250.0;

/// Once drawing took so many milliseconds, the remaining charts wait for the next frame.
const BUDGET: f64 = 5.0;

/// The most charts that are drawn whole in a frame. What a browser without a GPU then does with them takes longer than
/// telling it to, and no clock of the page sees it.
const WHOLE: usize = 2;

/// How much of a chart is to be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// The steps since it was drawn last.
    New,
    /// All of it.
    All,
}

/// The charts that are to be drawn, the large one first.
pub(super) struct Due {
    charts: Vec<Option<Extent>>,
    /// Steps drawn.
    steps: u64,
    /// When that was, milliseconds.
    at: f64,
    /// The lane chart whose turn it is.
    turn: usize,
    /// Charts drawn whole in this frame.
    whole: usize,
}

impl Due {
    /// So many charts, all of them to be drawn.
    pub(super) fn new(charts: usize) -> Self {
        Self { charts: vec![Some(Extent::All); charts], steps: 0, at: 0.0, turn: 0, whole: 0 }
    }

    /// Something changed that all charts show.
    pub(super) fn all(&mut self) {
        self.charts.fill(Some(Extent::All));
    }

    /// Something was measured at the step that was reported last.
    pub(super) fn measured(&mut self) {
        for due in &mut self.charts {
            due.get_or_insert(Extent::New);
        }
    }

    /// The race went on until `now`, milliseconds: all charts are due if it shows, and if none waits already.
    pub(super) fn advance(&mut self, track: &Track, reading: &Reading, now: f64) {
        if self.steps == track.history.steps() || self.waits() || now - self.at < PAUSE {
            return;
        }
        let x = |steps: u64| reading.scales(0)?.x(track.course.at(reading.unit, steps as f64));
        let strides = x(self.steps).zip(x(track.history.steps())).map(|(before, now)| now - before);
        if strides.is_none_or(|strides| strides >= STRIDE) || now - self.at >= PATIENCE {
            self.charts.fill(Some(Extent::New));
        }
    }

    /// A frame begins.
    pub(super) fn begin(&mut self) {
        self.whole = 0;
    }

    /// The next chart to draw after drawing for so many milliseconds in this frame, at `now`, and how much of it; it then
    /// counts as drawn. Nothing where the others wait for the next frame. The large chart comes first, then the lanes take
    /// turns.
    pub(super) fn next(&mut self, track: &Track, now: f64, spent: f64) -> Option<(usize, Extent)> {
        let lanes = self.charts.len().saturating_sub(1);
        let turns = (0..lanes).map(|lane| 1 + (self.turn + lane) % lanes);
        let chart = std::iter::once(0).chain(turns).find(|chart| self.charts[*chart].is_some())?;
        if spent >= BUDGET || self.whole == WHOLE {
            return None;
        }
        let extent = self.charts[chart].take()?;
        self.whole += usize::from(extent == Extent::All);
        if chart == 0 {
            (self.steps, self.at) = (track.history.steps(), now);
        } else {
            self.turn = chart % lanes;
        }
        Some((chart, extent))
    }

    /// Whether charts wait for the next frame.
    pub(super) fn waits(&self) -> bool {
        self.charts.iter().any(Option::is_some)
    }
}
