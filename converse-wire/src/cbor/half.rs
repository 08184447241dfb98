//! Floats of 16 bits (IEEE 754 binary16), which Rust does not have yet.

/// The value.
pub(super) fn to_f64(half: u16) -> f64 {
    let sign = if half & 0x8000 == 0 { 1.0 } else { -1.0 };
    let exponent = i32::from(half >> 10 & 0x1f);
    let fraction = f64::from(half & 0x3ff);
    let value = match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (fraction + 1024.0) * 2f64.powi(exponent - 25),
    };
    sign * value
}

/// The half that is exactly this value, if there is one.
pub(super) fn of_f64(value: f64) -> Option<u16> {
    let bits = value.to_bits();
    let sign = if value.is_sign_negative() { 0x8000 } else { 0 };
    if value == 0.0 {
        return Some(sign);
    }
    // The exponent of the leading bit, and the 53 bits from there on.
    let exponent = i32::try_from(bits >> 52 & 0x7ff).ok()? - 1023;
    let fraction = bits & ((1 << 52) - 1);
    let significand = fraction | 1 << 52;
    let (shift, biased) = match exponent {
        -14..=15 => (42, u16::try_from(exponent + 15).ok()?),
        -24..=-15 => (u32::try_from(28 - exponent).ok()?, 0),
        _ => return None,
    };
    if significand.trailing_zeros() < shift {
        return None;
    }
    let kept = u16::try_from(significand >> shift & 0x3ff).ok()?;
    Some(sign | biased << 10 | kept)
}

#[cfg(test)]
mod tests {
    use super::{of_f64, to_f64};

    #[test]
    fn every_half_comes_back() {
        for half in 0..=u16::MAX {
            let value = to_f64(half);
            if value.is_finite() {
                assert_eq!(of_f64(value), Some(half), "{half:04x} is {value}");
            }
        }
    }

    #[test]
    fn what_is_no_half_is_none() {
        for value in [65_504.5, 65_520.0, 1e5, 0.1, 2f64.powi(-25), 1.5 * 2f64.powi(-24), 1.0 + 2f64.powi(-11), 5e-324]
        {
            assert_eq!(of_f64(value), None, "{value}");
            assert_eq!(of_f64(-value), None, "-{value}");
        }
    }
}
