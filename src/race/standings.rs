//! Who leads, and who is out of the race.

use crate::race::history::History;
use crate::race::metric::Metric;
use crate::race::ranking::ordered;
use crate::text::Phrase;

/// The loss of a network that gives each of the ten digits the same chance, nats: ln 10.
pub const CHANCE: f32 = std::f32::consts::LN_10;

/// How far below [`CHANCE`] a loss still counts as chance: a network that only knows how often each digit occurs
/// gets to 0.002 below it, and a minibatch of 8 images then moves it by about 0.02.
const TOLERANCE: f32 = 0.02;

/// The share of dead hidden units from which on a network counts as dead.
const DEAD: f32 = 0.8;

/// How many more stuck than learning steps it takes to say collapsed, and the other way round to take it back.
/// A spike of some ten steps, from which most racers recover, must not be enough.
const PATIENCE: u32 = 48;

/// What is to be said of a racer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It races.
    Racing,
    /// Its loss became NaN or infinite, for good.
    Diverged {
        /// The first such step, from 0.
        step: u64,
    },
    /// Most of its hidden units are dead and its loss stays at chance or above. It may yet recover.
    Collapsed {
        /// The step from which on this was so, from 0.
        step: u64,
    },
}

impl Verdict {
    /// The verdict in words, to stand behind the racer's name.
    pub fn words(self) -> Phrase {
        match self {
            Self::Racing => text!("racing", "正在竞赛").into(),
            Self::Diverged { step } => phrase!(
                "diverged at step {step}: the loss is no longer a finite number",
                "在第 {step} 步发散：损失已不再是有限的数",
                step,
            ),
            Self::Collapsed { step } => phrase!(
                "collapsed at step {step}: most hidden units are dead, the loss is stuck at chance",
                "在第 {step} 步崩溃：大多数隐藏单元已失活，损失停在随机猜测的水平",
                step,
            ),
        }
    }

    /// Those who race come before those who collapsed, and they before those who diverged.
    fn rank(self) -> u8 {
        match self {
            Self::Racing => 0,
            Self::Collapsed { .. } => 1,
            Self::Diverged { .. } => 2,
        }
    }
}

/// The verdict on every racer, from what each step measured.
#[derive(Clone, Debug)]
pub struct Standings {
    steps: u64,
    watches: Vec<Watch>,
}

impl Standings {
    /// `racers` at the start of a race.
    pub fn new(racers: usize) -> Self {
        let watch = Watch { verdict: Verdict::Racing, evidence: 0, since: 0 };
        Self { steps: 0, watches: vec![watch; racers] }
    }

    /// Takes one step's `losses` \[racers\] in nats and `dead_units` \[racers\], shares from 0 to 1.
    pub fn push(&mut self, losses: &[f32], dead_units: &[f32]) {
        for ((watch, loss), dead) in self.watches.iter_mut().zip(losses).zip(dead_units) {
            watch.push(self.steps, *loss, *dead);
        }
        self.steps += 1;
    }

    /// The verdict on `racer`; one that does not exist races.
    pub fn verdict(&self, racer: usize) -> Verdict {
        self.watches.get(racer).map_or(Verdict::Racing, |watch| watch.verdict)
    }

    /// All racers, the leader first: by smoothed loss, those who collapsed behind those who race, those who diverged
    /// last. Equals stay in the order of their lanes.
    pub fn order(&self, history: &History) -> Vec<usize> {
        let place =
            |racer: usize| (self.verdict(racer).rank(), history.smoothed(racer, Metric::Loss).unwrap_or(f32::INFINITY));
        ordered(self.watches.len(), |a, b| {
            let ((rank_a, loss_a), (rank_b, loss_b)) = (place(a), place(b));
            rank_a.cmp(&rank_b).then(loss_a.total_cmp(&loss_b)).is_lt()
        })
    }
}

/// What is known of one racer.
#[derive(Clone, Debug)]
struct Watch {
    verdict: Verdict,
    /// From 0 to [`PATIENCE`]: up with every stuck step, down with every learning one.
    evidence: u32,
    /// The step at which the evidence left 0.
    since: u64,
}

