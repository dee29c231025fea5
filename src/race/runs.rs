//! The races that were: a list that is short enough to keep, and what a reader does with it.

use serde_json::{Value, json};

use crate::race::address::Link;
use crate::race::difference::differences;
use crate::race::past::Past;
use crate::text::{Phrase, name_of};

/// The most races that are kept, starred ones aside.
pub const MANY: usize = 30;

/// The most that are shown without being asked for, starred ones aside.
const SHOWN: usize = 3;

/// The longest name, in characters.
const NAME_LENGTH: usize = 60;

/// A race that was, with all that it takes to race it again.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// When it stood at its start, milliseconds since 1970. Tells it from all others.
    pub began: f64,
    /// What it is called by as long as it has no name.
    pub number: u32,
    /// The name that a reader gave it.
    pub name: Option<String>,
    /// Its settings, as [`Link::pairs`] has them.
    pub link: Vec<(String, String)>,
    /// What the data is called.
    pub data: Phrase,
    /// Its curves.
    pub past: Past,
    /// It is not to be dropped.
    pub starred: bool,
    /// Its curves are behind those that run.
    pub shown: bool,
}

/// What a reader does to a run.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// It is starred, or no longer.
    Star(bool),
    /// Its curves are shown, or hidden.
    Show(bool),
    /// It gets this name; an empty one is its number's.
    Rename(String),
    /// It goes.
    Delete,
}

impl Run {
    /// It as JSON. That it is shown is no part of it.
    pub fn to_json(&self) -> Value {
        let link: Vec<Value> = self.link.iter().map(|(name, value)| json!([name, value])).collect();
        json!({
            "began": self.began,
            "number": self.number,
            "name": self.name,
            "link": link,
            "data": [self.data.en, self.data.zh],
            "past": self.past.to_json(),
            "starred": self.starred,
        })
    }

    /// What [`Run::to_json`] made; nothing where it is something else.
    pub fn from_json(json: &Value) -> Option<Self> {
        let text = |json: &Value| json.as_str().map(ToOwned::to_owned);
        let pair = |pair: &Value| Some((text(&pair[0])?, text(&pair[1])?));
        let (en, zh) = pair(&json["data"])?;
        Some(Self {
            began: json["began"].as_f64()?,
            number: json["number"].as_f64()? as u32,
            name: text(&json["name"]),
            link: json["link"].as_array()?.iter().map(pair).collect::<Option<_>>()?,
            data: Phrase { en, zh },
            past: Past::from_json(&json["past"])?,
            starred: json["starred"].as_bool()?,
            shown: false,
        })
    }

    /// Its settings.
    pub fn settings(&self) -> Link {
        Link::read(self.link.iter().map(|(name, value)| (name.as_str(), value.as_str()))).0
    }

    /// Its name, or what it is called without one.
    pub fn title(&self) -> Phrase {
        match &self.name {
            Some(name) => name.as_str().into(),
            None => phrase!("Race {number}", "竞赛 {number}", number = self.number),
        }
    }

    /// How the racers stood when it ended: name and smoothed loss, the lowest first; nothing for who left the numbers.
    pub fn results(&self) -> Vec<(Phrase, Option<f32>)> {
        let whole = self.past.steps.len();
        let last = |racer: usize| self.past.losses.get(racer).filter(|own| own.len() == whole)?.last().copied();
        let names = self.settings().config.names();
        let mut results: Vec<(Phrase, Option<f32>)> = Vec::new();
        for (racer, name) in names.into_iter().enumerate() {
            let loss = last(racer);
            let better = |other: &(Phrase, Option<f32>)| match (other.1, loss) {
                (Some(other), Some(loss)) => other <= loss,
                (other, _) => other.is_some(),
            };
            results.insert(results.partition_point(better), (name, loss));
        }
        results
    }

    /// How many steps it took.
    pub fn steps(&self) -> u32 {
        self.past.steps.last().map_or(0, |last| last + 1)
    }
}

