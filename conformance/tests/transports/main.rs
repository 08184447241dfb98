//! The same messages over memory, TCP, HTTP and WebSocket: the same replies, the same faults.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it expects by failing"
)]

mod bare;
mod case;
mod cases;
mod formats;
mod http;
mod known;
mod order;
mod reply;
mod running;
mod tcp;
mod transcode;
mod wire;
