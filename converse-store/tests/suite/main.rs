//! What a table does, the same on every engine.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::option_option, reason = "a test")]

mod classes;
mod engines;
mod filters;
mod live;
mod log;
mod migrations;
mod postgres;
mod raw;
mod references;
mod rows;
mod units;
mod values;
