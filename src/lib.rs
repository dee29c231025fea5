//! GradPrix: a race of optimizers on MNIST. Data flows one way, in the order of the modules below.

pub mod data;
