//! What the race leaves behind in files.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use gradprix::data::Dataset;
use gradprix::engine::{Evaluation, Metrics};
use gradprix::race::config::Config;
use gradprix::race::csv::Table;
use gradprix::race::metric::Metric;
use gradprix::race::{keras, replay};

use crate::arguments::Arguments;
use crate::error::CommandError;

/// A configuration in another form.
type Form = fn(&Config) -> String;

/// Writes what `arguments` ask for that is known without a race: the configuration in other forms.
pub(crate) fn write_forms(arguments: &Arguments, config: &Config) -> Result<(), CommandError> {
    let forms: [(&Option<PathBuf>, Form); 3] =
        [(&arguments.pytorch, replay::program), (&arguments.keras, keras::snippet), (&arguments.json, json)];
    for (path, form) in forms {
        if let Some(path) = path {
            fs::write(path, form(config)).map_err(CommandError::write(path))?;
        }
    }
    Ok(())
}

fn json(config: &Config) -> String {
    format!("{:#}\n", config.to_json())
}

/// The tables asked for, which grow while the race runs.
pub(crate) struct Tables {
    table: Table,
    steps: Option<Sheet>,
    tests: Option<Sheet>,
    pictured: bool,
}

impl Tables {
    /// Creates the files that `arguments` ask for, for the race of `config`: before it, since whoever waits for an hour
    /// should not learn then that a folder is missing.
    pub(crate) fn create(arguments: &Arguments, config: &Config, dataset: &Dataset) -> Result<Self, CommandError> {
        let table = Table::new(config, dataset.train().count(), &Metric::ALL);
        let steps = arguments.csv.as_deref().map(|path| Sheet::create(path, table.header())).transpose()?;
        let tests = arguments.test_csv.as_deref().map(|path| Sheet::create(path, table.test_header())).transpose()?;
        if let Some(path) = &arguments.png {
            File::create(path).map_err(CommandError::write(path))?;
        }
        Ok(Self { table, steps, tests, pictured: arguments.png.is_some() })
    }

    /// Whether tests within an epoch show anywhere.
    pub(crate) fn want_tests(&self) -> bool {
        self.pictured || self.tests.is_some()
    }

    /// Takes steps, of which the first is number `first`.
    pub(crate) fn steps(&mut self, first: u64, metrics: &Metrics) -> Result<(), CommandError> {
        let Some(sheet) = &mut self.steps else { return Ok(()) };
        sheet.write(|text| self.table.rows(text, first, metrics))
    }

    /// Takes a test after `steps` steps on so many images.
    pub(crate) fn test(&mut self, steps: u64, images: usize, results: &[Evaluation]) -> Result<(), CommandError> {
        let Some(sheet) = &mut self.tests else { return Ok(()) };
        let results = results.iter().map(|result| (result.loss, result.accuracy));
        sheet.write(|text| self.table.test_row(text, steps, images, results))
    }

    /// Writes what is still on its way.
    pub(crate) fn finish(self) -> Result<(), CommandError> {
        self.steps.into_iter().chain(self.tests).try_for_each(Sheet::finish)
    }
}

/// A file of text that grows.
struct Sheet {
    path: PathBuf,
    file: BufWriter<File>,
    text: String,
}

impl Sheet {
    fn create(path: &Path, header: String) -> Result<Self, CommandError> {
        let file = File::create(path).map_err(CommandError::write(path))?;
        let mut sheet = Self { path: path.to_path_buf(), file: BufWriter::new(file), text: String::new() };
        sheet.write(|text| *text = header)?;
        Ok(sheet)
    }

    fn write(&mut self, lines: impl FnOnce(&mut String)) -> Result<(), CommandError> {
        self.text.clear();
        lines(&mut self.text);
        self.file.write_all(self.text.as_bytes()).map_err(CommandError::write(&self.path))
    }

    fn finish(mut self) -> Result<(), CommandError> {
        self.file.flush().map_err(CommandError::write(&self.path))
    }
}
