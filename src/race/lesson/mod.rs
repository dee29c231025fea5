//! Lessons: races that show something, with what to watch in them, and whether it happened.
//!
//! One file for each lesson. That its claims hold on MNIST with its seed, `tests/lessons` checks.

mod batch;
mod correction;
mod epsilon;
pub mod link;
mod overtaking;
mod penalties;
pub mod progress;
mod rates;
mod same_rate;
pub mod sight;
mod trailing;
mod tuned;
mod warm_up;

use crate::race::address::Link;
use crate::race::metric::Metric;
use crate::text::Text;
use sight::Sight;

/// All lessons, in the order in which they build on each other.
pub static ALL: [Lesson; 10] = [
    trailing::LESSON,
    rates::LESSON,
    same_rate::LESSON,
    tuned::LESSON,
    overtaking::LESSON,
    correction::LESSON,
    epsilon::LESSON,
    batch::LESSON,
    warm_up::LESSON,
    penalties::LESSON,
];

/// A race that shows something.
#[derive(Debug)]
pub struct Lesson {
    /// Its name in addresses.
    pub id: &'static str,
    /// What it is called.
    pub title: Text,
    /// What it is about, in one or two sentences.
    pub why: Text,
    /// The race, as an address says it; see [`Lesson::link`].
    pub race: &'static str,
    /// Race steps per second at which one can follow it.
    pub pace: f64,
    /// What the y axis shows.
    pub metric: Metric,
    /// Whether the y axis is logarithmic.
    pub log_y: bool,
    /// Whether the x axis is logarithmic: where the first steps matter.
    pub log_x: bool,
    /// Three to five things to watch, in the order in which they happen.
    pub steps: &'static [Step],
}

/// Something to watch.
#[derive(Debug)]
pub struct Step {
    /// What to look at, and what it means.
    pub watch: Text,
    /// What of the race it is about.
    pub metric: Metric,
    /// Whether it happened: nothing as long as that cannot be known.
    pub check: fn(&Sight<'_>) -> Option<bool>,
    /// The batch size of the race that it is about, where that is not the one that the lesson starts with.
    pub batch_size: Option<usize>,
}

impl Step {
    /// A step about the losses of the race that the lesson starts with.
    const fn new(watch: Text, check: fn(&Sight<'_>) -> Option<bool>) -> Self {
        Self::about(Metric::Loss, watch, check)
    }

    /// A step about `metric` in the race that the lesson starts with.
    const fn about(metric: Metric, watch: Text, check: fn(&Sight<'_>) -> Option<bool>) -> Self {
        Self { watch, metric, check, batch_size: None }
    }
}

impl Lesson {
    /// The race that it starts with.
    pub fn link(&self) -> Link {
        // What a lesson says is understood: the tests of this module see to that.
        Link::read(self.race.split('&').filter_map(|pair| pair.split_once('='))).0
    }

    /// Whether its steps are about more than the y axis shows at first.
    pub fn has_several_metrics(&self) -> bool {
        self.steps.iter().any(|step| step.metric != self.metric)
    }

    /// Its number in [`ALL`], from 0.
    pub fn number(&self) -> usize {
        ALL.iter().position(|lesson| lesson.id == self.id).unwrap_or_default()
    }

    /// The lesson before it, if it is not the first.
    pub fn previous(&self) -> Option<&'static Self> {
        ALL.get(self.number().checked_sub(1)?)
    }

    /// The lesson after it, if it is not the last.
    pub fn next(&self) -> Option<&'static Self> {
        ALL.get(self.number() + 1)
    }
}

/// The lesson called `id`.
pub fn find(id: &str) -> Option<&'static Lesson> {
    ALL.iter().find(|lesson| lesson.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::race::config::PACE;

    #[test]
    fn every_lesson_is_understood_whole_and_has_a_name_of_its_own() {
        for (number, lesson) in ALL.iter().enumerate() {
            let pairs: Vec<_> = lesson.race.split('&').filter_map(|pair| pair.split_once('=')).collect();
            let (link, left_out) = Link::read(pairs);
            assert_eq!(left_out, [""; 0], "{}", lesson.id);
            let written: Vec<String> = link.pairs().iter().map(|(name, value)| format!("{name}={value}")).collect();
            assert_eq!(written.join("&"), format!("v=1&{}", lesson.race), "in the form that addresses have");
            assert_eq!((lesson.number(), find(lesson.id).map(|found| found.id)), (number, Some(lesson.id)));
            assert!((3..=5).contains(&lesson.steps.len()), "{}", lesson.id);
            assert!((PACE.min..=PACE.max).contains(&lesson.pace), "{}", lesson.id);
        }
    }

    #[test]
    fn they_follow_each_other() {
        assert!(ALL[0].previous().is_none() && ALL[ALL.len() - 1].next().is_none());
        for pair in ALL.windows(2) {
            assert_eq!(pair[0].next().map(|next| next.id), Some(pair[1].id));
            assert_eq!(pair[1].previous().map(|previous| previous.id), Some(pair[0].id));
        }
    }
}
