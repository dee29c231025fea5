//! Any race with one thing wrong: it is refused by that thing's name.

use gradprix::model::{HIDDEN_LAYERS, WIDEST};
use gradprix::optim::{self, COLOURS, NAME_LENGTH, Settings};
use gradprix::race::config::{Config, ConfigError, RACE_KNOBS, RACERS};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{check, draw};

/// What is wrong: where it is put, and the field that the refusal must name.
#[derive(Clone, Debug)]
struct Fault {
    /// `None`: in the race itself, else in the racer of that number.
    racer: Option<usize>,
    name: String,
    value: Value,
    field: String,
    unknown: bool,
}

fn fault(racer: Option<usize>, name: &str, value: Value) -> Fault {
    let field = racer.map_or(name.to_owned(), |racer| format!("racers[{racer}].{name}"));
    Fault { racer, name: name.to_owned(), value, field, unknown: false }
}

fn in_the_race() -> impl Strategy<Value = Fault> {
    let knob = (0..RACE_KNOBS.len()).prop_flat_map(|at| {
        draw::wrong(&RACE_KNOBS[at]).prop_map(move |value| fault(None, RACE_KNOBS[at].name, value))
    });
    let widths = prop_oneof![
        Just(json!(64)),
        Just(json!(vec![16; HIDDEN_LAYERS + 1])),
        Just(json!([16, WIDEST + 1])),
        Just(json!([7])),
        Just(json!(["16"])),
        Just(json!([16.5])),
    ];
    let racers = prop_oneof![
        Just(json!([])),
        Just(json!({})),
        Just(json!("adam")),
        Just(json!(vec![json!({ "optimizer": "gd" }); RACERS + 1])),
    ];
    prop_oneof![
        4 => knob,
        2 => widths.prop_map(|value| fault(None, "hidden", value)),
        1 => racers.prop_map(|value| fault(None, "racers", value)),
    ]
}

/// In the last of the racers, `racer` of a race whose racers are all `optimizer`.
fn in_a_racer(racer: usize, optimizer: &'static optim::Optimizer) -> impl Strategy<Value = Fault> {
    let knobs: Vec<_> = Settings::new(optimizer).values().map(|(knob, _)| knob).collect();
    let knob = (0..knobs.len()).prop_flat_map(move |at| {
        let knob = knobs[at];
        draw::wrong(knob).prop_map(move |value| fault(Some(racer), knob.name, value))
    });
    let other = prop_oneof![
        Just(("optimizer", json!("sgd"))),
        Just(("optimizer", json!(null))),
        Just(("name", json!("x".repeat(NAME_LENGTH + 1)))),
        Just(("name", json!("  "))),
        Just(("name", json!(7))),
        Just(("colour", json!(COLOURS))),
        Just(("colour", json!(-1))),
        Just(("colour", json!("red"))),
    ];
    prop_oneof![3 => knob, 1 => other.prop_map(move |(name, value)| fault(Some(racer), name, value))]
}

/// A field that nothing has.
fn unknown(racers: usize) -> impl Strategy<Value = Fault> {
    ("[a-z]{2,9}_x", proptest::option::of(0..racers)).prop_map(|(name, racer)| {
        let fault = fault(racer, &name, json!(1));
        Fault { unknown: true, ..fault }
    })
}

/// A valid race, and what is then put wrong.
fn broken() -> impl Strategy<Value = (Value, Fault)> {
    draw::race().prop_flat_map(|race| {
        let racers = race["racers"].as_array().map_or(0, Vec::len);
        let last = optim::find(race["racers"][racers - 1]["optimizer"].as_str().unwrap_or_default());
        let optimizer = last.unwrap_or(optim::ALL[0]);
        let fault = prop_oneof![2 => in_the_race(), 2 => in_a_racer(racers - 1, optimizer), 1 => unknown(racers)];
        (Just(race), fault)
    })
}

#[test]
fn any_broken_race_is_refused_by_name() {
    check(600, &broken(), |(mut race, fault)| {
        let place = match fault.racer {
            None => &mut race,
            Some(racer) => &mut race["racers"][racer],
        };
        place.as_object_mut().expect("an object").insert(fault.name, fault.value);
        let error = Config::from_json(&race);
        let (field, unknown) = match &error {
            Err(ConfigError::UnknownField { field, .. }) => (field.clone(), true),
            Err(ConfigError::Value(error)) => (error.field.en.clone(), false),
            Ok(_) => return Err(TestCaseError::fail("it was taken")),
        };
        prop_assert_eq!(&field, &fault.field);
        prop_assert_eq!(unknown, fault.unknown);
        let words = error.expect_err("refused").words();
        prop_assert!(words.en.contains(&field) && words.zh.contains(&field), "{:?}", words);
        Ok(())
    });
}
