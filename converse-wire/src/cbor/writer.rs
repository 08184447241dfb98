//! How items are written: the preferred serialisation (RFC 8949, section 4.1), the shortest of the forms.

use crate::counted::{Item, narrow};

use super::half;

/// Appends an item.
pub(super) fn write(item: Item, out: &mut Vec<u8>) {
    match item {
        Item::Null => out.push(0xf6),
        Item::Bool(value) => out.push(if value { 0xf5 } else { 0xf4 }),
        Item::Int(value) => int(value, out),
        Item::Float(value) => float(value, out),
        Item::Text(length) => sized(3, length, out),
        Item::Bytes(length) => sized(2, length, out),
        Item::List(count) => sized(4, count, out),
        Item::Map(count) => sized(5, count, out),
    }
}

fn sized(kind: u8, size: usize, out: &mut Vec<u8>) {
    argument(kind, u64::try_from(size).unwrap_or(u64::MAX), out);
}

fn int(value: i128, out: &mut Vec<u8>) {
    if let Ok(value) = u64::try_from(value) {
        argument(0, value, out);
    } else if let Ok(value) = u64::try_from(-1 - value) {
        argument(1, value, out);
    } else {
        // The type of `Push` allows no such number; a float is the nearest there is.
        #[allow(clippy::cast_precision_loss, reason = "the nearest there is")]
        float(value as f64, out);
    }
}

fn argument(kind: u8, value: u64, out: &mut Vec<u8>) {
    let kind = kind << 5;
    if let Ok(value) = u8::try_from(value) {
        if value < 24 {
            out.push(kind + value);
        } else {
            out.extend_from_slice(&[kind + 24, value]);
        }
    } else if let Ok(value) = u16::try_from(value) {
        out.push(kind + 25);
        out.extend_from_slice(&value.to_be_bytes());
    } else if let Ok(value) = u32::try_from(value) {
        out.push(kind + 26);
        out.extend_from_slice(&value.to_be_bytes());
    } else {
        out.push(kind + 27);
        out.extend_from_slice(&value.to_be_bytes());
    }
}

fn float(value: f64, out: &mut Vec<u8>) {
    if let Some(value) = half::of_f64(value) {
        out.push(0xf9);
        out.extend_from_slice(&value.to_be_bytes());
    } else if let Some(value) = narrow(value) {
        out.push(0xfa);
        out.extend_from_slice(&value.to_be_bytes());
    } else {
        out.push(0xfb);
        out.extend_from_slice(&value.to_be_bytes());
    }
}
