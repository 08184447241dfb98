//! How much one sender may send in so short a time: a token bucket for each.

use std::hash::{BuildHasher, RandomState};
use std::num::NonZero;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use rustc_hash::FxHashMap;

use crate::guard::Sender;
use crate::{Fault, FaultKind, Home, Peer};

/// How many messages one sender may send: a principal wherever they send from, a stranger with all who
/// are at home at the same address, or the same /64 network of IPv6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many a second, in the long run.
    pub per_second: NonZero<u32>,
    /// How many at once, after a while of silence.
    pub burst: NonZero<u32>,
}

/// Shards, so that threads seldom wait for each other.
const SHARDS: usize = 16;
/// Buckets of a shard. All buckets of principals, and all of strangers, take about 2 MiB.
const BUCKETS: usize = 4_096;
/// After so many nanoseconds a full shard is searched for idle buckets again.
const SWEEP: u64 = 1_000_000_000;

/// The buckets of all senders.
pub(crate) struct Rates {
    rate: Rate,
    start: Instant,
    /// Nobody can foretell which senders share a bucket: this has a key of its own.
    hasher: RandomState,
    /// Apart from each other: strangers from everywhere take no place from those who are known.
    principals: Table,
    strangers: Table,
}

type Table = [Mutex<Shard>; SHARDS];

#[derive(Default)]
struct Shard {
    /// For each sender, when its bucket will be full again, in nanoseconds since the start.
    full_at: FxHashMap<u64, u64>,
    /// The bucket of all for whom there is no room.
    rest: u64,
    swept: u64,
}

impl Rates {
    pub(crate) fn new(rate: Rate, start: Instant) -> Rates {
        let table = || std::array::from_fn(|_| Mutex::default());
        Rates { rate, start, hasher: RandomState::new(), principals: table(), strangers: table() }
    }

    /// Takes one token from the sender's bucket.
    ///
    /// # Errors
    /// `rate_limited` where there is none, and when there will be.
    pub(crate) fn take(&self, sender: &Sender, peer: &Peer, now: Instant) -> Result<(), Fault> {
        let (table, hash) = match sender {
            Sender::Known(principal) => (&self.principals, self.hasher.hash_one(principal.id())),
            // All who have no address, as in memory, are one.
            _ => (&self.strangers, self.hasher.hash_one(peer.address().map(|address| Home::of(address.ip())))),
        };
        let waits = self.with(table, hash, now, |shard, now| shard.take(hash, now, self.rate));
        waits.flatten().map_or(Ok(()), |nanoseconds| Err(limited(nanoseconds)))
    }

    /// How many tokens a home has.
    ///
    /// # Errors
    /// After how many nanoseconds it has one, where it has none.
    pub(crate) fn left(&self, home: Home, now: Instant) -> Result<u32, u64> {
        let hash = self.hasher.hash_one(Some(home));
        self.with(&self.strangers, hash, now, |shard, now| shard.left(hash, now, self.rate)).unwrap_or(Ok(0))
    }

    /// Takes a token from a home, if it has one.
    pub(crate) fn spend(&self, home: Home, now: Instant) {
        let hash = self.hasher.hash_one(Some(home));
        self.with(&self.strangers, hash, now, |shard, now| shard.take(hash, now, self.rate));
    }

    /// Runs this on the shard of a sender, with the time.
    fn with<T>(&self, table: &Table, hash: u64, now: Instant, run: impl FnOnce(&mut Shard, u64) -> T) -> Option<T> {
        let now = nanos(now.saturating_duration_since(self.start).as_nanos());
        let shard = table.get(usize::try_from(hash >> 60).unwrap_or_default())?;
        // Nothing panics under the lock, so what it holds is whole even if it was poisoned.
        Some(run(&mut shard.lock().unwrap_or_else(PoisonError::into_inner), now))
    }
}

impl Shard {
    /// How many tokens a sender has; or after how many nanoseconds it has one.
    fn left(&self, sender: u64, now: u64, rate: Rate) -> Result<u32, u64> {
        let full = self.full_at.len() >= BUCKETS;
        let full_at = *self.full_at.get(&sender).unwrap_or(if full { &self.rest } else { &0 });
        let each = 1_000_000_000 / u64::from(rate.per_second.get()).max(1);
        let latest = now.saturating_add(each.saturating_mul(rate.burst.get().into()));
        let room = latest.saturating_sub(full_at.max(now));
        match u32::try_from(room / each.max(1)).unwrap_or(u32::MAX) {
            0 => Err(each.saturating_sub(room)),
            left => Ok(left),
        }
    }

