//! The one door to the project: `cargo xtask serve | test | shots | bench | deviations | dist`.
//!
//! Each command first sets up what the machine lacks, then does its work. What is already there is
//! left alone, so a second run is quick.

mod bench;
mod check;
mod deviations;
mod dist;
mod error;
mod offline;
mod places;
mod process;
mod pytorch;
mod server;
mod setup;
mod soak;
mod sync;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::error::Error;
use crate::places::Places;

/// Build, serve and test the playground; whatever the machine lacks is set up on the way.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the site and serve it on 127.0.0.1
    Serve {
        /// The port to listen on; 0 takes any free one
        #[arg(long, default_value_t = 8080)]
        port: u16,
        /// Serve dist/ as it is, without building
        #[arg(long)]
        no_build: bool,
        /// Answer 404 for data/, as a host without MNIST would
        #[arg(long)]
        without_data: bool,
    },
    /// Run every check and test, natively and in two browsers
    Test {
        /// Only formatting, lints, documentation and native tests
        #[arg(long, conflicts_with = "browser")]
        native: bool,
        /// Only the tests that drive browsers
        #[arg(long)]
        browser: bool,
        /// Of these, only the files with such a name: page, share
        #[arg(requires = "browser")]
        names: Vec<String>,
        /// Only the replay of races in PyTorch, which is fetched (some gigabytes) into target/
        #[arg(long, conflicts_with_all = ["native", "browser"])]
        pytorch: bool,
        /// Only what takes long: dependencies, races and clicks drawn by chance, a long race, fuzzing of all that is read
        #[arg(long, conflicts_with_all = ["native", "browser", "pytorch"])]
        soak: bool,
        /// How long each fuzz target runs
        #[arg(long, requires = "soak", default_value_t = 10)]
        minutes: u64,
    },
    /// Picture the page in each of its states, in target/shots/
    Shots {
        /// Only these states, as tests/browser/shots.mjs names them
        states: Vec<String>,
    },
    /// Measure how far each engine is from PyTorch; writes tests/fixtures/DEVIATIONS.md
    Deviations,
    /// Measure speed, memory and loading; writes target/bench/bench.md and bench.json
    Bench(bench::Options),
    /// Build the static site in dist/
    Dist,
}

fn main() -> ExitCode {
    match run(&Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &Command) -> Result<(), Error> {
    let places = Places::find()?;
    match command {
        Command::Serve { port, no_build, without_data } => {
            if !no_build {
                set_up_and_build(&places)?;
            }
            let site = server::Site { root: places.dist(), without_data: *without_data, isolated: false };
            let server = server::start(site, *port)?;
            println!("GradPrix is at {} (Ctrl-C stops it)", server.url());
            server.wait();
            Ok(())
        }
        Command::Test { pytorch: true, .. } => pytorch::run(&places),
        Command::Test { soak: true, minutes, .. } => soak::run(&places, *minutes),
        Command::Test { native, browser, names, .. } => check::run(&places, !browser, !native, names),
        Command::Shots { states } => check::picture(&places, states),
        Command::Deviations => deviations::run(&places),
        Command::Bench(options) => bench::run(&places, options),
        Command::Dist => set_up_and_build(&places),
    }
}

/// Sets up what a build needs and brings `dist/` up to date, one `cargo xtask` at a time.
fn set_up_and_build(places: &Places) -> Result<(), Error> {
    let _lock = places.lock()?;
    setup::for_building(places)?;
    dist::build(places)
}
