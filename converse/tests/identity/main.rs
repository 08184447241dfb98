//! Who may send what: where a principal comes from, what strangers hear, and in which order all is checked.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test"
)]

mod access;
mod classes;
mod order;
mod rates;
mod server;
mod transports;
mod waiting;
