//! GradPrix: a race of optimizers. Gradient descent, RMSprop and Adam train the same network, from the same weights,
//! on the same minibatches, and the page shows who gets down the loss faster.
//!
//! Data flows one way, in the order of the modules below; a module imports only from those before it.

#[macro_use]
pub mod text;

pub mod data;
pub mod model;
pub mod optim;
pub mod race;

pub mod engine;

pub mod plot;

#[cfg(target_arch = "wasm32")]
pub mod page;
