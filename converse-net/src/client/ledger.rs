//! The calls of one client over a pipelined connection: which wait to be sent, and which for a reply.
//!
//! It outlives its connections. What was certainly not sent over one goes over the next, and whoever
//! waits for the rest is told. A call that nobody waits for is forgotten.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use bytes::Bytes;
use converse_dispatch::Incoming;
use futures_util::task::AtomicWaker;
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout_at};

use super::{ConnectError, Failure};

/// How many calls of one connection may be in flight: as many as a server runs at a time.
const IN_FLIGHT: usize = 256;

/// What a call that waits is told.
pub(super) type Told = Result<Incoming<'static>, Failure>;

/// The calls of one client.
#[derive(Default)]
pub(super) struct Ledger {
    state: Mutex<State>,
    /// The connection, when it has nothing to do.
    waker: AtomicWaker,
}

#[derive(Default)]
struct State {
    /// In the order of their ids, which is that in which they were made.
    queued: BTreeMap<i64, Queued>,
    in_flight: HashMap<i64, InFlight>,
    /// When anything came from the server last.
    heard: Option<Instant>,
    /// Whether a call waited to its end while nothing at all came from the server.
    silent: bool,
    /// Why there was no connection when one was tried last.
    trouble: Option<Arc<ConnectError>>,
    closed: bool,
}

struct Queued {
    bytes: Bytes,
    tell: oneshot::Sender<Told>,
}

struct InFlight {
    call: Queued,
    /// Where in all that was sent over the connection it begins.
    start: u64,
    since: Instant,
}

/// A call that waits, until it is dropped.
struct Waiting<'l> {
    ledger: &'l Ledger,
    id: i64,
}

impl Ledger {
    /// Sends a message and waits for the reply, over however many connections that takes.
    pub(super) async fn exchange(&self, id: i64, bytes: Bytes, deadline: Instant) -> Told {
        let told = self.enqueue(id, bytes).ok_or(Failure::Closed)?;
        let waiting = Waiting { ledger: self, id };
        match timeout_at(deadline, told).await {
            Ok(Ok(told)) => told,
            Ok(Err(_)) => Err(Failure::Closed),
            Err(_) => Err(waiting.expired()),
        }
    }

    /// Puts a message where its id says among those that wait to be sent. What becomes of it is told; `None` if there
    /// will be no connection any more.
    pub(super) fn enqueue(&self, id: i64, bytes: Bytes) -> Option<oneshot::Receiver<Told>> {
        let (tell, told) = oneshot::channel();
        let mut state = self.state();
        if state.closed {
            return None;
        }
        state.queued.insert(id, Queued { bytes, tell });
        drop(state);
        self.waker.wake();
        Some(told)
    }

    /// Who is woken when there is something to do.
    pub(super) fn watch(&self, waker: &Waker) {
        self.waker.register(waker);
    }

    /// Hands out the calls that may be sent, as long as `send` says where they begin.
    pub(super) fn send(&self, mut send: impl FnMut(&[u8]) -> Option<u64>) -> bool {
        let mut state = self.state();
        let state = &mut *state;
        let (mut any, mut since) = (false, None);
        while !state.silent
            && state.in_flight.len() < IN_FLIGHT
            && let Some(first) = state.queued.first_entry()
            && let Some(start) = send(&first.get().bytes)
        {
            let (id, call) = first.remove_entry();
            let since = *since.get_or_insert_with(Instant::now);
            state.in_flight.insert(id, InFlight { call, start, since });
            any = true;
        }
        any
    }

    /// Something came from the server.
    pub(super) fn heard(&self) {
        self.state().heard = Some(Instant::now());
    }

    /// Whether the server has been silent for longer than a call may wait.
    pub(super) fn silent(&self) -> bool {
        self.state().silent
    }

    /// Gives a reply to the call that waits for it; false if none does.
    pub(super) fn answer(&self, id: i64, reply: Incoming<'static>) -> bool {
        let waited = self.state().in_flight.remove(&id);
        waited.is_some_and(|waited| waited.call.tell.send(Ok(reply)).is_ok())
    }

    /// The only call in flight, if there is only one: what has no id can be meant for no other.
    pub(super) fn only(&self) -> Option<i64> {
        let state = self.state();
        let mut ids = state.in_flight.keys();
        ids.next().copied().filter(|_| state.in_flight.len() == 1)
    }

    /// Whether no call waits for a reply.
    pub(super) fn idle(&self) -> bool {
        self.state().in_flight.is_empty()
    }

    /// A connection has ended, over which so many bytes were sent: what begins behind them was not.
    pub(super) fn lost(&self, sent: u64, why: &Arc<str>) {
        let mut state = self.state();
        state.silent = false;
        for (id, InFlight { call, start, .. }) in std::mem::take(&mut state.in_flight) {
            if start >= sent {
                state.queued.insert(id, call);
            } else {
                // Whoever has stopped waiting need not be told.
                let _ = call.tell.send(Err(Failure::Lost(Arc::clone(why))));
            }
        }
    }

