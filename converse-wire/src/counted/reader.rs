//! The strict reader: values pulled as the decoder asks for them, texts lent where they stand.

use std::borrow::Cow;
use std::marker::PhantomData;

use crate::{At, Kind, Limits, Mark, Names, Number, Pull, Refused, Result, Why};

use super::{Item, Items, MORE};

/// Reads one value after another from bytes.
pub struct Reader<'a, I> {
    bytes: &'a [u8],
    at: usize,
    pub(super) depth: u16,
    why: Why,
    why_at: usize,
    /// Which fields were seen, of the open records with more than 64.
    wide: Vec<u64>,
    items: PhantomData<fn() -> I>,
}

impl<'a, I: Items> Reader<'a, I> {
    /// A reader of these bytes.
    pub fn new(bytes: &'a [u8], limits: &Limits) -> Reader<'a, I> {
        Reader { bytes, at: 0, depth: limits.depth, why: Why::Unfit, why_at: 0, wide: Vec::new(), items: PhantomData }
    }

    /// Succeeds if nothing is left.
    ///
    /// # Errors
    /// [`Why::Syntax`] if there is more.
    pub fn end(&mut self) -> Result<()> {
        if self.at == self.bytes.len() { Ok(()) } else { Err(self.refuse(Why::Syntax("the end of the message"))) }
    }

    /// The next item and its length, not taken.
    fn peek(&mut self) -> Result<(Item, usize)> {
        match I::read(self.bytes.get(self.at..).unwrap_or_default()) {
            Ok((Item::Float(value), _)) if !value.is_finite() => Err(self.refuse(Why::Syntax("a finite number"))),
            Ok(item) => Ok(item),
            Err(expected) => Err(self.refuse(Why::Syntax(expected))),
        }
    }

    /// Takes the next item; what it announces follows.
    pub(super) fn take(&mut self) -> Result<Item> {
        let (item, used) = self.peek()?;
        self.at += used;
        Ok(item)
    }

    #[cold]
    fn refuse_at(&mut self, at: usize, why: Why) -> Refused {
        self.at = at;
        self.refuse(why)
    }

    /// So many bytes, which an item announced.
    pub(super) fn run(&mut self, length: usize) -> Result<&'a [u8]> {
        let end = self.at.checked_add(length);
        match end.and_then(|end| self.bytes.get(self.at..end)) {
            Some(run) => {
                self.at += length;
                Ok(run)
            }
            None => Err(self.refuse(Why::Syntax(MORE))),
        }
    }

    /// The text of so many bytes, which an item announced.
    pub(super) fn text_of(&mut self, length: usize) -> Result<&'a str> {
        let from = self.at;
        let run = self.run(length)?;
        match std::str::from_utf8(run) {
            Ok(text) if !run.contains(&0) => Ok(text),
            Ok(_) => Err(self.refuse_at(from, Why::Nul)),
            Err(error) => Err(self.refuse_at(from + error.valid_up_to(), Why::Syntax("UTF-8 in a text"))),
        }
    }

    /// Takes a name: a text, because what has names in a message is what has names in JSON.
    pub(super) fn name(&mut self) -> Result<&'a str> {
        match self.peek()? {
            (Item::Text(length), used) => {
                self.at += used;
                self.text_of(length)
            }
            _ => Err(self.refuse(Why::Syntax("a name, which is a text"))),
        }
    }

    /// Takes a text, borrowed where it stands.
    pub(super) fn plain_text(&mut self) -> Result<Cow<'a, str>> {
        self.lend().map(Cow::Borrowed)
    }

    fn lend(&mut self) -> Result<&'a str> {
        match self.peek()? {
            (Item::Text(length), used) => {
                self.at += used;
                self.text_of(length)
            }
            _ => Err(self.refuse(Why::Unfit)),
        }
    }

    /// Takes the item of an envelope: how many members it has. It is not counted as a level.
    pub(super) fn members(&mut self) -> Result<Option<usize>> {
        match self.peek()? {
            (Item::Map(members), used) => {
                self.enough(members, 2)?;
                self.at += used;
                Ok(Some(members))
            }
            _ => Ok(None),
        }
    }

    /// Refuses a count of values that cannot be there, each of at least so many bytes: nobody then
    /// needs to mistrust a count.
    fn enough(&mut self, count: usize, each: usize) -> Result<()> {
        let left = self.bytes.len() - self.at;
        if count.checked_mul(each).is_some_and(|least| least <= left) {
            Ok(())
        } else {
            Err(self.refuse(Why::Syntax(MORE)))
        }
    }

    /// Goes one level down, into so many values of at least so many bytes each.
    pub(super) fn nest(&mut self, count: usize, each: usize) -> Result<()> {
        self.enough(count, each)?;
        match self.depth.checked_sub(1) {
            Some(depth) => {
                self.depth = depth;
                Ok(())
            }
            None => Err(self.refuse(Why::TooDeep)),
        }
    }

    /// The next number as an integer, if it is one: also a float without a fraction, up to 2^53.
    fn int(&mut self) -> Result<i128> {
        let (item, used) = self.peek()?;
        let int = match item {
            Item::Int(value) => value,
            Item::Float(value) => match crate::json::integral(value) {
                Some(value) => value.into(),
                None => return Err(self.refuse(Why::Unfit)),
            },
            _ => return Err(self.refuse(Why::Unfit)),
        };
        self.at += used;
        Ok(int)
    }

    fn found(&mut self, index: usize, names: &Names, at: &mut At, from: usize) -> Result<Option<usize>> {
        if at.mark(index, names.own.len(), &mut self.wide) {
            Ok(Some(index))
        } else {
            Err(self.refuse_at(from, Why::DuplicateKey))
        }
    }

    /// Whether another member follows; if not, the container has ended.
    fn more(&mut self, at: &mut At) -> bool {
        at.first = false;
        match at.left.checked_sub(1) {
            Some(left) => {
                at.left = left;
                true
            }
            None => {
                self.depth += 1;
                false
            }
        }
    }
}

