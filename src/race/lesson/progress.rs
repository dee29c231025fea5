//! How far a reader is in a lesson.

use super::Lesson;
use super::sight::Sight;

/// What became of a lesson's step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is still to come.
    Awaited,
    /// It happened.
    Seen,
    /// It did not happen in this race.
    Missed,
}

/// A lesson that is being taken.
#[derive(Clone, Debug)]
pub struct Progress {
    lesson: &'static Lesson,
    /// The batch size that the lesson starts with.
    batch_size: usize,
    outcomes: Vec<Outcome>,
}

impl Progress {
    /// `lesson` from its start.
    pub fn new(lesson: &'static Lesson) -> Self {
        let batch_size = lesson.link().config.batch_size;
        Self { lesson, batch_size, outcomes: vec![Outcome::Awaited; lesson.steps.len()] }
    }

    /// The lesson.
    pub fn lesson(&self) -> &'static Lesson {
        self.lesson
    }

    /// What became of each step.
    pub fn outcomes(&self) -> &[Outcome] {
        &self.outcomes
    }

    /// The first step that is still to come.
    pub fn next(&self) -> Option<usize> {
        self.outcomes.iter().position(|outcome| *outcome == Outcome::Awaited)
    }

    /// Whether all that there is to see was seen.
    pub fn done(&self) -> bool {
        self.outcomes.iter().all(|outcome| *outcome == Outcome::Seen)
    }

    /// Another race stands at its start: what was seen stays, what was missed may happen now.
    pub fn restart(&mut self) {
        self.outcomes.iter_mut().filter(|outcome| **outcome == Outcome::Missed).for_each(|outcome| {
            *outcome = Outcome::Awaited;
        });
    }

    /// Looks at the race -> the steps that were decided by it.
    pub fn look(&mut self, sight: &Sight<'_>) -> Vec<usize> {
        let mut decided = Vec::new();
        for (number, (step, outcome)) in self.lesson.steps.iter().zip(&mut self.outcomes).enumerate() {
            let about = step.batch_size.unwrap_or(self.batch_size) == sight.batch_size();
            if *outcome != Outcome::Awaited || !about {
                continue;
            }
            if let Some(happened) = (step.check)(sight) {
                *outcome = if happened { Outcome::Seen } else { Outcome::Missed };
                decided.push(number);
            }
        }
        decided
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::race::course::Course;
    use crate::race::history::History;
    use crate::race::lesson::find;

    /// `steps` steps of a race in which every racer's loss stays as it is.
    fn race(losses: &[f32], steps: u64) -> History {
        let mut history = History::new(losses.len());
        (0..steps).for_each(|_| history.push(|racer, _| losses[racer]));
        history
    }

    #[test]
    fn what_was_seen_stays_and_what_was_missed_gets_another_race() {
        let lesson = find("trailing").expect("a lesson");
        let (mut progress, course) = (Progress::new(lesson), Course::new(60_000, 128));
        assert_eq!((progress.next(), progress.done()), (Some(0), false));
        let equal = race(&[0.5, 0.5, 0.5], 25);
        assert_eq!(progress.look(&Sight::new(&equal, &course)), [0], "too early for the others");
        assert_eq!(progress.outcomes()[0], Outcome::Missed);
        assert!(progress.look(&Sight::new(&equal, &course)).is_empty(), "said once");
        progress.restart();
        let other = race(&[0.1, 0.5, 0.5], 25);
        assert_eq!(progress.look(&Sight::new(&other, &course)), [0]);
        assert_eq!((progress.outcomes()[0], progress.next()), (Outcome::Seen, Some(1)));
        progress.restart();
        progress.look(&Sight::new(&equal, &course));
        assert_eq!(progress.outcomes()[0], Outcome::Seen);
    }

    #[test]
    fn a_step_about_another_batch_size_waits_for_that_race() {
        let lesson = find("batch").expect("a lesson");
        let mut progress = Progress::new(lesson);
        let long = race(&[0.2, 0.2, 0.2], 4000);
        let later = lesson.steps.iter().position(|step| step.batch_size.is_some()).expect("one about small batches");
        progress.look(&Sight::new(&long, &Course::new(60_000, 1024)));
        assert_eq!(progress.next(), Some(later));
        progress.look(&Sight::new(&long, &Course::new(60_000, 128)));
        assert_eq!(progress.outcomes()[later], Outcome::Awaited);
        progress.look(&Sight::new(&long, &Course::new(60_000, 16)));
        assert_ne!(progress.outcomes()[later], Outcome::Awaited);
    }
}
