//! GradPrix: a race of optimizers. Gradient descent, RMSprop and Adam train the same network, from the same weights,
//! on the same minibatches, and the page shows who gets down the loss faster.
//!
//! Data flows one way, in the order of the modules below; a module imports only from those before it.
//! The page, `src/page`, comes after them all, as a crate of its own: the compiler makes it small, and this one fast.

#[macro_use]
pub mod text;

pub mod data;
pub mod model;
pub mod optim;
pub mod race;

pub mod engine;

pub mod plot;
