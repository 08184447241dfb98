//! What is in flight, how much of it there may be, and what is refused when there is more.
//!
//! Only what waits is counted: a handler that finishes at once takes no place. That the server refuses
//! work at all is one flag, which is read where every message begins.

mod held;

use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicU8, AtomicU64, AtomicUsize};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

pub use self::held::Share;
pub(crate) use self::held::{Place, Waiting};
use crate::{Fault, FaultKind, Traffic, span};

/// How much may be in flight, over all connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// How many handlers may wait at a time. 10,000.
    pub in_flight: usize,
    /// How many bytes of messages and replies may be held. 512 MiB.
    pub bytes: usize,
    /// How long messages may wait for a thread before some of them are refused. 200 ms.
    pub queue_delay: Duration,
}

impl Default for Budget {
    fn default() -> Budget {
        Budget { in_flight: 10_000, bytes: 512 * 1024 * 1024, queue_delay: Duration::from_millis(200) }
    }
}

impl Budget {
    /// For how long messages are taken in each turn of a thread that is late; the rest of that turn is refused. It is an
    /// eighth of `queue_delay`: so a turn is not much longer, and nobody waits for more than two of them.
    pub fn allowance(&self) -> Duration {
        self.queue_delay / 8
    }
}

/// Takes no new work at all.
const DRAINING: u8 = 1;
/// More bytes are held than may be.
const FULL: u8 = 2;
/// Messages wait too long for a thread.
const LATE: u8 = 4;
/// Somebody listens to what is told of each message.
const TOLD: u8 = 8;
/// Somebody keeps it.
const RECORDED: u8 = 16;

/// After how long a message that was refused for load is welcome again.
const RETRY_MS: u64 = 1_000;

/// Why a message was refused for load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shed {
    /// As many handlers wait as may.
    InFlight,
    /// As many handlers of its class wait as may.
    ClassInFlight,
    /// As many bytes are held as may be.
    Bytes,
    /// Messages wait too long for a thread.
    QueueDelay,
    /// Every thread for blocking handlers is busy, and their queue is full.
    Blocking,
}

impl Shed {
    /// Every reason.
    pub const ALL: [Shed; 5] = [Shed::InFlight, Shed::ClassInFlight, Shed::Bytes, Shed::QueueDelay, Shed::Blocking];

    /// Its name in metrics.
    pub fn name(self) -> &'static str {
        match self {
            Shed::InFlight => "in_flight",
            Shed::ClassInFlight => "class_in_flight",
            Shed::Bytes => "bytes",
            Shed::QueueDelay => "queue_delay",
            Shed::Blocking => "blocking",
        }
    }

    fn message(self) -> &'static str {
        match self {
            Shed::InFlight => "the server answers as many messages as it can at a time; send it again a little later",
            Shed::ClassInFlight => {
                "the server answers as many messages of this class as it may at a time; send it again a little later"
            }
            Shed::Bytes => "the server holds as much as it can; send it again a little later",
            Shed::QueueDelay => "the server has more to do than it can do in time; send it again a little later",
            Shed::Blocking => "every thread for blocking handlers is busy, and so is their queue; send it again later",
        }
    }
}

/// What is in flight in one server, over all its connections.
#[derive(Debug)]
pub struct Load {
    mode: AtomicU8,
    budget: Budget,
    start: Instant,
    in_flight: AtomicUsize,
    bytes: AtomicUsize,
    /// When the first message of this turn began while the server is late, in nanoseconds since the start; 0 before it.
    opened: AtomicU64,
    /// Who wants to know that it began.
    minder: Mutex<Option<Waker>>,
    shed: [AtomicU64; Shed::ALL.len()],
    traffic: Traffic,
}

impl Load {
    /// Nothing in flight yet.
    pub fn new(budget: Budget) -> Load {
        let load = Load {
            mode: AtomicU8::new(0),
            budget,
            start: Instant::now(),
            in_flight: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
            opened: AtomicU64::new(0),
            minder: Mutex::new(None),
            shed: [const { AtomicU64::new(0) }; Shed::ALL.len()],
            traffic: Traffic::default(),
        };
        load.look_for_listeners();
        load
    }