    /// Takes one token; or says after how many nanoseconds there is one.
    fn take(&mut self, sender: u64, now: u64, rate: Rate) -> Option<u64> {
        if self.full_at.len() >= BUCKETS && !self.full_at.contains_key(&sender) && now >= self.swept {
            // A full bucket says no more than none.
            self.full_at.retain(|_, full_at| *full_at > now);
            self.swept = now.saturating_add(SWEEP);
        }
        let room = self.full_at.len() < BUCKETS;
        let full_at = match self.full_at.get_mut(&sender) {
            Some(own) => own,
            None if room => self.full_at.entry(sender).or_default(),
            None => &mut self.rest,
        };
        let each = 1_000_000_000 / u64::from(rate.per_second.get()).max(1);
        let after = (*full_at).max(now).saturating_add(each);
        let latest = now.saturating_add(each.saturating_mul(rate.burst.get().into()));
        if after > latest {
            return Some(after - latest);
        }
        *full_at = after;
        None
    }
}

#[cold]
fn limited(nanoseconds: u64) -> Fault {
    let text = "more messages than the server takes from one sender in so short a time; send the next a little later";
    Fault::of(FaultKind::RATE_LIMITED, text).with_retry_after_ms(nanoseconds.div_ceil(1_000_000))
}

fn nanos(nanoseconds: u128) -> u64 {
    u64::try_from(nanoseconds).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::num::NonZero;
    use std::time::{Duration, Instant};

    use super::{BUCKETS, Rate, Rates, Shard};
    use crate::guard::Sender;
    use crate::{Peer, Principal};

    fn rate(per_second: u32, burst: u32) -> Rate {
        Rate { per_second: NonZero::new(per_second).unwrap(), burst: NonZero::new(burst).unwrap() }
    }

    fn at(address: &str) -> Peer {
        Peer::new("tcp", Some(format!("{address}:1").parse().unwrap()))
    }

    /// After how many milliseconds the sender may come again; 0 for now.
    fn wait(rates: &Rates, sender: &Sender, peer: &Peer, now: Instant) -> u64 {
        rates.take(sender, peer, now).err().map_or(0, |fault| fault.retry_after_ms.unwrap())
    }

    #[test]
    fn a_burst_then_one_at_a_time() {
        let start = Instant::now();
        let rates = Rates::new(rate(10, 3), start);
        let (peer, ms) = (at("192.0.2.1"), Duration::from_millis(1));
        let wait = |after: u32| wait(&rates, &Sender::Stranger, &peer, start + ms * after);
        assert_eq!([wait(0), wait(0), wait(0), wait(0)], [0, 0, 0, 100]);
        assert_eq!([wait(99), wait(100), wait(100)], [1, 0, 100], "one every 100 ms");
        assert_eq!([wait(9_000), wait(9_000), wait(9_000), wait(9_000)], [0, 0, 0, 100], "no more than the burst");
    }

    #[test]
    fn a_principal_has_one_bucket_and_a_network_of_strangers_too() {
        let start = Instant::now();
        let rates = Rates::new(rate(1, 1), start);
        let known = |id: &str| Sender::Known(Principal::new(id).unwrap());
        let of = |sender: &Sender, address: &str| wait(&rates, sender, &at(address), start);
        assert_eq!(of(&Sender::Stranger, "192.0.2.1"), 0);
        assert_eq!(of(&Sender::Stranger, "192.0.2.1"), 1_000);
        assert_eq!(of(&Sender::Unasked, "[::ffff:192.0.2.1]"), 1_000, "the same address");
        assert_eq!(of(&known("josh"), "192.0.2.1"), 0, "who is known is not among the strangers there");
        assert_eq!(of(&known("josh"), "192.0.2.2"), 1_000, "wherever they send from");
        assert_eq!(of(&known("ada"), "192.0.2.1"), 0);
        assert_eq!(of(&Sender::Stranger, "[2001:db8:1:2::1]"), 0);
        assert_eq!(of(&Sender::Stranger, "[2001:db8:1:2:ffff::9]"), 1_000, "one network");
        assert_eq!(of(&Sender::Stranger, "[2001:db8:1:3::1]"), 0);
        let nowhere = Peer::new("memory", None);
        assert_eq!(wait(&rates, &Sender::Stranger, &nowhere, start), 0);
        assert_eq!(wait(&rates, &Sender::Stranger, &nowhere, start), 1_000);
    }

    #[test]
    fn memory_is_bounded_and_idle_buckets_go_first() {
        let (mut shard, second) = (Shard::default(), 1_000_000_000);
        for sender in 0..BUCKETS as u64 {
            assert_eq!(shard.take(sender, second, rate(1, 1)), None);
        }
        // All are in use: those for whom there is no room share one bucket, and those who have one keep it.
        assert_eq!(shard.take(90_001, second, rate(1, 1)), None);
        assert_eq!(shard.take(90_002, second, rate(1, 1)), Some(second));
        assert_eq!(shard.take(7, second, rate(1, 1)), Some(second));
        assert_eq!(shard.full_at.len(), BUCKETS);
        assert_eq!(shard.take(90_002, 3 * second, rate(1, 1)), None);
        assert_eq!(shard.full_at.len(), 1, "the others were idle");
    }
}
