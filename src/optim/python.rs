//! Settings as Python writes them: for the programs that replay a race with PyTorch, or set up Keras alike.

use super::{Knob, RACER_KNOBS, Scale, Settings, schedule};

/// What stands for an optimizer in PyTorch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pytorch {
    /// The optimizer on `groups` of parameters, as an expression in which `{NAME}` stands for that knob's value.
    pub expression: &'static str,
    /// The class that the expression needs where PyTorch has none; else nothing.
    pub class: &'static str,
}

/// An optimizer of PyTorch's own.
pub(super) const fn torch(expression: &'static str) -> Pytorch {
    Pytorch { expression, class: "" }
}

/// `value` of `knob` in Python.
pub fn literal(knob: &Knob, value: f64) -> String {
    match knob.scale {
        Scale::Switch => if value == 0.0 { "False" } else { "True" }.to_owned(),
        Scale::Choice(alternatives) => {
            let name = alternatives.get(value as usize).map(|alternative| alternative.name);
            format!("\"{}\"", name.unwrap_or_default())
        }
        _ => knob.show(value),
    }
}

impl Settings {
    /// This racer in the words of `race.py`: its optimizer on `groups`, and what else it has that is not off, as
    /// arguments one behind the other.
    pub fn pytorch(&self) -> Vec<String> {
        let mut arguments = vec![format!("lambda groups: {}", self.fill((self.optimizer().pytorch)(self).expression))];
        let schedule = schedule::PYTORCH[self.get(&schedule::SCHEDULE) as usize];
        arguments.extend((!schedule.is_empty()).then(|| self.fill(schedule)));
        let is_of_schedule = |knob: &Knob| {
            [schedule::SCHEDULE, schedule::SCHEDULE_STEPS, schedule::SCHEDULE_FACTOR]
                .iter()
                .any(|s| s.name == knob.name)
        };
        let common = RACER_KNOBS.iter().filter(|knob| !is_of_schedule(knob)).map(|knob| (knob, self.get(knob)));
        arguments.extend(
            common
                .filter(|(_, value)| *value != 0.0)
                .map(|(knob, value)| format!("{}={}", knob.name, literal(knob, value))),
        );
        arguments
    }

    /// This racer's optimizer in Keras, its learning rate on its schedule.
    pub fn keras(&self) -> String {
        let rate = schedule::KERAS[self.get(&schedule::SCHEDULE) as usize];
        self.fill(&self.optimizer().keras.replace("{learning_rate}", rate))
    }

    /// `expression` with the value of each knob in the place of its `{NAME}`.
    pub fn fill(&self, expression: &str) -> String {
        self.values().fold(expression.to_owned(), |filled, (knob, value)| {
            filled.replace(&format!("{{{}}}", knob.name), &literal(knob, value))
        })
    }
}
