//! TCP: the first bytes of a connection say how messages are told apart, and in which format they are.
//!
//! `{` or a blank is JSON lines. Any other first byte begins the four bytes that name a format; frames
//! follow then, each with its length before it. What is neither ends the connection.

mod frame;
mod line;
mod socket;

pub(crate) use socket::Socket;
