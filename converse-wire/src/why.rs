//! Why a value was refused.

use std::fmt;

/// The value was refused. Empty, so that it costs nothing to return; ask the reader for the [`Why`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value was refused")
    }
}

impl std::error::Error for Refused {}

/// What reading returns.
pub type Result<T> = std::result::Result<T, Refused>;

/// Why a reader refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The bytes are not well-formed; what was expected instead.
    Syntax(&'static str),
    /// Objects and lists are nested deeper than [`Limits::depth`](crate::Limits::depth).
    TooDeep,
    /// A text contains NUL.
    Nul,
    /// A key stands twice in one object.
    DuplicateKey,
    /// The outer object is no envelope; what is wrong with it.
    Envelope(&'static str),
    /// Well-formed, and not what the type needs.
    Unfit,
}

impl Why {
    /// Whether the bytes themselves are at fault, whatever type they were read for.
    pub fn is_lexical(self) -> bool {
        !matches!(self, Why::Unfit)
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Why::Syntax(expected) => write!(f, "expected {expected}"),
            Why::TooDeep => f.write_str("nested too deep"),
            Why::Nul => f.write_str("a text must not contain NUL"),
            Why::DuplicateKey => f.write_str("a key stands twice"),
            Why::Envelope(what) => f.write_str(what),
            Why::Unfit => f.write_str("not what the type needs"),
        }
    }
}
