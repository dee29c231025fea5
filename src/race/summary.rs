//! A race's settings in a few words each, for legends.

use crate::optim::{Knob, Scale, Settings};
use crate::race::config::{Config, RACE_KNOBS};
use crate::text::Phrase;

/// What all racers share: the layers, then every setting.
pub fn shared(config: &Config) -> Vec<Phrase> {
    let knobs = RACE_KNOBS.iter().map(|knob| item(knob, config.shared(knob)));
    std::iter::once(Phrase::from(config.network.sizes())).chain(knobs).collect()
}

/// What a racer races with: its optimizer and that one's settings, and of the settings that every racer has those that
/// are not at their default.
pub fn racer(settings: &Settings) -> Vec<Phrase> {
    let own = |knob: &Knob| settings.optimizer().knob(knob.name).is_some();
    let told = |(knob, value): &(&'static Knob, f64)| own(knob) || *value != knob.default;
    let knobs = settings.values().filter(told).map(|(knob, value)| item(knob, value));
    std::iter::once(Phrase::from(settings.optimizer().name)).chain(knobs).collect()
}

/// What a legend says of a racer called `name`: how it did in its last test (accuracy from 0 to 1, loss in nats), then
/// what it races with, without its optimizer where that is its name.
pub fn legend(settings: &Settings, name: &Phrase, tested: Option<(f32, f32)>) -> Vec<Phrase> {
    let result = tested.map(|(accuracy, loss)| {
        let (share, loss) = (format!("{:.2}", 100.0 * accuracy), format!("{loss:.4}"));
        phrase!("{share} % right, test loss {loss}", "正确率 {share} %，测试损失 {loss}", share, loss)
    });
    let settings = racer(settings).into_iter().filter(|item| item != name);
    result.into_iter().chain(settings).collect()
}

/// A knob with its value.
pub fn item(knob: &Knob, value: f64) -> Phrase {
    Phrase::from(knob.label).beside(self::value(knob, value))
}

/// A knob's value.
pub fn value(knob: &Knob, value: f64) -> Phrase {
    match knob.scale {
        Scale::Switch if value == 0.0 => text!("off", "关").into(),
        Scale::Switch => text!("on", "开").into(),
        Scale::Choice(alternatives) => {
            alternatives.get(value as usize).map(|alternative| alternative.label.into()).unwrap_or_default()
        }
        _ => knob.show(value).into(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn settings_in_words() {
        let config = Config::from_json(&json!({
            "seed": 7, "hidden": [64, 32], "init": "zeros",
            "racers": [{ "optimizer": "gd", "nesterov": true, "l2": 1e-5, "schedule": "cosine" }]
        }))
        .expect("valid");
        let english = |items: Vec<Phrase>| items.into_iter().map(|item| item.en).collect::<Vec<_>>();
        assert_eq!(english(shared(&config))[..3], ["784-64-32-10", "Seed 7", "Batch size 128"]);
        let words = english(racer(&config.racers[0]));
        assert_eq!(words[..2], ["Gradient descent", "Learning rate 0.1"]);
        assert!(["L2 1e-5", "Nesterov on"].iter().all(|item| words.contains(&(*item).to_owned())), "{words:?}");
        assert!(
            !words.iter().any(|item| item.starts_with("L1")),
            "what is at its default goes without saying: {words:?}"
        );
    }
}
