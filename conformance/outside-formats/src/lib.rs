//! Two formats that converse does not know: proof that a format can be added from outside, envelope
//! included, and what it takes.
//!
//! Both spell values as JSON does and lay the message out in their own way, so each is an envelope and
//! little else. `App::linked().format(Flat).format(Listed)` adds them.

mod flat;
mod listed;

pub use flat::Flat;
pub use listed::Listed;
