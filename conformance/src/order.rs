//! Handlers that take their time, to see in which order replies come, and which handlers ran.

use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread::{sleep, spawn};
use std::time::{Duration, Instant};

use converse::{message, respond};

/// How many [`Slow`] of each mark have begun, and how many have finished, since the program started.
static RUN: Mutex<BTreeMap<String, (u64, u64)>> = Mutex::new(BTreeMap::new());

fn run() -> MutexGuard<'static, BTreeMap<String, (u64, u64)>> {
    RUN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits until a moment, by a thread: a handler here has no executor to ask.
struct Rest(Instant);

impl Future for Rest {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let left = self.0.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Poll::Ready(());
        }
        let waker = cx.waker().clone();
        spawn(move || {
            sleep(left);
            waker.wake();
        });
        Poll::Pending
    }
}

/// Which marks are released, and who waits for that.
static HELD: Mutex<BTreeMap<String, (bool, Vec<Waker>)>> = Mutex::new(BTreeMap::new());

/// Waits until a mark is released.
async fn released(mark: &str) {
    poll_fn(|cx| {
        let mut held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
        let (is_released, waiting) = held.entry(mark.to_owned()).or_default();
        if *is_released {
            return Poll::Ready(());
        }
        waiting.push(cx.waker().clone());
        Poll::Pending
    })
    .await;
}

/// Takes so long, then answers with its mark.
#[message]
pub(crate) struct Slow {
    milliseconds: u64,
    mark: String,
    /// Whether it takes until its mark is released instead.
    #[field(default = false)]
    held: bool,
}

/// Releases all that are held under a mark, now or later.
#[message]
pub(crate) struct Release {
    mark: String,
}

#[respond]
fn release(release: Release) {
    let mut held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
    let (is_released, waiting) = held.entry(release.mark).or_default();
    *is_released = true;
    for waker in waiting.drain(..) {
        waker.wake();
    }
}

/// The mark of a [`Slow`].
#[message]
pub(crate) struct Slept {
    mark: String,
}

#[respond]
impl Slow {
    async fn respond(self) -> Slept {
        run().entry(self.mark.clone()).or_default().0 += 1;
        if self.held {
            released(&self.mark).await;
        } else {
            Rest(Instant::now() + Duration::from_millis(self.milliseconds)).await;
        }
        run().entry(self.mark.clone()).or_default().1 += 1;
        Slept::new(self.mark)
    }
}

/// Asks how many [`Slow`] of a mark have run.
#[message]
pub(crate) struct HowMany {
    mark: String,
}

/// How many have run.
#[message]
pub(crate) struct SoMany {
    begun: u64,
    finished: u64,
}

#[respond]
fn how_many(question: HowMany) -> SoMany {
    let (begun, finished) = run().get(&question.mark).copied().unwrap_or_default();
    SoMany::new(begun, finished)
}
