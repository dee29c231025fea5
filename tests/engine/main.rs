//! The training engines: against PyTorch, against finite differences, and against each other.
//!
//! The GPU engine runs on whatever adapter there is, a software one included; where there is none, the tests fail.

mod agreement;
mod combinations;
mod common;
mod gradient;
mod snapshots;
mod spread;
mod trajectories;
