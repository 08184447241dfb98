//! `jiff` 0.2. Its parsers take much more than the forms: the layout of a text is checked first.

use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp};

use super::duration;
use super::{read_texts, write_texts};

/// The first second of the year 0000, in seconds from 1970.
const FIRST: i64 = -62_167_219_200;

read_texts! {
    Timestamp: timestamp;
    Date: |text| layout(text.as_bytes(), b"dddd-dd-dd")?.is_empty().then(|| text.parse().ok())?;
    Time: |text| time(text.as_bytes())?.is_empty().then(|| text.parse().ok())?;
    SignedDuration: signed_duration;
}

write_texts! {
    Timestamp: ToString::to_string;
    Date: ToString::to_string;
    Time: ToString::to_string;
    SignedDuration: |length| {
        let text = duration::write(length.unsigned_abs());
        if length.is_negative() { format!("-{text}") } else { text }
    };
}

/// What follows a layout in a text, if the text begins with it: `d` is any digit.
fn layout<'t>(text: &'t [u8], layout: &[u8]) -> Option<&'t [u8]> {
    let (head, rest) = text.split_at_checked(layout.len())?;
    let fits = |(byte, place): (&u8, &u8)| if *place == b'd' { byte.is_ascii_digit() } else { byte == place };
    head.iter().zip(layout).all(fits).then_some(rest)
}

/// What follows a time of day; a leap second is none.
fn time(text: &[u8]) -> Option<&[u8]> {
    let rest = layout(text, b"dd:dd:dd").filter(|_| text.get(6) != Some(&b'6'))?;
    let [b'.', rest @ ..] = rest else { return Some(rest) };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    rest.get(digits..).filter(|_| (1..=9).contains(&digits))
}

/// An instant with its offset of at most 23:59, which in UTC is not before the year 0000.
fn timestamp(text: &str) -> Option<Timestamp> {
    let rest = layout(text.as_bytes(), b"dddd-dd-dd")?;
    let [b'T' | b't', rest @ ..] = rest else { return None };
    match time(rest)? {
        [b'Z' | b'z'] => {}
        [b'+' | b'-', offset @ ..] => {
            let whole = layout(offset, b"dd:dd")?.is_empty();
            (whole && offset.get(..2)? <= b"23".as_slice()).then_some(())?;
        }
        _ => return None,
    }
    text.parse().ok().filter(|instant: &Timestamp| instant.as_second() >= FIRST)
}

fn signed_duration(text: &str) -> Option<SignedDuration> {
    let (negative, length) = text.strip_prefix('-').map_or((false, text), |length| (true, length));
    let length = SignedDuration::try_from(duration::parse(length)?).ok()?;
    Some(if negative { -length } else { length })
}
