//! What a lesson's checks see of a race.

use crate::race::course::Course;
use crate::race::history::History;
use crate::race::metric::Metric;

/// The mean is over so many steps: enough to even out what minibatches differ by, whatever the curves' smoothing is.
const MEAN: u64 = 25;

/// A race so far. Racers are counted from 0; nothing comes of those who are not there, and of what is still to come.
#[derive(Clone, Copy, Debug)]
pub struct Sight<'a> {
    history: &'a History,
    course: &'a Course,
}

impl<'a> Sight<'a> {
    /// The race in `history`, which goes on `course`.
    pub fn new(history: &'a History, course: &'a Course) -> Self {
        Self { history, course }
    }

    /// Images per minibatch.
    pub fn batch_size(&self) -> usize {
        self.course.batch_size()
    }

    /// The mean of `racer`'s losses over the last 25 of its first `steps` steps, nats. Infinite for one who diverged.
    pub fn loss(&self, racer: usize, steps: u64) -> Option<f32> {
        self.mean(racer, Metric::Loss, steps)
    }

    /// The mean of what `metric` was over the last 25 of `racer`'s first `steps` steps.
    pub fn mean(&self, racer: usize, metric: Metric, steps: u64) -> Option<f32> {
        if self.history.stopped(racer).is_some_and(|stopped| stopped < steps) {
            return Some(f32::INFINITY);
        }
        let first = steps.saturating_sub(MEAN);
        let values = (first..steps).map(|step| self.history.value(racer, metric, step));
        let sum: f32 = values.sum::<Option<f32>>()?;
        Some(sum / (steps - first) as f32)
    }

    /// The share of test images that `racer` recognises after `steps` steps, or when it is tested next, 0 to 1.
    pub fn accuracy(&self, racer: usize, steps: u64) -> Option<f32> {
        let examination = self.history.examinations().iter().find(|examination| examination.step >= steps)?;
        examination.accuracies.get(racer).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::race::history::Examination;

    #[test]
    fn means_are_over_the_steps_just_before_and_wait_for_them() {
        let (mut history, course) = (History::new(2), Course::new(1000, 50));
        for step in 0..100u8 {
            history.push(|racer, _| if racer == 1 && step >= 60 { f32::NAN } else { f32::from(step) });
        }
        let sight = Sight::new(&history, &course);
        assert_eq!((sight.loss(0, 5), sight.loss(0, 25), sight.loss(0, 100)), (Some(2.0), Some(12.0), Some(87.0)));
        assert_eq!((sight.loss(0, 101), sight.loss(2, 50)), (None, None));
        assert_eq!((sight.loss(1, 60), sight.loss(1, 61)), (Some(47.0), Some(f32::INFINITY)));
        assert_eq!(sight.batch_size(), 50);
    }

    #[test]
    fn an_accuracy_is_the_first_at_the_step_or_later() {
        let (mut history, course) = (History::new(1), Course::new(1000, 50));
        for step in [50, 100] {
            history.examine(Examination { step, images: 10, losses: vec![1.0], accuracies: vec![step as f32 / 200.0] });
        }
        let sight = Sight::new(&history, &course);
        assert_eq!((sight.accuracy(0, 50), sight.accuracy(0, 51)), (Some(0.25), Some(0.5)));
        assert_eq!((sight.accuracy(0, 101), sight.accuracy(1, 50)), (None, None));
    }
}
