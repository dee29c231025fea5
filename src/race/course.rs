//! How far a race is at a step: in steps, epochs, images and seconds.

use crate::race::plan;
use crate::text::Text;

/// What a race's progress may be counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Steps.
    Steps,
    /// Epochs, whole and in part.
    Epochs,
    /// Images that each racer has trained on, counted again in each epoch.
    Images,
    /// Seconds of racing; pauses do not count.
    Seconds,
}

impl Unit {
    /// Every unit.
    pub const ALL: [Self; 4] = [Self::Steps, Self::Epochs, Self::Images, Self::Seconds];

    /// Its name in links.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Steps => "steps",
            Self::Epochs => "epochs",
            Self::Images => "images",
            Self::Seconds => "seconds",
        }
    }

    /// What stands in a choice of units.
    pub const fn label(self) -> Text {
        match self {
            Self::Steps => text!("steps", "步数"),
            Self::Epochs => text!("epochs", "轮数"),
            Self::Images => text!("images seen", "图像数"),
            Self::Seconds => text!("seconds", "秒数"),
        }
    }

    /// What stands beside an axis.
    pub const fn title(self) -> Text {
        match self {
            Self::Steps => text!("step", "步"),
            Self::Epochs => text!("epoch", "轮"),
            Self::Images => text!("images seen", "已看过的图像"),
            Self::Seconds => text!("seconds of racing", "竞赛时间（秒）"),
        }
    }
}

/// Reports within so many seconds of each other are kept as one, so that a day of racing fits into memory.
const PAUSE: f64 = 0.05;

/// How a race's steps lie in all units.
#[derive(Clone, Debug)]
pub struct Course {
    batch_size: f64,
    images: f64,
    steps_per_epoch: f64,
    /// (steps done, seconds of racing) at reports; between two of them, steps took equally long.
    reports: Vec<(f64, f64)>,
}

impl Course {
    /// The course of a race over `images` training images, in minibatches of `batch_size`, that did not start yet.
    pub fn new(images: usize, batch_size: usize) -> Self {
        let (images, batch_size) = (images.max(1), batch_size.max(1));
        Self {
            batch_size: batch_size as f64,
            images: images as f64,
            steps_per_epoch: plan::steps_per_epoch(images, batch_size) as f64,
            reports: vec![(0.0, 0.0)],
        }
    }

    /// The same course before the start.
    #[must_use]
    pub fn again(&self) -> Self {
        Self { reports: vec![(0.0, 0.0)], ..*self }
    }

    /// Training images.
    pub fn images(&self) -> usize {
        self.images as usize
    }

    /// Images per minibatch.
    pub fn batch_size(&self) -> usize {
        self.batch_size as usize
    }

    /// Steps in an epoch.
    pub fn steps_per_epoch(&self) -> u64 {
        self.steps_per_epoch as u64
    }

    /// `steps` are done after so many `seconds` of racing.
    pub fn reported(&mut self, steps: u64, seconds: f64) {
        let report = (steps as f64, seconds.max(self.seconds()));
        // The start is no report.
        let [.., before, last] = self.reports.as_mut_slice() else { return self.reports.push(report) };
        if report.1 - before.1 < PAUSE { *last = report } else { self.reports.push(report) }
    }

    /// What was reported after `steps`: steps done, and seconds of racing until then.
    pub fn reports_after(&self, steps: u64) -> &[(f64, f64)] {
        let first = self.reports.partition_point(|(done, _)| *done <= steps as f64);
        &self.reports[first..]
    }

    /// Seconds of racing so far.
    pub fn seconds(&self) -> f64 {
        self.last().1
    }

    /// How far the race is in `unit` when `step` steps are done.
    pub fn at(&self, unit: Unit, step: f64) -> f64 {
        match unit {
            Unit::Steps => step,
            Unit::Epochs => step / self.steps_per_epoch,
            Unit::Images => {
                let epochs = (step / self.steps_per_epoch).floor();
                let rest = (step - epochs * self.steps_per_epoch) * self.batch_size;
                epochs * self.images + rest.min(self.images)
            }
            Unit::Seconds => {
                let after = self.reports.partition_point(|(steps, _)| *steps <= step).max(1);
                match (self.reports[after - 1], self.reports.get(after)) {
                    ((steps, seconds), Some((later, then))) => {
                        seconds + (step - steps) / (later - steps) * (then - seconds)
                    }
                    ((steps, seconds), None) => seconds + (step - steps) / self.speed(),
                }
            }
        }
    }

