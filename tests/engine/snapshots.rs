//! Races that are taken up again from a snapshot, on the same engine and on the other one.

use crate::common::{config, dataset, runner};
use gradprix::engine::{Choice, EngineError, Metric, Metrics, Runner};
use gradprix::optim;
use gradprix::race::journal::Snapshot;
use pollster::block_on;
use serde_json::{Value, json};

const ENGINES: [Choice; 2] = [Choice::Cpu, Choice::Gpu];

/// Every optimizer, some with penalties, clipping or a schedule; dropout; minibatches that end epochs short.
fn setting() -> Value {
    let racer = |(at, optimizer): (usize, &&optim::Optimizer)| match at % 4 {
        0 => json!({ "optimizer": optimizer.id }),
        1 => json!({ "optimizer": optimizer.id, "l2": 0.001 }),
        2 => json!({ "optimizer": optimizer.id, "clip_norm": 0.5 }),
        _ => json!({ "optimizer": optimizer.id, "schedule": "cosine", "schedule_steps": 40 }),
    };
    let racers: Vec<Value> = optim::ALL.iter().enumerate().map(racer).collect();
    json!({ "seed": 7, "batch_size": 48, "hidden": [40, 24], "dropout": 0.2, "racers": racers })
}

fn race(choice: Choice) -> Runner {
    runner(choice, &dataset(100), config(&setting()))
}

fn run(runner: &mut Runner, steps: u64) -> Metrics {
    block_on(runner.run(steps)).expect("the engine runs")
}

/// The race after 15 steps, and what it measured in the 20 steps behind them.
fn undisturbed(choice: Choice) -> (Runner, Snapshot, Metrics) {
    let mut race = race(choice);
    run(&mut race, 15);
    let snapshot = block_on(race.snapshot()).expect("a snapshot");
    let later = run(&mut race, 20);
    (race, snapshot, later)
}

fn resumed(choice: Choice, config: gradprix::race::config::Config, snapshot: &Snapshot) -> Runner {
    let mut race = race(choice);
    run(&mut race, 3);
    block_on(race.resume(config, snapshot)).expect("it is of this race");
    assert_eq!(race.steps(), snapshot.steps);
    race
}

#[test]
fn a_race_goes_on_from_a_snapshot_bitwise_on_the_same_engine() {
    for choice in ENGINES {
        let (mut first, snapshot, expected) = undisturbed(choice);
        let mut second = resumed(choice, first.config().clone(), &snapshot);
        assert_eq!(run(&mut second, 20), expected, "{choice:?}");
        for racer in 0..optim::ALL.len() {
            let [own, other] = [&first, &second].map(|race| block_on(race.parameters(racer)).expect("its parameters"));
            assert_eq!(own, other, "{choice:?}, {}", optim::ALL[racer].id);
        }
        // Also once more, and with what was changed meanwhile.
        let again = block_on(first.snapshot()).expect("a snapshot");
        for race in [&mut first, &mut second] {
            race.set(0, "learning_rate", &0.05.into()).expect("in range");
        }
        let mut third = resumed(choice, first.config().clone(), &again);
        assert_eq!(run(&mut third, 5), run(&mut first, 5), "{choice:?}");
    }
}

#[test]
fn a_race_goes_on_from_a_snapshot_on_the_other_engine() {
    for (from, to) in [(Choice::Gpu, Choice::Cpu), (Choice::Cpu, Choice::Gpu)] {
        let (first, snapshot, expected) = undisturbed(from);
        let found = run(&mut resumed(to, first.config().clone(), &snapshot), 20);
        let racers = optim::ALL.len();
        for (at, (found, expected)) in found.of(Metric::Loss).iter().zip(expected.of(Metric::Loss)).enumerate() {
            let (step, racer) = (at / racers, optim::ALL[at % racers].id);
            assert!((found - expected).abs() < 1e-4 * expected.max(1.0), "step {step}, {racer}: {found} {expected}");
        }
    }
}

#[test]
fn an_empty_snapshot_is_the_start_and_one_of_another_race_is_refused() {
    let mut first = race(Choice::Cpu);
    let expected = run(&mut first, 5);
    let mut second = resumed(Choice::Cpu, first.config().clone(), &Snapshot::default());
    assert_eq!(run(&mut second, 5), expected);
    let other = Snapshot { steps: 5, memory: vec![0.0; 7] };
    let refused = block_on(second.resume(first.config().clone(), &other));
    assert!(matches!(refused, Err(EngineError::SnapshotSize { found: 7, .. })), "{refused:?}");
}
