//! Every knob of a racer at an end of its range, all at once: the racer may fail, but nothing else does. It fails alone,
//! it is in charts what it was, and the engine races on.

use gradprix::engine::{Choice, Metric, Metrics};
use gradprix::optim::{self, Knob, Optimizer, Settings};
use gradprix::plot::{Chart, Line, Quantity, RGBColor, Theme, Words, Zoom, draw};
use gradprix::race::config::Config;
use gradprix::race::course::{Course, Unit};
use gradprix::race::history::History;
use plotters::prelude::SVGBackend;
use serde_json::{Map, Value, json};

use crate::race::{IMAGES, STEPS, run, runner};

/// Where a racer's knobs stand.
const ENDS: [fn(usize, &Knob) -> f64; 4] = [
    |_, knob| knob.min,
    |_, knob| knob.max,
    |at, knob| if at % 2 == 0 { knob.min } else { knob.max },
    // What makes steps as large as can be, without what bounds them.
    |_, knob| match knob.name {
        "learning_rate" | "momentum" => knob.max,
        name if name.starts_with("clip") => knob.default,
        _ => knob.min,
    },
];

fn racer(optimizer: &'static Optimizer, end: fn(usize, &Knob) -> f64) -> Value {
    let knobs = Settings::new(optimizer);
    let fields = knobs.values().enumerate().map(|(at, (knob, _))| (knob.name.to_owned(), knob.json(end(at, knob))));
    let mut fields: Map<String, Value> = fields.collect();
    fields.insert("optimizer".to_owned(), optimizer.id.into());
    Value::Object(fields)
}

/// Draws every quantity of the race on either axis, as the page does.
fn draw_all(metrics: &Metrics, racers: usize) {
    let (mut history, mut course) = (History::new(racers), Course::new(IMAGES, 8));
    for step in 0..STEPS as usize {
        history.push(|racer, metric| metrics.of(metric)[step * racers + racer]);
    }
    course.reported(STEPS, 1.0);
    for metric in Metric::ALL {
        history.smooth(metric, 0.9);
    }
    let grey = RGBColor(128, 128, 128);
    let theme = Theme { text: grey, muted: grey, grid: grey, background: grey, font: "sans-serif".to_owned() };
    let lines: Vec<Line> = (0..racers).map(|racer| Line::new(racer, grey)).collect();
    for metric in Metric::ALL {
        for (log_y, x) in [(false, None), (true, None), (false, Some((0.0, 5.0))), (true, Some((0.0, 5.0)))] {
            let chart = Chart {
                history: &history,
                course: &course,
                lines: &lines,
                ghosts: &[],
                quantity: Quantity::Metric(metric),
                unit: Unit::Steps,
                log_x: false,
                log_y,
                zoom: Zoom { x, y: None },
                target: None,
                horizon: 1,
                scale: 1.0,
                compact: false,
                theme: &theme,
                words: Words { x: "step", y: "", chance: "", target: "", empty: "" },
            };
            let mut svg = String::new();
            let scales = draw(SVGBackend::with_string(&mut svg, (600, 300)), &chart).expect("a string takes anything");
            let place = scales.far(300.0);
            assert!(place.is_finite(), "{} at the middle of the x axis, {place}", metric.id());
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{}: {svg}", metric.id());
        }
    }
}

#[test]
fn a_racer_at_the_ends_of_its_ranges_fails_alone() {
    for choice in [Choice::Cpu, Choice::Gpu] {
        let mut runner = runner(choice);
        let race = |racers: Value| json!({ "hidden": [16], "batch_size": 8, "racers": racers });
        let config = |json: &Value| Config::from_json(json).unwrap_or_else(|error| panic!("{error}: {json}"));
        let expected = run(&mut runner, &config(&race(json!([{ "optimizer": "adam" }]))));
        for optimizer in optim::ALL {
            for (number, end) in ENDS.into_iter().enumerate() {
                let json = race(json!([racer(optimizer, end), { "optimizer": "adam" }]));
                let metrics = run(&mut runner, &config(&json));
                let beside: Vec<f32> = metrics.of(Metric::Loss).iter().skip(1).step_by(2).copied().collect();
                assert_eq!(beside, expected.of(Metric::Loss), "{} at ends {number} on {choice:?}", optimizer.id);
                draw_all(&metrics, 2);
            }
        }
    }
}
