//! What the log says about refusals: that it happens and what would allow it, and never once for each.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long the log says nothing more about one thing.
const PAUSE: Duration = Duration::from_mins(1);

/// One thing that the log may say.
#[derive(Default)]
pub(crate) struct Notice(Mutex<Said>);

#[derive(Default)]
struct Said {
    last: Option<Instant>,
    /// How often it happened since.
    since: u64,
}

/// Everything that the log may say about refusals.
#[derive(Default)]
pub(crate) struct Notices {
    pub(crate) connections: Notice,
    pub(crate) connections_per_address: Notice,
    pub(crate) files: Notice,
    pub(crate) host: Notice,
    pub(crate) origin: Notice,
    pub(crate) forwarded: Notice,
}

impl Notice {
    /// It happened. If the log may say it now: how often it happened since it was said last.
    pub(crate) fn due(&self) -> Option<u64> {
        let mut said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        said.since += 1;
        if said.last.is_some_and(|last| now.duration_since(last) < PAUSE) {
            return None;
        }
        said.last = Some(now);
        Some(std::mem::take(&mut said.since))
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Notice, PAUSE};

    #[test]
    fn once_a_minute_and_then_how_often() {
        let notice = Notice::default();
        assert_eq!(notice.due(), Some(1));
        for _ in 0..5 {
            assert_eq!(notice.due(), None);
        }
        let before = Instant::now().checked_sub(PAUSE + Duration::from_secs(1));
        notice.0.lock().unwrap().last = before;
        assert_eq!(notice.due(), Some(6));
    }
}