    /// How much may be in flight.
    pub fn budget(&self) -> Budget {
        self.budget
    }

    /// How many handlers wait.
    pub fn in_flight(&self) -> usize {
        self.in_flight.load(Relaxed)
    }

    /// How many bytes of messages and replies are held, but for the first 16 KiB of a connection.
    pub fn bytes(&self) -> usize {
        self.bytes.load(Relaxed)
    }

    /// How many messages were refused for this.
    pub fn shed(&self, why: Shed) -> u64 {
        self.shed.get(why as usize).map_or(0, |count| count.load(Relaxed))
    }

    /// What was counted of connections.
    pub fn traffic(&self) -> &Traffic {
        &self.traffic
    }

    /// From now on no new work is taken.
    pub(crate) fn drain(&self) {
        self.mode.fetch_or(DRAINING, Relaxed);
    }

    pub(crate) fn draining(&self) -> bool {
        self.mode.load(Relaxed) & DRAINING != 0
    }

    /// Messages wait for a thread longer than they may, and a turn of it begins: they are taken for as long as
    /// [`Budget::allowance`] says from the first of them on, and then refused, until this is said again, or
    /// [`in_time`](Self::in_time).
    pub fn late(&self) {
        self.opened.store(0, Relaxed);
        self.mode.fetch_or(LATE, Relaxed);
    }

    /// Ready once a message has begun since [`late`](Self::late) was said. One at a time may ask.
    pub fn poll_begun(&self, cx: &mut Context<'_>) -> Poll<()> {
        *self.minder() = Some(cx.waker().clone());
        if self.opened.load(Relaxed) == 0 { Poll::Pending } else { Poll::Ready(()) }
    }

    /// Nothing can fail while it is held.
    fn minder(&self) -> MutexGuard<'_, Option<Waker>> {
        self.minder.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether messages wait for a thread longer than they may.
    pub fn is_late(&self) -> bool {
        self.mode.load(Relaxed) & LATE != 0
    }

    /// Messages are answered in time.
    pub fn in_time(&self) {
        self.mode.fetch_and(!LATE, Relaxed);
    }

    /// Whether something is told of each message.
    pub(crate) fn is_told(&self) -> bool {
        self.mode.load(Relaxed) & (TOLD | RECORDED) != 0
    }

    /// From now on something is told of each message.
    pub(crate) fn record(&self) {
        self.mode.fetch_or(RECORDED, Relaxed);
    }

    /// Sees whether somebody listens now, as who sets up a log may do at any time.
    pub fn look_for_listeners(&self) {
        if span::is_wanted() {
            self.mode.fetch_or(TOLD, Relaxed);
        } else {
            self.mode.fetch_and(!TOLD, Relaxed);
        }
    }

    /// Whether there is more to a message than its answer: some may have to be refused, or told of. It is that a message pays for.
    #[inline(always)]
    pub(crate) fn selects(&self) -> bool {
        self.mode.load(Relaxed) != 0
    }

    /// Refuses a message that begins now, if it has to be.
    pub(crate) fn begin(&self, now: Instant) -> Result<(), Fault> {
        let mode = self.mode.load(Relaxed);
        if mode & DRAINING != 0 {
            let message = "the server is shutting down; send the message again, to another one or a little later";
            return Err(Fault::of(FaultKind::SHUTTING_DOWN, message));
        }
        if mode & FULL != 0 && !self.room() {
            return Err(self.refuse(Shed::Bytes));
        }
        if mode & LATE != 0 {
            self.in_turn(self.nanos(now).max(1))?;
        }
        Ok(())
    }

    /// Refuses a message that comes late in its turn; the first of them opens it.
    fn in_turn(&self, now: u64) -> Result<(), Fault> {
        match self.opened.compare_exchange(0, now, Relaxed, Relaxed) {
            Ok(_) => {
                if let Some(minder) = self.minder().take() {
                    minder.wake();
                }
                Ok(())
            }
            Err(opened) if u128::from(now.saturating_sub(opened)) > self.budget.allowance().as_nanos() => {
                Err(self.refuse(Shed::QueueDelay))
            }
            Err(_) => Ok(()),
        }
    }

