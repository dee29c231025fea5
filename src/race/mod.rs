//! What a race is: its configuration, what each step uses, how fast it goes, and what came of it.

pub mod config;
pub mod evaluations;
pub mod field;
pub mod history;
pub mod metric;
pub mod pace;
pub mod plan;
pub mod standings;
