//! Keys that the store makes.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::StoreError;

/// The text of a UUID of no bit set, which stands for one that is still to be made.
pub(crate) const NIL: &str = "00000000-0000-0000-0000-000000000000";

/// A UUID of version 7 (RFC 9562, section 5.7), greater than all that this process made before: 48 bits of
/// milliseconds, a counter of 12 bits (section 6.2, method 1), and 62 bits of chance.
pub(crate) fn uuid7() -> Result<String, StoreError> {
    static LAST: Mutex<u64> = Mutex::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
    let tick = (u64::try_from(now).unwrap_or(0) & 0xffff_ffff_ffff) << 12;
    let stamp = {
        let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
        *last = tick.max(last.wrapping_add(1));
        *last
    };
    let chance = getrandom::u64()
        .map_err(|error| StoreError::Unavailable(format!("the system gives no random numbers: {error}")))?;
    let (milliseconds, counter) = (stamp >> 12, stamp & 0xfff);
    let variant = 0x8000_0000_0000_0000 | (chance >> 2);
    Ok(format!(
        "{:08x}-{:04x}-7{counter:03x}-{:04x}-{:012x}",
        milliseconds >> 16,
        milliseconds & 0xffff,
        variant >> 48,
        variant & 0xffff_ffff_ffff
    ))
}

#[cfg(test)]
mod tests {
    use converse_model::TextFormat;

    use super::*;

    #[test]
    fn they_grow_and_are_uuids_of_version_7() {
        let made: Vec<String> = (0..10_000).map(|_| uuid7().unwrap()).collect();
        assert!(made.windows(2).all(|pair| pair[0] < pair[1]));
        for uuid in made.iter().chain([&NIL.to_owned()]) {
            assert!(TextFormat::Uuid.holds(uuid), "{uuid}");
        }
        assert!(made.iter().all(|uuid| uuid.as_bytes()[14] == b'7' && b"89ab".contains(&uuid.as_bytes()[19])));
    }
}
