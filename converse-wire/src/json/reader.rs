//! The strict reader: one pass over the text, values pulled as the decoder asks for them.

use std::borrow::Cow;

use crate::{At, Kind, Limits, Mark, Names, Number, Pull, Refused, Result, Why};

use super::number::{self, Numeral};

/// Reads JSON from a text that is known to be UTF-8.
pub struct Reader<'a> {
    pub(super) src: &'a str,
    pub(super) at: usize,
    pub(super) depth: u16,
    why: Why,
    why_at: usize,
    /// The last text that had escapes.
    pub(super) scratch: String,
    /// Which fields were seen, of the open records with more than 64.
    wide: Vec<u64>,
}

impl<'a> Reader<'a> {
    /// A reader of these bytes, which must be UTF-8 throughout.
    ///
    /// # Errors
    /// The byte at which they are not.
    #[inline]
    pub fn new(bytes: &'a [u8], limits: &Limits) -> std::result::Result<Reader<'a>, usize> {
        match std::str::from_utf8(bytes) {
            // Their number is at hand; read back from where it was just written, it would be waited for.
            Ok(src) => Ok(Reader::of(src.get(..bytes.len()).unwrap_or_default(), limits)),
            Err(error) => Err(error.valid_up_to()),
        }
    }

    /// A reader of this text.
    #[inline]
    pub fn of(src: &'a str, limits: &Limits) -> Reader<'a> {
        Reader { src, at: 0, depth: limits.depth, why: Why::Unfit, why_at: 0, scratch: String::new(), wide: Vec::new() }
    }

    /// At which byte the reader stands.
    pub fn position(&self) -> usize {
        self.at
    }

    /// The whole text.
    pub fn source(&self) -> &'a str {
        self.src
    }

    /// Succeeds if nothing but blanks is left.
    pub fn end(&mut self) -> Result<()> {
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = self.byte() {
            self.at += 1;
        }
        if self.at == self.src.len() { Ok(()) } else { Err(self.refuse(Why::Syntax("the end of the message"))) }
    }

    /// Refuses at an earlier byte.
    #[cold]
    pub(super) fn refuse_at(&mut self, at: usize, why: Why) -> Refused {
        self.at = at;
        self.refuse(why)
    }

    #[cold]
    #[inline(never)]
    pub(super) fn expected(&mut self, what: &'static str) -> Refused {
        self.refuse(Why::Syntax(what))
    }

    #[inline(always)]
    fn byte(&self) -> Option<u8> {
        self.src.as_bytes().get(self.at).copied()
    }

    /// The next byte that is no blank, not taken.
    #[inline(always)]
    pub(crate) fn peek(&mut self) -> Result<u8> {
        loop {
            match self.byte() {
                Some(b' ' | b'\n' | b'\t' | b'\r') => self.at += 1,
                Some(byte) => return Ok(byte),
                None => return Err(self.expected("more, but the message ends here")),
            }
        }
    }

    #[inline(always)]
    pub(crate) fn take(&mut self, byte: u8, what: &'static str) -> Result<()> {
        if self.peek()? == byte {
            self.at += 1;
            Ok(())
        } else {
            Err(self.expected(what))
        }
    }

    /// After a member: another one follows (true), or the container ends (false).
    #[inline(always)]
    pub(crate) fn more(&mut self, close: u8) -> Result<bool> {
        let byte = self.peek()?;
        if byte == b',' {
            self.at += 1;
            Ok(true)
        } else if byte == close {
            self.at += 1;
            Ok(false)
        } else {
            Err(self.expected(if close == b'}' { "`,` or `}`" } else { "`,` or `]`" }))
        }
    }

    /// Takes a member's name and its colon; borrowed unless it has escapes.
    pub(crate) fn name(&mut self) -> Result<Cow<'a, str>> {
        self.take(b'"', "a name in quotes")?;
        let name = match self.string_body()? {
            Some(name) => Cow::Borrowed(name),
            None => Cow::Owned(self.scratch.clone()),
        };
        self.take(b':', "`:` after the name")?;
        Ok(name)
    }

