//! One number that a user may set: everything about it is said here once, and drives the slider, its tooltip,
//! validation, the configuration's JSON and the shader's scalars.

use crate::text::{Alternative, Phrase, Text};

/// How a knob's range is spread over a slider.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scale {
    /// Equal distances are equal differences.
    Linear,
    /// Linear, and only whole numbers.
    Integer,
    /// Equal distances are equal ratios.
    Log,
    /// Equal distances are equal ratios of `1 − value`: the scale for decay rates such as β₂.
    LogToOne,
    /// Equal distances are equal ratios from `smallest` on, and the start is zero: for what is off at zero.
    LogFromZero {
        /// The smallest value on the slider that is not zero.
        smallest: f64,
    },
    /// Equal distances are equal ratios of `1 + value`, and only whole numbers.
    LogInteger,
    /// Zero or one, shown as a checkbox; `false` and `true` in JSON.
    Switch,
    /// One of these; the value is its place among them.
    Choice(&'static [Alternative]),
}

/// A number that a user may set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Knob {
    /// The field's name in JSON, in URLs and in the JavaScript interface.
    pub name: &'static str,
    /// What stands beside the slider.
    pub label: Text,
    /// The symbol in the formula.
    pub symbol: &'static str,
    /// The smallest value allowed.
    pub min: f64,
    /// The largest value allowed.
    pub max: f64,
    /// The value where nothing is said.
    pub default: f64,
    /// How the range is spread over the slider.
    pub scale: Scale,
    /// One or two sentences that a student understands.
    pub doc: Text,
}

/// A value that a knob does not take.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{}", self.words().en)]
pub struct KnobError {
    /// Where: `batch_size` or `racers[2].learning_rate`.
    pub field: Phrase,
    /// The value as given.
    pub found: Phrase,
    /// What the knob takes, in words.
    pub expected: Phrase,
}

impl KnobError {
    /// The refusal in words.
    pub fn words(&self) -> Phrase {
        let Self { field, found, expected } = self;
        phrase!(
            "{field} is {found}, but must be {expected}",
            "{field} 的值是 {found}，但应为{expected}",
            field,
            found,
            expected,
        )
    }
}

impl Knob {
    /// What the knob takes, in words: `a number from 0.9 to 0.9999`.
    pub fn expected(&self) -> Phrase {
        let Self { min, max, .. } = *self;
        match self.scale {
            Scale::Switch => text!("true or false", "布尔值 true 或 false").into(),
            Scale::Choice(alternatives) => one_of(alternatives.iter().map(|alternative| alternative.name)),
            Scale::Integer | Scale::LogInteger => {
                phrase!("a whole number from {min} to {max}", "介于 {min} 和 {max} 之间的整数", min, max)
            }
            Scale::Linear | Scale::Log | Scale::LogToOne | Scale::LogFromZero { .. } => {
                phrase!("a number from {min} to {max}", "介于 {min} 和 {max} 之间的数", min, max)
            }
        }
    }

    /// `value` if the knob takes it.
    ///
    /// # Errors
    /// [`KnobError`], naming `field`, if it is out of range, not a number, or not whole where it must be.
    pub fn check(&self, field: &str, value: f64) -> Result<f64, KnobError> {
        let whole = value.fract() == 0.0 || !self.is_whole();
        if (self.min..=self.max).contains(&value) && whole { Ok(value) } else { Err(self.refusal(field, value.into())) }
    }

    /// The value that a JSON field holds.
    ///
    /// # Errors
    /// [`KnobError`], naming `field`, if it is no number (no boolean, for a switch) or out of range.
    pub fn read(&self, field: &str, json: &serde_json::Value) -> Result<f64, KnobError> {
        let found = match self.scale {
            Scale::Switch => json.as_bool().map(|on| f64::from(u8::from(on))),
            Scale::Choice(alternatives) => {
                let place = alternatives.iter().position(|alternative| json.as_str() == Some(alternative.name));
                place.map(|place| place as f64)
            }
            _ => json.as_f64(),
        };
        found.map_or_else(|| Err(self.refusal(field, shown(json))), |number| self.check(field, number))
    }

