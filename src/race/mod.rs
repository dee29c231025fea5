//! What a race is: its configuration, what each step uses, and what came of it.

pub mod config;
pub mod plan;
