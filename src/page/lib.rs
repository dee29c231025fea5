//! The page and its worker: the only room that knows the browser.
//!
//! On the page's thread, what a user does becomes an `action`, the `app` acts on it, and the rest shows what came
//! of it. In the `worker` runs the race. They speak `message`s.

#![cfg(target_arch = "wasm32")]

#[macro_use]
extern crate gradprix;

mod action;
mod address;
mod announcer;
mod app;
mod brush;
mod chart;
mod clock;
mod controls;
mod dom;
mod download;
mod due;
mod entry;
mod field_control;
mod files;
mod format;
mod frames;
mod inside;
pub mod interface;
mod json;
mod keyboard;
mod knob_control;
mod lane;
mod language;
mod last_race;
mod lessons;
mod mate;
mod menu;
pub mod message;
mod notice;
mod poster;
mod race_settings;
mod reading;
mod runs;
mod schedule_picture;
mod send;
mod shadows;
mod share;
mod slider;
mod status;
mod store;
mod team;
mod theme;
mod tips;
mod track;
mod view;
pub mod worker;

pub use app::start_page;