    /// How many steps are done, whole and in part, when the race is at `far` in `unit`: the inverse of
    /// [`Course::at`]. Beyond the last report, seconds count at the race's mean speed.
    pub fn step(&self, unit: Unit, far: f64) -> f64 {
        match unit {
            Unit::Steps => far,
            Unit::Epochs => far * self.steps_per_epoch,
            Unit::Images => {
                let epochs = (far / self.images).floor();
                epochs * self.steps_per_epoch + (far - epochs * self.images) / self.batch_size
            }
            Unit::Seconds => {
                let after = self.reports.partition_point(|(_, seconds)| *seconds <= far).max(1);
                match (self.reports[after - 1], self.reports.get(after)) {
                    ((steps, seconds), Some((later, then))) => {
                        steps + (far - seconds) / (then - seconds) * (later - steps)
                    }
                    ((steps, seconds), None) => steps + (far - seconds) * self.speed(),
                }
            }
        }
    }

    /// Steps per second, averaged over the race; 1 before the first report.
    fn speed(&self) -> f64 {
        let (steps, seconds) = self.last();
        if steps > 0.0 && seconds > 0.0 { steps / seconds } else { 1.0 }
    }

    fn last(&self) -> (f64, f64) {
        self.reports.last().copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course() -> Course {
        let mut course = Course::new(1000, 300);
        for (steps, seconds) in [(10, 1.0), (30, 2.0), (40, 4.0)] {
            course.reported(steps, seconds);
        }
        course
    }

    #[test]
    fn steps_become_epochs_images_and_seconds() {
        let course = course();
        assert_eq!(course.steps_per_epoch(), 4);
        let at = |step| [Unit::Steps, Unit::Epochs, Unit::Images, Unit::Seconds].map(|unit| course.at(unit, step));
        assert_eq!(at(0.0), [0.0, 0.0, 0.0, 0.0]);
        // The epoch's last minibatch is short.
        assert_eq!(at(7.0), [7.0, 1.75, 1900.0, 0.7]);
        assert_eq!(at(8.0), [8.0, 2.0, 2000.0, 0.8]);
        assert_eq!(at(20.0), [20.0, 5.0, 5000.0, 1.5]);
        assert_eq!(at(50.0)[3], 5.0, "beyond the last report at the mean speed");
    }

    #[test]
    fn every_unit_leads_back_to_the_step() {
        let course = course();
        for unit in Unit::ALL {
            for step in 0..60 {
                let step = f64::from(step);
                assert!((course.step(unit, course.at(unit, step)) - step).abs() < 1e-9, "{unit:?} at {step}");
            }
        }
        assert_eq!(Course::new(1000, 300).step(Unit::Seconds, 5.0), 5.0);
        assert_eq!(Course::new(0, 0).at(Unit::Epochs, 3.0), 3.0);
    }

    #[test]
    fn what_was_reported_since_can_be_reported_again() {
        let (course, mut again) = (course(), Course::new(1000, 300));
        assert_eq!(course.reports_after(10), [(30.0, 2.0), (40.0, 4.0)]);
        for (steps, seconds) in course.reports_after(0) {
            again.reported(*steps as u64, *seconds);
        }
        assert_eq!(again.reports, course.reports);
        assert!(course.reports_after(40).is_empty());
    }

    #[test]
    fn reports_in_quick_succession_are_kept_as_few() {
        let mut course = Course::new(1000, 300);
        (1..=1000).for_each(|report| course.reported(report, report as f64 / 1000.0));
        assert!(course.reports.len() <= 22, "{} reports in a second", course.reports.len());
        assert_eq!((course.seconds(), course.at(Unit::Seconds, 1000.0)), (1.0, 1.0));
        assert!((course.at(Unit::Seconds, 333.0) - 0.333).abs() < 0.02);
    }
}