/// The list, the oldest race first.
#[derive(Debug, Default, PartialEq)]
pub struct Runs {
    runs: Vec<Run>,
}

impl Runs {
    /// The list of runs that were kept; of an earlier visit only the starred ones are shown.
    pub fn new(kept: Vec<Run>) -> Self {
        let mut runs: Vec<Run> = Vec::new();
        for run in kept {
            let at = runs.partition_point(|other| other.began < run.began);
            runs.insert(at, Run { shown: run.starred, ..run });
        }
        Self { runs }
    }

    /// The runs as they are kept now elsewhere; who was shown stays so.
    pub fn replace(&mut self, runs: Vec<Run>) {
        let shown: Vec<f64> = self.runs.iter().filter(|run| run.shown).map(|run| run.began).collect();
        *self = Self::new(runs);
        for run in &mut self.runs {
            run.shown = shown.contains(&run.began);
        }
    }

    /// The runs, the oldest first.
    pub fn all(&self) -> &[Run] {
        &self.runs
    }

    /// The run that began then.
    pub fn find(&self, began: f64) -> Option<&Run> {
        self.runs.iter().find(|run| run.began == began)
    }

    /// The number of the next run.
    pub fn next_number(&self) -> u32 {
        self.runs.iter().map(|run| run.number).max().unwrap_or(0) + 1
    }

    /// Takes `run` in and shows it -> those that it drove out, by when they began.
    pub fn keep(&mut self, run: Run) -> Vec<f64> {
        self.runs.retain(|other| other.began != run.began);
        self.runs.push(Run { shown: true, ..run });
        let plain = |run: &&mut Run| !run.starred;
        for run in self.runs.iter_mut().filter(plain).filter(|run| run.shown).rev().skip(SHOWN) {
            run.shown = false;
        }
        let plain = self.runs.iter().filter(|run| !run.starred).map(|run| run.began).rev();
        let dropped: Vec<f64> = plain.skip(MANY).collect();
        self.runs.retain(|run| !dropped.contains(&run.began));
        dropped
    }

    /// Does to the run that began then what a reader wants.
    pub fn change(&mut self, began: f64, change: Change) {
        let Some(at) = self.runs.iter().position(|run| run.began == began) else { return };
        let run = &mut self.runs[at];
        match change {
            Change::Star(starred) => run.starred = starred,
            Change::Show(shown) => run.shown = shown,
            Change::Rename(name) => run.name = name_of(&name, NAME_LENGTH),
            Change::Delete => drop(self.runs.remove(at)),
        }
    }

