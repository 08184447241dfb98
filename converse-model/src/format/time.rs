//! Dates, times of day, and instants.

use super::TextFormat;

/// From the first second of the year 0000 to the last one that is in the year 9999 at every offset, as
/// far as libraries for time go (`jiff` ends there), in seconds from 1970.
const SECONDS: std::ops::RangeInclusive<i64> = -62_167_219_200..=253_402_207_200;
const DAY: i64 = 86_400;

/// Whether a text is an instant (RFC 3339, section 5.6, `date-time`): its offset is required.
///
/// `T` and `Z` may be lower case. `-00:00` is taken, and means UTC. A leap second is refused, as hardly a
/// library can hold it. The instant lies, in UTC, within `0000-01-01T00:00:00Z` and
/// `9999-12-30T22:00:00.999999999Z`, so that it can be written again with a year of four digits.
pub(super) fn is_timestamp(text: &str) -> bool {
    instant(text).is_some()
}

/// Whether a text is a date, `YYYY-MM-DD` (RFC 3339, `full-date`), of the Gregorian calendar.
pub(super) fn is_date(text: &str) -> bool {
    matches!(date(text.as_bytes()), Some((_, [])))
}

/// Whether a text is a time of day, `hh:mm:ss`, with at most nine digits of a second (RFC 3339,
/// `partial-time`). Seconds end at 59.
pub(super) fn is_time(text: &str) -> bool {
    matches!(time(text.as_bytes()), Some((_, _, [])))
}

/// A timestamp in UTC, with the digits of a second that it needs.
pub(super) fn timestamp(text: &str) -> Option<String> {
    let (instant, nanos) = instant(text)?;
    Some(instant_text(instant, nanos))
}

/// A time with the digits of a second that it needs.
pub(super) fn time_of_day(text: &str) -> Option<String> {
    time(text.as_bytes()).map(|(seconds, nanos, _)| clock(seconds, nanos))
}

/// The text of this form that says so many microseconds: from 1970 in UTC, from midnight, or of length.
pub(crate) fn of_micros(format: TextFormat, micros: i64) -> Option<String> {
    let (seconds, rest) = (micros.div_euclid(1_000_000), micros.rem_euclid(1_000_000));
    let nanos = u32::try_from(rest * 1_000).ok()?;
    match format {
        TextFormat::Timestamp => SECONDS.contains(&seconds).then(|| instant_text(seconds, nanos)),
        TextFormat::Date if nanos == 0 && seconds.rem_euclid(DAY) == 0 && SECONDS.contains(&seconds) => {
            Some(date_text(seconds))
        }
        TextFormat::Time if (0..DAY).contains(&seconds) => Some(clock(seconds, nanos)),
        TextFormat::Duration | TextFormat::Elapsed => {
            let sign = if micros < 0 { "-" } else { "" };
            let length = micros.unsigned_abs();
            let nanos = u32::try_from(length % 1_000_000 * 1_000).ok()?;
            Some(format!("{sign}PT{}{}S", length / 1_000_000, fraction(nanos)))
        }
        _ => None,
    }
}

/// The date of a date and time that is midnight, with or without an offset.
pub(crate) fn midnight(text: &str) -> Option<String> {
    let (_, rest) = date(text.as_bytes())?;
    let [b'T' | b't' | b' ', clock @ ..] = rest else { return None };
    let (0, 0, zone) = time(clock)? else { return None };
    (zone.is_empty() || offset(zone).is_some()).then(|| text.get(..10).map(str::to_owned)).flatten()
}

fn instant_text(seconds: i64, nanos: u32) -> String {
    format!("{}T{}Z", date_text(seconds), clock(seconds.rem_euclid(DAY), nanos))
}

fn date_text(seconds: i64) -> String {
    let (year, month, day) = civil(seconds.div_euclid(DAY));
    format!("{year:04}-{month:02}-{day:02}")
}

fn clock(seconds: i64, nanos: u32) -> String {
    format!("{:02}:{:02}:{:02}{}", seconds / 3600, seconds / 60 % 60, seconds % 60, fraction(nanos))
}

/// The point and the digits of nanoseconds, without the zeros at the end; nothing for none.
pub(super) fn fraction(nanos: u32) -> String {
    if nanos == 0 {
        return String::new();
    }
    format!(".{nanos:09}").trim_end_matches('0').to_owned()
}

/// Year, month and day of a day from 1970, by years that begin in March, so that a leap day ends one
/// (Neri and Schneider 2023, section 5).
fn civil(day: i64) -> (i64, i64, i64) {
    // From the first of March of the year -400.
    let day = day + 719_468 + 146_097;
    let century = (4 * day + 3) / 146_097;
    let of_century = (4 * day + 3) % 146_097 / 4;
    let year = (4 * of_century + 3) / 1_461;
    let of_year = (4 * of_century + 3) % 1_461 / 4;
    let month = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * month + 2) / 5;
    let late = month >= 10;
    (100 * century + year + i64::from(late) - 400, if late { month - 9 } else { month + 3 }, of_month + 1)
}

