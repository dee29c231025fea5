//! When the racers are evaluated, and on how many test images.

use crate::optim::{Knob, Scale};

/// Test images of an evaluation within an epoch: the first ones, always the same, so that its points compare.
pub const SAMPLE: usize = 1000;

/// Steps from one evaluation within an epoch to the next; no part of the race, which is the same without any.
pub const EVALUATION_STEPS: Knob = Knob {
    name: "evaluation_steps",
    label: text!("Test every", "测试间隔"),
    symbol: "",
    min: 1.0,
    max: 10_000.0,
    default: 50.0,
    scale: Scale::LogInteger,
    doc: text!(
        "After how many steps the racers are tested on 1,000 test images. At the end of every epoch they are tested \
         on all of them.",
        "每隔多少步用 1,000 张测试图像测试选手。每一轮结束时用全部测试图像测试。"
    ),
};

/// At which steps of a race the racers are evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Steps from one evaluation on [`SAMPLE`] images to the next, counted over the whole race.
    pub interval: u64,
    /// Steps in an epoch, at whose end all test images are used.
    pub steps_per_epoch: u64,
    /// Test images there are.
    pub test_images: usize,
}

impl Schedule {
    /// How many test images the evaluation after `steps` steps uses; nothing where there is none.
    pub fn images(&self, steps: u64) -> Option<usize> {
        let images = match steps {
            0 => 0,
            _ if steps.is_multiple_of(self.steps_per_epoch) => self.test_images,
            _ if steps.is_multiple_of(self.interval) => self.test_images.min(SAMPLE),
            _ => 0,
        };
        (images > 0).then_some(images)
    }

    /// Steps from `steps` on to the end of the epoch.
    pub fn epoch_left(&self, steps: u64) -> u64 {
        self.steps_per_epoch - steps % self.steps_per_epoch
    }

    /// Steps from `steps` on to the next evaluation.
    pub fn left(&self, steps: u64) -> u64 {
        self.epoch_left(steps).min(self.interval - steps % self.interval)
    }
}

/// At most this share of a race's time goes into evaluations within an epoch.
const SHARE: f64 = 0.1;

/// What the last evaluation was, and what it cost: those within an epoch wait until there is time for them.
#[derive(Default)]
pub struct Evaluations {
    last: Option<(u64, usize)>,
    at: f64,
    milliseconds: f64,
}

impl Evaluations {
    /// Steps that may run from `steps` on, at `now`, before the racers are evaluated.
    pub fn left(&self, schedule: &Schedule, steps: u64, now: f64) -> u64 {
        if self.affordable(now) { schedule.left(steps) } else { schedule.epoch_left(steps) }
    }

    /// How many test images to evaluate on after `steps` steps, at `now`; nothing: not now.
    pub fn due(&self, schedule: &Schedule, steps: u64, now: f64) -> Option<usize> {
        let due = self.affordable(now) || steps.is_multiple_of(schedule.steps_per_epoch);
        schedule.images(steps).filter(|images| due && !self.known(steps, *images))
    }

    /// Whether an evaluation on `images` images after `steps` steps would only repeat the last one.
    pub fn known(&self, steps: u64, images: usize) -> bool {
        self.last == Some((steps, images))
    }

    /// The racers were evaluated on `images` images after `steps` steps, from `start` to `end`, milliseconds.
    pub fn took(&mut self, steps: u64, images: usize, start: f64, end: f64) {
        *self = Self { last: Some((steps, images)), at: end, milliseconds: end - start };
    }

    /// Milliseconds that an evaluation on `images` images usually takes; infinitely many before the first one.
    pub fn usual(&self, images: usize) -> f64 {
        self.last.map_or(f64::INFINITY, |(_, last)| self.milliseconds * images as f64 / last as f64)
    }

    fn affordable(&self, now: f64) -> bool {
        (now - self.at) * SHARE >= self.milliseconds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEDULE: Schedule = Schedule { interval: 50, steps_per_epoch: 469, test_images: 10_000 };

    #[test]
    fn a_sample_every_so_many_steps_and_all_images_each_epoch() {
        let evaluated = |schedule: Schedule, last: u64| -> Vec<(u64, usize)> {
            (0..=last).filter_map(|steps| Some((steps, schedule.images(steps)?))).collect()
        };
        let first: Vec<_> = (1..=9).map(|number| (50 * number, SAMPLE)).chain([(469, 10_000), (500, SAMPLE)]).collect();
        assert_eq!(evaluated(SCHEDULE, 500), first);
        assert_eq!(
            evaluated(Schedule { steps_per_epoch: 100, test_images: 300, ..SCHEDULE }, 100),
            [(50, 300), (100, 300)]
        );
        assert_eq!(evaluated(Schedule { test_images: 0, ..SCHEDULE }, 500), []);
    }

    #[test]
    fn steps_left_lead_from_one_evaluation_to_the_next() {
        let mut steps = 0;
        for _ in 0..30 {
            let next = steps + SCHEDULE.left(steps);
            assert!((steps + 1..next).all(|between| SCHEDULE.images(between).is_none()), "between {steps} and {next}");
            assert!(SCHEDULE.images(next).is_some());
            steps = next;
        }
        assert_eq!((SCHEDULE.epoch_left(0), SCHEDULE.epoch_left(469), SCHEDULE.epoch_left(470)), (469, 469, 468));
    }

    #[test]
    fn those_within_an_epoch_take_a_tenth_of_the_time_at_most() {
        let mut evaluations = Evaluations::default();
        assert_eq!(evaluations.due(&SCHEDULE, 50, 0.0), Some(SAMPLE));
        evaluations.took(50, SAMPLE, 1000.0, 1020.0);
        assert_eq!((evaluations.due(&SCHEDULE, 100, 1200.0), evaluations.left(&SCHEDULE, 60, 1200.0)), (None, 409));
        assert_eq!(
            (evaluations.due(&SCHEDULE, 100, 1230.0), evaluations.left(&SCHEDULE, 60, 1230.0)),
            (Some(SAMPLE), 40)
        );
        assert_eq!(evaluations.due(&SCHEDULE, 469, 1021.0), Some(10_000), "an epoch's end never waits");
    }

    #[test]
    fn what_is_known_is_not_asked_again() {
        let mut evaluations = Evaluations::default();
        assert_eq!(evaluations.usual(SAMPLE), f64::INFINITY);
        evaluations.took(469, 10_000, 0.0, 1.0);
        assert_eq!(evaluations.due(&SCHEDULE, 469, 1e6), None);
        assert_eq!(evaluations.usual(5000), 0.5);
        assert!(evaluations.known(469, 10_000) && !evaluations.known(469, SAMPLE) && !evaluations.known(470, 10_000));
    }
}
