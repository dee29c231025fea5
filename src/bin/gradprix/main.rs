//! The command: a race without a page, on the same engines, from the configuration that the page exports.

mod arguments;
mod dataset;
mod error;
mod output;
mod picture;
mod race;
mod report;

use std::fs;
use std::process::ExitCode;
use std::rc::Rc;

use clap::Parser;
use gradprix::engine::gpu::Setup;
use gradprix::engine::{Choice, Runner};
use gradprix::race::config::Config;

use crate::arguments::Arguments;
use crate::error::CommandError;
use crate::output::Tables;
use crate::race::{Distance, Race};

fn main() -> ExitCode {
    match pollster::block_on(run(&Arguments::parse())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments) -> Result<(), CommandError> {
    let config = config(arguments)?;
    output::write_forms(arguments, &config)?;
    let dataset = Rc::new(dataset::load(arguments.data.as_deref())?);
    let tables = Tables::create(arguments, &config, &dataset)?;
    let choice = Choice::from(arguments.engine);
    let setup = if choice == Choice::Cpu { Setup::none("not asked for") } else { Setup::find().await };
    let runner = Runner::new(Rc::clone(&dataset), config, choice, &setup).await?;
    println!("{}", report::start(&runner, &dataset));
    let race = Race::new(runner, dataset.test().count(), arguments.test_every, tables);
    let outcome = race.run(arguments.steps.map_or(Distance::Epochs(arguments.epochs), Distance::Steps)).await?;
    print!("{}", report::end(&outcome));
    arguments.png.as_deref().map_or(Ok(()), |path| picture::write(path, &outcome, dataset.train().count()))
}

/// The configuration in the file given; the default one without.
fn config(arguments: &Arguments) -> Result<Config, CommandError> {
    let Some(path) = &arguments.run else { return Ok(Config::default()) };
    let text = fs::read_to_string(path).map_err(CommandError::read(path, "the configuration that the page exports"))?;
    let file = path.display().to_string();
    let json = serde_json::from_str(&text)
        .map_err(|error| CommandError::Json { file: file.clone(), reason: error.to_string() })?;
    Config::from_json(&json).map_err(|error| CommandError::Config { file, error: Box::new(error) })
}
