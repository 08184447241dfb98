//! What a server sends of its own accord, to clients of this crate and to sockets that read or do not.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test"
)]

mod again;
mod classes;
mod ends;
#[allow(dead_code, reason = "the tests of the client use the rest")]
#[path = "../client/proxy.rs"]
mod proxy;
mod raw;
mod sends;
mod server;
mod slow;
mod topics;
