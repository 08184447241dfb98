//! Time and threads for the dispatcher, from tokio.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use converse_dispatch::{BoxFuture, Busy, Runtime};
use tokio::runtime::Handle;

/// How many blocking handlers run at a time, for each core.
const RUNNING_PER_CORE: usize = 4;
/// How many more wait for their turn before [`Busy`].
const WAITING: usize = 1_024;
/// For how long what waits must have waited too long: a burst that is worked off is none of that.
const LASTING: Duration = Duration::from_secs(1);

type Work = Box<dyn FnOnce() + Send>;

/// The dispatcher's view of a tokio runtime.
///
/// Blocking work runs on at most four threads a core, and 1,024 more pieces of it may wait.
#[derive(Clone)]
pub struct TokioRuntime {
    handle: Handle,
    pool: Arc<Pool>,
}

struct Pool {
    running: usize,
    waiting: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    running: usize,
    /// Since when each piece waits.
    waiting: VecDeque<(Instant, Work)>,
    /// Since when the first of them has always been one that waited too long.
    late_since: Option<Instant>,
}

impl TokioRuntime {
    /// The view of a runtime, with a pool of its own.
    pub fn new(handle: Handle) -> TokioRuntime {
        let cores = available_parallelism().map_or(1, usize::from);
        TokioRuntime::bounded(handle, RUNNING_PER_CORE * cores, WAITING)
    }

    fn bounded(handle: Handle, running: usize, waiting: usize) -> TokioRuntime {
        let pool = Pool { running, waiting, state: Mutex::default() };
        TokioRuntime { handle, pool: Arc::new(pool) }
    }
}

impl Runtime for TokioRuntime {
    fn sleep(&self, duration: Duration) -> BoxFuture<()> {
        // The timer belongs to the runtime that is current when it is made.
        let _current = self.handle.enter();
        Box::pin(tokio::time::sleep(duration))
    }

    fn now(&self) -> Instant {
        now()
    }

    fn spawn(&self, future: BoxFuture<()>) {
        self.handle.spawn(future);
    }

    fn spawn_blocking(&self, work: Work) -> Result<(), Busy> {
        let mut state = self.pool.state();
        if state.running < self.pool.running {
            state.running += 1;
            drop(state);
            let pool = Arc::clone(&self.pool);
            self.handle.spawn_blocking(move || pool.work_through(work));
        } else if state.waiting.len() < self.pool.waiting {
            state.waiting.push_back((now(), work));
        } else {
            return Err(Busy);
        }
        Ok(())
    }

    fn is_backed_up(&self, delay: Duration) -> bool {
        let mut state = self.pool.state();
        let Some(waited) = state.waiting.front().map(|(since, _)| now().saturating_duration_since(*since)) else {
            state.late_since = None;
            return false;
        };
        if waited <= delay {
            state.late_since = None;
            return false;
        }
        now().saturating_duration_since(*state.late_since.get_or_insert_with(now)) > LASTING
    }

    fn blocking(&self) -> (usize, usize) {
        let state = self.pool.state();
        (state.running, state.waiting.len())
    }
}

/// As the dispatcher's clock has it.
fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}

impl Pool {
    /// Does one piece of work, then what waits. A panic ends its own piece alone.
    fn work_through(&self, first: Work) {
        let mut next = Some(first);
        while let Some(work) = next {
            if catch_unwind(AssertUnwindSafe(work)).is_err() {
                tracing::error!("blocking work panicked");
            }
            let mut state = self.state();
            next = state.waiting.pop_front().map(|(_, work)| work);
            if next.is_none() {
                state.running -= 1;
            }
        }
    }

    /// No work runs under the lock, so it is whole even if it was poisoned.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use converse_dispatch::{Busy, Runtime};
    use tokio::runtime::Handle;

    use super::{LASTING, TokioRuntime};

    #[tokio::test(flavor = "multi_thread")]
    async fn a_full_pool_says_so_and_a_panic_takes_no_place() {
        let runtime = TokioRuntime::bounded(Handle::current(), 1, 1);
        let (go, wait) = mpsc::channel::<()>();
        let (done, result) = mpsc::channel();
        runtime
            .spawn_blocking(Box::new(move || {
                wait.recv().unwrap();
                panic!("on purpose");
            }))
            .unwrap();
        let second = done.clone();
        runtime.spawn_blocking(Box::new(move || second.send(2).unwrap())).unwrap();
        assert_eq!(runtime.spawn_blocking(Box::new(|| ())), Err(Busy));
        go.send(()).unwrap();
        assert_eq!(result.recv_timeout(Duration::from_mins(1)), Ok(2));
        while runtime.pool.state().running > 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        runtime.spawn_blocking(Box::new(move || done.send(3).unwrap())).unwrap();
        assert_eq!(result.recv_timeout(Duration::from_mins(1)), Ok(3));
    }

    #[tokio::test(start_paused = true)]
    async fn a_queue_that_stays_long_is_told_of_and_a_burst_is_not() {
        let (runtime, delay) = (TokioRuntime::bounded(Handle::current(), 1, 9), Duration::from_millis(200));
        let (go, wait) = mpsc::channel::<()>();
        let (begun, first) = mpsc::channel();
        let work = move || {
            begun.send(()).unwrap();
            wait.recv().unwrap();
        };
        runtime.spawn_blocking(Box::new(work)).unwrap();
        first.recv_timeout(Duration::from_mins(1)).unwrap();
        assert!(!runtime.is_backed_up(delay), "nothing waits");
        runtime.spawn_blocking(Box::new(|| ())).unwrap();
        assert!(!runtime.is_backed_up(delay));
        tokio::time::advance(Duration::from_millis(201)).await;
        assert!(!runtime.is_backed_up(delay), "for the first time");
        tokio::time::advance(LASTING).await;
        assert!(!runtime.is_backed_up(delay));
        tokio::time::advance(Duration::from_millis(1)).await;
        assert!(runtime.is_backed_up(delay));
        go.send(()).unwrap();
        while runtime.blocking() != (0, 0) {
            std::thread::sleep(Duration::from_millis(1));
        }
        assert!(!runtime.is_backed_up(delay), "it is worked off");
    }
}