    /// The JSON form of `value`: a boolean for a switch, a word for a choice, else a number.
    pub fn json(&self, value: f64) -> serde_json::Value {
        match self.scale {
            Scale::Switch => (value != 0.0).into(),
            Scale::Choice(alternatives) => alternatives.get(value as usize).map(|alternative| alternative.name).into(),
            Scale::Integer | Scale::LogInteger => (value as u64).into(),
            Scale::Linear | Scale::Log | Scale::LogToOne | Scale::LogFromZero { .. } => value.into(),
        }
    }

    /// Where `value` stands on the slider, 0 to 1.
    pub fn position(&self, value: f64) -> f64 {
        let [low, at, high] = [self.min, value.clamp(self.min, self.max), self.max].map(|v| self.spread(v));
        (at - low) / (high - low)
    }

    /// The value at a slider's `position`, 0 to 1: rounded to three significant digits, so that what a reader
    /// sees is exactly what runs, and within the range.
    pub fn value(&self, position: f64) -> f64 {
        let [low, high] = [self.min, self.max].map(|v| self.spread(v));
        let at = low + position.clamp(0.0, 1.0) * (high - low);
        let value = match self.scale {
            Scale::Linear => significant(at, 3),
            Scale::Log => significant(at.exp(), 3),
            // 1 − 0.1 prints as 0.9 only after its own rounding.
            Scale::LogToOne => ((1.0 - significant((-at).exp(), 2)) * 1e12).round() / 1e12,
            Scale::LogFromZero { smallest } => match at {
                at if at < 0.5 => 0.0,
                at => significant(smallest * (at - 1.0).max(0.0).exp(), 3),
            },
            Scale::LogInteger => significant(at.exp_m1(), 3).round(),
            Scale::Integer | Scale::Switch | Scale::Choice(_) => at.round(),
        };
        value.clamp(self.min, self.max)
    }

    /// `value` as a reader wants to see it: `0.001`, `1e-8`, `128`.
    pub fn show(&self, value: f64) -> String {
        if value != 0.0 && value.abs() < 1e-4 { format!("{value:e}") } else { format!("{value}") }
    }

    fn spread(&self, value: f64) -> f64 {
        match self.scale {
            Scale::Log => value.ln(),
            Scale::LogToOne => -(1.0 - value).ln(),
            // Zero stands one e-fold below the smallest value.
            Scale::LogFromZero { smallest } => ((value / smallest).ln() + 1.0).max(0.0),
            Scale::LogInteger => value.ln_1p(),
            Scale::Linear | Scale::Integer | Scale::Switch | Scale::Choice(_) => value,
        }
    }

    fn is_whole(&self) -> bool {
        matches!(self.scale, Scale::Integer | Scale::LogInteger | Scale::Switch | Scale::Choice(_))
    }

    fn refusal(&self, field: &str, found: Phrase) -> KnobError {
        KnobError { field: field.into(), found, expected: self.expected() }
    }
}

/// What takes one of these `words` expects.
pub(crate) fn one_of<'a>(words: impl Iterator<Item = &'a str>) -> Phrase {
    let words: Phrase = words.map(Phrase::from).collect();
    phrase!("one of {words}", "以下之一：{words}", words)
}

/// A JSON value as a refusal shows it: lists and objects by kind only, since they may be long.
pub(crate) fn shown(json: &serde_json::Value) -> Phrase {
    use serde_json::Value;
    match json {
        Value::Null => text!("missing", "空").into(),
        Value::Bool(on) => on.to_string().into(),
        // Not the number's own Display, which would bring a second float printer into the module.
        Value::Number(number) => number.as_f64().unwrap_or(f64::NAN).into(),
        Value::String(text) => ["\"", text, "\""].concat().into(),
        Value::Array(list) => phrase!("a list of {count}", "{count} 项的列表", count = list.len()),
        Value::Object(_) => text!("an object", "一个对象").into(),
    }
}

