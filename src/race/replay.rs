//! A race as a program in Python, `race.py`, which replays it with `NumPy` and PyTorch: the user's own proof that the curves
//! are true. The template beside this file holds what all races share; what follows is what one race fills in.

use std::fmt::Write;

use serde_json::Value;

use crate::model::{DEAD_SLOPE, WIDEST};
use crate::optim::{Settings, literal};
use crate::race::config::{Config, RACE_KNOBS};
use crate::race::metric::Metric;
use crate::race::ranking::ordered;

const TEMPLATE: &str = include_str!("replay.py");

/// Configuration -> the text of `race.py`.
pub fn program(config: &Config) -> String {
    TEMPLATE.replace("# CONFIGURATION\n", &constants(config)).replace("# RACERS\n", &racers(config))
}

/// What all racers share, as constants.
fn constants(config: &Config) -> String {
    let mut text = String::new();
    let mut constant = |name: &str, value: &str| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{} = {value}", name.to_ascii_uppercase());
    };
    for knob in &RACE_KNOBS {
        constant(knob.name, &literal(knob, config.shared(knob)));
    }
    constant("hidden", &format!("{:?}", config.network.hidden));
    constant("mask_columns", &WIDEST.to_string());
    constant("dead_slope", &DEAD_SLOPE.to_string());
    constant("metrics", &format!("{:?}", Metric::ALL.map(Metric::id)));
    text
}

/// The classes that PyTorch lacks, each once, and the function that makes the racers.
fn racers(config: &Config) -> String {
    let all: Vec<&str> = config.racers.iter().map(|racer| (racer.optimizer().pytorch)(racer).class).collect();
    let mut classes: Vec<&str> = ordered(all.len(), |a, b| all[a] < all[b]).into_iter().map(|at| all[at]).collect();
    classes.dedup();
    classes.retain(|class| !class.is_empty());
    let classes: Vec<String> = classes.iter().map(|class| format!("{}\n\n", class.trim_start())).collect();
    let racers: Vec<String> =
        config.names().into_iter().zip(&config.racers).map(|(name, settings)| racer(name.en, settings)).collect();
    format!("{}def racers():\n    return [\n{}    ]\n", classes.concat(), racers.concat())
}

/// One argument a line. A JSON string is one of Python's too.
fn racer(name: String, settings: &Settings) -> String {
    let arguments = [Value::String(name).to_string()].into_iter().chain(settings.pytorch());
    let lines: Vec<String> = arguments.map(|argument| format!("            {argument},\n")).collect();
    format!("        Racer(\n{}        ),\n", lines.concat())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::optim::{self, RACER_KNOBS, Scale};

    #[test]
    fn the_template_knows_every_setting() {
        for knob in &RACE_KNOBS {
            assert!(TEMPLATE.contains(&knob.name.to_ascii_uppercase()), "{}", knob.name);
        }
        for knob in RACER_KNOBS.iter().filter(|knob| !knob.name.starts_with("schedule")) {
            assert!(TEMPLATE.contains(&format!("{}=0", knob.name)), "{}", knob.name);
        }
    }

    #[test]
    fn every_expression_is_filled() {
        for optimizer in optim::ALL {
            let mut settings = Settings::new(optimizer);
            for on in [false, true] {
                for knob in settings.values().map(|(knob, _)| knob).collect::<Vec<_>>() {
                    let value = if matches!(knob.scale, Scale::Switch) { f64::from(u8::from(on)) } else { knob.max };
                    settings.set(knob.name, knob, value).expect("in range");
                }
                let arguments = settings.pytorch();
                assert!(!arguments.concat().contains(['{', '}']), "{arguments:?}");
                assert!(!settings.keras().contains(['{', '}']), "{}", settings.keras());
            }
        }
    }

    #[test]
    fn a_racer_in_python() {
        let config = Config::from_json(&json!({ "hidden": [32, 16], "activation": "tanh", "racers": [
            { "optimizer": "adamw", "name": "\"W\"", "schedule": "cosine", "schedule_steps": 100, "clip_norm": 0.5 },
            { "optimizer": "lion" }, { "optimizer": "lion" }
        ] }));
        let program = program(&config.expect("valid"));
        let expected = r#"        Racer(
            "\"W\"",
            lambda groups: torch.optim.AdamW(groups, lr=0.001, betas=(0.9, 0.999), eps=1e-8),
            scheduler=lambda optimizer: lr_scheduler.CosineAnnealingLR(optimizer, 100), last_step=100,
            weight_decay=0.01,
            clip_norm=0.5,
        ),
"#;
        assert!(program.contains(expected), "{program}");
        assert!(program.contains("\nACTIVATION = \"tanh\"\nDROPOUT = 0\nHIDDEN = [32, 16]\n"), "{program}");
        assert_eq!(program.matches("class Lion").count(), 1);
        assert!(!program.contains("class AdamUncorrected"));
    }
}
