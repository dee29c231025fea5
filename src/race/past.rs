//! A race that was: its curves in a form small enough to keep.

use serde_json::{Value, json};

use crate::race::course::{Course, Unit};
use crate::race::history::History;
use crate::race::metric::Metric;

/// The most points that are kept of a race.
const POINTS: u64 = 500;

/// The smoothed losses of a race that was, at some hundred of its steps, closer together at the start.
#[derive(Clone, Debug, PartialEq)]
pub struct Past {
    /// Training images.
    pub images: usize,
    /// Images per minibatch.
    pub batch_size: usize,
    /// The steps kept, from 0, rising.
    pub steps: Vec<u32>,
    /// Seconds of racing before each of them.
    pub seconds: Vec<f32>,
    /// For each racer its smoothed loss at each of `steps`, nats; fewer where its curve stopped.
    pub losses: Vec<Vec<f32>>,
}

impl Past {
    /// What is kept of the race in `history`, which went on `course`.
    pub fn of(history: &History, course: &Course) -> Self {
        let steps = kept(history.steps());
        let losses =
            |racer| steps.iter().map_while(move |step| history.smoothed_at(racer, Metric::Loss, u64::from(*step)));
        Self {
            images: course.images(),
            batch_size: course.batch_size(),
            seconds: steps.iter().map(|step| course.at(Unit::Seconds, f64::from(*step)) as f32).collect(),
            losses: (0..history.racers()).map(|racer| losses(racer).collect()).collect(),
            steps,
        }
    }

    /// It as JSON, with losses and seconds to five digits, as many as a chart can show.
    pub fn to_json(&self) -> Value {
        let all = |values: &[f32]| -> Vec<Value> { values.iter().map(|value| rounded(*value)).collect() };
        let losses: Vec<Value> = self.losses.iter().map(|own| all(own).into()).collect();
        json!({
            "images": self.images,
            "batch_size": self.batch_size,
            "steps": self.steps,
            "seconds": all(&self.seconds),
            "losses": losses,
        })
    }

    /// What [`Past::to_json`] made; nothing where it is something else.
    pub fn from_json(json: &Value) -> Option<Self> {
        let numbers = |json: &Value| -> Option<Vec<f64>> { json.as_array()?.iter().map(Value::as_f64).collect() };
        let narrow = |json: &Value| Some(numbers(json)?.into_iter().map(|number| number as f32).collect::<Vec<_>>());
        let count = |name: &str| json[name].as_f64().map(|count| count as usize).filter(|count| *count > 0);
        let past = Self {
            images: count("images")?,
            batch_size: count("batch_size")?,
            steps: numbers(&json["steps"])?.into_iter().map(|step| step as u32).collect(),
            seconds: narrow(&json["seconds"])?,
            losses: json["losses"].as_array()?.iter().map(narrow).collect::<Option<_>>()?,
        };
        let fits =
            past.seconds.len() == past.steps.len() && past.losses.iter().all(|own| own.len() <= past.steps.len());
        (fits && past.steps.is_sorted()).then_some(past)
    }

    /// Where its steps lie in all units.
    pub fn course(&self) -> Course {
        let mut course = Course::new(self.images, self.batch_size);
        for (step, seconds) in self.steps.iter().zip(&self.seconds) {
            course.reported(u64::from(*step), f64::from(*seconds));
        }
        course
    }

    /// (step, smoothed loss in nats) of `racer`, rising by step; none where there is no such racer.
    pub fn points(&self, racer: usize) -> impl Iterator<Item = (f64, f32)> {
        let losses = self.losses.get(racer).map_or(&[][..], Vec::as_slice);
        self.steps.iter().map(|step| f64::from(*step)).zip(losses.iter().copied())
    }
}

/// A finite number to five digits, as losses and seconds are.
fn rounded(value: f32) -> Value {
    let power = 10f64.powi(4 - f64::from(value).abs().max(1e-30).log10().floor() as i32);
    ((f64::from(value) * power).round() / power).into()
}

/// The steps to keep of so many: first and last among them, and all where they are few.
fn kept(steps: u64) -> Vec<u32> {
    let Some(last) = steps.checked_sub(1) else { return Vec::new() };
    let share = |point: u64| point as f64 / (POINTS - 1) as f64;
    let step = |point: u64| (last as f64 * share(point).powi(2)).round() as u32;
    let mut kept: Vec<u32> =
        if steps <= POINTS { (0..=last as u32).collect() } else { (0..POINTS).map(step).collect() };
    kept.dedup();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn past(steps: u64) -> Past {
        let (mut history, mut course) = (History::new(2), Course::new(1000, 100));
        for step in 0..steps {
            history.push(|racer, _| if racer == 1 && step >= 700 { f32::NAN } else { 2.0 / (1.0 + step as f32) });
        }
        course.reported(steps, 20.0);
        Past::of(&history, &course)
    }

    #[test]
    fn first_and_last_step_are_kept_and_the_points_are_few() {
        assert!(past(0).steps.is_empty());
        assert_eq!(past(1).steps, [0]);
        assert_eq!(past(400).steps, (0..400).collect::<Vec<_>>());
        let long = past(100_000);
        assert_eq!((long.steps[0], long.steps.last().copied()), (0, Some(99_999)));
        assert!(long.steps.len() > 400 && long.steps.len() <= 500);
        assert!(long.steps.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn a_racer_that_stopped_has_points_up_to_there() {
        let past = past(10_000);
        let last = past.points(1).last().expect("it raced").0;
        assert!((600.0..700.0).contains(&last), "{last}");
        assert_eq!(past.points(0).count(), past.steps.len());
        assert_eq!(past.points(2).count(), 0);
    }

    #[test]
    fn it_comes_back_from_json_and_knows_its_seconds() {
        let past = past(2000);
        let json = past.to_json();
        assert!(json.to_string().len() < 15_000, "{} bytes for two racers", json.to_string().len());
        let again = Past::from_json(&json).expect("its own form");
        assert_eq!((&again.steps, again.images, again.batch_size), (&past.steps, 1000, 100));
        for (own, before) in again.losses.iter().flatten().zip(past.losses.iter().flatten()) {
            assert!((own - before).abs() <= 5e-5 * before, "{own} {before}");
        }
        assert_eq!(Past::from_json(&again.to_json()), Some(again));
        assert!((past.course().at(Unit::Seconds, 1000.0) - 10.0).abs() < 0.05);
        assert_eq!(past.course().at(Unit::Epochs, 1000.0), 100.0);
    }

    #[test]
    fn what_is_no_past_is_none() {
        let json = past(30).to_json();
        assert!(Past::from_json(&json).is_some());
        let broken = [
            ("images", json!(0)),
            ("batch_size", json!("many")),
            ("steps", json!([5, 3])),
            ("seconds", json!([1.0])),
            ("losses", json!([[1.0], "none"])),
            ("losses", json!(vec![vec![1.0; 31]])),
        ];
        for (name, value) in broken {
            let mut json = json.clone();
            json[name] = value;
            assert_eq!(Past::from_json(&json), None, "{name}");
        }
        assert_eq!(Past::from_json(&json!(null)), None);
    }
}
