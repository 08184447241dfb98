//! `std::time::Duration`.

use std::time::Duration;

use super::texts;

texts! {
    // Longer ones are beyond what other types hold.
    Duration => Elapsed, |length| i64::try_from(length.as_secs()).is_ok();
}
