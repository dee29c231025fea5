//! What a race is: its configuration, what each step uses, how fast it goes, and what came of it.

pub mod address;
pub mod config;
pub mod course;
pub mod csv;
mod curve;
pub mod difference;
pub mod evaluations;
pub mod field;
pub mod history;
pub mod journal;
pub mod keras;
pub mod lesson;
pub mod metric;
pub mod nesting;
pub mod pace;
pub mod past;
pub mod plan;
pub mod ranking;
pub mod replay;
pub mod runs;
pub mod standings;
pub mod stopwatch;
pub mod summary;
pub mod target;
