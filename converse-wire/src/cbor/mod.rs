//! CBOR (RFC 8949), read strictly and written deterministically (section 4.2.1), but for the order of
//! members, which is that of the class.
//!
//! Numbers and lengths are taken in any width, and written in the narrowest, floats in 16 bits where
//! these hold them. Refused wherever they stand: tags; indefinite lengths; `undefined` and every other
//! simple value but true, false and null; NaN and infinities; names that are no texts; texts that are
//! not UTF-8 or hold NUL.

mod half;
mod reader;
mod writer;

use crate::counted::{self, Item, Items};
use crate::format::{Format, Misread, Opened, WriteBody};
use crate::{Head, Limits, Unwritable};

/// Reads CBOR.
pub type Reader<'a> = counted::Reader<'a, Cbor>;
/// Writes CBOR.
pub type Writer<'o> = counted::Writer<'o, Cbor>;

/// CBOR: `application/cbor`, `CBOR`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cbor;

impl Items for Cbor {
    fn read(bytes: &[u8]) -> Result<(Item, usize), &'static str> {
        reader::read(bytes)
    }

    fn write(item: Item, out: &mut Vec<u8>) {
        writer::write(item, out);
    }
}

impl Format for Cbor {
    fn name(&self) -> &'static str {
        "cbor"
    }

    fn media_types(&self) -> &'static [&'static str] {
        &["application/cbor"]
    }

    fn preamble(&self) -> [u8; 4] {
        *b"CBOR"
    }

    fn open<'a>(
        &self,
        bytes: &'a [u8],
        limits: &Limits,
        head: &mut Head<'a>,
    ) -> Result<Box<dyn Opened<'a> + 'a>, Misread> {
        counted::open::<Cbor>(bytes, limits, head)
    }

    fn open_body<'a>(&self, bytes: &'a [u8], limits: &Limits) -> Result<Box<dyn Opened<'a> + 'a>, Misread> {
        Ok(counted::open_body::<Cbor>(bytes, limits))
    }

    fn write(&self, head: &Head<'_>, body: WriteBody<'_>, out: &mut Vec<u8>) -> Result<(), Unwritable> {
        counted::write::<Cbor>(head, body, out)
    }

    fn write_body(&self, body: WriteBody<'_>, out: &mut Vec<u8>) -> Result<(), Unwritable> {
        counted::write_body::<Cbor>(body, out)
    }
}
