//! Multiples, exact in decimals: a float counts as the shortest decimal number that it is written as.

use std::fmt::Write;

use super::{HasNumber, Num};

/// Whether the number, if there is one, is a whole number of times another.
pub fn multiple_of<T: HasNumber>(value: &T, of: Num) -> bool {
    value.number().is_none_or(|number| is_multiple(number, of))
}

pub(super) fn is_multiple(number: Num, of: Num) -> bool {
    if let (Num::Int(number), Num::Int(of)) = (number, of) {
        return of != 0 && number % of == 0;
    }
    let (Some(number), Some(of)) = (Decimal::of(number), Decimal::of(of)) else { return false };
    number.is_multiple_of(of)
}

/// A whole number times a power of ten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Decimal {
    digits: i128,
    exponent: i32,
}

impl Decimal {
    fn of(number: Num) -> Option<Decimal> {
        match number {
            Num::Int(digits) => Some(Decimal { digits, exponent: 0 }),
            Num::Float(value) => Decimal::parse(format_args!("{value:e}")),
            Num::Single(value) => Decimal::parse(format_args!("{value:e}")),
        }
    }

    /// Reads `-1.5e-7`, as the standard library writes a float.
    fn parse(text: std::fmt::Arguments<'_>) -> Option<Decimal> {
        let mut buffer = Buffer { bytes: [0; 40], length: 0 };
        buffer.write_fmt(text).ok()?;
        let text = std::str::from_utf8(buffer.bytes.get(..buffer.length)?).ok()?;
        let (mantissa, exponent) = text.split_once('e')?;
        let mut exponent: i32 = exponent.parse().ok()?;
        let (mut digits, mut after_point) = (0_i128, false);
        for character in mantissa.trim_start_matches('-').chars() {
            match character.to_digit(10) {
                Some(digit) => {
                    digits = digits * 10 + i128::from(digit);
                    exponent -= i32::from(after_point);
                }
                None => after_point = true,
            }
        }
        Some(Decimal { digits, exponent })
    }

    fn is_multiple_of(self, of: Decimal) -> bool {
        if of.digits == 0 {
            return false;
        }
        if self.digits == 0 {
            return true;
        }
        // digits * 10^shift must be divisible by of.digits.
        let shift = self.exponent - of.exponent;
        if let Ok(shift) = u32::try_from(shift) {
            // Ten to the shift, modulo the divisor: the product itself may not fit.
            let divisor = of.digits.unsigned_abs();
            let mut rest = self.digits.unsigned_abs() % divisor;
            for _ in 0..shift {
                rest = rest * 10 % divisor;
            }
            return rest == 0;
        }
        let needed = shift.unsigned_abs();
        match of.digits.checked_mul(10_i128.checked_pow(needed).unwrap_or(0)) {
            Some(divisor) if divisor != 0 => self.digits % divisor == 0,
            // The divisor is larger than any number with so few digits.
            _ => false,
        }
    }
}

/// A text on the stack: a float in this form has at most 24 characters.
struct Buffer {
    bytes: [u8; 40],
    length: usize,
}

impl Write for Buffer {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let end = self.length + text.len();
        self.bytes.get_mut(self.length..end).ok_or(std::fmt::Error)?.copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn multiples_are_exact_in_decimals() {
        let float = |value: f64, of: f64| is_multiple(Num::Float(value), Num::Float(of));
        for (value, of) in
            [(19.99, 0.01), (0.07, 0.01), (1e300, 0.01), (0.3, 0.1), (-4.5, 1.5), (0.0, 7.0), (1e-7, 1e-8)]
        {
            assert!(float(value, of), "{value} of {of}");
        }
        for (value, of) in [(19.995, 0.01), (1.0, 0.3), (5e-324, 1.0), (0.15, 0.1), (1e-8, 1e-7)] {
            assert!(!float(value, of), "{value} of {of}");
        }
        assert!(is_multiple(Num::Single(0.3), Num::Float(0.1)));
        assert!(is_multiple(Num::Int(i128::from(u64::MAX)), Num::Int(5)));
        assert!(!is_multiple(Num::Int(7), Num::Float(0.3)));
    }
}
