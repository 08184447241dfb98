//! The order of decimal numbers that are written as texts, `-12.50`.

use std::cmp::Ordering;

/// The order of two numbers, whatever their scales: `1.1` and `1.10` are one number.
///
/// What is no number has some order all the same, because an index must have one.
pub(crate) fn order(one: &str, other: &str) -> Ordering {
    let (negative, one) = signed(one);
    let (other_negative, other) = signed(other);
    match (negative, other_negative) {
        (false, false) => size(one, other),
        (true, true) => size(other, one),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
    }
}

/// Whether a number is below zero, and its digits: zero has no sign.
fn signed(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(digits) => (digits.bytes().any(|byte| !matches!(byte, b'0' | b'.')), digits),
        None => (false, text),
    }
}

fn size(one: &str, other: &str) -> Ordering {
    let (whole, fraction) = parts(one);
    let (other_whole, other_fraction) = parts(other);
    whole.len().cmp(&other_whole.len()).then_with(|| whole.cmp(other_whole)).then_with(|| fraction.cmp(other_fraction))
}

/// The digits before and behind the point, without zeros that mean nothing.
fn parts(digits: &str) -> (&str, &str) {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    (whole.trim_start_matches('0'), fraction.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_own_order() {
        let sorted =
            ["-100.5", "-9.75", "-9.7", "-0.01", "0", "0.01", "0.1", "0.9", "1", "1.05", "9.99", "10", "100.001"];
        for (at, one) in sorted.iter().enumerate() {
            for (other_at, other) in sorted.iter().enumerate() {
                assert_eq!(order(one, other), at.cmp(&other_at), "{one} {other}");
            }
        }
        for (one, other) in [("1.1", "1.10"), ("0", "-0.00"), ("2", "2.000"), ("0.5", "0.50")] {
            assert_eq!(order(one, other), Ordering::Equal, "{one} {other}");
        }
    }
}
