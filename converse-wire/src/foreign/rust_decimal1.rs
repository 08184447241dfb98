//! `rust_decimal` 1.

use rust_decimal::Decimal;

use super::{read_texts, write_texts};

/// One more than the greatest number of 28 digits, which is what other languages hold too.
const LIMIT: u128 = 10_u128.pow(28);

read_texts! {
    Decimal: parse;
}

write_texts! {
    Decimal: write;
}

/// A number that is written just as it would be written again: that refuses signs, exponents,
/// separators, zeros before it, and what was rounded.
fn parse(text: &str) -> Option<Decimal> {
    let value: Decimal = text.parse().ok()?;
    (value.mantissa().unsigned_abs() < LIMIT && write(&value) == text).then_some(value)
}

/// The digits with the number's scale; zero has no sign.
fn write(value: &Decimal) -> String {
    if value.is_zero() { value.abs().to_string() } else { value.to_string() }
}
