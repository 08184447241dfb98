//! What a table does, the same on every engine.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

mod classes;
mod engines;
mod filters;
mod migrations;
mod rows;
mod units;
mod values;
