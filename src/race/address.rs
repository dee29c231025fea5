//! A race in a page's address: pairs of the part behind `#`, such as
//! `v=1&seed=7&hidden=64-32&racer=adam,learning_rate:0.01`. They say only what differs from the defaults.
//!
//! An address may come from anywhere, so reading it never fails: numbers out of range go to the range's end, and what is not
//! understood is left out and named.

use serde_json::Value;

use crate::model::{HIDDEN_LAYERS, NARROWEST, Network, WIDEST};
use crate::optim::{self, COLOURS, Knob, Scale, Settings};
use crate::race::config::{Config, EPOCHS, HIDDEN, RACE_KNOBS};
use crate::race::field::FIELD;
use crate::text::number;

/// The pair that says how the others are to be read, and its value here.
pub const VERSION: (&str, &str) = ("v", "1");

/// The pair of each racer.
const RACER: &str = "racer";

/// What goes before a racer's name, which takes the rest of the pair and may hold anything.
const NAME: &str = ",name:";

/// What an address says.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The race.
    pub config: Config,
    /// How long it goes.
    pub epochs: u32,
}

impl Default for Link {
    fn default() -> Self {
        Self { config: Config::default(), epochs: EPOCHS.default as u32 }
    }
}

impl Link {
    /// The pairs that [`Link::read`] makes it of again; none where all is as by default.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let standard = Self::default();
        let shared = RACE_KNOBS.iter().map(|knob| (knob, self.config.shared(knob)));
        let changed = shared.chain([(&EPOCHS, f64::from(self.epochs))]).filter(|(knob, value)| *value != knob.default);
        let mut pairs: Vec<_> = changed.map(|(knob, value)| (knob.name, written(knob, value))).collect();
        let Network { hidden, .. } = &self.config.network;
        if *hidden != standard.config.network.hidden {
            let widths: Vec<String> = hidden.iter().map(usize::to_string).collect();
            pairs.push((HIDDEN, widths.join("-")));
        }
        if self.config.racers != standard.config.racers {
            pairs.extend(self.config.racers.iter().map(|racer| (RACER, racer_words(racer))));
        }
        if !pairs.is_empty() {
            pairs.insert(0, (VERSION.0, VERSION.1.to_owned()));
        }
        pairs
    }

    /// What `pairs` say -> the race, and what of them was left out: an unknown name, a value that its setting does not
    /// take, an unknown version, or more than [`FIELD`] racers.
    pub fn read<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> (Self, Vec<String>) {
        let (mut link, mut racers, mut left_out) = (Self::default(), Vec::new(), Vec::new());
        for (name, value) in pairs {
            let understood = match name {
                _ if (name, value) == VERSION => true,
                RACER if racers.len() < FIELD => racer(value, &mut left_out).map(|racer| racers.push(racer)).is_some(),
                _ => link.set(name, value).is_some(),
            };
            if !understood {
                left_out.push([name, "=", value].concat());
            }
        }
        if !racers.is_empty() {
            link.config.racers = racers;
        }
        (link, left_out)
    }

    fn set(&mut self, name: &str, text: &str) -> Option<()> {
        if name == EPOCHS.name {
            self.epochs = read(&EPOCHS, text)? as u32;
            return Some(());
        }
        let value = match RACE_KNOBS.iter().find(|knob| knob.name == name) {
            Some(knob) => knob.json(read(knob, text)?),
            None if name == HIDDEN => widths(text)?,
            None => return None,
        };
        self.config.set_shared(name, &value).ok()
    }
}

/// The value of `knob` as an address has it.
fn written(knob: &Knob, value: f64) -> String {
    match knob.json(value) {
        Value::String(word) => word,
        Value::Bool(on) => on.to_string(),
        _ => knob.show(value),
    }
}

/// The value that `text` says, within the range of `knob`.
fn read(knob: &Knob, text: &str) -> Option<f64> {
    match knob.scale {
        Scale::Switch | Scale::Choice(_) => {
            let word = text.parse().map_or_else(|_| Value::from(text), Value::Bool);
            knob.read(knob.name, &word).ok()
        }
        Scale::Integer | Scale::LogInteger => Some(number(text)?.round().clamp(knob.min, knob.max)),
        _ => Some(number(text)?.clamp(knob.min, knob.max)),
    }
}

/// `64-32` -> [64, 32]; nothing -> no hidden layer.
fn widths(text: &str) -> Option<Value> {
    let width = |text: &str| Some((number(text)?.round() as usize).clamp(NARROWEST, WIDEST));
    let widths: Option<Vec<usize>> = text.split('-').filter(|width| !width.is_empty()).map(width).collect();
    widths.filter(|widths| widths.len() <= HIDDEN_LAYERS).map(Value::from)
}

/// Its optimizer, then what differs from that one's defaults.
fn racer_words(racer: &Settings) -> String {
    let mut words = racer.optimizer().id.to_owned();
    let mut add = |name: &str, value: &str| [",", name, ":", value].iter().for_each(|part| words.push_str(part));
    for (knob, value) in racer.values().filter(|(knob, value)| *value != knob.default) {
        add(knob.name, &written(knob, value));
    }
    if let Some(colour) = racer.colour {
        add("colour", &colour.to_string());
    }
    if let Some(name) = &racer.name {
        words.push_str(NAME);
        words.push_str(name);
    }
    words
}

