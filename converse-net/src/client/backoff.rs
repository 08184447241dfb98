//! How long to wait before the next try: longer each time, and never the same for two clients.

use std::time::Duration;

/// The first wait is between nothing and this.
const FIRST: Duration = Duration::from_millis(100);
/// No wait is longer than this.
const LONGEST: Duration = Duration::from_secs(10);

/// Exponential back-off with full jitter: each wait is anywhere between nothing and a bound that doubles,
/// so that the clients of a server that was gone do not come back all at once.
#[derive(Debug)]
pub(super) struct Backoff {
    bound: Duration,
}

impl Backoff {
    pub(super) fn new() -> Backoff {
        Backoff { bound: FIRST }
    }

    /// The next wait.
    pub(super) fn next(&mut self) -> Duration {
        let wait = below(self.bound);
        self.bound = self.bound.saturating_mul(2).min(LONGEST);
        wait
    }
}

/// Some duration up to this one.
pub(super) fn below(bound: Duration) -> Duration {
    // Without randomness, the middle: a client that waits is better than one that fails.
    let random = getrandom::u32().unwrap_or(u32::MAX / 2);
    bound.mul_f64(f64::from(random) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::time::Duration;

    use super::{Backoff, FIRST, LONGEST};

    #[test]
    fn waits_grow_to_a_limit_and_differ() {
        let waits = |rounds: usize| {
            let mut backoff = Backoff::new();
            (0..rounds).map(|_| backoff.next()).collect::<Vec<Duration>>()
        };
        let mut bound = FIRST;
        for round in 0..12 {
            let seen: HashSet<Duration> = (0..50).map(|_| waits(round + 1)[round]).collect();
            assert!(seen.len() > 25, "round {round} hardly differs: {seen:?}");
            assert!(seen.iter().all(|wait| *wait <= bound), "round {round}");
            assert!(seen.iter().any(|wait| *wait > bound / 2), "round {round}");
            bound = (bound * 2).min(LONGEST);
        }
    }
}
