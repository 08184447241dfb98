//! What is sent in these tests, and who answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use converse::{Fault, FaultKind, Peer, Result, State, message, respond, union};
use tokio::sync::Semaphore;

/// How often a handler ran, and how many of those that wait may go on.
#[derive(Clone)]
pub(crate) struct Counts(Arc<(AtomicUsize, Semaphore)>);

impl Default for Counts {
    fn default() -> Counts {
        Counts(Arc::new((AtomicUsize::new(0), Semaphore::new(0))))
    }
}

impl Counts {
    pub(crate) fn get(&self) -> usize {
        self.0.0.load(Ordering::SeqCst)
    }

    /// Lets all handlers go on that wait, now or later.
    pub(crate) fn release(&self) {
        self.0.1.close();
    }

    fn count(&self) -> usize {
        self.0.0.fetch_add(1, Ordering::SeqCst)
    }

    async fn released(&self) {
        // Nothing is ever added to it: it ends when it is closed.
        let _closed = self.0.1.acquire().await;
    }
}

#[message]
#[derive(Debug, PartialEq)]
pub(crate) struct Echo {
    #[field(max_length = 1_000_000)]
    pub(crate) text: String,
    #[field(default = 0)]
    pub(crate) millis: u64,
    /// Whether it waits until all are released.
    #[field(default = false)]
    pub(crate) held: bool,
}

#[message]
#[derive(Debug, PartialEq)]
pub(crate) struct Echoed {
    pub(crate) text: String,
    /// Which connection it came over.
    pub(crate) peer: u64,
}

#[respond]
impl Echo {
    async fn respond(self, peer: Peer, counts: State<Counts>) -> Echoed {
        counts.count();
        if self.held {
            counts.released().await;
        }
        if self.millis > 0 {
            tokio::time::sleep(Duration::from_millis(self.millis)).await;
        }
        Echoed::new(self.text, peer.id())
    }
}

/// Answered by nothing.
#[message]
pub(crate) struct Nothing {}

#[respond]
fn nothing(_: Nothing) {}

/// Answered by one of two classes.
#[message]
pub(crate) struct Toss {
    pub(crate) heads: bool,
}

#[message]
#[derive(Debug, PartialEq)]
pub(crate) struct Heads {}

#[message]
#[derive(Debug, PartialEq)]
pub(crate) struct Tails {}

#[union]
#[derive(Debug, PartialEq)]
pub(crate) enum Side {
    Heads(Heads),
    Tails(Tails),
}

#[respond]
fn toss(toss: Toss) -> Side {
    if toss.heads { Heads::new().into() } else { Tails::new().into() }
}

#[derive(Debug, Fault)]
pub(crate) enum TakeError {
    #[fault(code = "name_taken", status = 409, message = "the name is taken; choose another")]
    Taken,
}

/// Refused with a fault of the program's own.
#[message]
pub(crate) struct Take {}

#[respond]
impl Take {
    fn respond(self) -> Result<Echoed> {
        Err(TakeError::Taken.into())
    }
}

/// Answered `overloaded` so many times, then by how often that was.
#[message]
pub(crate) struct Busy {
    pub(crate) times: usize,
    /// Whether the handler says that it did nothing.
    #[field(default = true)]
    pub(crate) untouched: bool,
}

#[message]
#[derive(Debug, PartialEq)]
pub(crate) struct Free {
    pub(crate) after: usize,
}

#[respond]
impl Busy {
    fn respond(self, counts: State<Counts>) -> Result<Free> {
        let before = counts.count();
        if before >= self.times {
            return Ok(Free::new(before));
        }
        let mut fault = Fault::of(FaultKind::OVERLOADED, "too much to do").with_retry_after_ms(1);
        if !self.untouched {
            fault.executed = None;
        }
        Err(fault.into())
    }
}

/// What toy servers push.
#[message]
#[derive(Debug, PartialEq)]
pub(crate) struct Said {
    #[field(max_length = 5)]
    pub(crate) text: String,
}
