//! Configurations drawn by chance, as JSON.

use gradprix::model::{HIDDEN_LAYERS, NARROWEST, WIDEST};
use gradprix::optim::{self, Knob, Scale, Settings};
use gradprix::race::config::RACE_KNOBS;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// The most racers drawn.
const RACERS: usize = 3;

/// A value that `knob` takes, as it stands in JSON: the default, an end of the range, or any position of its slider.
pub(crate) fn value(knob: &'static Knob) -> BoxedStrategy<Value> {
    let position = prop_oneof![
        3 => Just(knob.default),
        1 => Just(knob.min),
        1 => Just(knob.max),
        5 => (0.0..=1.0).prop_map(|position| knob.value(position)),
    ];
    position.prop_map(|value| knob.json(value)).boxed()
}

/// Every one of `knobs`, each with a value or left out.
fn fields(knobs: Vec<&'static Knob>) -> impl Strategy<Value = Map<String, Value>> {
    let fields: Vec<_> = knobs.iter().map(|knob| proptest::option::of(value(knob))).collect();
    fields.prop_map(move |values| {
        let named = knobs.iter().zip(values);
        named.filter_map(|(knob, value)| value.map(|value| (knob.name.to_owned(), value))).collect()
    })
}

/// A racer of any optimizer, with any settings.
pub(crate) fn racer() -> impl Strategy<Value = Value> {
    (0..optim::ALL.len()).prop_flat_map(|number| {
        let optimizer = optim::ALL[number];
        fields(Settings::new(optimizer).values().map(|(knob, _)| knob).collect()).prop_map(|mut fields| {
            fields.insert("optimizer".to_owned(), optimizer.id.into());
            Value::Object(fields)
        })
    })
}

/// The widths of the hidden layers: narrow ones mostly, which are quick.
fn hidden() -> impl Strategy<Value = Vec<usize>> {
    let width = prop_oneof![12 => NARROWEST..=40, 1 => 41..=WIDEST, 2 => Just(NARROWEST), 1 => Just(WIDEST)];
    vec(width, 0..=HIDDEN_LAYERS)
}

/// A race. Every knob stands for what it is called, by whatever its slider gives.
pub(crate) fn race() -> impl Strategy<Value = Value> {
    (fields(RACE_KNOBS.iter().collect()), hidden(), vec(racer(), 1..=RACERS)).prop_map(|(mut race, hidden, racers)| {
        race.insert("hidden".to_owned(), json!(hidden));
        race.insert("racers".to_owned(), racers.into());
        Value::Object(race)
    })
}

/// A value that `knob` does not take: of another kind, out of its range, or broken where it must be whole.
pub(crate) fn wrong(knob: &'static Knob) -> BoxedStrategy<Value> {
    let kinds = prop_oneof![Just(json!(null)), Just(json!([])), Just(json!({})), Just(json!("many"))];
    match knob.scale {
        Scale::Switch => prop_oneof![kinds, Just(json!(1)), Just(json!(0.5))].boxed(),
        Scale::Choice(_) => prop_oneof![kinds, Just(json!(0)), Just(json!(true))].boxed(),
        scale => {
            let beyond = (1e-6..1e6).prop_map(|far: f64| json!(knob.max + far * knob.max.max(1.0)));
            let below = (1e-6..1e6).prop_map(|far: f64| json!(knob.min - far));
            let numbers = prop_oneof![kinds, Just(json!(true)), beyond, below];
            if matches!(scale, Scale::Integer | Scale::LogInteger) {
                return prop_oneof![3 => numbers, 1 => Just(json!(knob.min + 0.5))].boxed();
            }
            numbers.boxed()
        }
    }
}
