//! What may be asked of the command.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use gradprix::engine::Choice;

/// Race optimizers on MNIST without a browser: the same engines, the same curves
#[derive(Parser)]
#[command(name = "gradprix", version)]
pub(crate) struct Arguments {
    /// The race, as the page exports it; without it, the race that the page starts with
    #[arg(value_name = "RUN.JSON")]
    pub(crate) run: Option<PathBuf>,
    /// The folder with MNIST's four files, gzipped or not [default: `MNIST_DIR`, ../shared/mnist or target/mnist]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// How often the race goes through all training images
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=1_000_000), conflicts_with = "steps")]
    pub(crate) epochs: u64,
    /// How many steps the race has, in place of epochs
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    pub(crate) steps: Option<u64>,
    /// Which engine trains: auto takes the GPU where it is hardware
    #[arg(long, value_enum, default_value_t = Engine::Auto)]
    pub(crate) engine: Engine,
    /// Write every metric of every step: step,epoch,images,NAME.loss,…
    #[arg(long, value_name = "FILE")]
    pub(crate) csv: Option<PathBuf>,
    /// Write loss and accuracy on test images: `step,epoch,images,test_images,NAME.loss,NAME.accuracy`, …
    #[arg(long, value_name = "FILE")]
    pub(crate) test_csv: Option<PathBuf>,
    /// Draw the chart, twice as fine as a page's, with legend and settings
    #[arg(long, value_name = "FILE")]
    pub(crate) png: Option<PathBuf>,
    /// Write the program that replays the race in PyTorch: python race.py --data DIR --steps N --csv FILE
    #[arg(long, value_name = "FILE")]
    pub(crate) pytorch: Option<PathBuf>,
    /// Write the settings as a piece of Python for Keras
    #[arg(long, value_name = "FILE")]
    pub(crate) keras: Option<PathBuf>,
    /// Write the race's configuration with every setting: another RUN.JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Test on 1,000 images after so many steps, where a file shows it
    #[arg(long, value_name = "STEPS", default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub(crate) test_every: u64,
}

/// Which engine trains.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Engine {
    /// The GPU where there is a hardware adapter, else the CPU
    Auto,
    /// The GPU, a software one included
    Gpu,
    /// The CPU
    Cpu,
}

impl From<Engine> for Choice {
    fn from(engine: Engine) -> Self {
        match engine {
            Engine::Auto => Self::Auto,
            Engine::Gpu => Self::Gpu,
            Engine::Cpu => Self::Cpu,
        }
    }
}
