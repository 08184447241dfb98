//! `MessagePack` ([specification](https://github.com/msgpack/msgpack/blob/master/spec.md)), read strictly
//! and written canonically.
//!
//! Numbers and lengths are taken in any width, and written in the narrowest. Refused wherever they
//! stand: extension types, time stamps among them; the byte `c1`; NaN and infinities; names that are no
//! texts; texts that are not UTF-8 or hold NUL.

mod reader;
mod writer;

use crate::counted::{self, Item, Items};
use crate::format::{Format, Misread, Opened, WriteBody};
use crate::{Head, Limits, Unwritable};

/// Reads `MessagePack`.
pub type Reader<'a> = counted::Reader<'a, MsgPack>;
/// Writes `MessagePack`.
pub type Writer<'o> = counted::Writer<'o, MsgPack>;

/// `MessagePack`: `application/msgpack`, `MSGP`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MsgPack;

impl Items for MsgPack {
    fn read(bytes: &[u8]) -> Result<(Item, usize), &'static str> {
        reader::read(bytes)
    }

    fn write(item: Item, out: &mut Vec<u8>) {
        writer::write(item, out);
    }
}

impl Format for MsgPack {
    fn name(&self) -> &'static str {
        "msgpack"
    }

    fn media_types(&self) -> &'static [&'static str] {
        &["application/msgpack", "application/vnd.msgpack", "application/x-msgpack"]
    }

    fn preamble(&self) -> [u8; 4] {
        *b"MSGP"
    }

    fn open<'a>(
        &self,
        bytes: &'a [u8],
        limits: &Limits,
        head: &mut Head<'a>,
    ) -> Result<Box<dyn Opened<'a> + 'a>, Misread> {
        counted::open::<MsgPack>(bytes, limits, head)
    }

    fn open_body<'a>(&self, bytes: &'a [u8], limits: &Limits) -> Result<Box<dyn Opened<'a> + 'a>, Misread> {
        Ok(counted::open_body::<MsgPack>(bytes, limits))
    }

    fn write(&self, head: &Head<'_>, body: WriteBody<'_>, out: &mut Vec<u8>) -> Result<(), Unwritable> {
        counted::write::<MsgPack>(head, body, out)
    }

    fn write_body(&self, body: WriteBody<'_>, out: &mut Vec<u8>) -> Result<(), Unwritable> {
        counted::write_body::<MsgPack>(body, out)
    }
}