/// `value` rounded to `digits` significant digits.
fn significant(value: f64, digits: i32) -> f64 {
    if value == 0.0 {
        return 0.0;
    }
    let scale = 10f64.powi(digits - 1 - value.abs().log10().floor() as i32);
    // Dividing by a power of ten, not multiplying by its inverse, is what gives 0.003 and not 0.0030000000000000005.
    if scale >= 1.0 { (value * scale).round() / scale } else { (value * scale).round() * (1.0 / scale).round() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Knob = Knob {
        name: "learning_rate",
        label: text!("Learning rate", "学习率"),
        symbol: "α",
        min: 1e-5,
        max: 10.0,
        default: 0.1,
        scale: Scale::Log,
        doc: text!("How far each step moves.", "每一步走多远。"),
    };
    const BETA: Knob = Knob { name: "beta2", min: 0.0, max: 0.9999, scale: Scale::LogToOne, ..RATE };

    #[test]
    fn slider_ends_are_the_range() {
        for knob in [RATE, BETA] {
            assert_eq!([knob.value(0.0), knob.value(1.0)], [knob.min, knob.max]);
            assert_eq!([knob.position(knob.min), knob.position(knob.max)], [0.0, 1.0]);
        }
    }

    #[test]
    fn slider_values_are_round_and_come_back() {
        assert_eq!(RATE.value(RATE.position(0.003)), 0.003);
        assert_eq!(BETA.value(BETA.position(0.999)), 0.999);
        assert_eq!(BETA.value(BETA.position(0.9)), 0.9);
        assert_eq!(RATE.show(1e-8), "1e-8");
        assert_eq!(RATE.show(0.0123), "0.0123");
    }

    #[test]
    fn a_slider_reaches_zero_and_whole_numbers() {
        let penalty = Knob { min: 0.0, max: 1.0, scale: Scale::LogFromZero { smallest: 1e-6 }, ..RATE };
        for value in [0.0, 1e-6, 0.0005, 0.01, 1.0] {
            assert_eq!(penalty.value(penalty.position(value)), value);
        }
        let steps = Knob { min: 0.0, max: 100_000.0, scale: Scale::LogInteger, ..RATE };
        for value in [0.0, 1.0, 7.0, 250.0, 100_000.0] {
            assert_eq!(steps.value(steps.position(value)), value);
        }
    }

    #[test]
    fn choices_are_words() {
        const CURVES: [Alternative; 2] = [
            Alternative { name: "constant", label: text!("constant", "恒定") },
            Alternative { name: "cosine", label: text!("cosine", "余弦") },
        ];
        let choice = Knob { min: 0.0, max: 1.0, scale: Scale::Choice(&CURVES), ..RATE };
        assert_eq!(choice.read("schedule", &"cosine".into()), Ok(1.0));
        assert_eq!(choice.json(1.0), "cosine");
        let error = choice.read("schedule", &1.into()).expect_err("a number is no word");
        assert_eq!(error.to_string(), "schedule is 1, but must be one of constant, cosine");
    }

    #[test]
    fn refusals_name_field_value_and_range() {
        let error = RATE.check("racers[0].learning_rate", 20.0).expect_err("20 is over 10");
        assert_eq!(error.to_string(), "racers[0].learning_rate is 20, but must be a number from 0.00001 to 10");
        let error = RATE.read("racers[0].learning_rate", &"fast".into()).expect_err("a word");
        assert_eq!(error.to_string(), "racers[0].learning_rate is \"fast\", but must be a number from 0.00001 to 10");
        assert!(RATE.check("learning_rate", f64::NAN).is_err());
        let whole = Knob { scale: Scale::Integer, min: 8.0, max: 1024.0, ..RATE };
        assert!(whole.check("batch_size", 32.5).is_err());
        assert_eq!(whole.check("batch_size", 32.0), Ok(32.0));
    }
}
