//! `rust_decimal` 1.

use rust_decimal::Decimal;

use super::texts;

texts! {
    // The type holds some numbers of 29 digits; the form has 28.
    Decimal => Decimal, |value| value.mantissa().unsigned_abs() < 10_u128.pow(28);
}
