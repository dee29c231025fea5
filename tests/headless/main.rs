//! The command, used as a person would: files in, files and words out.

mod common;
mod files;
mod refusals;
