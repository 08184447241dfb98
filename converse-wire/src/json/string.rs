//! Texts: found eight bytes at a time, unescaped only where there is something to unescape.

use crate::{Result, Why};

use super::Reader;

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// In which of eight bytes a quote, a backslash or a control character stands: the high bit of each
/// such byte, exact up to the first one.
#[inline(always)]
pub(super) fn special(word: u64) -> u64 {
    let quote = word ^ (ONES * 0x22);
    let backslash = word ^ (ONES * 0x5c);
    ((quote.wrapping_sub(ONES) & !quote)
        | (backslash.wrapping_sub(ONES) & !backslash)
        | (word.wrapping_sub(ONES * 0x20) & !word))
        & HIGHS
}

impl<'a> Reader<'a> {
    /// The text whose opening quote has been taken: borrowed, or `None` if it had escapes and is now
    /// in `scratch`.
    #[inline]
    pub(super) fn string_body(&mut self) -> Result<Option<&'a str>> {
        let bytes = self.src.as_bytes();
        let from = self.at;
        let mut at = from;
        loop {
            while let Some(word) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
                let found = special(u64::from_le_bytes(*word));
                if found != 0 {
                    at += found.trailing_zeros() as usize / 8;
                    break;
                }
                at += 8;
            }
            match bytes.get(at) {
                Some(b'"') => {
                    self.at = at + 1;
                    return Ok(self.src.get(from..at));
                }
                Some(b'\\') => return self.escaped(from, at).map(|()| None),
                Some(0..=0x1f) => {
                    return Err(self.refuse_at(at, Why::Syntax("no control character in a text; write it as \\u00…")));
                }
                None => return Err(self.refuse_at(at, Why::Syntax("a closing quote"))),
                Some(_) => at += 1,
            }
        }
    }

    /// Unescapes into `scratch`; the first escape is at `at`.
    #[cold]
    #[inline(never)]
    fn escaped(&mut self, from: usize, mut at: usize) -> Result<()> {
        let src = self.src;
        let mut scratch = std::mem::take(&mut self.scratch);
        scratch.clear();
        let mut run = from;
        loop {
            match src.as_bytes().get(at) {
                Some(b'"') => {
                    scratch.push_str(src.get(run..at).unwrap_or_default());
                    self.scratch = scratch;
                    self.at = at + 1;
                    return Ok(());
                }
                Some(b'\\') => {
                    scratch.push_str(src.get(run..at).unwrap_or_default());
                    let (character, end) = match escape(src.as_bytes(), at) {
                        Ok(escape) => escape,
                        Err(why) => return Err(self.refuse_at(at, why)),
                    };
                    scratch.push(character);
                    at = end;
                    run = end;
                }
                Some(0..=0x1f) => {
                    return Err(self.refuse_at(at, Why::Syntax("no control character in a text; write it as \\u00…")));
                }
                None => return Err(self.refuse_at(at, Why::Syntax("a closing quote"))),
                Some(_) => at += 1,
            }
        }
    }
}

/// The character of the escape whose backslash is at `at`, and where it ends.
fn escape(bytes: &[u8], at: usize) -> std::result::Result<(char, usize), Why> {
    let character = match bytes.get(at + 1) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode(bytes, at + 2),
        _ => return Err(Why::Syntax("one of the escapes \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u")),
    };
    Ok((character, at + 2))
}

/// The character of the four hexadecimal digits at `at`, and of the low surrogate after a high one.
fn unicode(bytes: &[u8], at: usize) -> std::result::Result<(char, usize), Why> {
    const PAIR: Why = Why::Syntax("both halves of a surrogate pair");
    let unit = hex(bytes, at)?;
    match unit {
        0 => Err(Why::Nul),
        0xd800..=0xdbff => {
            if bytes.get(at + 4..at + 6) != Some(b"\\u") {
                return Err(PAIR);
            }
            let low = hex(bytes, at + 6)?;
            if !(0xdc00..=0xdfff).contains(&low) {
                return Err(PAIR);
            }
            let code = 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
            char::from_u32(code).map(|character| (character, at + 10)).ok_or(PAIR)
        }
        _ => char::from_u32(unit).map(|character| (character, at + 4)).ok_or(PAIR),
    }
}

fn hex(bytes: &[u8], at: usize) -> std::result::Result<u32, Why> {
    let digits = bytes.get(at..at + 4).unwrap_or_default();
    let mut value = 0;
    for digit in digits {
        let digit = char::from(*digit).to_digit(16).ok_or(Why::Syntax("four hexadecimal digits"))?;
        value = value * 16 + digit;
    }
    if digits.len() == 4 { Ok(value) } else { Err(Why::Syntax("four hexadecimal digits")) }
}
