//! What those who run a server rely on: what is refused when there is too much, and what can be seen from outside.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test"
)]

mod classes;
mod metrics;
mod overload;
#[path = "../identity/server.rs"]
mod server;
