//! What the command says of a race, before and after it.

use std::fmt::Write;

use gradprix::data::Dataset;
use gradprix::engine::{Description, Kind, Metric, Runner};
use gradprix::race::standings::Verdict;

use crate::race::Outcome;

/// What races, on what.
pub(crate) fn start(runner: &Runner, dataset: &Dataset) -> String {
    let Description { kind, adapter, reason } = runner.description();
    let kind = match kind {
        Kind::Gpu => "GPU",
        Kind::Cpu => "CPU",
    };
    let (train, test) = (dataset.train().count(), dataset.test().count());
    format!("{kind} engine: {} ({})\nData: {train} images to train on, {test} to test on", adapter.en, reason.en)
}

/// Speed, and a table with each racer's losses and accuracy.
pub(crate) fn end(outcome: &Outcome) -> String {
    let steps = outcome.runner.steps();
    let seconds = outcome.racing.as_secs_f64();
    let mut words = format!("{steps} steps in {seconds:.2} s: {:.0} steps/s\n\n", steps as f64 / seconds);
    let names: Vec<String> = outcome.runner.config().names().into_iter().map(|name| name.en).collect();
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    // Writing to a string cannot fail.
    let _ = writeln!(words, "{:width$}  {:>12}  {:>9}  {:>13}", "racer", "loss (mean)", "test loss", "test accuracy");
    for (racer, name) in names.iter().enumerate() {
        let loss = outcome.history.smoothed(racer, Metric::Loss).map_or("–".to_owned(), |loss| format!("{loss:.4}"));
        let test = outcome.tests.as_ref().and_then(|tests| tests.get(racer));
        let [test_loss, accuracy] = test.map_or(["–".to_owned(), "–".to_owned()], |test| {
            [format!("{:.4}", test.loss), format!("{:.2} %", 100.0 * test.accuracy)]
        });
        let _ = write!(words, "{name:width$}  {loss:>12}  {test_loss:>9}  {accuracy:>13}");
        let verdict = outcome.standings.verdict(racer);
        let _ = if verdict == Verdict::Racing { writeln!(words) } else { writeln!(words, "  {}", verdict.words().en) };
    }
    words
}
