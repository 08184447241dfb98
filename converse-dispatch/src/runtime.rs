//! What the dispatcher needs from an executor. It names none: no tokio here.

use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant};

/// A future without a name, that another thread may poll.
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Time, and places to run: given to the dispatcher by whoever owns the executor.
pub trait Runtime: Send + Sync + 'static {
    /// Resolves once `duration` has passed.
    fn sleep(&self, duration: Duration) -> BoxFuture<()>;

    /// What time it is, by a clock that only goes forward.
    fn now(&self) -> Instant {
        Instant::now()
    }

    /// Runs a future to its end, independent of the caller.
    fn spawn(&self, future: BoxFuture<()>);

    /// Runs blocking work on a bounded pool.
    ///
    /// # Errors
    /// [`Busy`] if the pool's queue is full; the work was not started.
    fn spawn_blocking(&self, work: Box<dyn FnOnce() + Send>) -> Result<(), Busy>;

    /// Whether blocking work has waited for a thread longer than this, again and again: more of it would wait as long.
    fn is_backed_up(&self, _delay: Duration) -> bool {
        false
    }

    /// How many pieces of blocking work run, and how many wait for a thread.
    fn blocking(&self) -> (usize, usize) {
        (0, 0)
    }
}

/// The pool for blocking work has no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Busy;
