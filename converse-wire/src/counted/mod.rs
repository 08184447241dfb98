//! Formats in which every value says beforehand what it is and how long: one reader and one writer
//! for `MessagePack` and CBOR, which differ only in how an [`Item`] is spelled.
//!
//! Both formats can say more than a message can. What they are read as is what JSON has: names are
//! texts, numbers are finite, and neither tags nor extensions change what a value means.

mod envelope;
mod reader;
mod skip;
mod writer;

pub(crate) use envelope::{open, open_body, write, write_body};
pub use reader::Reader;
pub use writer::Writer;

/// What stands before a value: its kind, and the value itself where that is no more than a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Item {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number; of 64 bits and a sign at most.
    Int(i128),
    /// Any other number.
    Float(f64),
    /// A text of so many bytes, which follow.
    Text(usize),
    /// So many bytes, which follow.
    Bytes(usize),
    /// A list of so many values, which follow.
    List(usize),
    /// So many pairs of a name and a value, which follow.
    Map(usize),
}

/// What to say where bytes are missing.
pub(crate) const MORE: &str = "more, but the message ends here";

/// How a format spells its items.
pub trait Items: 'static {
    /// The item at the start of the bytes, and how many of them it takes.
    ///
    /// # Errors
    /// What was expected instead.
    fn read(bytes: &[u8]) -> Result<(Item, usize), &'static str>;

    /// Appends an item, in the shortest form that the format has for it.
    fn write(item: Item, out: &mut Vec<u8>);
}

/// The `N` bytes behind the first one.
pub(crate) fn behind<const N: usize>(bytes: &[u8]) -> Result<[u8; N], &'static str> {
    bytes.get(1..).and_then(<[u8]>::first_chunk::<N>).copied().ok_or(MORE)
}

/// A declared length as a size; one that no memory could hold is one that the message has not.
pub(crate) fn size(length: u64) -> Result<usize, &'static str> {
    usize::try_from(length).map_err(|_| MORE)
}

/// The float of 32 bits that is exactly this value, if there is one.
#[allow(clippy::cast_possible_truncation, reason = "what is lost is looked for")]
pub(crate) fn narrow(value: f64) -> Option<f32> {
    let narrow = value as f32;
    (f64::from(narrow).to_bits() == value.to_bits()).then_some(narrow)
}
