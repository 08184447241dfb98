//! How much a reader takes.

/// Bounds on one message, all on unless changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The largest message in bytes; also bounds the inner text of a string body. 1 MiB.
    pub bytes: usize,
    /// How deep objects and lists may nest in a body, the body itself being the first level. 64.
    pub depth: u16,
    /// Whether a body may be a JSON text inside a JSON string. On.
    pub string_bodies: bool,
}

impl Limits {
    /// The bounds of a server that nobody configured.
    pub const DEFAULT: Limits = Limits { bytes: 1 << 20, depth: 64, string_bodies: true };
}

impl Default for Limits {
    fn default() -> Limits {
        Limits::DEFAULT
    }
}
