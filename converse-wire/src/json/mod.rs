//! JSON (RFC 8259), read strictly and written canonically.
//!
//! Refused beyond the grammar: keys that stand twice in one object, lone surrogates, NUL in texts,
//! and nesting beyond the limit. Ignored values are checked for all of this but keys.

mod format;
mod number;
mod reader;
mod skip;
mod string;
mod writer;

pub use format::Json;
pub(crate) use number::integral;
pub use reader::Reader;
pub use writer::{Writer, write_str};
