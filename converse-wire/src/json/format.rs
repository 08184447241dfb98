//! JSON as one format among others.

use crate::envelope::{self, entries};
use crate::format::{Format, InPlace, Misread, Opened, ReadBody, WriteBody};
use crate::{Head, Limits, Pull, Push, Result, Unwritable, Why};

use super::{Reader, Writer};

/// JSON: `application/json`, `JSON`. What is spoken where nobody chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Json;

impl Format for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn media_types(&self) -> &'static [&'static str] {
        &["application/json"]
    }

    fn preamble(&self) -> [u8; 4] {
        *b"JSON"
    }

    fn is_text(&self) -> bool {
        true
    }

    fn open<'a>(
        &self,
        bytes: &'a [u8],
        limits: &Limits,
        head: &mut Head<'a>,
    ) -> std::result::Result<Box<dyn Opened<'a> + 'a>, Misread> {
        let mut reader = reader(bytes, limits)?;
        if envelope::head(&mut reader, head).is_err() {
            return Err(Misread::of(&reader));
        }
        if head.string_body && limits.string_bodies {
            return Ok(Box::new(InText { reader, limits: *limits, within: None }));
        }
        Ok(Box::new(InPlace::new(reader, envelope::tail)))
    }

    fn open_body<'a>(
        &self,
        bytes: &'a [u8],
        limits: &Limits,
    ) -> std::result::Result<Box<dyn Opened<'a> + 'a>, Misread> {
        let tail = |reader: &mut Reader<'a>, _: &mut Head<'a>| reader.end();
        Ok(Box::new(InPlace::new(reader(bytes, limits)?, tail)))
    }

    fn write(&self, head: &Head<'_>, body: WriteBody<'_>, out: &mut Vec<u8>) -> std::result::Result<(), Unwritable> {
        out.push(b'{');
        // Not the body's own writer: the envelope is no level of the body.
        let mut writer = Writer::new(out, 0);
        entries(head, |name, value| {
            writer.key(name);
            value.write(&mut writer);
        });
        writer.key(&head.class);
        let failed = writer.failed();
        self.write_body(body, out)?;
        out.push(b'}');
        failed.map_or(Ok(()), Err)
    }

    fn write_body(&self, body: WriteBody<'_>, out: &mut Vec<u8>) -> std::result::Result<(), Unwritable> {
        let mut writer = Writer::new(out, Limits::DEFAULT.depth);
        body(&mut writer);
        writer.failed().map_or(Ok(()), Err)
    }
}

fn reader<'a>(bytes: &'a [u8], limits: &Limits) -> std::result::Result<Reader<'a>, Misread> {
    Reader::new(bytes, limits).map_err(|at| Misread { why: Why::Syntax("UTF-8"), at })
}

/// A message whose body is a JSON text inside a string.
struct InText<'a> {
    reader: Reader<'a>,
    limits: Limits,
    /// Why the inner text was refused.
    within: Option<(Why, usize)>,
}

impl<'a> Opened<'a> for InText<'a> {
    fn body(&mut self, read: ReadBody<'_>) -> Result<()> {
        let text = envelope::string_body(&mut self.reader)?;
        let mut inner = Reader::of(&text, &self.limits);
        let result = read(&mut inner).and_then(|()| inner.end());
        if result.is_err() {
            self.within = Some(inner.why());
        }
        result
    }

    fn finish(&mut self, head: &mut Head<'a>) -> Result<()> {
        self.within = None;
        envelope::tail(&mut self.reader, head)
    }

    fn why(&self) -> (Why, usize) {
        self.within.unwrap_or_else(|| self.reader.why())
    }
}
