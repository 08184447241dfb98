//! Reading, a value at a time, whatever the format.

use crate::{Refused, Result, Why};

/// The field names of a record, as its decoder knows them.
#[derive(Debug)]
pub struct Names {
    /// The wire name of each field, in declaration order.
    pub own: &'static [&'static str],
    /// Other names under which a field is taken, with the field's index.
    pub aliases: &'static [(&'static str, usize)],
    /// Whether a name that is not listed refuses the record; else its value is skipped.
    pub closed: bool,
}

impl Names {
    /// The index of the field with this name or alias.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.own
            .iter()
            .position(|own| *own == name)
            .or_else(|| self.aliases.iter().find(|(alias, _)| *alias == name).map(|(_, index)| *index))
    }
}

/// Where a reader stands inside one record, list or map.
#[derive(Debug, Clone, Copy)]
pub struct At {
    /// The fields seen so far, of the first 64.
    seen: u64,
    /// Where the fields beyond the first 64 are remembered in the reader, plus one; 0 for nowhere.
    wide: usize,
    /// The field that comes next if the sender keeps the declared order.
    pub(crate) next: usize,
    /// How many members are left, for formats that say so first.
    pub left: usize,
    /// Whether no member has been read yet.
    pub first: bool,
}

impl At {
    /// At the start of a container with `left` members, where the format says how many.
    pub fn start(left: usize) -> At {
        At { seen: 0, wide: 0, next: 0, left, first: true }
    }

    /// Notes that field `index` of `total` was read; false if it had been before. `wide` belongs to
    /// the reader: a stack of bit words for records of more than 64 fields.
    #[inline]
    pub fn mark(&mut self, index: usize, total: usize, wide: &mut Vec<u64>) -> bool {
        self.next = index + 1;
        if index >= 64 {
            return self.mark_wide(index - 64, total, wide);
        }
        let bit = 1 << index;
        let fresh = self.seen & bit == 0;
        self.seen |= bit;
        fresh
    }

    #[cold]
    fn mark_wide(&mut self, index: usize, total: usize, wide: &mut Vec<u64>) -> bool {
        if self.wide == 0 {
            self.wide = wide.len() + 1;
            wide.resize(wide.len() + (total - 64).div_ceil(64), 0);
        }
        let bit = 1 << (index % 64);
        let Some(word) = wide.get_mut(self.wide - 1 + index / 64) else { return false };
        let fresh = *word & bit == 0;
        *word |= bit;
        fresh
    }

    /// Gives back what [`mark`](Self::mark) took from `wide`, once the record has ended.
    #[inline]
    pub fn finish(&self, wide: &mut Vec<u64>) {
        if self.wide != 0 {
            wide.truncate(self.wide - 1);
        }
    }
}

/// Where a reader stood before a value. What the numbers mean is the reader's own matter.
#[derive(Debug, Clone, Copy)]
pub struct Mark {
    /// A position.
    pub at: usize,
    /// How deep the reader was.
    pub depth: usize,
}

/// What kind of value comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Nothing.
    Null,
    /// True or false.
    Bool,
    /// Any number.
    Number,
    /// A text.
    Text,
    /// A list.
    List,
    /// An object or map.
    Map,
}

/// A number as it was written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number {
    /// Written without fraction and exponent, and within `i128`.
    Int(i128),
    /// Any other; infinite where `f64` cannot hold it.
    Float(f64),
}

/// A reader of one value after another.
///
/// Methods read the next value and stand behind it. An error ends the reading: nothing else may be
/// read, and [`why`](Self::why) tells what was wrong.
pub trait Pull {
    /// What kind of value comes next; reads nothing but blanks.
    fn kind(&mut self) -> Result<Kind>;

    /// Reads `null` if it is next; false, and nothing read, if it is not.
    fn null(&mut self) -> Result<bool>;

    /// Reads `true` or `false`.
    fn bool(&mut self) -> Result<bool>;

    /// Reads a whole number of 0 to `u64::MAX`; also `1.0` and `1e2`, up to 2^53.
    fn u64(&mut self) -> Result<u64>;

    /// Reads a whole number of `i64`; also `-1.0` and `1e2`, up to 2^53 either way.
    fn i64(&mut self) -> Result<i64>;

    /// Reads a number as the nearest `f64`; refuses what overflows it.
    fn f64(&mut self) -> Result<f64>;

    /// Reads a number as the nearest `f32`; refuses what overflows it.
    fn f32(&mut self) -> Result<f32>;

    /// Reads any number as it was written.
    fn number(&mut self) -> Result<Number>;

    /// Reads a text and lends it until the next call.
    fn text(&mut self) -> Result<&str>;

    /// Reads a text.
    fn string(&mut self) -> Result<String> {
        Ok(self.text()?.to_owned())
    }

    /// Enters a record; then [`field`](Self::field) until it returns `None`.
    fn record(&mut self) -> Result<At>;

    /// The index of the next field, whose value comes next. Names that the record does not have are
    /// skipped with their values, unless the record is closed. `None`: the record has ended.
    fn field(&mut self, names: &Names, at: &mut At) -> Result<Option<usize>>;

    /// Enters a list; then [`item`](Self::item) until it returns false.
    fn list(&mut self) -> Result<At>;

    /// Whether another item comes next; false: the list has ended.
    fn item(&mut self, at: &mut At) -> Result<bool>;

    /// Enters a map with keys that are data; then [`key`](Self::key) until it returns `None`.
    fn map(&mut self) -> Result<At>;

    /// The next key, whose value comes next, lent until the next call. `None`: the map has ended.
    /// A key that stands twice is the caller's to refuse.
    fn key(&mut self, at: &mut At) -> Result<Option<&str>>;

    /// Enters an object of exactly one member and returns the position of its name; the member's
    /// value comes next, then [`end_tag`](Self::end_tag).
    fn tag(&mut self, names: &[&str]) -> Result<usize>;

    /// Leaves an object of exactly one member.
    fn end_tag(&mut self) -> Result<()>;

    /// Reads bytes: themselves where the format has them, else base64 (RFC 4648) in a text.
    fn bytes(&mut self) -> Result<Vec<u8>> {
        match crate::base64::decode(self.text()?) {
            Some(bytes) => Ok(bytes),
            None => Err(self.refuse(Why::Unfit)),
        }
    }

    /// Whether what comes next is bytes in a form of the format's own, which [`kind`](Self::kind) calls a
    /// text because in other formats it is one.
    fn is_binary(&mut self) -> Result<bool> {
        Ok(false)
    }

    /// Remembers where the reader stands, before a value.
    fn mark(&mut self) -> Mark;

    /// Goes back to where the reader stood, to read the value again.
    fn reset(&mut self, mark: Mark);

    /// Finds which of some names a member of the object that comes next has for its value, wherever the
    /// member stands; the object is still to be read.
    fn tag_in(&mut self, tag: &str, names: &[&str]) -> Result<usize> {
        let mark = self.mark();
        let mut at = self.map()?;
        while let Some(name) = self.key(&mut at)? {
            if name == tag {
                let value = self.text()?;
                let position = names.iter().position(|known| *known == value);
                self.reset(mark);
                return position.ok_or_else(|| self.refuse(Why::Unfit));
            }
            self.skip()?;
        }
        Err(self.refuse(Why::Unfit))
    }

    /// Reads past a value, which is only checked for its syntax, depth and texts.
    fn skip(&mut self) -> Result<()>;

    /// Remembers why the value is refused.
    fn refuse(&mut self, why: Why) -> Refused;

    /// Why the last call was refused, and at which byte; [`Why::Unfit`] if none was.
    fn why(&self) -> (Why, usize);
}
