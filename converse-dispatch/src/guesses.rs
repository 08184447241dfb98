//! Wrong tokens, keys and sessions: how many of them one address may show.
//!
//! What is being looked up may be wrong, so it takes a place until that is known: many that are shown at the same time are
//! no more than as many one after another. Where there is no place for one more, it waits for one of these; where the
//! address has shown too many that were wrong, it is refused.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::rate::Rates;
use crate::{Home, Rate, Runtime, oneshot};

/// Shards, so that threads seldom wait for each other.
const SHARDS: usize = 16;

/// The guesses of all addresses.
pub(crate) struct Guesses {
    /// Those that were wrong.
    wrong: Rates,
    runtime: Arc<dyn Runtime>,
    hasher: RandomState,
    /// Those that nobody knows yet. A home of which nothing is being looked up is not in it.
    under_way: [Mutex<HashMap<Home, UnderWay>>; SHARDS],
}

/// What is being looked up for one home.
#[derive(Default)]
struct UnderWay {
    count: u32,
    /// Who waits for a place, the longest first.
    waiting: VecDeque<oneshot::Sender<Turn>>,
}

/// A place for one look-up; or after how many nanoseconds there is one, as too many were wrong.
pub(crate) type Turn = Result<Place, u64>;

/// The place of one look-up. It is free again once this is dropped.
pub(crate) struct Place {
    guesses: Arc<Guesses>,
    home: Home,
    wrong: bool,
}

impl Guesses {
    pub(crate) fn new(rate: Rate, runtime: Arc<dyn Runtime>) -> Guesses {
        let wrong = Rates::new(rate, runtime.now());
        let under_way = std::array::from_fn(|_| Mutex::default());
        Guesses { wrong, runtime, hasher: RandomState::new(), under_way }
    }

    /// A place for what an address shows; at once, unless all that are left to it are taken.
    pub(crate) async fn turn(self: Arc<Self>, home: Home) -> Turn {
        let waiting = {
            let mut shard = self.shard(home);
            let left = self.wrong.left(home, self.runtime.now())?;
            let under_way = shard.entry(home).or_default();
            if under_way.waiting.is_empty() && under_way.count < left {
                under_way.count += 1;
                None
            } else {
                let (sender, receiver) = oneshot::channel();
                under_way.waiting.push_back(sender);
                Some(receiver)
            }
        };
        match waiting {
            None => Ok(Place { guesses: self, home, wrong: false }),
            // Whoever leaves calls the next, so nobody is forgotten.
            Some(receiver) => receiver.await.unwrap_or(Err(0)),
        }
    }

    /// A look-up has ended: those who waited for it have their turn.
    fn leave(self: &Arc<Self>, home: Home, wrong: bool) {
        let now = self.runtime.now();
        let called = {
            let mut shard = self.shard(home);
            if wrong {
                self.wrong.spend(home, now);
            }
            let Some(under_way) = shard.get_mut(&home) else { return };
            under_way.count = under_way.count.saturating_sub(1);
            let called = self.call(under_way, home, now);
            if under_way.count == 0 && under_way.waiting.is_empty() {
                shard.remove(&home);
            }
            called
        };
        // Not under the lock: one who is gone leaves as it is called.
        for (waiting, turn) in called {
            waiting.send(turn.map(|()| Place { guesses: Arc::clone(self), home, wrong: false }));
        }
    }

    /// Who has a place now, or is refused.
    fn call(
        &self,
        under_way: &mut UnderWay,
        home: Home,
        now: Instant,
    ) -> Vec<(oneshot::Sender<Turn>, Result<(), u64>)> {
        let mut called = Vec::new();
        if under_way.waiting.is_empty() {
            return called;
        }
        let left = self.wrong.left(home, now);
        while left.is_err() || left.is_ok_and(|left| under_way.count < left) {
            let Some(waiting) = under_way.waiting.pop_front() else { break };
            if waiting.is_wanted() {
                under_way.count += u32::from(left.is_ok());
                called.push((waiting, left.map(|_| ())));
            }
        }
        called
    }

