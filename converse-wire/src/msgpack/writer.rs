//! How items are written: each in the shortest of its forms.

use crate::counted::{Item, narrow};

/// Appends an item. A length beyond 32 bits, which no message has, is written as the largest there is.
pub(super) fn write(item: Item, out: &mut Vec<u8>) {
    match item {
        Item::Null => out.push(0xc0),
        Item::Bool(value) => out.push(if value { 0xc3 } else { 0xc2 }),
        Item::Int(value) => int(value, out),
        Item::Float(value) => float(value, out),
        Item::Text(length) => match length {
            0..=31 => short(0xa0, length, out),
            _ => long(Some(0xd9), 0xda, length, out),
        },
        Item::Bytes(length) => long(Some(0xc4), 0xc5, length, out),
        Item::List(count) => match count {
            0..=15 => short(0x90, count, out),
            _ => long(None, 0xdc, count, out),
        },
        Item::Map(count) => match count {
            0..=15 => short(0x80, count, out),
            _ => long(None, 0xde, count, out),
        },
    }
}

/// A length within the first byte.
fn short(first: u8, length: usize, out: &mut Vec<u8>) {
    out.push(first | u8::try_from(length).unwrap_or(0));
}

/// A length behind the first byte: of 8 bits, if the kind has such a form, of 16, or of 32.
fn long(of8: Option<u8>, of16: u8, length: usize, out: &mut Vec<u8>) {
    if let (Some(of8), Ok(length)) = (of8, u8::try_from(length)) {
        out.extend_from_slice(&[of8, length]);
    } else if let Ok(length) = u16::try_from(length) {
        out.push(of16);
        out.extend_from_slice(&length.to_be_bytes());
    } else {
        out.push(of16 + 1);
        out.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes());
    }
}

fn int(value: i128, out: &mut Vec<u8>) {
    if let Ok(value) = u64::try_from(value) {
        unsigned(value, out);
    } else if let Ok(value) = i64::try_from(value) {
        negative(value, out);
    } else {
        // The type of `Push` allows no such number; a float is the nearest there is.
        #[allow(clippy::cast_precision_loss, reason = "the nearest there is")]
        float(value as f64, out);
    }
}

fn unsigned(value: u64, out: &mut Vec<u8>) {
    if let Ok(value) = u8::try_from(value) {
        if value > 0x7f {
            out.push(0xcc);
        }
        out.push(value);
    } else if let Ok(value) = u16::try_from(value) {
        out.push(0xcd);
        out.extend_from_slice(&value.to_be_bytes());
    } else if let Ok(value) = u32::try_from(value) {
        out.push(0xce);
        out.extend_from_slice(&value.to_be_bytes());
    } else {
        out.push(0xcf);
        out.extend_from_slice(&value.to_be_bytes());
    }
}

fn negative(value: i64, out: &mut Vec<u8>) {
    if let Ok(value) = i8::try_from(value) {
        if value < -32 {
            out.push(0xd0);
        }
        out.extend_from_slice(&value.to_be_bytes());
    } else if let Ok(value) = i16::try_from(value) {
        out.push(0xd1);
        out.extend_from_slice(&value.to_be_bytes());
    } else if let Ok(value) = i32::try_from(value) {
        out.push(0xd2);
        out.extend_from_slice(&value.to_be_bytes());
    } else {
        out.push(0xd3);
        out.extend_from_slice(&value.to_be_bytes());
    }
}

fn float(value: f64, out: &mut Vec<u8>) {
    match narrow(value) {
        Some(value) => {
            out.push(0xca);
            out.extend_from_slice(&value.to_be_bytes());
        }
        None => {
            out.push(0xcb);
            out.extend_from_slice(&value.to_be_bytes());
        }
    }
}
