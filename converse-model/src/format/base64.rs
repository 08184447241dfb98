//! Bytes as text.

/// Whether a text is bytes in base64 (RFC 4648, sections 4 and 5).
///
/// Taken are the standard and the url-safe alphabet, not mixed, padded or not. Refused are blanks, a
/// wrong length, and bits that belong to no byte and are not zero: so bytes have one text in each form.
pub(super) fn is_base64(text: &str) -> bool {
    let digits = text.trim_end_matches('=');
    let pads = text.len() - digits.len();
    let mixed = digits.contains(['+', '/']) && digits.contains(['-', '_']);
    let Some(last) = digits.bytes().map(digit).try_fold(0, |_, digit| digit) else { return false };
    // The bits of the last digit that belong to no byte.
    let (needed, unused) = match digits.len() % 4 {
        0 => (0, 0),
        2 => (2, last & 0b1111),
        3 => (1, last & 0b11),
        _ => return false,
    };
    !mixed && unused == 0 && (pads == 0 || pads == needed)
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

/// The same bytes in the standard alphabet, padded.
pub(super) fn written(text: &str) -> String {
    let mut digits = text.trim_end_matches('=').replace('-', "+").replace('_', "/");
    while !digits.len().is_multiple_of(4) {
        digits.push('=');
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::super::{TextFormat, agrees, writes};

    // The same table stands in converse-wire/src/base64.rs, which reads what is found good here.
    #[test]
    fn both_alphabets_are_taken_and_nothing_loose() {
        agrees(
            TextFormat::Base64,
            &["", "AA==", "AA", "AAA=", "AAA", "AAAA", "+/+/", "-_-_", "-_8=", "-_8", "+/8=", "aGVsbG8=", "aGVsbG8"],
            &[
                "=",
                "====",
                "A",
                "A===",
                "A=",
                "AA=",
                "AA===",
                "AAA==",
                "AAAA=",
                "AAAA====",
                "AAAAA",
                "AB==",
                "AB",
                "AAB=",
                "AAB",
                "+_8=",
                "-/8=",
                "AA==AA==",
                "A A=",
                "AAAA\n",
                " AAAA",
                "AA=A",
                "A.==",
                "\u{c4}\u{c4}",
            ],
        );
    }

    #[test]
    fn the_standard_alphabet_is_written_padded() {
        writes(TextFormat::Base64, &[("-_8", "+/8="), ("AA", "AA=="), ("AAAA", "AAAA"), ("", "")]);
    }
}