impl Watch {
    fn push(&mut self, step: u64, loss: f32, dead: f32) {
        if matches!(self.verdict, Verdict::Diverged { .. }) {
            return;
        }
        if !loss.is_finite() {
            self.verdict = Verdict::Diverged { step };
        } else if loss < CHANCE - TOLERANCE {
            self.evidence = self.evidence.saturating_sub(1);
            if self.evidence == 0 {
                self.verdict = Verdict::Racing;
            }
        } else if dead >= DEAD {
            if self.evidence == 0 {
                self.since = step;
            }
            self.evidence = (self.evidence + 1).min(PATIENCE);
            if self.evidence == PATIENCE {
                self.verdict = Verdict::Collapsed { step: self.since };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds one racer `steps` equal steps.
    fn feed(standings: &mut Standings, steps: usize, loss: f32, dead: f32) -> Verdict {
        (0..steps).for_each(|_| standings.push(&[loss], &[dead]));
        standings.verdict(0)
    }

    #[test]
    fn gradient_descent_at_three_collapses_and_says_since_when() {
        let mut standings = Standings::new(1);
        assert_eq!(feed(&mut standings, 2, 2.4, 0.05), Verdict::Racing);
        // Spikes while the units die, then chance, a little above and below.
        assert_eq!(feed(&mut standings, 1, 1.6e5, 0.5), Verdict::Racing);
        assert_eq!(feed(&mut standings, 20, 40.0, 0.9), Verdict::Racing);
        for _ in 0..20 {
            feed(&mut standings, 1, CHANCE + 0.3, 1.0);
            feed(&mut standings, 1, CHANCE - 0.01, 1.0);
        }
        assert_eq!(standings.verdict(0), Verdict::Collapsed { step: 3 });
        assert_eq!(
            standings.verdict(0).words().en,
            "collapsed at step 3: most hidden units are dead, the loss is stuck at chance",
        );
    }

    #[test]
    fn some_dozens_of_steps_are_enough_and_a_spike_is_not() {
        let mut standings = Standings::new(1);
        assert_eq!(feed(&mut standings, 24, 50.0, 1.0), Verdict::Racing);
        assert_eq!(feed(&mut standings, 24, 0.5, 0.9), Verdict::Racing);
        assert_eq!(feed(&mut standings, 60, 50.0, 1.0), Verdict::Collapsed { step: 48 });
    }

    #[test]
    fn dead_units_alone_and_chance_alone_are_no_collapse() {
        assert_eq!(feed(&mut Standings::new(1), 500, 1.0, 0.95), Verdict::Racing);
        assert_eq!(feed(&mut Standings::new(1), 500, 2.5, 0.79), Verdict::Racing);
        assert_eq!(feed(&mut Standings::new(1), 500, CHANCE - 0.03, 1.0), Verdict::Racing);
        assert_eq!(feed(&mut Standings::new(1), 500, 2.5, f32::NAN), Verdict::Racing);
    }

    #[test]
    fn a_collapsed_racer_that_learns_again_races_again_and_may_collapse_anew() {
        let mut standings = Standings::new(1);
        assert_eq!(feed(&mut standings, 300, 2.31, 1.0), Verdict::Collapsed { step: 0 });
        assert_eq!(feed(&mut standings, 20, 2.0, 0.7), Verdict::Collapsed { step: 0 });
        assert_eq!(feed(&mut standings, 40, 1.8, 0.7), Verdict::Racing);
        assert_eq!(feed(&mut standings, 100, 2.31, 1.0), Verdict::Collapsed { step: 360 });
    }

    #[test]
    fn divergence_is_final() {
        for bad in [f32::NAN, f32::INFINITY] {
            let mut standings = Standings::new(1);
            feed(&mut standings, 5, 2.0, 0.0);
            assert_eq!(feed(&mut standings, 1, bad, 0.0), Verdict::Diverged { step: 5 });
            assert_eq!(feed(&mut standings, 500, 0.1, 0.0), Verdict::Diverged { step: 5 });
            assert!(standings.verdict(0).words().en.starts_with("diverged at step 5: "));
        }
    }

    #[test]
    fn the_leader_comes_first_and_those_who_are_out_last() {
        let mut standings = Standings::new(5);
        let mut history = History::new(5);
        for step in 0..100 {
            let losses = [if step < 9 { 0.01 } else { f32::NAN }, 0.5, 2.31, 0.2, 3.0];
            let dead = [0.0, 0.0, 1.0, 0.0, 0.0];
            standings.push(&losses, &dead);
            history.push(|racer, metric| if metric == Metric::Loss { losses[racer] } else { dead[racer] });
        }
        // Racer 2 collapsed, with a smaller loss than racer 4, who still races.
        assert_eq!(standings.order(&history), [3, 1, 4, 2, 0]);
        assert_eq!(Standings::new(3).order(&History::new(3)), [0, 1, 2]);
    }
}