/// The inverse of [`racer_words`]; nothing where there is no such optimizer.
fn racer(text: &str, left_out: &mut Vec<String>) -> Option<Settings> {
    let (fields, name) = text.split_once(NAME).unwrap_or((text, ""));
    let mut fields = fields.split(',');
    let mut settings = Settings::new(optim::find(fields.next()?)?);
    for field in fields {
        if set_field(&mut settings, field).is_none() {
            left_out.push(field.to_owned());
        }
    }
    settings.name = optim::name_of(name);
    Some(settings)
}

fn set_field(settings: &mut Settings, field: &str) -> Option<()> {
    let (name, value) = field.split_once(':')?;
    if name == "colour" {
        settings.colour = Some(value.parse::<usize>().ok()?.min(COLOURS - 1));
        return Some(());
    }
    let knob = settings.knob(name)?;
    settings.set(name, knob, read(knob, value)?).ok()
}

#[cfg(test)]
mod tests {
    use rand_core::{Rng, SeedableRng};
    use rand_pcg::Pcg32;

    use super::*;

    fn text(link: &Link) -> String {
        let pairs: Vec<String> = link.pairs().into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("&")
    }

    fn read_text(text: &str) -> (Link, Vec<String>) {
        Link::read(text.split('&').filter_map(|pair| pair.split_once('=')))
    }

    #[test]
    fn an_address_says_only_what_differs() {
        let mut link = Link::default();
        assert_eq!(text(&link), "");
        link.config.seed = 7;
        link.config.network.hidden = vec![64, 32];
        link.config.racers = vec![Settings::new(optim::find("adam").expect("registered"))];
        link.config.set(0, "learning_rate", &0.01.into()).expect("in range");
        link.config.set(0, "schedule", &"cosine".into()).expect("a choice");
        link.config.racers[0].name = Some("Fast, furious: Adam".to_owned());
        let expected = "v=1&seed=7&hidden=64-32&racer=adam,learning_rate:0.01,schedule:cosine,name:Fast, furious: Adam";
        assert_eq!(text(&link), expected);
        assert_eq!(read_text(expected), (link, vec![]));
    }

    #[test]
    fn what_is_not_understood_is_left_out_and_named() {
        let (link, left_out) = read_text(
            "v=2&sead=7&batch_size=2&dropout=0.5&init=he&hidden=64-x&epochs=1e9\
             &racer=adam,beta2:2,rho:0.9,learning_rate:nan,colour:99,name: &racer=sgd",
        );
        assert_eq!(left_out, ["v=2", "sead=7", "init=he", "hidden=64-x", "rho:0.9", "learning_rate:nan", "racer=sgd"]);
        assert_eq!((link.config.batch_size, link.config.dropout, link.epochs), (8, 0.5, 100));
        let [adam] = link.config.racers.as_slice() else { panic!("one racer is left: {link:?}") };
        assert_eq!(written(adam.knob("beta2").expect("Adam's"), 0.9999), "0.9999");
        assert_eq!(racer_words(adam), "adam,beta2:0.9999,colour:7");
        assert_eq!(read_text(&"racer=gd&".repeat(9)).1, ["racer=gd"]);
        let (link, _) = read_text(&format!("racer=gd,name: \u{0}\u{202e}{} y", "x".repeat(39)));
        assert_eq!(link.config.racers[0].name, Some("x".repeat(39)), "what is cut ends in no space");
        assert_eq!(read_text("hidden=").0.config.network.hidden, [0; 0]);
    }

    #[test]
    fn every_race_comes_back_and_so_does_its_json() {
        let mut random = Pcg32::seed_from_u64(1);
        let mut draw = move || f64::from(random.next_u32()) / f64::from(u32::MAX);
        for round in 0..200 {
            let mut link = Link { epochs: EPOCHS.value(draw()) as u32, ..Link::default() };
            for knob in &RACE_KNOBS {
                link.config.set_shared(knob.name, &knob.json(knob.value(draw()))).expect("in range");
            }
            link.config.network.hidden = (0..round % 4).map(|_| 8 + (draw() * 504.0) as usize).collect();
            let racer = |at: usize| {
                let mut racer = Settings::new(optim::ALL[(round + at) % optim::ALL.len()]);
                for knob in racer.values().map(|(knob, _)| knob).collect::<Vec<_>>() {
                    racer.set(knob.name, knob, knob.value(draw())).expect("in range");
                }
                racer.name = (at == 1).then(|| "冲, name:x&y=50%".to_owned());
                racer.colour = (at != 2).then_some(at);
                racer
            };
            link.config.racers = (0..=round % FIELD).map(racer).collect();
            let pairs = link.pairs();
            let read = Link::read(pairs.iter().map(|(name, value)| (*name, value.as_str())));
            assert_eq!(read, (link.clone(), vec![]));
            assert_eq!(Config::from_json(&link.config.to_json()), Ok(link.config));
        }
    }
}