impl<I: Items> Pull for Reader<'_, I> {
    fn kind(&mut self) -> Result<Kind> {
        match self.peek()?.0 {
            Item::Null => Ok(Kind::Null),
            Item::Bool(_) => Ok(Kind::Bool),
            Item::Int(_) | Item::Float(_) => Ok(Kind::Number),
            Item::Text(_) | Item::Bytes(_) => Ok(Kind::Text),
            Item::List(_) => Ok(Kind::List),
            Item::Map(_) => Ok(Kind::Map),
        }
    }

    fn null(&mut self) -> Result<bool> {
        let (item, used) = self.peek()?;
        let null = item == Item::Null;
        if null {
            self.at += used;
        }
        Ok(null)
    }

    fn bool(&mut self) -> Result<bool> {
        match self.peek()? {
            (Item::Bool(value), used) => {
                self.at += used;
                Ok(value)
            }
            _ => Err(self.refuse(Why::Unfit)),
        }
    }

    fn u64(&mut self) -> Result<u64> {
        let value = self.int()?;
        u64::try_from(value).map_err(|_| self.refuse(Why::Unfit))
    }

    fn i64(&mut self) -> Result<i64> {
        let value = self.int()?;
        i64::try_from(value).map_err(|_| self.refuse(Why::Unfit))
    }

    #[allow(clippy::cast_precision_loss, reason = "the nearest float is what is asked for")]
    fn f64(&mut self) -> Result<f64> {
        match self.number()? {
            Number::Int(value) => Ok(value as f64),
            Number::Float(value) => Ok(value),
        }
    }

    #[allow(clippy::cast_possible_truncation, reason = "the nearest float is what is asked for")]
    fn f32(&mut self) -> Result<f32> {
        let value = self.f64()? as f32;
        if value.is_finite() { Ok(value) } else { Err(self.refuse(Why::Unfit)) }
    }

    fn number(&mut self) -> Result<Number> {
        let (item, used) = self.peek()?;
        let number = match item {
            Item::Int(value) => Number::Int(value),
            Item::Float(value) => Number::Float(value),
            _ => return Err(self.refuse(Why::Unfit)),
        };
        self.at += used;
        Ok(number)
    }

    fn text(&mut self) -> Result<&str> {
        self.lend()
    }

    fn record(&mut self) -> Result<At> {
        self.map()
    }

    fn field(&mut self, names: &Names, at: &mut At) -> Result<Option<usize>> {
        while self.more(at) {
            let from = self.at;
            let name = self.name()?;
            // Senders mostly keep the declared order: compare with the name that would be next.
            if names.own.get(at.next).is_some_and(|guess| *guess == name) {
                return self.found(at.next, names, at, from);
            }
            if let Some(index) = names.position(name) {
                return self.found(index, names, at, from);
            }
            if names.closed {
                return Err(self.refuse_at(from, Why::Unfit));
            }
            self.skip()?;
        }
        at.finish(&mut self.wide);
        Ok(None)
    }

    fn list(&mut self) -> Result<At> {
        match self.peek()? {
            (Item::List(count), used) => {
                self.at += used;
                self.nest(count, 1)?;
                Ok(At::start(count))
            }
            _ => Err(self.refuse(Why::Unfit)),
        }
    }

    fn item(&mut self, at: &mut At) -> Result<bool> {
        Ok(self.more(at))
    }

    fn map(&mut self) -> Result<At> {
        match self.peek()? {
            (Item::Map(count), used) => {
                self.at += used;
                self.nest(count, 2)?;
                Ok(At::start(count))
            }
            _ => Err(self.refuse(Why::Unfit)),
        }
    }

    fn key(&mut self, at: &mut At) -> Result<Option<&str>> {
        if self.more(at) { self.name().map(Some) } else { Ok(None) }
    }

    fn tag(&mut self, names: &[&str]) -> Result<usize> {
        let at = self.map()?;
        if at.left != 1 {
            return Err(self.refuse(Why::Unfit));
        }
        let name = self.name()?;
        match names.iter().position(|known| *known == name) {
            Some(position) => Ok(position),
            None => Err(self.refuse(Why::Unfit)),
        }
    }

    fn end_tag(&mut self) -> Result<()> {
        self.depth += 1;
        Ok(())
    }

    fn bytes(&mut self) -> Result<Vec<u8>> {
        match self.peek()? {
            (Item::Bytes(length), used) => {
                self.at += used;
                self.run(length).map(<[u8]>::to_vec)
            }
            // Who has no bytes of his own, and sends what he would send as JSON, is understood.
            _ => crate::base64(self.lend()?).ok_or_else(|| self.refuse(Why::Unfit)),
        }
    }

    fn is_binary(&mut self) -> Result<bool> {
        Ok(matches!(self.peek()?.0, Item::Bytes(_)))
    }

    fn mark(&mut self) -> Mark {
        Mark { at: self.at, depth: self.depth.into() }
    }

    fn reset(&mut self, mark: Mark) {
        self.at = mark.at;
        self.depth = u16::try_from(mark.depth).unwrap_or(0);
    }

    fn skip(&mut self) -> Result<()> {
        self.skip_value()
    }

    #[cold]
    fn refuse(&mut self, why: Why) -> Refused {
        self.why = why;
        self.why_at = self.at;
        Refused
    }

    fn why(&self) -> (Why, usize) {
        (self.why, self.why_at)
    }
}