/// Seconds from 1970 and nanoseconds.
fn instant(text: &str) -> Option<(i64, u32)> {
    let (days, rest) = date(text.as_bytes())?;
    let [b'T' | b't', rest @ ..] = rest else { return None };
    let (seconds, nanos, rest) = time(rest)?;
    let instant = days * DAY + seconds - offset(rest)?;
    SECONDS.contains(&instant).then_some((instant, nanos))
}

/// Days from 1970, and what follows the date.
fn date(text: &[u8]) -> Option<(i64, &[u8])> {
    let (year, rest) = number(text, 4, 9999)?;
    let (month, rest) = number(rest.strip_prefix(b"-")?, 2, 12)?;
    let (day, rest) = number(rest.strip_prefix(b"-")?, 2, 31)?;
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    // How many days there are before the month, and in it.
    let (before, length) = match month {
        1 => (0, 31),
        2 => (31, 28 + i64::from(leap)),
        3 => (59, 31),
        4 => (90, 30),
        5 => (120, 31),
        6 => (151, 30),
        7 => (181, 31),
        8 => (212, 31),
        9 => (243, 30),
        10 => (273, 31),
        11 => (304, 30),
        12 => (334, 31),
        _ => return None,
    };
    if !(1..=length).contains(&day) {
        return None;
    }
    // The leap days of the years before this one, counted from the year 1; the year 0 had one too.
    let past = year - 1;
    let leap_days = past.div_euclid(4) - past.div_euclid(100) + past.div_euclid(400);
    let days = past * 365 + leap_days + before + i64::from(leap && month > 2) + day - 1;
    Some((days - 719_162, rest))
}

/// Seconds from midnight, nanoseconds, and what follows the time.
fn time(text: &[u8]) -> Option<(i64, u32, &[u8])> {
    let (hours, rest) = number(text, 2, 23)?;
    let (minutes, rest) = number(rest.strip_prefix(b":")?, 2, 59)?;
    let (seconds, rest) = number(rest.strip_prefix(b":")?, 2, 59)?;
    let seconds = hours * 3600 + minutes * 60 + seconds;
    let [b'.', rest @ ..] = rest else { return Some((seconds, 0, rest)) };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (fraction, rest) = rest.split_at_checked(digits)?;
    Some((seconds, nanos(fraction)?, rest))
}

/// The nanoseconds of one to nine digits of a second.
pub(super) fn nanos(fraction: &[u8]) -> Option<u32> {
    if !(1..=9).contains(&fraction.len()) || !fraction.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let digits = fraction.iter().copied().chain(std::iter::repeat(b'0')).take(9);
    Some(digits.fold(0, |nanos, digit| nanos * 10 + u32::from(digit - b'0')))
}

