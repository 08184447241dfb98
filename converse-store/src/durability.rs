//! How safe a write is when its reply is sent.

/// How safe a write is when its reply is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// It outlives a loss of power: the disk has said so.
    #[default]
    Full,
    /// It outlives the end of the process; the last seconds may be lost with the power.
    Fast,
}
