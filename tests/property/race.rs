//! Any valid race: it runs, the engines agree on it, and its JSON and its address say all of it.

use std::cell::RefCell;
use std::rc::Rc;

use gradprix::data::{Dataset, PIXELS, Split};
use gradprix::engine::gpu::Setup;
use gradprix::engine::{Choice, Metric, Metrics, Runner};
use gradprix::optim::{self, RACER_KNOBS, Settings};
use gradprix::race::address::Link;
use gradprix::race::config::{Config, RACE_KNOBS};
use pollster::block_on;
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use serde_json::Value;

use crate::{check, draw};

pub(crate) const IMAGES: usize = 24;
pub(crate) const STEPS: u64 = 50;

/// Steps over which the engines are held against each other: rounding grows with every step.
const COMPARED: usize = 20;

/// Images with a blot each, at a place that follows from the label.
fn dataset() -> Rc<Dataset> {
    let pixel = |image: usize, at: usize| {
        let distance = (at % 28).abs_diff(4 + 2 * (image % 10)) + (at / 28).abs_diff(6 + image % 7);
        (255_usize).saturating_sub(60 * distance + image % 13) as u8
    };
    let split = |count: usize| {
        let pixels = (0..count * PIXELS).map(|at| pixel(at / PIXELS, at % PIXELS)).collect();
        Split::new("images", pixels, "labels", (0..count).map(|image| (image % 10) as u8).collect()).expect("valid")
    };
    Rc::new(Dataset::new(split(IMAGES), split(10)).expect("valid"))
}

pub(crate) fn runner(choice: Choice) -> Runner {
    let setup = if choice == Choice::Cpu { Setup::none("not asked for") } else { block_on(Setup::find()) };
    block_on(Runner::new(dataset(), Config::default(), choice, &setup))
        .unwrap_or_else(|error| panic!("{error} (Debian's package mesa-vulkan-drivers has a software adapter)"))
}

/// Runs the race and asks for all that can be asked.
pub(crate) fn run(runner: &mut Runner, config: &Config) -> Metrics {
    block_on(runner.restart(config.clone())).expect("a race of this size");
    let metrics = block_on(runner.run(STEPS)).expect("the engine runs");
    let racers = config.racers.len();
    for metric in Metric::ALL {
        assert_eq!(metrics.of(metric).len(), racers * STEPS as usize, "{}", metric.id());
    }
    assert!(metrics.of(Metric::DeadUnits).iter().all(|share| (0.0..=1.0).contains(share)), "dead units");
    for racer in 0..racers {
        let parameters = block_on(runner.parameters(racer)).expect("its parameters");
        assert_eq!(parameters.len(), config.network.parameters());
    }
    for evaluation in block_on(runner.evaluate(usize::MAX)).expect("there are test images") {
        assert_eq!(evaluation.confusion.iter().sum::<u32>(), 10);
    }
    metrics
}

/// Up to where a racer learns as it should: a loss near where it started, or below. What has shot past that amplifies
/// every rounding; and so does from the second step on what divides by the latest gradient nearly alone.
fn tame_steps(settings: &Settings, metrics: &Metrics, racers: usize, racer: usize) -> usize {
    let forgetful = |name: &str| settings.knob(name).is_some_and(|knob| settings.get(knob) < 0.8);
    if forgetful("beta2") || forgetful("rho") {
        return 1;
    }
    let of = |metric: Metric| metrics.of(metric).iter().skip(racer).step_by(racers);
    let start = metrics.of(Metric::Loss)[racer];
    let tame = |(loss, norm): (&f32, &f32)| *loss <= 1.1 * start.max(2.3) && *norm < 30.0;
    of(Metric::Loss).zip(of(Metric::GradientNorm)).take_while(|both| tame(*both)).count()
}

/// The engines' metrics against each other.
fn compare(config: &Config, cpu: &Metrics, gpu: &Metrics) -> TestCaseResult {
    let racers = config.racers.len();
    prop_assert_eq!(cpu.of(Metric::LearningRate), gpu.of(Metric::LearningRate));
    for racer in 0..racers {
        let tame = tame_steps(&config.racers[racer], cpu, racers, racer);
        for step in 0..tame.clamp(1, COMPARED) {
            let at = step * racers + racer;
            let [(cpu_loss, gpu_loss), norms, dead, penalties] =
                [Metric::Loss, Metric::GradientNorm, Metric::DeadUnits, Metric::RegularisationLoss]
                    .map(|metric| (cpu.of(metric)[at], gpu.of(metric)[at]));
            // All start alike: the first step's metrics differ by rounding alone. After that a unit may wake up on the
            // one engine only, and the optimizers that divide by the gradient's size make much of little.
            let (relative, absolute) = if step == 0 { (1e-4, 1e-5) } else { (0.02, 0.01) };
            let close = |(a, b): (f32, f32)| (a - b).abs() <= absolute + relative * a.abs();
            let label = format!("{} in step {step}", config.racers[racer].optimizer().id);
            prop_assert!(close((cpu_loss, gpu_loss)), "{}: loss {} and {}", label, cpu_loss, gpu_loss);
            prop_assert!(close(penalties), "{}: penalties {:?}", label, penalties);
            if step == 0 {
                prop_assert!(close(norms), "{}: gradient's norm {:?}", label, norms);
            }
            let units = 1.5 / config.network.hidden_units().max(1) as f32;
            let apart = if step == 0 { units } else { 4.0 * units };
            prop_assert!((dead.0 - dead.1).abs() < apart, "{}: dead units {:?}", label, dead);
        }
    }
    Ok(())
}

#[test]
fn any_race_runs_on_both_engines_and_they_agree() {
    let [cpu, gpu] = [Choice::Cpu, Choice::Gpu].map(|choice| RefCell::new(runner(choice)));
    check(16, &draw::race(), |json| {
        let config = Config::from_json(&json).expect("valid");
        let [cpu, gpu] = [&cpu, &gpu].map(|runner| run(&mut runner.borrow_mut(), &config));
        compare(&config, &cpu, &gpu)
    });
}

#[test]
fn any_race_comes_back_from_its_json_and_its_address() {
    check(400, &draw::race(), |json| {
        let config = Config::from_json(&json).expect("valid");
        let text = config.to_json().to_string();
        let read: Value = serde_json::from_str(&text).expect("JSON");
        let read = Config::from_json(&read);
        prop_assert_eq!(read.as_ref(), Ok(&config));
        let link = Link { config, epochs: 3 };
        let pairs = link.pairs();
        let (read, left_out) = Link::read(pairs.iter().map(|(name, value)| (*name, value.as_str())));
        prop_assert_eq!(left_out, Vec::<String>::new());
        prop_assert_eq!(read, link);
        Ok(())
    });
}

#[test]
fn every_position_of_a_slider_is_a_value_and_stays_where_it_is() {
    let knobs: Vec<_> = optim::ALL.iter().flat_map(|o| o.knobs).chain(&RACER_KNOBS).chain(&RACE_KNOBS).collect();
    check(200, &(0.0..=1.0), |position: f64| {
        for knob in &knobs {
            let value = knob.value(position);
            prop_assert_eq!(knob.check(knob.name, value), Ok(value));
            prop_assert_eq!(knob.read(knob.name, &knob.json(value)), Ok(value));
            prop_assert_eq!(knob.value(knob.position(value)), value, "{} at {}", knob.name, position);
        }
        Ok(())
    });
}