    /// There is a connection again.
    pub(super) fn connected(&self) {
        self.state().trouble = None;
    }

    /// There is no connection. Calls wait for a better time, if one may come by itself.
    pub(super) fn unreachable(&self, why: ConnectError) {
        let why = Arc::new(why);
        let mut state = self.state();
        if !why.passing() {
            for call in std::mem::take(&mut state.queued).into_values() {
                let _ = call.tell.send(Err(Failure::Unreachable(Arc::clone(&why))));
            }
        }
        state.trouble = Some(why);
    }

    /// Tells everybody that there will be no connection any more.
    pub(super) fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        // Their senders are dropped, and that is what they are told.
        state.queued.clear();
        state.in_flight.clear();
    }

    /// No code of others runs under the lock, so it is whole even if it was poisoned.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting<'_> {
    /// What a call whose time is up is told.
    fn expired(&self) -> Failure {
        let mut state = self.ledger.state();
        let sent = match state.in_flight.get(&self.id) {
            Some(waited) => {
                state.silent |= state.heard.is_none_or(|heard| heard < waited.since);
                true
            }
            None => false,
        };
        Failure::Expired { sent, why: if sent { None } else { state.trouble.clone() } }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut state = self.ledger.state();
        let queued = state.queued.remove(&self.id).is_some();
        if !queued && state.in_flight.remove(&self.id).is_some() {
            // There is room for another, or the connection is given up.
            drop(state);
            self.ledger.waker.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use bytes::Bytes;
    use converse_dispatch::Incoming;
    use tokio::time::{Instant, sleep};

    use super::{Failure, Ledger, Told};

    /// A call that waits in a task of its own.
    fn call(ledger: &Arc<Ledger>, id: i64) -> tokio::task::JoinHandle<Told> {
        let ledger = Arc::clone(ledger);
        let deadline = Instant::now() + Duration::from_secs(1);
        tokio::spawn(async move { ledger.exchange(id, Bytes::from(vec![0; 100]), deadline).await })
    }

    /// Sends all that waits over a connection of which so many bytes are full.
    async fn sent(ledger: &Ledger, mut from: u64) -> usize {
        // The callers have their turn first.
        sleep(Duration::from_millis(1)).await;
        let mut count = 0;
        ledger.send(|bytes| {
            let start = from;
            from += bytes.len() as u64;
            count += 1;
            Some(start)
        });
        count
    }

    fn done() -> Incoming<'static> {
        Incoming::read(b"{\"Done\":{}}").unwrap().into_owned()
    }

    #[tokio::test(start_paused = true)]
    async fn what_begins_behind_all_that_was_sent_is_sent_again_and_the_rest_is_told() {
        let ledger = Arc::new(Ledger::default());
        let calls = [call(&ledger, 1), call(&ledger, 2), call(&ledger, 3)];
        assert_eq!(sent(&ledger, 0).await, 3);
        // The second one was sent in part.
        ledger.lost(150, &"on purpose".into());
        assert_eq!(sent(&ledger, 0).await, 1);
        assert!(ledger.answer(3, done()));
        let [first, second, third] = calls;
        for lost in [first, second] {
            assert!(matches!(lost.await.unwrap(), Err(Failure::Lost(why)) if *why == *"on purpose"));
        }
        assert!(third.await.unwrap().is_ok());
        assert!(ledger.idle());
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_waits_is_told_at_the_end() {
        let ledger = Arc::new(Ledger::default());
        let (sent_one, _) = (call(&ledger, 1), sent(&ledger, 0).await);
        let queued = call(&ledger, 2);
        sleep(Duration::from_millis(1)).await;
        ledger.close();
        for call in [sent_one, queued, call(&ledger, 3)] {
            assert!(matches!(call.await.unwrap(), Err(Failure::Closed)));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_is_left_behind_after_a_deadline() {
        let ledger = Arc::new(Ledger::default());
        let in_flight = call(&ledger, 1);
        assert_eq!(sent(&ledger, 0).await, 1);
        let queued = call(&ledger, 2);
        assert!(matches!(in_flight.await.unwrap(), Err(Failure::Expired { sent: true, .. })));
        assert!(matches!(queued.await.unwrap(), Err(Failure::Expired { sent: false, .. })));
        assert!(ledger.silent(), "nothing came in all that time");
        assert!(!ledger.answer(1, done()) && !ledger.answer(2, done()));
        ledger.lost(100, &"silent".into());
        assert_eq!(sent(&ledger, 0).await, 0);
        assert!(ledger.idle());
    }
}
