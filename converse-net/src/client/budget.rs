//! How many retries a client may make: so few that they cannot keep an overloaded server overloaded.

use std::sync::atomic::{AtomicU32, Ordering};

/// A retry costs as much as so many calls bring in: one in ten calls may be a retry.
const CALLS: u32 = 10;
/// What a new client has, in retries.
const START: u32 = 10;
/// What a client can save, in retries: what a server that restarts may cost at once.
const MOST: u32 = 100;

/// A token bucket that calls fill and retries empty (Site Reliability Engineering, chapter 21: "per-client
/// retry budget").
#[derive(Debug)]
pub(super) struct Budget {
    /// In tenths of a retry.
    saved: AtomicU32,
}

impl Budget {
    pub(super) fn new() -> Budget {
        Budget { saved: AtomicU32::new(START * CALLS) }
    }

    /// A call is made.
    pub(super) fn earn(&self) {
        self.change(|saved| (saved < MOST * CALLS).then(|| saved + 1));
    }

    /// Whether there is a retry left; it is taken then.
    pub(super) fn spend(&self) -> bool {
        self.change(|saved| saved.checked_sub(CALLS))
    }

    fn change(&self, by: impl FnMut(u32) -> Option<u32>) -> bool {
        self.saved.fetch_update(Ordering::Relaxed, Ordering::Relaxed, by).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::Budget;

    #[test]
    fn one_in_ten_calls_may_be_a_retry() {
        let budget = Budget::new();
        assert_eq!((0..100).filter(|_| budget.spend()).count(), 10, "what a new client has");
        for _ in 0..1_000 {
            budget.earn();
        }
        assert_eq!((0..1_000).filter(|_| budget.spend()).count(), 100);
        for _ in 0..1_000_000 {
            budget.earn();
        }
        assert_eq!((0..1_000).filter(|_| budget.spend()).count(), 100, "no more can be saved");
        for _ in 0..9 {
            budget.earn();
        }
        assert!(!budget.spend());
        budget.earn();
        assert!(budget.spend());
    }
}
