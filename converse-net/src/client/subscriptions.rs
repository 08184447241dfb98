//! What a client asked to be told, asked again whenever its connection was lost and made again.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use bytes::Bytes;
use converse_dispatch::{FromReply, Incoming};
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

use super::backoff::Backoff;
use super::ledger::{Ledger, Told};
use super::{CallError, Failure};

/// A subscription, for as long as it is held: from [`Client::subscribe`](super::Client::subscribe).
///
/// Dropping it only ends that it is made again. The server still has it until it is told otherwise, by whatever
/// message it has for that, or until the connection ends.
#[must_use = "it is made again for as long as it is held"]
pub struct Subscription<R> {
    reply: R,
    kept: Arc<Kept>,
    all: Weak<Subscriptions>,
}

/// Told what became of it, each time that it was made again.
type Handler = Arc<dyn Fn(Result<Incoming<'static>, CallError>) + Send + Sync>;

struct Kept {
    id: i64,
    class: &'static str,
    /// The message in its envelope, with this id.
    bytes: Bytes,
    handler: Mutex<Option<Handler>>,
}

/// The subscriptions of one client.
#[derive(Default)]
pub(super) struct Subscriptions {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    kept: BTreeMap<i64, Arc<Kept>>,
    /// How often a connection was made again.
    connections: u64,
    made: i64,
}

impl<R> Subscription<R> {
    /// What the server answered when the subscription was first made.
    pub fn reply(&self) -> &R {
        &self.reply
    }

    /// Runs this each time that the subscription was made again, with what the server answered: what was pushed
    /// since the connection was lost did not come, and is not sent again. Or with why it was refused; it is asked
    /// for again over the next connection.
    ///
    /// There is one at a time, and it should be short: it runs on the client's own task.
    pub fn on_renewed(&self, handler: impl Fn(Result<R, CallError>) + Send + Sync + 'static)
    where
        R: FromReply,
    {
        *self.kept.handler() = Some(Arc::new(move |told| {
            handler(told.and_then(|incoming| incoming.into_reply().map_err(CallError::Unreadable)));
        }));
    }
}

impl<R> fmt::Debug for Subscription<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Subscription({})", self.kept.class)
    }
}

impl<R> Drop for Subscription<R> {
    fn drop(&mut self) {
        if let Some(all) = self.all.upgrade() {
            all.state().kept.remove(&self.kept.id);
        }
    }
}

impl Subscriptions {
    /// An id for a message that is sent again over each connection: below those of all calls, so that it goes before
    /// calls that wait for the connection too.
    pub(super) fn next_id(&self) -> i64 {
        let mut state = self.state();
        state.made += 1;
        i64::MIN + state.made
    }

    /// How often a connection was made again so far.
    pub(super) fn connections(&self) -> u64 {
        self.state().connections
    }

    /// Keeps a subscription that was made when there had been so many connections.
    pub(super) fn keep<R>(
        self: &Arc<Self>,
        made: Made<R>,
        ledger: &Arc<Ledger>,
        patience: Duration,
    ) -> Subscription<R> {
        let Made { reply, id, class, bytes, connections } = made;
        let kept = Arc::new(Kept { id, class, bytes, handler: Mutex::default() });
        let mut state = self.state();
        state.kept.insert(id, Arc::clone(&kept));
        // The connection over which it was made may be gone already.
        if state.connections != connections {
            kept.renew(ledger, patience);
        }
        drop(state);
        Subscription { reply, kept, all: Arc::downgrade(self) }
    }

    /// There is another connection, over which nothing was sent yet.
    pub(super) fn renew(&self, ledger: &Arc<Ledger>, patience: Duration) {
        let mut state = self.state();
        state.connections += 1;
        for kept in state.kept.values() {
            kept.renew(ledger, patience);
        }
    }

    /// No code of others runs under the lock, so it is whole even if it was poisoned.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A subscription that a server has granted.
pub(super) struct Made<R> {
    pub(super) reply: R,
    pub(super) id: i64,
    pub(super) class: &'static str,
    pub(super) bytes: Bytes,
    /// How many connections there had been before it was asked for.
    pub(super) connections: u64,
}

impl Kept {
    /// Queues the message before all calls, and sees to what comes of it.
    fn renew(self: &Arc<Kept>, ledger: &Arc<Ledger>, patience: Duration) {
        if let Some(told) = ledger.enqueue(self.id, self.bytes.clone()) {
            tokio::spawn(settle(Arc::downgrade(self), Arc::downgrade(ledger), told, patience));
        }
    }

    fn tell(&self, told: Result<Incoming<'static>, CallError>) {
        let handler = self.handler().clone();
        match (handler, told) {
            (Some(handler), told) => handler(told),
            (None, Ok(_)) => tracing::debug!(class = self.class, "a subscription was made again"),
            (None, Err(error)) => tracing::warn!(class = self.class, %error, "a subscription was not made again"),
        }
    }

    fn handler(&self) -> MutexGuard<'_, Option<Handler>> {
        self.handler.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits for what the server says, and asks again where that may help. It holds nobody: once the connection is lost
/// the next one begins anew, and whoever holds the subscription no more wants no answer.
async fn settle(kept: Weak<Kept>, ledger: Weak<Ledger>, mut told: oneshot::Receiver<Told>, patience: Duration) {
    let mut backoff = Backoff::new();
    loop {
        let answered = timeout(patience, told).await;
        let Some(kept) = kept.upgrade() else { return };
        let mut pause = backoff.next();
        match answered {
            Ok(Ok(Ok(incoming))) => match incoming.fault() {
                None => return kept.tell(Ok(incoming)),
                Some(fault) if !fault.retryable => return kept.tell(Err(CallError::Fault(fault))),
                Some(fault) => pause += Duration::from_millis(fault.retry_after_ms.unwrap_or(0)),
            },
            Ok(Ok(Err(Failure::Unreachable(why)))) => return kept.tell(Err(CallError::Unreachable(why))),
            Ok(Ok(Err(Failure::Unreadable(fault)))) => return kept.tell(Err(CallError::Unreadable(fault))),
            // The next connection makes it again, or has done so, or there will be none.
            Ok(Ok(Err(Failure::Lost(_) | Failure::Closed | Failure::Expired { .. })) | Err(_)) => return,
            Err(_) => kept.tell(Err(CallError::Timeout { after: patience, sent: true, why: None })),
        }
        sleep(pause).await;
        let again = ledger.upgrade().and_then(|ledger| ledger.enqueue(kept.id, kept.bytes.clone()));
        match again {
            Some(again) => told = again,
            None => return,
        }
    }
}
