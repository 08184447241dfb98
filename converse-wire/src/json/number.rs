//! Numerals: scanned once, exact as integers, rounded once as floats.

use crate::Number;

/// The largest integer up to which every integer is an `f64`: 2^53.
const EXACT: u64 = 1 << 53;

/// A numeral of JSON's grammar.
#[derive(Debug, Clone, Copy)]
#[allow(clippy::struct_excessive_bools, reason = "what the scan saw, each on its own")]
pub(super) struct Numeral<'a> {
    text: &'a str,
    negative: bool,
    /// All digits before an exponent, without the point; saturated where there are too many.
    digits: u64,
    /// Whether `digits` lost some.
    lossy: bool,
    /// Digits after the point.
    places: u32,
    /// Whether there is a point or an exponent.
    float: bool,
    /// Whether there is an exponent.
    exponent: bool,
}

/// The numeral that begins at `from`, and where it ends; or where it goes wrong, and what was expected.
#[inline(always)]
pub(super) fn scan(src: &str, from: usize) -> Result<(Numeral<'_>, usize), (usize, &'static str)> {
    let bytes = src.as_bytes();
    let negative = bytes.get(from) == Some(&b'-');
    let whole = from + usize::from(negative);
    let mut numeral = Numeral { text: "", negative, digits: 0, lossy: false, places: 0, float: false, exponent: false };
    let mut at = numeral.take_digits(bytes, whole);
    if at == whole {
        return Err((at, "a digit"));
    }
    if bytes.get(whole) == Some(&b'0') && at > whole + 1 {
        return Err((whole + 1, "no digit after a leading zero"));
    }
    if let Some(b'.' | b'e' | b'E') = bytes.get(at) {
        at = numeral.take_fraction(bytes, at)?;
    }
    numeral.text = src.get(from..at).unwrap_or_default();
    Ok((numeral, at))
}

impl Numeral<'_> {
    #[inline(always)]
    fn take_digits(&mut self, bytes: &[u8], mut at: usize) -> usize {
        while let Some(byte @ b'0'..=b'9') = bytes.get(at) {
            let digit = u64::from(byte - b'0');
            match self.digits.checked_mul(10).and_then(|tens| tens.checked_add(digit)) {
                Some(digits) if !self.lossy => self.digits = digits,
                _ => self.lossy = true,
            }
            at += 1;
        }
        at
    }

    #[inline(never)]
    fn take_fraction(&mut self, bytes: &[u8], mut at: usize) -> Result<usize, (usize, &'static str)> {
        self.float = true;
        if bytes.get(at) == Some(&b'.') {
            let from = at + 1;
            at = self.take_digits(bytes, from);
            if at == from {
                return Err((at, "a digit after the point"));
            }
            self.places = u32::try_from(at - from).unwrap_or(u32::MAX);
        }
        if let Some(b'e' | b'E') = bytes.get(at) {
            self.exponent = true;
            at += 1;
            if let Some(b'+' | b'-') = bytes.get(at) {
                at += 1;
            }
            let from = at;
            while let Some(b'0'..=b'9') = bytes.get(at) {
                at += 1;
            }
            if at == from {
                return Err((at, "a digit in the exponent"));
            }
        }
        Ok(at)
    }

    /// As an unsigned integer, if it is one; `1.0` and `1e2` are, up to 2^53, and `-0` is 0.
    #[inline(always)]
    pub(super) fn as_u64(&self) -> Option<u64> {
        if !self.float && !self.negative && !self.lossy { Some(self.digits) } else { self.unusual_u64() }
    }

    #[cold]
    fn unusual_u64(&self) -> Option<u64> {
        self.as_i64().and_then(|value| u64::try_from(value).ok())
    }

    /// As a signed integer, if it is one; `-1.0` and `1e2` are, up to 2^53 either way.
    #[inline(always)]
    pub(super) fn as_i64(&self) -> Option<i64> {
        if self.float {
            return self.integral();
        }
        if self.lossy {
            return None;
        }
        if self.negative { 0i64.checked_sub_unsigned(self.digits) } else { i64::try_from(self.digits).ok() }
    }

    /// A numeral with a point or exponent as an integer: by its nearest `f64`, as every language
    /// that reads numbers so does.
    #[cold]
    fn integral(&self) -> Option<i64> {
        integral(self.as_f64())
    }

    /// As the nearest `f64`; infinite if it overflows.
    #[inline]
    pub(super) fn as_f64(&self) -> f64 {
        // A whole number below 2^53 divided by a power of ten up to 10^22 rounds once: exact
        // (Clinger 1990). Everything else goes the long way.
        const TENS: [f64; 23] = [
            1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
            1e19, 1e20, 1e21, 1e22,
        ];
        if let (false, false, true, Some(ten)) =
            (self.lossy, self.exponent, self.digits <= EXACT, TENS.get(self.places as usize))
        {
            #[allow(clippy::cast_precision_loss, reason = "at most 2^53")]
            let value = self.digits as f64 / ten;
            return if self.negative { -value } else { value };
        }
        // JSON's numerals are a subset of what `f64` parses.
        self.text.parse().unwrap_or(f64::NAN)
    }

    /// As an `f32`, by way of the nearest `f64` as every language that reads numbers so has it; infinite
    /// if it overflows.
    #[allow(clippy::cast_possible_truncation, reason = "rounded, as documented")]
    pub(super) fn as_f32(&self) -> f32 {
        self.as_f64() as f32
    }

    pub(super) fn as_number(&self) -> Number {
        // `-0` keeps its sign, for the floats: as an integer it is 0 all the same.
        if !self.float
            && self.text != "-0"
            && let Ok(integer) = self.text.parse()
        {
            return Number::Int(integer);
        }
        Number::Float(self.as_f64())
    }
}

/// The integer that this is, if it is one, and every integer up to it is an `f64` too.
pub(crate) fn integral(value: f64) -> Option<i64> {
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "whole, and at most 2^53")]
    (value.fract() == 0.0 && value.abs() <= EXACT as f64).then_some(value as i64)
}
