//! What is counted of one class: its messages, its faults, how long they took, how many of them wait.
//!
//! A message answered at once pays for one counter, which its thread shares with no other; of such messages
//! one in 32 is timed.

use std::cell::Cell;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicU64, AtomicUsize};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use crate::{Fault, FaultKind, desk};

/// How many threads have a counter of their own, the first that answer messages; the others share one.
pub(crate) const THREADS: usize = 32;
/// Of so many messages that are answered at once, one is timed.
const SAMPLE: u64 = 32;
/// How many codes of a program's own are told apart for each class.
const CODES: usize = 8;

/// What is counted of one class.
#[derive(Default)]
pub struct Tally {
    messages: [Counter; THREADS],
    by_others: AtomicU64,
    in_flight: AtomicUsize,
    stuck: AtomicU64,
    times: Times,
    faults: Faults,
}

/// One to a line of the processor's cache, so that threads do not wait for each other.
#[repr(align(64))]
#[derive(Default)]
struct Counter(AtomicU64);

thread_local! {
    static THREAD: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// The number of this thread.
pub(crate) fn thread() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    if THREAD.get() == usize::MAX {
        THREAD.set(NEXT.fetch_add(1, Relaxed));
    }
    THREAD.get()
}

#[cold]
fn now() -> Instant {
    Instant::now()
}

impl Tally {
    /// One more message. When it began, if it is one that is timed.
    #[inline(always)]
    pub(crate) fn begin(&self) -> Option<Instant> {
        let thread = THREAD.get();
        let Some(Counter(own)) = self.messages.get(thread) else { return self.begin_elsewhere() };
        // Nobody else writes to it, so nothing is lost between the two.
        let before = own.load(Relaxed);
        desk::sit(thread, self, before);
        own.store(before.wrapping_add(1), Relaxed);
        if before.is_multiple_of(SAMPLE) { Some(now()) } else { None }
    }

    /// The same on a thread that has no counter, or none yet.
    #[cold]
    fn begin_elsewhere(&self) -> Option<Instant> {
        if thread() < THREADS {
            return self.begin();
        }
        if self.by_others.fetch_add(1, Relaxed).is_multiple_of(SAMPLE) { Some(now()) } else { None }
    }

    /// A message took so long.
    #[cold]
    #[inline(never)]
    pub(crate) fn took(&self, time: Duration) {
        self.times.add(time);
    }

    /// A message was answered with a fault.
    pub(crate) fn fault(&self, fault: &Fault) {
        self.faults.add(fault);
    }

    /// A handler has kept a thread for too long.
    pub(crate) fn stuck(&self) {
        self.stuck.fetch_add(1, Relaxed);
    }

    /// How many messages got as far as their body.
    pub fn messages(&self) -> u64 {
        let own = self.messages.iter().map(|counter| counter.0.load(Relaxed));
        own.fold(self.by_others.load(Relaxed), u64::wrapping_add)
    }

    /// Whether there is anything to tell.
    pub(crate) fn is_used(&self) -> bool {
        self.messages() > 0 || self.faults.counts().next().is_some()
    }

    /// How many of its handlers wait.
    pub fn in_flight(&self) -> usize {
        self.in_flight.load(Relaxed)
    }

    /// How often a handler kept a thread for too long.
    pub fn stuck_count(&self) -> u64 {
        self.stuck.load(Relaxed)
    }

    /// How long messages took: all whose handlers waited, and one in 32 of the others.
    pub fn times(&self) -> &Times {
        &self.times
    }

    /// With which faults messages were answered.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }
}

/// A handler of the class that waits; it does no longer once this is dropped.
pub(crate) struct Waiting(Arc<Tally>);

impl Waiting {
    pub(crate) fn new(tally: Arc<Tally>) -> Waiting {
        tally.in_flight.fetch_add(1, Relaxed);
        Waiting(tally)
    }

    pub(crate) fn tally(&self) -> &Tally {
        &self.0
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Relaxed);
    }
}

/// A histogram of times.
#[derive(Default)]
pub struct Times {
    /// How many are at most as long as each bound, and longer than the one before; the last are longer than all.
    buckets: [AtomicU64; Times::BOUNDS.len() + 1],
    nanoseconds: AtomicU64,
}

impl Times {
    /// The bounds in microseconds.
    pub const BOUNDS: [u64; 16] = [
        10, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000, 5_000_000,
        30_000_000,
    ];

