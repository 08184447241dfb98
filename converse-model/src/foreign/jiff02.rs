//! `jiff` 0.2.

use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp};

use super::texts;

/// The first second of the year 0000, in seconds from 1970.
const FIRST: i64 = -62_167_219_200;

texts! {
    // The forms have years of four digits, without a sign.
    Timestamp => Timestamp, |instant| instant.as_second() >= FIRST;
    Date => Date, |date| date.year() >= 0;
    Time => Time, |_| true;
    // The least value has no opposite.
    SignedDuration => Duration, |length| length.as_secs() > i64::MIN;
}
