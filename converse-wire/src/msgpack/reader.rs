//! How items are read: the first byte says the kind, and sometimes the value.

use crate::counted::{Item, MORE, behind, size};

/// The item at the start of the bytes, and how many of them it takes.
pub(super) fn read(bytes: &[u8]) -> Result<(Item, usize), &'static str> {
    let &first = bytes.first().ok_or(MORE)?;
    Ok(match first {
        0x00..=0x7f => (Item::Int(first.into()), 1),
        0x80..=0x8f => (Item::Map(usize::from(first & 0x0f)), 1),
        0x90..=0x9f => (Item::List(usize::from(first & 0x0f)), 1),
        0xa0..=0xbf => (Item::Text(usize::from(first & 0x1f)), 1),
        0xc0 => (Item::Null, 1),
        0xc1 => return Err("a value; the byte c1 is none"),
        0xc2 => (Item::Bool(false), 1),
        0xc3 => (Item::Bool(true), 1),
        0xc4 => (Item::Bytes(length8(bytes)?), 2),
        0xc5 => (Item::Bytes(length16(bytes)?), 3),
        0xc6 => (Item::Bytes(length32(bytes)?), 5),
        0xc7..=0xc9 | 0xd4..=0xd8 => return Err("a value that is no extension type"),
        0xca => (Item::Float(f32::from_be_bytes(behind(bytes)?).into()), 5),
        0xcb => (Item::Float(f64::from_be_bytes(behind(bytes)?)), 9),
        0xcc => (Item::Int(u8::from_be_bytes(behind(bytes)?).into()), 2),
        0xcd => (Item::Int(u16::from_be_bytes(behind(bytes)?).into()), 3),
        0xce => (Item::Int(u32::from_be_bytes(behind(bytes)?).into()), 5),
        0xcf => (Item::Int(u64::from_be_bytes(behind(bytes)?).into()), 9),
        0xd0 => (Item::Int(i8::from_be_bytes(behind(bytes)?).into()), 2),
        0xd1 => (Item::Int(i16::from_be_bytes(behind(bytes)?).into()), 3),
        0xd2 => (Item::Int(i32::from_be_bytes(behind(bytes)?).into()), 5),
        0xd3 => (Item::Int(i64::from_be_bytes(behind(bytes)?).into()), 9),
        0xd9 => (Item::Text(length8(bytes)?), 2),
        0xda => (Item::Text(length16(bytes)?), 3),
        0xdb => (Item::Text(length32(bytes)?), 5),
        0xdc => (Item::List(length16(bytes)?), 3),
        0xdd => (Item::List(length32(bytes)?), 5),
        0xde => (Item::Map(length16(bytes)?), 3),
        0xdf => (Item::Map(length32(bytes)?), 5),
        0xe0..=0xff => (Item::Int(i128::from(first) - 0x100), 1),
    })
}

fn length8(bytes: &[u8]) -> Result<usize, &'static str> {
    Ok(u8::from_be_bytes(behind(bytes)?).into())
}

fn length16(bytes: &[u8]) -> Result<usize, &'static str> {
    Ok(u16::from_be_bytes(behind(bytes)?).into())
}

fn length32(bytes: &[u8]) -> Result<usize, &'static str> {
    size(u32::from_be_bytes(behind(bytes)?).into())
}