    fn add(&self, time: Duration) {
        let micros = time.as_nanos().div_ceil(1_000);
        let place = Times::BOUNDS.iter().position(|bound| micros <= u128::from(*bound));
        if let Some(bucket) = self.buckets.get(place.unwrap_or(Times::BOUNDS.len())) {
            bucket.fetch_add(1, Relaxed);
        }
        self.nanoseconds.fetch_add(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX), Relaxed);
    }

    /// For each bound, how many are at most as long; then how many there are.
    pub fn cumulative(&self) -> impl Iterator<Item = u64> {
        self.buckets.iter().scan(0_u64, |sum, bucket| {
            *sum = sum.wrapping_add(bucket.load(Relaxed));
            Some(*sum)
        })
    }

    /// All of them together.
    pub fn sum(&self) -> Duration {
        Duration::from_nanos(self.nanoseconds.load(Relaxed))
    }
}

/// How many faults there were of each code.
pub struct Faults {
    known: [AtomicU64; FaultKind::ALL.len()],
    /// The program's own, as they come.
    own: [(OnceLock<&'static str>, AtomicU64); CODES],
    others: AtomicU64,
}

impl Default for Faults {
    fn default() -> Faults {
        let known = [const { AtomicU64::new(0) }; FaultKind::ALL.len()];
        Faults { known, own: Default::default(), others: AtomicU64::new(0) }
    }
}

impl Faults {
    pub(crate) fn add(&self, fault: &Fault) {
        let known = FaultKind::ALL.iter().position(|kind| *kind.code == *fault.code);
        let count = match (known.and_then(|place| self.known.get(place)), &fault.code) {
            (Some(count), _) => count,
            // A code that is made at run time may hold what a client sent.
            (None, std::borrow::Cow::Borrowed(code)) => self.own(code).unwrap_or(&self.others),
            (None, std::borrow::Cow::Owned(_)) => &self.others,
        };
        count.fetch_add(1, Relaxed);
    }

    fn own(&self, code: &'static str) -> Option<&AtomicU64> {
        self.own.iter().find(|(name, _)| *name.get_or_init(|| code) == code).map(|(_, count)| count)
    }

    /// The codes that there were, and how often; those that cannot be told apart are called `other`.
    pub fn counts(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let known = FaultKind::ALL.iter().map(|kind| kind.code).zip(&self.known);
        let own = self.own.iter().filter_map(|(name, count)| Some((*name.get()?, count)));
        let all = known.chain(own).chain(std::iter::once(("other", &self.others)));
        all.map(|(code, count)| (code, count.load(Relaxed))).filter(|(_, count)| *count > 0)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{CODES, SAMPLE, THREADS, Tally};
    use crate::{Fault, FaultKind};

    #[test]
    fn no_message_is_lost_and_some_are_timed() {
        let tally = Tally::default();
        let timed = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..2 * THREADS)
                .map(|_| scope.spawn(|| (0..1_000).filter(|_| tally.begin().is_some()).count()))
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum::<usize>()
        });
        assert_eq!(tally.messages(), 2_000 * THREADS as u64);
        let least = usize::try_from(tally.messages() / SAMPLE).unwrap();
        assert!((least..least + 2 * THREADS).contains(&timed), "{timed}");
    }

    #[test]
    fn a_time_is_in_the_first_bucket_that_holds_it() {
        let tally = Tally::default();
        for micros in [0, 10, 11, 1_000, 60_000_000] {
            tally.took(Duration::from_micros(micros));
        }
        let counts: Vec<u64> = tally.times().cumulative().collect();
        assert_eq!(counts, [2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 5]);
        assert_eq!(tally.times().sum(), Duration::from_micros(60_001_021));
    }

    #[test]
    fn codes_are_bounded_and_none_is_made_at_run_time() {
        let tally = Tally::default();
        tally.fault(&Fault::of(FaultKind::TIMEOUT, "late"));
        tally.fault(&Fault::new("sold_out", "none left"));
        tally.fault(&Fault::new("sold_out", "none left"));
        tally.fault(&Fault::new(format!("made {}", 1), "of something"));
        assert_eq!(tally.faults().counts().collect::<Vec<_>>(), [("timeout", 1), ("sold_out", 2), ("other", 1)]);
        for code in ["a", "b", "c", "d", "e", "f", "g", "h", "i"] {
            tally.fault(&Fault::new(code, ""));
        }
        assert_eq!(tally.faults().counts().count(), 2 + CODES);
        assert_eq!(tally.faults().counts().last(), Some(("other", 3)));
    }
}
