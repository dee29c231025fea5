//! What each step uses: its minibatch and, for every racer, the scalars of its update.

use crate::model::dropout;
use crate::optim::{Clipping, Penalty, Scalars, Settings};
use crate::race::config::Config;

/// One race step.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Counted from 0 since the race's start.
    pub number: u64,
    /// The epoch, from 0, whose order of the images it uses.
    pub epoch: u32,
    /// Where its minibatch starts in that order.
    pub start: usize,
    /// Images in its minibatch; the epoch's last one may be short.
    pub size: usize,
    /// What dropout's masks are hashed from.
    pub dropout_key: u32,
    /// One for each racer.
    pub racers: Vec<RacerStep>,
}

/// What one racer's update uses in a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RacerStep {
    /// The optimizer's.
    pub scalars: Scalars,
    /// What holds its weights down.
    pub penalty: Penalty,
    /// What holds its gradient down.
    pub clipping: Clipping,
    /// The share of the answer that goes to all classes alike.
    pub label_smoothing: f32,
    /// The learning rate in use.
    pub learning_rate: f32,
}

/// Steps in an epoch over `images` training images: the last minibatch is short, never dropped.
pub fn steps_per_epoch(images: usize, batch_size: usize) -> u64 {
    images.div_ceil(batch_size) as u64
}

/// Configuration, training images and a step's number -> what that step uses.
pub fn step(config: &Config, images: usize, number: u64) -> Step {
    let steps = steps_per_epoch(images, config.batch_size);
    let start = (number % steps) as usize * config.batch_size;
    Step {
        number,
        epoch: (number / steps) as u32,
        start,
        size: config.batch_size.min(images - start),
        dropout_key: dropout::step_key(config.seed, number),
        // The formulas count steps from 1.
        racers: config.racers.iter().map(|racer| racer_step(racer, number + 1)).collect(),
    }
}

fn racer_step(racer: &Settings, step: u64) -> RacerStep {
    RacerStep {
        scalars: (racer.optimizer().scalars)(racer, step),
        penalty: racer.penalty(step),
        clipping: racer.clipping(),
        label_smoothing: racer.label_smoothing() as f32,
        learning_rate: racer.rate(step) as f32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_covers_every_image_once() {
        let config = Config { batch_size: 100, ..Config::default() };
        assert_eq!(steps_per_epoch(512, 100), 6);
        let steps: Vec<Step> = (0..7).map(|number| step(&config, 512, number)).collect();
        assert_eq!(steps[5].start + steps[5].size, 512);
        assert_eq!((steps[5].epoch, steps[5].size), (0, 12));
        assert_eq!((steps[6].epoch, steps[6].start, steps[6].size), (1, 0, 100));
        assert_eq!(steps[0].racers.len(), 3);
    }
}
