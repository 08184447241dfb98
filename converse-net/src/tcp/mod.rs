//! TCP: the first byte of a connection says how messages are told apart.
//!
//! `{` or a blank is JSON lines. Any other first byte is refused today; it is where a preamble of
//! four bytes will name a format, with frames that begin with their length.

mod line;
mod lines;

pub(crate) use lines::Lines;
