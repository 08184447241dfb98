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

static ALL: [Desk; THREADS] = [const { Desk::new() }; THREADS];

/// Where one thread works. Nobody else writes to it.
#[repr(align(64))]
struct Desk {
    /// The tally of the class that was begun last, by its address.
    at: AtomicUsize,
    /// How many messages of that class the thread had begun before.
    before: AtomicU64,
    /// How many pieces of work were begun and not ended.
    depth: AtomicUsize,
    /// Another number whenever one begins or ends.
    turn: AtomicU64,
}

impl Desk {
    const fn new() -> Desk {
        let (at, depth) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Desk { at, before: AtomicU64::new(0), depth, turn: AtomicU64::new(0) }
    }
}

/// The thread begins with a message of this class, of which it has begun so many before.
#[inline(always)]
pub(crate) fn sit(thread: usize, tally: &Tally, before: u64) {
    if let Some(desk) = ALL.get(thread) {
        desk.at.store(address(tally), Relaxed);
        desk.before.store(before, Relaxed);
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
        sit(thread(), tally, 0);
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

/// What was seen at one desk: the class, the turn, and how many messages of the class the thread had begun before.
#[derive(Debug, Default)]
struct Seen {
    work: (usize, u64, u64),
    told: bool,
}

impl Seen {
    /// Looks at the desk. The tally, by its address, if it is at the same work as at the last look, and was not told.
    fn again(&mut self, desk: &Desk) -> Option<usize> {
        if desk.depth.load(Relaxed) == 0 {
            *self = Seen::default();
            return None;
        }
        let work = (desk.at.load(Relaxed), desk.turn.load(Relaxed), desk.before.load(Relaxed));
        if work != self.work {
            *self = Seen { work, told: false };
            return None;
        }
        (!std::mem::replace(&mut self.told, true)).then_some(work.0)
    }
}

impl Look {
    /// Which of these is at the same work as at the last look, at any desk; each piece of work is told once. They are asked
    /// for only where there is one: there may be 100,000 of them, and a look every few milliseconds.
    pub(crate) fn again<K, T: Deref<Target = Tally>>(&mut self, tallies: impl Fn() -> Vec<(K, T)>) -> Vec<(K, T)> {
        let again = ALL.iter().zip(&mut self.0).filter_map(|(desk, seen)| seen.again(desk));
        again.filter_map(|at| tallies().into_iter().find(|(_, tally)| address(tally) == at)).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering::Relaxed;

    use super::{Desk, Look, Seen, at, at_work};
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

    #[test]
    fn classes_are_asked_for_only_where_one_is_at_the_same_work() {
        let (desk, mut seen) = (Desk::new(), Seen::default());
        desk.at.store(7, Relaxed);
        assert_eq!([seen.again(&desk), seen.again(&desk)], [None; 2], "at no work");
        desk.depth.store(1, Relaxed);
        for begun in 1..5 {
            desk.before.store(begun, Relaxed);
            assert_eq!(seen.again(&desk), None, "another message each time");
        }
        assert_eq!([seen.again(&desk), seen.again(&desk)], [Some(7), None], "it is told once");
        desk.turn.store(1, Relaxed);
        assert_eq!([seen.again(&desk), seen.again(&desk)], [None, Some(7)]);
    }
}
