//! `{"type": "SignIn", …fields…}`: the class stands among its own fields.
//!
//! It may stand behind them, so the text is read twice: for the envelope, then for the body, which does
//! not see what is the envelope's. A class with a field called `type` cannot be sent so.

use converse::Format;
use converse::Json;
use converse::format::{
    At, Head, InPlace, Key, Kind, Limits, Mark, Misread, Names, Number, Opened, Pull, Push, Refused, Result as Read,
    Unwritable, Why, WriteBody, envelope, json,
};

/// The member that names the class.
const TYPE: &str = "type";

const WHAT: Why =
    Why::Envelope("a message is one object whose member `type` names its class, {\"type\": \"Class\", …}");

/// Messages as objects that say what they are: `{"type": "SignIn", "username": "josh", "$id": 7}`.
#[derive(Debug, Clone, Copy)]
pub struct Flat;

impl Format for Flat {
    fn name(&self) -> &'static str {
        "flat"
    }

    fn media_types(&self) -> &'static [&'static str] {
        &["application/x-flat+json"]
    }

    fn preamble(&self) -> [u8; 4] {
        *b"FLAT"
    }

    fn is_text(&self) -> bool {
        true
    }

    fn open<'a>(
        &self,
        bytes: &'a [u8],
        limits: &Limits,
        head: &mut Head<'a>,
    ) -> Result<Box<dyn Opened<'a> + 'a>, Misread> {
        let mut reader = json::Reader::new(bytes, limits).map_err(|at| Misread { why: Why::Syntax("UTF-8"), at })?;
        if read_head(&mut reader, head).is_err() {
            return Err(Misread::of(&reader));
        }
        let fields = Fields {
            inner: json::Reader::of(reader.source(), limits),
            depth: 0,
            name: String::new(),
            wide: Vec::new(),
            marks: Vec::new(),
        };
        Ok(Box::new(InPlace::new(fields, |fields: &mut Fields<'a>, _: &mut Head<'a>| fields.inner.end())))
    }

    fn open_body<'a>(&self, bytes: &'a [u8], limits: &Limits) -> Result<Box<dyn Opened<'a> + 'a>, Misread> {
        Json.open_body(bytes, limits)
    }

    fn write(&self, head: &Head<'_>, body: WriteBody<'_>, out: &mut Vec<u8>) -> Result<(), Unwritable> {
        Json.write_body(&|push: &mut dyn Push| body(&mut Beside { inner: push, head, depth: 0 }), out)
    }

    fn write_body(&self, body: WriteBody<'_>, out: &mut Vec<u8>) -> Result<(), Unwritable> {
        Json.write_body(body, out)
    }
}

/// Reads the whole text for what is the envelope's.
fn read_head(reader: &mut json::Reader<'_>, head: &mut Head<'_>) -> Read<()> {
    if reader.kind()? != Kind::Map {
        reader.skip()?;
        reader.end()?;
        return Err(reader.refuse(WHAT));
    }
    let mut at = reader.map()?;
    let mut named = false;
    while let Some(name) = reader.key(&mut at)? {
        if name == TYPE {
            if named || reader.kind()? != Kind::Text {
                return Err(reader.refuse(WHAT));
            }
            named = true;
            head.class = reader.string()?.into();
        } else if name.starts_with('$') {
            let name = name.to_owned();
            envelope::read_member(reader, &name, head)?;
        } else {
            reader.skip()?;
        }
    }
    reader.end()?;
    if named { Ok(()) } else { Err(reader.refuse(WHAT)) }
}

/// A reader of the body, which passes over what is the envelope's.
struct Fields<'a> {
    inner: json::Reader<'a>,
    /// How many containers are open; the members of the first are shared with the envelope.
    depth: usize,
    /// The name that was read last.
    name: String,
    /// Which fields were seen beyond the first 64.
    wide: Vec<u64>,
    /// Where values began that may be read again, and how many containers were open there.
    marks: Vec<(Mark, usize)>,
}

impl Fields<'_> {
    fn entered(&mut self, at: Read<At>) -> Read<At> {
        self.depth += usize::from(at.is_ok());
        at
    }

    /// Reads the next name that is the body's into `name`; false: the container has ended.
    fn next_name(&mut self, at: &mut At) -> Read<bool> {
        loop {
            let Some(name) = self.inner.key(at)? else {
                self.depth -= 1;
                return Ok(false);
            };
            if self.depth > 1 || (name != TYPE && !name.starts_with('$')) {
                self.name.clear();
                self.name.push_str(name);
                return Ok(true);
            }
            self.inner.skip()?;
        }
    }
}