    /// What the run of number `at` had otherwise than the one before it; nothing for the first one.
    pub fn difference(&self, at: usize) -> Option<Vec<Phrase>> {
        let (before, now) = (self.runs.get(at.checked_sub(1)?)?, self.runs.get(at)?);
        let data = (before.data != now.data).then(|| now.data.clone());
        Some(data.into_iter().chain(differences(&before.settings(), &now.settings())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(began: f64, pairs: &[(&str, &str)]) -> Run {
        let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let losses = vec![vec![2.0, 0.5], vec![2.0], vec![2.0, 0.2]];
        Run {
            began,
            number: began as u32,
            name: None,
            link: pairs.iter().map(pair).collect(),
            data: "MNIST".into(),
            past: Past { images: 10, batch_size: 5, steps: vec![0, 99], seconds: vec![0.0, 1.0], losses },
            starred: false,
            shown: false,
        }
    }

    fn shown(runs: &Runs) -> Vec<f64> {
        runs.all().iter().filter(|run| run.shown).map(|run| run.began).collect()
    }

    #[test]
    fn the_newest_are_shown_and_the_oldest_driven_out() {
        let mut runs = Runs::default();
        assert!(runs.keep(run(1.0, &[])).is_empty());
        runs.change(1.0, Change::Star(true));
        for began in 2..=31 {
            assert_eq!(runs.next_number(), began);
            assert!(runs.keep(run(f64::from(began), &[])).is_empty(), "{began}");
        }
        assert_eq!(shown(&runs), [1.0, 29.0, 30.0, 31.0], "and the starred one");
        assert_eq!(runs.keep(run(32.0, &[])), [2.0]);
        assert_eq!(runs.all().len(), MANY + 1);
        assert!(runs.find(1.0).is_some() && runs.find(2.0).is_none());
        runs.change(1.0, Change::Star(false));
        assert_eq!(runs.keep(run(33.0, &[])), [3.0, 1.0], "what is no longer starred goes like the others");
    }

    #[test]
    fn a_run_comes_back_from_json_and_something_else_does_not() {
        let run = Run { name: Some("mine".to_owned()), starred: true, ..run(1.0, &[("v", "1"), ("seed", "7")]) };
        assert_eq!(Run::from_json(&run.to_json()), Some(run.clone()));
        for name in ["began", "number", "link", "data", "past", "starred"] {
            let mut json = run.to_json();
            json[name] = json!({ "0": 1 });
            assert_eq!(Run::from_json(&json), None, "{name}");
        }
    }

    #[test]
    fn a_run_that_is_kept_again_takes_its_own_place() {
        let mut runs = Runs::default();
        runs.keep(run(1.0, &[]));
        runs.keep(run(1.0, &[("seed", "7")]));
        assert_eq!(runs.all().len(), 1);
        assert_eq!(runs.all()[0].settings().config.seed, 7);
    }

    #[test]
    fn readers_star_show_rename_and_delete() {
        let mut runs = Runs::new(vec![run(2.0, &[]), run(1.0, &[]), Run { starred: true, ..run(3.0, &[]) }]);
        assert_eq!(shown(&runs), [3.0], "of an earlier visit, only the starred ones");
        runs.change(1.0, Change::Show(true));
        assert_eq!(shown(&runs), [1.0, 3.0]);
        assert_eq!(runs.all()[0].title().en, "Race 1");
        runs.change(1.0, Change::Rename(format!("  {} ", "x".repeat(100))));
        assert_eq!(runs.all()[0].title().en, "x".repeat(NAME_LENGTH));
        runs.change(1.0, Change::Rename("a\u{202e}b\u{0}".to_owned()));
        assert_eq!(runs.all()[0].title().en, "ab", "what is not seen is no part of a name");
        runs.change(1.0, Change::Rename(" ".to_owned()));
        assert_eq!(runs.all()[0].title().zh, "竞赛 1");
        runs.change(2.0, Change::Delete);
        assert!(runs.find(2.0).is_none());
        runs.replace(vec![run(1.0, &[]), run(3.0, &[]), run(4.0, &[])]);
        assert_eq!(shown(&runs), [1.0, 3.0]);
    }

    #[test]
    fn a_run_says_what_differed_and_what_came_of_it() {
        let synthetic = Run { data: "Synthetic digits".into(), ..run(2.0, &[("batch_size", "32")]) };
        let runs = Runs::new(vec![run(1.0, &[]), synthetic, run(3.0, &[("v", "1"), ("batch_size", "32")])]);
        let english = |at| Some(runs.difference(at)?.into_iter().map(|item| item.en).collect::<Vec<_>>());
        assert_eq!(english(0), None);
        assert_eq!(english(1), Some(vec!["Synthetic digits".to_owned(), "Batch size 128 → 32".to_owned()]));
        assert_eq!(english(2), Some(vec!["MNIST".to_owned()]));
        let results: Vec<_> = runs.all()[0].results().into_iter().map(|(name, loss)| (name.en, loss)).collect();
        let expected = [("Adam", Some(0.2)), ("Gradient descent", Some(0.5)), ("RMSprop", None)];
        assert_eq!(results, expected.map(|(name, loss)| (name.to_owned(), loss)));
        assert_eq!(runs.all()[0].steps(), 100);
    }
}
