//! A race's settings in a few words each, for legends.

use crate::optim::{Knob, Scale, Settings};
use crate::race::config::{Config, RACE_KNOBS};

/// What all racers share: the layers, then every setting.
pub fn shared(config: &Config) -> Vec<String> {
    let hidden = config.network.hidden.iter().map(|units| format!("{units}-")).collect::<String>();
    let knobs = RACE_KNOBS.iter().map(|knob| item(knob, config.shared(knob)));
    std::iter::once(format!("784-{hidden}10")).chain(knobs).collect()
}

/// What a racer races with: its optimizer and that one's settings, and of the settings that every racer has those that
/// are not at their default.
pub fn racer(settings: &Settings) -> Vec<String> {
    let own = |knob: &Knob| settings.optimizer().knob(knob.name).is_some();
    let told = |(knob, value): &(&'static Knob, f64)| own(knob) || *value != knob.default;
    let knobs = settings.values().filter(told).map(|(knob, value)| item(knob, value));
    std::iter::once(settings.optimizer().name.to_owned()).chain(knobs).collect()
}

/// A knob with its value.
fn item(knob: &Knob, value: f64) -> String {
    match knob.scale {
        Scale::Switch => format!("{} {}", knob.label, if value == 0.0 { "off" } else { "on" }),
        Scale::Choice(words) => format!("{} {}", knob.label, words.get(value as usize).copied().unwrap_or_default()),
        _ => format!("{} {}", knob.label, knob.show(value)),
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
        assert_eq!(shared(&config)[..4], ["784-64-32-10", "Seed 7", "Batch size 128", "Initial weights zeros"]);
        let words = racer(&config.racers[0]);
        assert_eq!(words[..2], ["Gradient descent", "Learning rate 0.1"]);
        assert!(
            ["L2 1e-5", "Schedule cosine", "Nesterov on"].iter().all(|item| words.contains(&(*item).to_owned())),
            "{words:?}"
        );
        assert!(
            !words.iter().any(|item| item.starts_with("L1")),
            "what is at its default goes without saying: {words:?}"
        );
    }
}
