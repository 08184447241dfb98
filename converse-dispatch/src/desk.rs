//! What each thread works at, so that somebody else can see who keeps it too long.
//!
//! A thread writes to words of its own, and reads no clock: what it is at with each message, and whether it works
//! at all with each batch of them.

use std::future::poll_fn;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicU64, AtomicUsize};

use crate::BoxFuture;
use crate::tally::{THREADS, Tally, thread};

static ALL: [Desk; THREADS] =
    [const { Desk { at: AtomicUsize::new(0), depth: AtomicUsize::new(0), turn: AtomicU64::new(0) } }; THREADS];

/// Where one thread works. Nobody else writes to it.
#[repr(align(64))]
struct Desk {
    /// The tally of the class that was begun last, by its address.
    at: AtomicUsize,
    /// How many pieces of work were begun and not ended.
    depth: AtomicUsize,
    /// Another number whenever one begins or ends.
    turn: AtomicU64,
}

/// The thread begins with a message of this class.
#[inline(always)]
pub(crate) fn sit(thread: usize, tally: &Tally) {
    if let Some(desk) = ALL.get(thread) {
        desk.at.store(address(tally), Relaxed);
    }
}

/// Does a piece of work of the thread, such as a batch of messages, in which nothing unwinds. What is at it for long
/// is found by [`Dispatch::stuck`](crate::Dispatch::stuck).
#[inline]
pub fn at_work<T>(work: impl FnOnce() -> T) -> T {
    let Some(desk) = ALL.get(thread()) else { return work() };
    let depth = desk.depth.load(Relaxed);
    let turn = || desk.turn.store(desk.turn.load(Relaxed).wrapping_add(1), Relaxed);
    turn();
    desk.depth.store(depth.wrapping_add(1), Relaxed);
    let done = work();
    desk.depth.store(depth, Relaxed);
    turn();
    done
}

/// The same at a message of this class, if it is one.
pub(crate) fn at<T>(tally: Option<&Tally>, work: impl FnOnce() -> T) -> T {
    let Some(tally) = tally else { return work() };
    at_work(|| {
        sit(thread(), tally);
        work()
    })
}

/// A future whose every poll is a piece of work at a message of this class.
pub(crate) async fn seated<T>(tally: Arc<Tally>, mut future: BoxFuture<T>) -> T {
    poll_fn(|cx| at(Some(&tally), || future.as_mut().poll(cx))).await
}

fn address(tally: &Tally) -> usize {
    std::ptr::from_ref(tally).addr()
}

/// Looks at all desks from time to time.
#[derive(Debug, Default)]
pub struct Look([Seen; THREADS]);

/// What was seen at one desk: the class, the turn, and how many messages of the class the thread has begun.
#[derive(Debug, Default)]
struct Seen {
    work: (usize, u64, u64),
    told: bool,
}

impl Look {
    /// Which of these is at the same work as at the last look, at any desk; each piece of work is told once.
    pub(crate) fn again<K, T: Deref<Target = Tally>>(&mut self, tallies: impl Fn() -> Vec<(K, T)>) -> Vec<(K, T)> {
        let mut same = Vec::new();
        for (thread, (desk, seen)) in ALL.iter().zip(&mut self.0).enumerate() {
            if desk.depth.load(Relaxed) == 0 {
                *seen = Seen::default();
                continue;
            }
            let (at, turn) = (desk.at.load(Relaxed), desk.turn.load(Relaxed));
            let Some((key, tally)) = tallies().into_iter().find(|(_, tally)| address(tally) == at) else { continue };
            let work = (at, turn, tally.begun(thread));
            if work != seen.work {
                *seen = Seen { work, told: false };
            } else if !std::mem::replace(&mut seen.told, true) {
                same.push((key, tally));
            }
        }
        same
    }
}

#[cfg(test)]
mod tests {
    use super::{Look, at, at_work};
    use crate::tally::Tally;

    #[test]
    fn who_is_at_the_same_work_for_two_looks_is_told_once() {
        let (tally, mut look) = (Tally::default(), Look::default());
        let mut told = |times: usize| (0..times).map(|_| look.again(|| vec![((), &tally)]).len()).sum::<usize>();
        at(Some(&tally), || assert_eq!(told(5), 1));
        at(Some(&tally), || assert_eq!(told(1), 0));
        at(Some(&tally), || assert_eq!(told(1), 0, "another piece of work"));
        at(Some(&Tally::default()), || assert_eq!(told(5), 0, "of another class"));
        at_work(|| {
            for _ in 0..5 {
                tally.begin();
                assert_eq!(told(1), 0, "one message after another");
            }
            assert_eq!(told(3), 1, "the last of them");
        });
        assert_eq!(told(5), 0);
    }
}
