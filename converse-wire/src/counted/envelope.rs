//! The envelope: a map, as JSON has an object, with the same members.

use crate::envelope::{NO_CLASS, NOT_AN_OBJECT, TWO_CLASSES, entries, member};
use crate::format::{InPlace, Misread, Opened, WriteBody};
use crate::{Head, Limits, Pull, Push, Result, Unwritable};

use super::{Item, Items, Reader, Writer};

/// Reads an envelope up to its body.
pub(crate) fn open<'a, I: Items>(
    bytes: &'a [u8],
    limits: &Limits,
    head: &mut Head<'a>,
) -> std::result::Result<Box<dyn Opened<'a> + 'a>, Misread> {
    let mut reader = Reader::<I>::new(bytes, limits);
    match read_head(&mut reader, head) {
        Ok(mut left) => {
            let tail = move |reader: &mut Reader<'a, I>, head: &mut Head<'a>| {
                while left > 0 {
                    left -= 1;
                    let name = reader.name()?;
                    if !name.starts_with('$') {
                        return Err(reader.refuse(TWO_CLASSES));
                    }
                    member(reader, name, head, Reader::plain_text)?;
                }
                reader.end()
            };
            Ok(Box::new(InPlace::new(reader, tail)))
        }
        Err(_) => Err(Misread::of(&reader)),
    }
}

/// How many members follow the body.
fn read_head<'a, I: Items>(reader: &mut Reader<'a, I>, head: &mut Head<'a>) -> Result<usize> {
    let Some(mut left) = reader.members()? else {
        // What is not even well-formed is told so first.
        reader.skip()?;
        reader.end()?;
        return Err(reader.refuse(NOT_AN_OBJECT));
    };
    while left > 0 {
        left -= 1;
        let name = reader.name()?;
        if !name.starts_with('$') {
            head.class = name.into();
            return Ok(left);
        }
        member(reader, name, head, Reader::plain_text)?;
    }
    Err(reader.refuse(NO_CLASS))
}

/// Reads a body without an envelope.
pub(crate) fn open_body<'a, I: Items>(bytes: &'a [u8], limits: &Limits) -> Box<dyn Opened<'a> + 'a> {
    let tail = |reader: &mut Reader<'a, I>, _: &mut Head<'a>| reader.end();
    Box::new(InPlace::new(Reader::<I>::new(bytes, limits), tail))
}

/// Writes an envelope, the members that begin with `$` first.
pub(crate) fn write<I: Items>(
    head: &Head<'_>,
    body: WriteBody<'_>,
    out: &mut Vec<u8>,
) -> std::result::Result<(), Unwritable> {
    let mut members = 1;
    entries(head, |_, _| members += 1);
    I::write(Item::Map(members), out);
    // Not the body's own writer: the envelope is no level of the body.
    let mut writer = Writer::<I>::new(out, 0);
    entries(head, |name, value| {
        writer.key(name);
        value.write(&mut writer);
    });
    writer.key(&head.class);
    let failed = writer.failed();
    write_body::<I>(body, out)?;
    failed.map_or(Ok(()), Err)
}

/// Writes a body without an envelope.
pub(crate) fn write_body<I: Items>(body: WriteBody<'_>, out: &mut Vec<u8>) -> std::result::Result<(), Unwritable> {
    let mut writer = Writer::<I>::new(out, Limits::DEFAULT.depth);
    body(&mut writer);
    writer.failed().map_or(Ok(()), Err)
}
