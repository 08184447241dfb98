//! WebSocket (RFC 6455): the upgrade of an HTTP request, and messages as frames.

mod boundary;
mod frames;
pub(crate) mod handshake;
mod wire;

pub(crate) use frames::Frames;
