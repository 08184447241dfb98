//! Lengths of time: `PT5400S`. Parts are taken, and written together as seconds, as every language reads them.

use std::time::Duration;

use super::{read_texts, write_texts};

read_texts! {
    Duration: parse;
}

write_texts! {
    Duration: |length| write(*length);
}

/// The text of a length.
pub(super) fn write(length: Duration) -> String {
    let (seconds, nanos) = (length.as_secs(), length.subsec_nanos());
    if nanos == 0 {
        return format!("PT{seconds}S");
    }
    let fraction = format!("{nanos:09}");
    format!("PT{seconds}.{}S", fraction.trim_end_matches('0'))
}

/// The length that `P[nD][T[nH][nM][n[.f]S]]` is: of at least one part, at most 2^63 - 1 seconds.
pub(super) fn parse(text: &str) -> Option<Duration> {
    let mut rest = text.strip_prefix('P')?;
    if rest.is_empty() || rest.ends_with('T') {
        return None;
    }
    let mut total = Duration::ZERO;
    // The parts that may still come, the longest first, and how long each is.
    let mut units: &[(u8, u64)] = &[(b'D', 86_400), (b'T', 0), (b'H', 3_600), (b'M', 60), (b'S', 1)];
    let mut in_clock = false;
    while !rest.is_empty() {
        let (count, after) = rest.split_at(rest.bytes().take_while(u8::is_ascii_digit).count());
        let (fraction, after) = match after.strip_prefix('.') {
            Some(after) => {
                let (fraction, after) = after.split_at(after.bytes().take_while(u8::is_ascii_digit).count());
                (Some(fraction), after)
            }
            None => (None, after),
        };
        let (letter, after) = after.as_bytes().split_first()?;
        let at = units.iter().position(|(unit, _)| unit == letter)?;
        let (_, length) = units.get(at)?;
        match letter {
            b'T' if count.is_empty() && fraction.is_none() => in_clock = true,
            b'T' => return None,
            b'D' => {}
            _ if !in_clock => return None,
            _ => {}
        }
        if *length > 0 {
            total = total.checked_add(Duration::from_secs(count.parse::<u64>().ok()?.checked_mul(*length)?))?;
        }
        if let Some(fraction) = fraction {
            if *letter != b'S' || !(1..=9).contains(&fraction.len()) {
                return None;
            }
            total = total.checked_add(Duration::from_nanos(format!("{fraction:0<9}").parse().ok()?))?;
        }
        units = units.get(at + 1..)?;
        rest = rest.get(rest.len() - after.len()..)?;
    }
    i64::try_from(total.as_secs()).is_ok().then_some(total)
}

#[cfg(test)]
mod tests {
    use super::{parse, write};
    use std::time::Duration;

    #[test]
    fn parts_become_seconds() {
        for (text, written) in [
            ("PT0S", "PT0S"),
            ("P1D", "PT86400S"),
            ("P1DT2H3M4.5S", "PT93784.5S"),
            ("PT0.000000001S", "PT0.000000001S"),
            ("PT1.100S", "PT1.1S"),
            ("PT9223372036854775807.999999999S", "PT9223372036854775807.999999999S"),
        ] {
            let length = parse(text).unwrap_or_else(|| panic!("{text} is refused"));
            assert_eq!(write(length), written);
            assert_eq!(parse(written), Some(length));
        }
        assert_eq!(parse("PT1M0.25S"), Some(Duration::from_millis(60_250)));
    }
}
