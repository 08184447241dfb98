//! Amounts.

/// The most digits that every language's decimal type holds, and ours exactly (96 bits).
const MOST: usize = 28;

/// Whether a text is a decimal number: `-?(0|[1-9][0-9]*)(\.[0-9]+)?`, with at most 28 digits.
///
/// All digits count but a lone zero before the point, because the scale of `1.10` is kept. No `+`, no
/// exponent, no leading zeros, and no negative zero: each value of a scale has exactly one text.
pub(super) fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = match digits.split_once('.') {
        Some((_, "")) => return false,
        Some(parts) => parts,
        None => (digits, ""),
    };
    let counted = if whole == "0" { 0 } else { whole.len() };
    let zero = || digits.bytes().all(|byte| byte == b'0' || byte == b'.');
    !whole.is_empty()
        && (whole == "0" || !whole.starts_with('0'))
        && whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit())
        && counted + fraction.len() <= MOST
        && !(text.starts_with('-') && zero())
}

/// The number without the zeros at its end, which keep a scale and mean nothing more.
pub(super) fn identity(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

#[cfg(test)]
mod tests {
    use super::super::{TextFormat, agrees};

    #[test]
    fn plain_digits_with_their_scale() {
        agrees(
            TextFormat::Decimal,
            &[
                "0",
                "0.0",
                "0.00",
                "1",
                "-1",
                "1.10",
                "-0.01",
                "10",
                "100.001",
                "9999999999999999999999999999",
                "-99999999999999.99999999999999",
                "0.0000000000000000000000000000",
                "0.0000000000000000000000000001",
                "0.9999999999999999999999999999",
            ],
            &[
                "",
                "-",
                ".",
                "1.",
                ".1",
                "-.1",
                "+1",
                "--1",
                "01",
                "00",
                "00.1",
                "-0",
                "-0.00",
                "1e3",
                "1E-3",
                "1,1",
                "1_000",
                "1 000",
                " 1",
                "1 ",
                "1.1.1",
                "1.-1",
                "0x1",
                "NaN",
                "Infinity",
                "\u{661}",
                "10000000000000000000000000000",
                "79228162514264337593543950335",
                "0.00000000000000000000000000000",
                "1.0000000000000000000000000000",
            ],
        );
    }

    #[test]
    fn the_scale_does_not_tell_two_apart() {
        for (one, other) in [("1.10", "1.1"), ("100", "100.0"), ("0", "0.000"), ("-2.50", "-2.5")] {
            assert_eq!(TextFormat::Decimal.identity(one), TextFormat::Decimal.identity(other), "{one} {other}");
        }
        assert_ne!(TextFormat::Decimal.identity("100"), TextFormat::Decimal.identity("1"));
    }
}