    /// Refuses a message whose handler waits, if as many do as may.
    pub(crate) fn waits(&self) -> Result<(), Fault> {
        if self.in_flight() < self.budget.in_flight { Ok(()) } else { Err(self.refuse(Shed::InFlight)) }
    }

    /// The fault of a message that is refused for this.
    #[cold]
    pub fn refuse(&self, why: Shed) -> Fault {
        if let Some(count) = self.shed.get(why as usize) {
            count.fetch_add(1, Relaxed);
        }
        Fault::of(FaultKind::OVERLOADED, why.message()).with_retry_after_ms(RETRY_MS)
    }

    /// Whether more may be held. The flag is set by whoever holds too much, and taken back by whoever finds
    /// it set and is wrong.
    fn room(&self) -> bool {
        let room = self.bytes() < self.budget.bytes;
        if room {
            self.mode.fetch_and(!FULL, Relaxed);
        }
        room
    }

    /// Counts so many bytes more; false if they are too many.
    fn hold(&self, bytes: usize) -> bool {
        let fits = self.bytes.fetch_add(bytes, Relaxed) + bytes <= self.budget.bytes;
        if !fits {
            self.mode.fetch_or(FULL, Relaxed);
        }
        fits
    }

    fn give_back(&self, bytes: usize) {
        self.bytes.fetch_sub(bytes, Relaxed);
    }

    fn nanos(&self, now: Instant) -> u64 {
        u64::try_from(now.saturating_duration_since(self.start).as_nanos()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::task::{Context, Waker};
    use std::time::{Duration, Instant};

    use super::{Budget, Load, Place, Share, Shed};

    const FREE: usize = Share::FREE;

    fn load(in_flight: usize, bytes: usize) -> Arc<Load> {
        Arc::new(Load::new(Budget { in_flight, bytes, ..Budget::default() }))
    }

    #[test]
    fn a_place_is_free_again_once_it_is_dropped() {
        let load = load(1, 1 << 20);
        let place = Place::take(&load, 10);
        let fault = load.waits().unwrap_err();
        assert_eq!((&*fault.code, fault.executed, fault.retry_after_ms), ("overloaded", Some(false), Some(1_000)));
        assert_eq!((load.in_flight(), load.bytes(), load.shed(Shed::InFlight)), (1, 10, 1));
        drop(place);
        assert!(load.waits().is_ok());
        assert_eq!((load.in_flight(), load.bytes()), (0, 0));
    }

    #[test]
    fn what_is_held_beyond_the_budget_refuses_messages_until_it_is_given_back() {
        let (load, now) = (load(9, 3 * FREE), Instant::now());
        let (mut one, mut other) = (Share::new(Arc::clone(&load)), Share::new(Arc::clone(&load)));
        assert!(one.hold(FREE) && load.bytes() == 0, "so little is not counted");
        assert!(one.hold(2 * FREE) && !load.selects());
        assert!(!other.hold(2 * FREE) && load.selects());
        assert!(load.begin(now).is_err());
        drop(other);
        assert!(load.begin(now).is_ok() && !load.selects(), "the flag is taken back");
        assert!(one.hold(0) && load.bytes() == 0);
    }

    #[test]
    fn who_is_late_takes_messages_for_a_while_of_each_turn_and_then_none() {
        let (load, now) = (load(9, 9), Instant::now());
        let (allowance, long) = (load.budget().allowance(), Duration::from_mins(1));
        let mut cx = Context::from_waker(Waker::noop());
        load.late();
        assert!(load.poll_begun(&mut cx).is_pending());
        assert!(load.begin(now + long).is_ok(), "a turn begins with its first message, however late that is");
        assert!(load.poll_begun(&mut cx).is_ready());
        assert!(load.begin(now + long + allowance).is_ok());
        assert!(load.begin(now + long + allowance + Duration::from_nanos(1)).is_err());
        load.late();
        assert!(load.begin(now + long + 2 * allowance).is_ok());
        load.in_time();
        assert!(!load.selects());
        load.drain();
        load.late();
        assert_eq!(load.begin(now).unwrap_err().code, "shutting_down");
    }
}