impl Pull for Fields<'_> {
    fn kind(&mut self) -> Read<Kind> {
        self.inner.kind()
    }

    fn null(&mut self) -> Read<bool> {
        self.inner.null()
    }

    fn bool(&mut self) -> Read<bool> {
        self.inner.bool()
    }

    fn u64(&mut self) -> Read<u64> {
        self.inner.u64()
    }

    fn i64(&mut self) -> Read<i64> {
        self.inner.i64()
    }

    fn f64(&mut self) -> Read<f64> {
        self.inner.f64()
    }

    fn f32(&mut self) -> Read<f32> {
        self.inner.f32()
    }

    fn number(&mut self) -> Read<Number> {
        self.inner.number()
    }

    fn text(&mut self) -> Read<&str> {
        self.inner.text()
    }

    fn record(&mut self) -> Read<At> {
        let at = self.inner.record();
        self.entered(at)
    }

    fn field(&mut self, names: &Names, at: &mut At) -> Read<Option<usize>> {
        if self.depth > 1 {
            let field = self.inner.field(names, at)?;
            self.depth -= usize::from(field.is_none());
            return Ok(field);
        }
        while self.next_name(at)? {
            match names.position(&self.name) {
                Some(index) if at.mark(index, names.own.len(), &mut self.wide) => return Ok(Some(index)),
                Some(_) => return Err(self.refuse(Why::DuplicateKey)),
                None if names.closed => return Err(self.refuse(Why::Unfit)),
                None => self.inner.skip()?,
            }
        }
        at.finish(&mut self.wide);
        Ok(None)
    }

    fn list(&mut self) -> Read<At> {
        let at = self.inner.list();
        self.entered(at)
    }

    fn item(&mut self, at: &mut At) -> Read<bool> {
        let more = self.inner.item(at)?;
        self.depth -= usize::from(!more);
        Ok(more)
    }

    fn map(&mut self) -> Read<At> {
        let at = self.inner.map();
        self.entered(at)
    }

    fn key(&mut self, at: &mut At) -> Read<Option<&str>> {
        Ok(if self.next_name(at)? { Some(&self.name) } else { None })
    }

    fn tag(&mut self, names: &[&str]) -> Read<usize> {
        let position = self.inner.tag(names)?;
        self.depth += 1;
        Ok(position)
    }

    fn end_tag(&mut self) -> Read<()> {
        self.depth -= 1;
        self.inner.end_tag()
    }

    fn mark(&mut self) -> Mark {
        self.marks.push((self.inner.mark(), self.depth));
        Mark { at: self.marks.len() - 1, depth: 0 }
    }

    fn reset(&mut self, mark: Mark) {
        if let Some((inner, depth)) = self.marks.drain(mark.at..).next() {
            self.inner.reset(inner);
            self.depth = depth;
        }
    }

    fn skip(&mut self) -> Read<()> {
        self.inner.skip()
    }

    fn refuse(&mut self, why: Why) -> Refused {
        self.inner.refuse(why)
    }

    fn why(&self) -> (Why, usize) {
        self.inner.why()
    }
}

/// A writer of the body, which puts what is the envelope's before the body's first member.
struct Beside<'p, 'h> {
    inner: &'p mut dyn Push,
    head: &'h Head<'h>,
    depth: usize,
}

impl Beside<'_, '_> {
    fn enter(&mut self, members: usize) -> bool {
        let mut beside = 0;
        if self.depth == 0 {
            beside = 1;
            envelope::entries(self.head, |_, _| beside += 1);
        }
        if !self.inner.map(beside + members) {
            return false;
        }
        self.depth += 1;
        if beside > 0 {
            self.inner.key(TYPE);
            self.inner.str(&self.head.class);
            envelope::entries(self.head, |name, value| {
                self.inner.key(name);
                value.write(self.inner);
            });
        }
        true
    }

    fn leave(&mut self) {
        self.depth -= 1;
        self.inner.end_map();
    }
}

impl Push for Beside<'_, '_> {
    fn null(&mut self) {
        self.inner.null();
    }

    fn bool(&mut self, value: bool) {
        self.inner.bool(value);
    }

    fn u64(&mut self, value: u64) {
        self.inner.u64(value);
    }

    fn i64(&mut self, value: i64) {
        self.inner.i64(value);
    }

    fn f64(&mut self, value: f64) {
        self.inner.f64(value);
    }

    fn f32(&mut self, value: f32) {
        self.inner.f32(value);
    }

    fn str(&mut self, value: &str) {
        self.inner.str(value);
    }

    fn record(&mut self, members: usize) -> bool {
        self.enter(members)
    }

    // The first member of the body is not the first of the object, so all of them are alike.
    fn member(&mut self, key: &Key) {
        self.inner.member(key);
    }

    fn end_record(&mut self) {
        self.leave();
    }

    fn list(&mut self, items: usize) -> bool {
        let entered = self.inner.list(items);
        self.depth += usize::from(entered);
        entered
    }

    fn item(&mut self) {
        self.inner.item();
    }

    fn end_list(&mut self) {
        self.depth -= 1;
        self.inner.end_list();
    }

    fn map(&mut self, members: usize) -> bool {
        self.enter(members)
    }

    fn key(&mut self, key: &str) {
        self.inner.key(key);
    }

    fn end_map(&mut self) {
        self.leave();
    }

    fn nulls(&self) -> bool {
        self.inner.nulls()
    }

    fn fail(&mut self, why: Unwritable) {
        self.inner.fail(why);
    }

    fn failed(&self) -> Option<Unwritable> {
        self.inner.failed()
    }
}
