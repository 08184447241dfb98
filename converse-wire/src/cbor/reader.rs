//! How items are read: three bits of the first byte say the kind, five the value or its width.

use crate::counted::{Item, MORE, behind, size};

use super::half;

/// The item at the start of the bytes, and how many of them it takes.
pub(super) fn read(bytes: &[u8]) -> Result<(Item, usize), &'static str> {
    let &first = bytes.first().ok_or(MORE)?;
    let (kind, rest) = (first >> 5, first & 0x1f);
    if kind == 7 {
        return simple(bytes, rest);
    }
    if kind == 6 {
        return Err("a value without a tag");
    }
    let (argument, used) = argument(bytes, rest)?;
    let item = match kind {
        0 => Item::Int(argument.into()),
        1 => Item::Int(-1 - i128::from(argument)),
        2 => Item::Bytes(size(argument)?),
        3 => Item::Text(size(argument)?),
        4 => Item::List(size(argument)?),
        _ => Item::Map(size(argument)?),
    };
    Ok((item, used))
}

/// The number that goes with the kind (RFC 8949, section 3), in any width.
fn argument(bytes: &[u8], rest: u8) -> Result<(u64, usize), &'static str> {
    Ok(match rest {
        0..=23 => (rest.into(), 1),
        24 => (u8::from_be_bytes(behind(bytes)?).into(), 2),
        25 => (u16::from_be_bytes(behind(bytes)?).into(), 3),
        26 => (u32::from_be_bytes(behind(bytes)?).into(), 5),
        27 => (u64::from_be_bytes(behind(bytes)?), 9),
        31 => return Err("a definite length"),
        _ => return Err("a value; this first byte begins none"),
    })
}

/// Floats and simple values (section 3.3).
fn simple(bytes: &[u8], rest: u8) -> Result<(Item, usize), &'static str> {
    Ok(match rest {
        20 => (Item::Bool(false), 1),
        21 => (Item::Bool(true), 1),
        22 => (Item::Null, 1),
        25 => (Item::Float(half::to_f64(u16::from_be_bytes(behind(bytes)?))), 3),
        26 => (Item::Float(f32::from_be_bytes(behind(bytes)?).into()), 5),
        27 => (Item::Float(f64::from_be_bytes(behind(bytes)?)), 9),
        31 => return Err("a value, and no end of one of indefinite length"),
        _ => return Err("true, false or null, which are the simple values of a message"),
    })
}
