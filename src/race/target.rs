//! The loss to reach, and who reached it when.

use crate::optim::{Knob, Scale};
use crate::race::history::History;

/// The loss to reach.
pub const TARGET: Knob = Knob {
    name: "target",
    label: text!("Target loss", "目标损失"),
    symbol: "",
    min: 1e-4,
    max: 10.0,
    default: 0.3,
    scale: Scale::Log,
    doc: text!(
        "Who gets down to this loss first? The smoothed loss counts. Drag the line in the chart, or type a loss; \
         clear the field for no target.",
        "谁先降到这个损失？以平滑后的损失为准。可以拖动图表中的线，也可以直接输入；清空输入框则不设目标。"
    ),
};

/// A loss to reach, and for each racer how far its curve was searched for it.
#[derive(Clone, Debug)]
pub struct Target {
    loss: f64,
    racers: Vec<Search>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Search {
    /// Steps that were searched in vain.
    searched: u64,
    reached: Option<u64>,
}

impl Target {
    /// The target `loss`, nats, for so many racers.
    pub fn new(loss: f64, racers: usize) -> Self {
        Self { loss, racers: vec![Search::default(); racers] }
    }

    /// The loss to reach, nats.
    pub fn loss(&self) -> f64 {
        self.loss
    }

    /// Searches what `history` has anew since the last search.
    pub fn search(&mut self, history: &History) {
        for (racer, search) in self.racers.iter_mut().enumerate().filter(|(_, search)| search.reached.is_none()) {
            search.reached = history.first_at_or_below(racer, self.loss as f32, search.searched);
            search.searched = history.steps();
        }
    }

    /// The step, from 0, at which the smoothed loss of `racer` was first at or below the target.
    pub fn reached(&self, racer: usize) -> Option<u64> {
        self.racers.get(racer)?.reached
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_racer_reaches_it_once_however_often_it_is_searched() {
        let mut history = History::new(3);
        let mut target = Target::new(0.5, 3);
        for step in 0..300u16 {
            history.push(|racer, _| match racer {
                0 => 1.0 / (1.0 + f32::from(step) / 100.0),
                1 => {
                    if step < 50 {
                        1.0
                    } else {
                        f32::NAN
                    }
                }
                _ => {
                    if step == 0 {
                        0.5
                    } else {
                        2.0
                    }
                }
            });
            if step % 7 == 0 {
                target.search(&history);
            }
        }
        target.search(&history);
        let mut once = Target::new(0.5, 3);
        once.search(&history);
        for target in [&target, &once] {
            let step = target.reached(0).expect("it falls to 0.25");
            assert!((100..115).contains(&step), "the average trails: {step}");
            assert_eq!((target.reached(1), target.reached(2), target.reached(3)), (None, Some(0), None));
        }
        assert_eq!(target.reached(0), once.reached(0));
    }
}
