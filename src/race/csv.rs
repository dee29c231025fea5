//! Curves as CSV (RFC 4180), in the one form that the page, the command and `race.py` write: a header, and one row a step.

use std::fmt::Write;

use crate::race::config::Config;
use crate::race::metric::{Metric, Metrics};
use crate::race::plan::steps_per_epoch;

/// The columns of a race's table: `step,epoch,images`, then `NAME.METRIC` for every racer and metric.
///
/// A step's metrics are those before its update, so the row of step 0 is about the initial weights: `step`, counted from
/// 0, is also the number of steps that they have behind them, and `images` how many images.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    names: Vec<String>,
    metrics: Vec<Metric>,
    images: usize,
    batch_size: usize,
}

impl Table {
    /// The table of the race of `config` on `images` training images, with these metrics of every racer.
    pub fn new(config: &Config, images: usize, metrics: &[Metric]) -> Self {
        let names = config.names().into_iter().map(|name| name.en).collect();
        Self { names, metrics: metrics.to_vec(), images, batch_size: config.batch_size }
    }

    /// The first line, with its line end.
    pub fn header(&self) -> String {
        let metrics: Vec<&str> = self.metrics.iter().map(|metric| metric.id()).collect();
        header("step,epoch,images", &self.names, &metrics)
    }

    /// The first line of the table of tests: `step,epoch,images,test_images`, then `NAME.loss` and `NAME.accuracy` for
    /// every racer.
    pub fn test_header(&self) -> String {
        header("step,epoch,images,test_images", &self.names, &["loss", "accuracy"])
    }

    /// Appends the row of the test after `steps` steps on the first `images` test images: loss in nats per image and
    /// accuracy from 0 to 1 of each racer.
    pub fn test_row(&self, text: &mut String, steps: u64, images: usize, results: impl Iterator<Item = (f32, f32)>) {
        self.place(text, steps);
        // Writing to a string cannot fail.
        let _ = write!(text, ",{images}");
        for (loss, accuracy) in results {
            let _ = write!(text, ",{loss},{accuracy}");
        }
        text.push('\n');
    }

    /// Appends the row of step `step`, counted from 0; `value` tells a racer's metric at that step.
    pub fn row(&self, text: &mut String, step: u64, value: impl Fn(usize, Metric) -> f32) {
        self.place(text, step);
        for racer in 0..self.names.len() {
            for metric in &self.metrics {
                // The fewest digits that read back as the same f32.
                let _ = write!(text, ",{}", value(racer, *metric));
            }
        }
        text.push('\n');
    }

    /// Appends `step,epoch,images` of the racers' state after `step` steps.
    fn place(&self, text: &mut String, step: u64) {
        let steps = steps_per_epoch(self.images, self.batch_size);
        let (epoch, in_epoch) = (step / steps, step % steps);
        let images = epoch * self.images as u64 + in_epoch * self.batch_size as u64;
        // Writing to a string cannot fail.
        let _ = write!(text, "{step},{epoch},{images}");
    }

    /// Appends the rows of `metrics`, whose first step is number `first`.
    pub fn rows(&self, text: &mut String, first: u64, metrics: &Metrics) {
        let racers = self.names.len();
        for at in 0..metrics.of(Metric::Loss).len() / racers {
            self.row(text, first + at as u64, |racer, metric| metrics.of(metric)[at * racers + racer]);
        }
    }
}

/// The line with the columns `first`, and `NAME.COLUMN` for every name and column.
fn header(first: &str, names: &[String], columns: &[&str]) -> String {
    let mut line = first.to_owned();
    for name in names {
        for column in columns {
            line.push(',');
            line.push_str(&quoted(&format!("{name}.{column}")));
        }
    }
    line.push('\n');
    line
}

/// A field as CSV has it: in quotation marks where it holds a comma, a quotation mark or a line end.
fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_row_says_what_its_step_has_behind_it() {
        let config = Config::from_json(&json!({ "batch_size": 100, "racers": [
            { "optimizer": "gd" }, { "optimizer": "adam", "name": "Adam, \"fast\"" }
        ] }));
        let table = Table::new(&config.expect("valid"), 512, &[Metric::Loss, Metric::LearningRate]);
        assert_eq!(
            table.header(),
            "step,epoch,images,Gradient descent.loss,Gradient descent.learning_rate,\"Adam, \"\"fast\"\".loss\",\
             \"Adam, \"\"fast\"\".learning_rate\"\n"
        );
        let mut metrics = Metrics::default();
        for value in [2.5, 0.1, 1e-9, f32::NAN] {
            metrics.push([value, 0.0, 0.0, 0.0, value * 2.0, 0.0]);
        }
        let mut text = String::new();
        table.rows(&mut text, 6, &metrics);
        assert_eq!(text, "6,1,512,2.5,5,0.1,0.2\n7,1,612,0.000000001,0.000000002,NaN,NaN\n");
    }

    #[test]
    fn a_test_stands_at_the_steps_behind_it() {
        let config = Config { batch_size: 100, ..Config::default() };
        let table = Table::new(&config, 512, &[Metric::Loss]);
        assert_eq!(
            table.test_header(),
            "step,epoch,images,test_images,Gradient descent.loss,Gradient descent.accuracy,RMSprop.loss,\
             RMSprop.accuracy,Adam.loss,Adam.accuracy\n"
        );
        let mut text = String::new();
        table.test_row(&mut text, 12, 1000, [(0.5, 0.75), (0.25, 1.0), (f32::NAN, 0.0)].into_iter());
        assert_eq!(text, "12,2,1024,1000,0.5,0.75,0.25,1,NaN,0\n");
    }
}