/// An offset in seconds, after which nothing may follow.
fn offset(text: &[u8]) -> Option<i64> {
    let (sign, rest) = match text {
        [b'Z' | b'z'] => return Some(0),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let (hours, rest) = number(rest, 2, 23)?;
    let (minutes, rest) = number(rest.strip_prefix(b":")?, 2, 59)?;
    rest.is_empty().then_some(sign * (hours * 3600 + minutes * 60))
}

/// A number of so many digits, at most `max`, and what follows it.
fn number(text: &[u8], digits: usize, max: i64) -> Option<(i64, &[u8])> {
    let (digits, rest) = text.split_at_checked(digits)?;
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let value = digits.iter().fold(0, |value, digit| value * 10 + i64::from(digit - b'0'));
    (value <= max).then_some((value, rest))
}

#[cfg(test)]
mod tests {
    use super::super::{TextFormat, agrees, writes};

    #[test]
    fn timestamps_have_an_offset_and_exist() {
        agrees(
            TextFormat::Timestamp,
            &[
                "2026-11-21T09:30:00Z",
                "2026-11-21t09:30:00z",
                "2026-11-21T09:30:00+02:00",
                "2026-11-21T09:30:00-00:00",
                "2026-11-21T09:30:00+23:59",
                "2026-11-21T09:30:00.1Z",
                "2026-11-21T09:30:00.123456789-05:30",
                "2024-02-29T00:00:00Z",
                "2000-02-29T00:00:00Z",
                "0000-01-01T00:00:00Z",
                "0000-02-29T00:00:00Z",
                "0000-01-01T00:00:00-23:59",
                "9999-12-30T22:00:00.999999999Z",
                "9999-12-31T00:00:00.5+02:00",
                "9999-12-31T21:59:00+23:59",
            ],
            &[
                "",
                "2026-11-21",
                "2026-11-21T09:30:00",
                "2026-11-21 09:30:00Z",
                "2026-11-21T09:30Z",
                "2026-11-21T09:30:60Z",
                "2016-12-31T23:59:60Z",
                "2026-11-21T24:00:00Z",
                "2026-11-21T09:60:00Z",
                "2026-11-21T09:30:00.Z",
                "2026-11-21T09:30:00,5Z",
                "2026-11-21T09:30:00.1234567890Z",
                "2026-11-21T09:30:00+02",
                "2026-11-21T09:30:00+0200",
                "2026-11-21T09:30:00+24:00",
                "2026-11-21T09:30:00+02:60",
                "2026-11-21T09:30:00+02:00:00",
                "2026-11-21T09:30:00 Z",
                "2026-11-21T09:30:00Z ",
                " 2026-11-21T09:30:00Z",
                "2026-11-21T09:30:00Z[UTC]",
                "2026-11-21T09:30:00\u{2212}02:00",
                "2023-02-29T00:00:00Z",
                "1900-02-29T00:00:00Z",
                "2026-00-01T00:00:00Z",
                "2026-13-01T00:00:00Z",
                "2026-04-31T00:00:00Z",
                "2026-01-00T00:00:00Z",
                "20261121T093000Z",
                "2026-W47-6T09:30:00Z",
                "2026-325T09:30:00Z",
                "+2026-11-21T09:30:00Z",
                "-000001-11-21T09:30:00Z",
                "12026-11-21T09:30:00Z",
                "0000-01-01T00:00:00+00:01",
                "9999-12-30T22:00:01Z",
                "9999-12-31T21:59:59+23:59",
                "9999-12-31T00:00:00Z",
                "1795253400",
                "\u{662}\u{660}26-11-21T09:30:00Z",
            ],
        );
    }

    #[test]
    fn dates_exist() {
        agrees(
            TextFormat::Date,
            &["2026-11-21", "2024-02-29", "0000-02-29", "0000-01-01", "9999-12-31", "2000-02-29"],
            &[
                "",
                "2026-1-1",
                "20261121",
                "2026-11-31",
                "2023-02-29",
                "2100-02-29",
                "2026-11-00",
                "2026-00-21",
                "2026-13-01",
                "26-11-21",
                "12026-11-21",
                "-2026-11-21",
                "2026/11/21",
                "2026-11-21Z",
                "2026-11-21T00:00:00Z",
                " 2026-11-21",
                "2026-11-21\n",
            ],
        );
    }

    #[test]
    fn times_have_seconds_and_no_offset() {
        agrees(
            TextFormat::Time,
            &["00:00:00", "23:59:59", "09:30:00.5", "09:30:00.123456789", "09:30:00.000"],
            &[
                "",
                "09:30",
                "9:30:00",
                "24:00:00",
                "23:60:00",
                "23:59:60",
                "09:30:00.",
                "09:30:00.1234567890",
                "09:30:00,5",
                "09:30:00Z",
                "09:30:00+02:00",
                "T09:30:00",
                "093000",
                "09:30:00 ",
                "-1:30:00",
                "+1:30:00",
            ],
        );
    }

    #[test]
    fn instants_are_written_in_utc() {
        writes(
            TextFormat::Timestamp,
            &[
                ("2026-11-21T11:30:00.000+02:00", "2026-11-21T09:30:00Z"),
                ("2026-11-20t23:30:00.120-10:00", "2026-11-21T09:30:00.12Z"),
                ("2024-02-29T23:59:59.999999999-23:59", "2024-03-01T23:58:59.999999999Z"),
                ("1970-01-01T00:00:00+00:01", "1969-12-31T23:59:00Z"),
                ("0000-01-01T00:00:00z", "0000-01-01T00:00:00Z"),
                ("0000-02-29T00:00:00Z", "0000-02-29T00:00:00Z"),
            ],
        );
        writes(TextFormat::Time, &[("09:30:00.50", "09:30:00.5"), ("09:30:00.000", "09:30:00")]);
    }

    /// Every day of 800 years, forth and back: the calendar repeats itself after 400.
    #[test]
    fn days_follow_each_other() {
        let first = super::SECONDS.start() / super::DAY;
        for day in first..first + 2 * 146_097 {
            let (year, month, of_month) = super::civil(day);
            let text = format!("{year:04}-{month:02}-{of_month:02}");
            assert_eq!(super::date(text.as_bytes()), Some((day, b"".as_slice())), "{text}");
        }
    }

    #[test]
    fn seconds_are_counted_from_1970() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("1969-12-31T23:59:59Z", -1),
            ("2000-03-01T00:00:00Z", 951_868_800),
            ("0000-01-01T00:00:00Z", -62_167_219_200),
            ("9999-12-30T22:00:00Z", 253_402_207_200),
        ] {
            assert_eq!(super::instant(text), Some((seconds, 0)), "{text}");
        }
    }
}
