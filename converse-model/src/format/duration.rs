//! Lengths of time.

use super::time;

/// Whether a text is a length of time: `[-]P[nD][T[nH][nM][n[.f]S]]` (ISO 8601-1, section 5.5.2), with
/// at least one part.
///
/// A day is 24 hours. Years, months and weeks are refused: nobody knows how long they are, or nobody
/// writes them. Only seconds have a fraction, of at most nine digits. The length is at most
/// 2^63 - 1 seconds and 999,999,999 nanoseconds, either way.
pub(super) fn is_duration(text: &str) -> bool {
    parse(text.strip_prefix('-').unwrap_or(text)).is_some()
}

/// The same without a sign.
pub(super) fn is_elapsed(text: &str) -> bool {
    parse(text).is_some()
}

/// The length in seconds, whatever its parts: `PT5400S`. Zero has no sign.
pub(super) fn seconds(text: &str) -> Option<String> {
    let (sign, length) = text.strip_prefix('-').map_or(("", text), |length| ("-", length));
    let (seconds, nanos) = parse(length)?;
    let sign = if (seconds, nanos) == (0, 0) { "" } else { sign };
    Some(format!("{sign}PT{seconds}{}S", time::fraction(nanos)))
}

/// Seconds and nanoseconds.
fn parse(text: &str) -> Option<(u64, u32)> {
    let parts = text.strip_prefix('P')?;
    let (days, clock) = match parts.split_once('T') {
        Some((_, "")) => return None,
        Some(both) => both,
        None if parts.is_empty() => return None,
        None => (parts, ""),
    };
    let mut seconds = 0;
    let rest = part(days, 'D', 86_400, &mut seconds)?;
    let clock = part(clock, 'H', 3_600, &mut seconds)?;
    let clock = part(clock, 'M', 60, &mut seconds)?;
    let nanos = match clock.strip_suffix('S') {
        None if clock.is_empty() => 0,
        None => return None,
        Some(clock) => {
            let (whole, nanos) = match clock.split_once('.') {
                Some((whole, fraction)) => (whole, time::nanos(fraction.as_bytes())?),
                None => (clock, 0),
            };
            add(whole, 1, &mut seconds)?;
            nanos
        }
    };
    (rest.is_empty() && i64::try_from(seconds).is_ok()).then_some((seconds, nanos))
}

/// Adds the part before the unit, if there is one, and returns what follows it.
fn part<'t>(text: &'t str, unit: char, length: u64, seconds: &mut u64) -> Option<&'t str> {
    let Some((digits, rest)) = text.split_once(unit) else { return Some(text) };
    add(digits, length, seconds)?;
    Some(rest)
}

fn add(digits: &str, length: u64, seconds: &mut u64) -> Option<()> {
    // `parse` alone would take a sign.
    let count: u64 = digits.parse().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    *seconds = seconds.checked_add(count.checked_mul(length)?)?;
    Some(())
}

#[cfg(test)]
mod tests {
    use super::super::{TextFormat, agrees, writes};

    const LENGTHS: &[&str] = &[
        "PT0S",
        "P0D",
        "P1D",
        "PT1H30M",
        "P1DT2H3M4S",
        "P1DT4S",
        "PT1H4S",
        "PT90M",
        "PT1.5S",
        "PT0.000000001S",
        "PT007S",
        "PT00000000000000000000000000001S",
        "PT9223372036854775807.999999999S",
        "P106751991167300DT15H30M7S",
    ];
    const NEITHER: &[&str] = &[
        "",
        "P",
        "PT",
        "P1DT",
        "-P",
        "1S",
        "T1S",
        "P1S",
        "P1H",
        "PT1D",
        "P1Y",
        "P1M",
        "P1W",
        "P1Y2M3DT4H",
        "PT1M1H",
        "PT1S1M",
        "PT1H1H",
        "PTS",
        "PT.5S",
        "PT1.S",
        "PT1.5",
        "PT1",
        "PT5",
        "P1",
        "PT1,5S",
        "PT1.5M",
        "PT0.5H",
        "P0.5D",
        "PT1.0000000000S",
        "pt1s",
        "PT1s",
        "+PT1S",
        "PT-1S",
        "PT+1S",
        "P-1D",
        "--PT1S",
        "P T1S",
        "PT1S ",
        "PT1SS",
        "PT1.5SS",
        "PT1.5.5S",
        "PT1ST",
        "P1D1D",
        "P1DD",
        "P1D2T1S",
        "P2S",
        "PT9223372036854775808S",
        "PT18446744073709551616S",
        "P106751991167300DT15H30M8S",
        "P99999999999999999999D",
        "P00:00:01",
        "P0001-01-01T00:00:00",
    ];

    #[test]
    fn parts_of_known_length() {
        let negative: Vec<String> = LENGTHS.iter().map(|length| format!("-{length}")).collect();
        let negative: Vec<&str> = negative.iter().map(String::as_str).collect();
        agrees(TextFormat::Duration, LENGTHS, NEITHER);
        agrees(TextFormat::Duration, &negative, &[]);
        agrees(TextFormat::Elapsed, LENGTHS, NEITHER);
        agrees(TextFormat::Elapsed, &[], &negative);
    }

    #[test]
    fn seconds_are_written() {
        writes(
            TextFormat::Duration,
            &[
                ("PT1H30M", "PT5400S"),
                ("P1DT0.50S", "PT86400.5S"),
                ("-PT0S", "PT0S"),
                ("-PT1M", "-PT60S"),
                ("PT0.000000001S", "PT0.000000001S"),
            ],
        );
        writes(TextFormat::Elapsed, &[("PT1H30M", "PT5400S"), ("-PT1M", "-PT1M")]);
    }
}
