//! The client, against the real server on every transport, and against servers that are none.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test"
)]

mod again;
mod calls;
mod classes;
mod hostile;
mod lost;
mod proxy;
mod pushes;
mod retries;
mod server;
mod tls;
mod toy;
mod urls;
mod websocket;