    /// Nothing panics under the lock, so what it holds is whole even if it was poisoned.
    fn shard(&self, home: Home) -> MutexGuard<'_, HashMap<Home, UnderWay>> {
        let [first, ..] = &self.under_way;
        let at = usize::try_from(self.hasher.hash_one(home) >> 60).unwrap_or_default();
        self.under_way.get(at).unwrap_or(first).lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// It was a guess, and counts as one.
    pub(crate) fn was_wrong(mut self) {
        self.wrong = true;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.guesses.leave(self.home, self.wrong);
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::num::NonZero;
    use std::pin::Pin;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::sync::{Arc, LazyLock};
    use std::task::{Context, Poll, Waker};
    use std::time::{Duration, Instant};

    use super::{Guesses, Turn};
    use crate::{BoxFuture, Busy, Home, Rate, Runtime};

    static START: LazyLock<Instant> = LazyLock::new(Instant::now);

    /// A clock that stands still until it is put forward, by milliseconds.
    #[derive(Default)]
    struct Clock(AtomicU64);

    impl Runtime for Clock {
        fn now(&self) -> Instant {
            *START + Duration::from_millis(self.0.load(Ordering::Relaxed))
        }

        fn sleep(&self, _: Duration) -> BoxFuture<()> {
            Box::pin(std::future::pending())
        }

        fn spawn(&self, _: BoxFuture<()>) {}

        fn spawn_blocking(&self, _: Box<dyn FnOnce() + Send>) -> Result<(), Busy> {
            Err(Busy)
        }
    }

    /// So many at once, and one more each second.
    fn guesses(burst: u32) -> (Arc<Guesses>, Arc<Clock>) {
        let (clock, one) = (Arc::new(Clock::default()), NonZero::<u32>::MIN);
        let rate = Rate { per_second: one, burst: NonZero::new(burst).unwrap() };
        (Arc::new(Guesses::new(rate, clock.clone())), clock)
    }

    fn home(last: u8) -> Home {
        Home::of([192, 0, 2, last].into())
    }

    type Asking = Pin<Box<dyn Future<Output = Turn>>>;

    fn ask(guesses: &Arc<Guesses>, last: u8) -> Asking {
        Box::pin(Arc::clone(guesses).turn(home(last)))
    }

    fn poll(asking: &mut Asking) -> Option<Turn> {
        match asking.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(turn) => Some(turn),
            Poll::Pending => None,
        }
    }

    fn at_once(guesses: &Arc<Guesses>, last: u8) -> Turn {
        poll(&mut ask(guesses, last)).expect("nobody has to wait")
    }

    fn empty(guesses: &Guesses) -> bool {
        guesses.under_way.iter().all(|shard| shard.lock().unwrap().is_empty())
    }

    #[test]
    fn many_at_once_are_no_more_than_many_in_turn() {
        let (guesses, _clock) = guesses(3);
        let places: Vec<_> = (0..3).map(|_| at_once(&guesses, 1).ok().unwrap()).collect();
        let mut more: Vec<Asking> = (0..9).map(|_| ask(&guesses, 1)).collect();
        assert!(more.iter_mut().all(|asking| poll(asking).is_none()), "they wait for those three");
        assert!(at_once(&guesses, 2).is_ok(), "another address");
        for place in places {
            place.was_wrong();
        }
        for asking in &mut more {
            assert_eq!(poll(asking).unwrap().err(), Some(1_000_000_000), "three were wrong");
        }
        assert_eq!(at_once(&guesses, 1).err(), Some(1_000_000_000));
        assert!(empty(&guesses));
    }

    #[test]
    fn what_was_right_gives_its_place_to_the_next() {
        let (guesses, _clock) = guesses(2);
        let (one, other) = (at_once(&guesses, 1).ok().unwrap(), at_once(&guesses, 1).ok().unwrap());
        let (mut first, mut second) = (ask(&guesses, 1), ask(&guesses, 1));
        assert!(poll(&mut first).is_none() && poll(&mut second).is_none());
        one.was_wrong();
        assert!(poll(&mut first).is_none(), "one may be wrong, and one is being looked up");
        drop(other);
        let turn = poll(&mut first).unwrap().ok().unwrap();
        assert!(poll(&mut second).is_none(), "in turn");
        drop(turn);
        assert!(poll(&mut second).unwrap().is_ok());
        drop(second);
        for _ in 0..1_000 {
            assert!(at_once(&guesses, 1).is_ok(), "who is right is never refused");
        }
        assert!(empty(&guesses));
    }

    #[test]
    fn who_is_gone_while_waiting_holds_up_nobody() {
        let (guesses, _clock) = guesses(1);
        let place = at_once(&guesses, 1).ok().unwrap();
        let (mut gone, mut stays, mut leaves) = (ask(&guesses, 1), ask(&guesses, 1), ask(&guesses, 1));
        assert!(poll(&mut gone).is_none() && poll(&mut leaves).is_none() && poll(&mut stays).is_none());
        drop(gone);
        drop(place);
        // `leaves` was called, and goes before it looks.
        drop(leaves);
        assert!(poll(&mut stays).unwrap().is_ok());
        assert!(empty(&guesses));
    }

    #[test]
    fn time_gives_an_address_another_guess() {
        let (guesses, clock) = guesses(1);
        at_once(&guesses, 1).ok().unwrap().was_wrong();
        assert_eq!(at_once(&guesses, 1).err(), Some(1_000_000_000));
        clock.0.store(1_000, Ordering::Relaxed);
        assert!(at_once(&guesses, 1).is_ok());
    }
}
