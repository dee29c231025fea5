//! The page and its worker: the only room that knows the browser.

mod clock;
mod download;
pub mod interface;
pub mod message;
pub mod worker;