    /// Takes a text; borrowed unless it has escapes.
    pub(crate) fn plain_text(&mut self) -> Result<Cow<'a, str>> {
        if self.peek()? != b'"' {
            return Err(self.misfit());
        }
        self.at += 1;
        match self.string_body()? {
            Some(text) => Ok(Cow::Borrowed(text)),
            None => Ok(Cow::Owned(self.scratch.clone())),
        }
    }

    #[inline(always)]
    fn word(&mut self, word: &'static str, what: &'static str) -> Result<()> {
        if self.src.as_bytes().get(self.at..self.at + word.len()) == Some(word.as_bytes()) {
            self.at += word.len();
            Ok(())
        } else {
            Err(self.expected(what))
        }
    }

    /// Enters a container whose opening byte is next; a value of another kind does not fit.
    #[inline(always)]
    pub(crate) fn open(&mut self, byte: u8) -> Result<At> {
        if self.peek()? != byte {
            return Err(self.misfit());
        }
        self.nest()?;
        Ok(At::start(0))
    }

    #[inline(always)]
    pub(super) fn nest(&mut self) -> Result<()> {
        match self.depth.checked_sub(1) {
            Some(depth) => {
                self.depth = depth;
                self.at += 1;
                Ok(())
            }
            None => Err(self.refuse(Why::TooDeep)),
        }
    }

    /// The next value is of another kind than wanted: no JSON at all, or only unfit.
    #[cold]
    #[inline(never)]
    fn misfit(&mut self) -> Refused {
        match self.kind() {
            Ok(_) => self.refuse(Why::Unfit),
            Err(refused) => refused,
        }
    }

    #[inline(always)]
    pub(crate) fn next_member(&mut self, at: &mut At, close: u8) -> Result<bool> {
        let more = if at.first {
            at.first = false;
            if self.peek()? == close {
                self.at += 1;
                false
            } else {
                true
            }
        } else {
            self.more(close)?
        };
        if !more {
            self.depth += 1;
        }
        Ok(more)
    }

    /// The field whose name is next, which is not the one that was guessed.
    #[inline(never)]
    fn search(&mut self, names: &Names, at: &mut At) -> Result<Option<usize>> {
        loop {
            let from = self.at;
            self.take(b'"', "a name in quotes")?;
            let position = match self.string_body()? {
                Some(name) => names.position(name),
                None => names.position(&self.scratch),
            };
            self.take(b':', "`:` after the name")?;
            if let Some(index) = position {
                return self.found(index, names, at, from);
            }
            if names.closed {
                return Err(self.refuse_at(from, Why::Unfit));
            }
            self.skip()?;
            if !self.next_member(at, b'}')? {
                at.finish(&mut self.wide);
                return Ok(None);
            }
        }
    }

    #[inline(always)]
    fn found(&mut self, index: usize, names: &Names, at: &mut At, from: usize) -> Result<Option<usize>> {
        if at.mark(index, names.own.len(), &mut self.wide) {
            Ok(Some(index))
        } else {
            Err(self.refuse_at(from, Why::DuplicateKey))
        }
    }

    /// The numeral that is next; another kind of value does not fit.
    #[inline(always)]
    pub(super) fn numeral(&mut self) -> Result<Numeral<'a>> {
        match self.peek()? {
            b'-' | b'0'..=b'9' => match number::scan(self.src, self.at) {
                Ok((numeral, end)) => {
                    self.at = end;
                    Ok(numeral)
                }
                Err((at, expected)) => Err(self.refuse_at(at, Why::Syntax(expected))),
            },
            _ => Err(self.misfit()),
        }
    }
}

