//! Bytes as text (RFC 4648, sections 4 and 5).

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Bytes from base64: of the standard or the url-safe alphabet, not mixed, padded or not.
///
/// `None` for what is not base64, for blanks, and for bits that belong to no byte and are not zero.
/// The model's `TextFormat::Base64` has the same verdict.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    let pads = text.len() - digits.len();
    let mixed = digits.contains(['+', '/']) && digits.contains(['-', '_']);
    if mixed || (pads > 0 && (pads > 2 || !text.len().is_multiple_of(4))) {
        return None;
    }
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3 + 2);
    for group in digits.as_bytes().chunks(4) {
        let mut bits = 0;
        for byte in group {
            bits = bits << 6 | u32::from(digit(*byte)?);
        }
        let [_, one, two, three] = (bits << (6 * (4 - group.len()))).to_be_bytes();
        // What is beyond the bytes of a short last group must be nothing.
        match (group.len(), two, three) {
            (4, ..) => bytes.extend([one, two, three]),
            (3, _, 0) => bytes.extend([one, two]),
            (2, 0, 0) => bytes.push(one),
            _ => return None,
        }
    }
    Some(bytes)
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

/// Base64 of bytes: the standard alphabet, padded.
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let digit = DIGITS.get((bits >> (18 - 6 * at)) as usize & 63);
            text.push(digit.filter(|_| at <= group.len()).map_or('=', |digit| char::from(*digit)));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    // The same table stands in converse-model/src/format/base64.rs, which finds it good or bad.
    const GOOD: &[&str] =
        &["", "AA==", "AA", "AAA=", "AAA", "AAAA", "+/+/", "-_-_", "-_8=", "-_8", "+/8=", "aGVsbG8=", "aGVsbG8"];
    const BAD: &[&str] = &[
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
    ];

    #[test]
    fn both_alphabets_are_read_and_nothing_loose() {
        for text in GOOD {
            let bytes = decode(text).unwrap_or_else(|| panic!("{text:?} is refused"));
            let standard = text.trim_end_matches('=').replace('-', "+").replace('_', "/");
            assert_eq!(encode(&bytes).trim_end_matches('='), standard);
        }
        for text in BAD {
            assert_eq!(decode(text), None, "{text:?}");
        }
    }

    #[test]
    fn the_vectors_of_the_rfc() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(decode(text).as_deref(), Some(bytes.as_bytes()));
        }
    }

    #[test]
    fn every_byte_comes_back() {
        let all: Vec<u8> = (0..=255).collect();
        for length in 0..=all.len() {
            assert_eq!(decode(&encode(&all[..length])).as_deref(), Some(&all[..length]));
        }
    }
}
