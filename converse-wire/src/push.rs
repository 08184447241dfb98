//! Writing, a value at a time, whatever the format.

/// The name of a record's field, ready for the formats that write it as text.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// The name.
    pub name: &'static str,
    /// The name as JSON writes it between two members: `,"name":`, escapes included.
    pub json: &'static str,
}

/// The [`Key`] of a name that needs no escapes.
#[macro_export]
macro_rules! key {
    ($name:literal) => {
        &$crate::Key { name: $name, json: concat!(",\"", $name, "\":") }
    };
}

/// Why a value cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unwritable {
    /// NaN and infinities have no form that every format and language agrees on.
    NotFinite,
    /// Nested deeper than a reader would take.
    TooDeep,
    /// A text contains NUL, which a reader would refuse.
    Nul,
}

impl std::fmt::Display for Unwritable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Unwritable::NotFinite => "NaN and infinities cannot be written",
            Unwritable::TooDeep => "the value is nested too deep",
            Unwritable::Nul => "a text must not contain NUL",
        })
    }
}

impl std::error::Error for Unwritable {}

/// A writer of one value after another.
///
/// Writing does not stop at what cannot be written: the writer remembers it, and the caller asks
/// [`failed`](Self::failed) once at the end.
pub trait Push {
    /// Writes nothing, as a value.
    fn null(&mut self);
    /// Writes true or false.
    fn bool(&mut self, value: bool);
    /// Writes a whole number.
    fn u64(&mut self, value: u64);
    /// Writes a whole number.
    fn i64(&mut self, value: i64);
    /// Writes a number; fails on NaN and infinities.
    fn f64(&mut self, value: f64);
    /// Writes a number with the digits that an `f32` needs; fails on NaN and infinities.
    fn f32(&mut self, value: f32);
    /// Writes a text; fails on NUL.
    fn str(&mut self, value: &str);
    /// Writes bytes: themselves where the format has them, else base64 (RFC 4648, section 4) as a text.
    fn bytes(&mut self, value: &[u8]) {
        self.str(&crate::base64::encode(value));
    }

    /// Begins a record of so many members. False: too deep; write no members and do not end it.
    #[must_use]
    fn record(&mut self, members: usize) -> bool;
    /// Names the member whose value comes next.
    fn member(&mut self, key: &Key);
    /// The same for a member that is known to be the record's first.
    fn first_member(&mut self, key: &Key) {
        self.member(key);
    }
    /// The same for a member that is known not to be the record's first.
    fn next_member(&mut self, key: &Key) {
        self.member(key);
    }
    /// Ends a record.
    fn end_record(&mut self);

    /// Begins a list of so many items. False: too deep; write no items and do not end it.
    #[must_use]
    fn list(&mut self, items: usize) -> bool;
    /// Announces the next item.
    fn item(&mut self);
    /// Ends a list.
    fn end_list(&mut self);

    /// Begins a map of so many members. False: too deep; write no members and do not end it.
    #[must_use]
    fn map(&mut self, members: usize) -> bool;
    /// Names the member whose value comes next.
    fn key(&mut self, key: &str);
    /// Ends a map.
    fn end_map(&mut self);

    /// Whether absent optional members are written as nothing, rather than left out.
    fn nulls(&self) -> bool;

    /// Remembers that the value cannot be written.
    fn fail(&mut self, why: Unwritable);

    /// Why the value cannot be written, if it cannot.
    fn failed(&self) -> Option<Unwritable>;
}