impl Pull for Reader<'_> {
    fn kind(&mut self) -> Result<Kind> {
        match self.peek()? {
            b'"' => Ok(Kind::Text),
            b'{' => Ok(Kind::Map),
            b'[' => Ok(Kind::List),
            b't' | b'f' => Ok(Kind::Bool),
            b'n' => Ok(Kind::Null),
            b'-' | b'0'..=b'9' => Ok(Kind::Number),
            _ => Err(self.expected("a value")),
        }
    }

    fn null(&mut self) -> Result<bool> {
        if self.peek()? == b'n' {
            self.word("null", "`null`")?;
            Ok(true)
        } else {
            Ok(false)
        }
    }

    fn bool(&mut self) -> Result<bool> {
        match self.peek()? {
            b't' => self.word("true", "`true`").map(|()| true),
            b'f' => self.word("false", "`false`").map(|()| false),
            _ => Err(self.misfit()),
        }
    }

    fn u64(&mut self) -> Result<u64> {
        let numeral = self.numeral()?;
        numeral.as_u64().ok_or_else(|| self.refuse(Why::Unfit))
    }

    fn i64(&mut self) -> Result<i64> {
        let numeral = self.numeral()?;
        numeral.as_i64().ok_or_else(|| self.refuse(Why::Unfit))
    }

    fn f64(&mut self) -> Result<f64> {
        let numeral = self.numeral()?;
        let value = numeral.as_f64();
        if value.is_finite() { Ok(value) } else { Err(self.refuse(Why::Unfit)) }
    }

    fn f32(&mut self) -> Result<f32> {
        let numeral = self.numeral()?;
        let value = numeral.as_f32();
        if value.is_finite() { Ok(value) } else { Err(self.refuse(Why::Unfit)) }
    }

    fn number(&mut self) -> Result<Number> {
        Ok(self.numeral()?.as_number())
    }

    fn text(&mut self) -> Result<&str> {
        if self.peek()? != b'"' {
            return Err(self.misfit());
        }
        self.at += 1;
        match self.string_body()? {
            Some(text) => Ok(text),
            None => Ok(&self.scratch),
        }
    }

    fn record(&mut self) -> Result<At> {
        self.open(b'{')
    }

    fn field(&mut self, names: &Names, at: &mut At) -> Result<Option<usize>> {
        if !self.next_member(at, b'}')? {
            at.finish(&mut self.wide);
            return Ok(None);
        }
        // Senders mostly keep the declared order: compare with the name that would be next.
        let from = self.at;
        if let Some(guess) = names.own.get(at.next) {
            let bytes = self.src.as_bytes();
            let end = from + 1 + guess.len();
            if bytes.get(from) == Some(&b'"')
                && bytes.get(from + 1..end) == Some(guess.as_bytes())
                && bytes.get(end) == Some(&b'"')
                && bytes.get(end + 1) == Some(&b':')
            {
                self.at = end + 2;
                return self.found(at.next, names, at, from);
            }
        }
        self.peek()?;
        self.search(names, at)
    }

    fn list(&mut self) -> Result<At> {
        self.open(b'[')
    }

    fn item(&mut self, at: &mut At) -> Result<bool> {
        self.next_member(at, b']')
    }

    fn map(&mut self) -> Result<At> {
        self.open(b'{')
    }

    fn key(&mut self, at: &mut At) -> Result<Option<&str>> {
        if !self.next_member(at, b'}')? {
            return Ok(None);
        }
        self.take(b'"', "a name in quotes")?;
        let plain = self.string_body()?;
        self.take(b':', "`:` after the name")?;
        Ok(Some(plain.unwrap_or(&self.scratch)))
    }

    fn tag(&mut self, names: &[&str]) -> Result<usize> {
        let mut at = self.open(b'{')?;
        let Some(name) = self.key(&mut at)? else { return Err(self.refuse(Why::Unfit)) };
        match names.iter().position(|known| *known == name) {
            Some(position) => Ok(position),
            None => Err(self.refuse(Why::Unfit)),
        }
    }

    fn end_tag(&mut self) -> Result<()> {
        let more = self.more(b'}')?;
        self.depth += 1;
        if more { Err(self.refuse(Why::Unfit)) } else { Ok(()) }
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
