//! What a server sends of its own accord, and who wants it.
//!
//! Handlers run one after another, in the order in which the messages came, beside the connection and
//! not on it. When they fall behind, messages are missed and counted; replies are never delayed.

use std::collections::HashMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use converse_dispatch::{AnyMessage, Fault, FromReply, Incoming};
use converse_model::Message;
use converse_wire::Decode;
use tokio::sync::mpsc;

/// How many messages wait for the handlers, and for each [`PushStream`].
const WAITING: usize = 1_024;

/// What a server sent of its own accord.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Pushed {
    /// The topic on which it was published; `None` for what was sent to this client alone.
    pub topic: Option<String>,
    /// The message.
    pub message: AnyMessage,
}

/// All that a server sends of its own accord, in the order in which it came: from
/// [`Client::pushed`](super::Client::pushed).
pub struct PushStream {
    receiver: mpsc::Receiver<Pushed>,
}

impl PushStream {
    /// The next message; `None` once the client is gone.
    ///
    /// At most 1,024 wait to be taken; what comes then is missed, and counted in
    /// [`Client::missed`](super::Client::missed).
    pub async fn next(&mut self) -> Option<Pushed> {
        self.receiver.recv().await
    }
}

impl fmt::Debug for PushStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PushStream({} waiting)", self.receiver.len())
    }
}

type Handler = Arc<dyn Fn(&Incoming<'_>) -> Result<(), Fault> + Send + Sync>;

/// What waits for the handlers.
pub(super) enum Waiting {
    Message(Incoming<'static>),
    /// The connection was lost here, and made again.
    Gap,
}

/// Who wants what.
pub(super) struct Pushes {
    queue: mpsc::Sender<Waiting>,
    wanted: Mutex<Wanted>,
    missed: AtomicU64,
    gaps: AtomicU64,
}

#[derive(Default)]
struct Wanted {
    handlers: HashMap<&'static str, Vec<Handler>>,
    streams: Vec<mpsc::Sender<Pushed>>,
    of_gaps: Vec<Arc<dyn Fn() + Send + Sync>>,
}

impl Pushes {
    /// Nobody wants anything yet; what is wanted is handed out by [`deliver`](Self::deliver).
    pub(super) fn new() -> (Arc<Pushes>, mpsc::Receiver<Waiting>) {
        let (queue, messages) = mpsc::channel(WAITING);
        (
            Arc::new(Pushes { queue, wanted: Mutex::default(), missed: AtomicU64::new(0), gaps: AtomicU64::new(0) }),
            messages,
        )
    }

    pub(super) fn on<M: Message + Decode>(&self, handler: impl Fn(M) + Send + Sync + 'static) {
        let handler: Handler = Arc::new(move |incoming| {
            handler(incoming.message()?);
            Ok(())
        });
        self.wanted().handlers.entry(M::NAME).or_default().push(handler);
    }

    pub(super) fn stream(&self) -> PushStream {
        let (sender, receiver) = mpsc::channel(WAITING);
        self.wanted().streams.push(sender);
        PushStream { receiver }
    }

    pub(super) fn missed(&self) -> u64 {
        self.missed.load(Ordering::Relaxed)
    }

    /// Puts a message behind those that wait for the handlers.
    pub(super) fn take(&self, incoming: Incoming<'static>) {
        if self.queue.try_send(Waiting::Message(incoming)).is_err() {
            self.miss("the handlers are too slow");
        }
    }

    pub(super) fn on_gap(&self, handler: impl Fn() + Send + Sync + 'static) {
        self.wanted().of_gaps.push(Arc::new(handler));
    }

    pub(super) fn gaps(&self) -> u64 {
        self.gaps.load(Ordering::Relaxed)
    }

    /// The connection was lost, and made again: it is told of between what came before and what comes now.
    pub(super) fn gap(&self) {
        self.gaps.fetch_add(1, Ordering::Relaxed);
        if self.queue.try_send(Waiting::Gap).is_err() {
            tracing::debug!("the handlers are too slow to be told of a gap");
        }
    }

    /// Hands out what waited longest.
    pub(super) fn deliver(&self, waiting: Waiting) {
        match waiting {
            Waiting::Message(incoming) => self.hand_out(incoming),
            Waiting::Gap => {
                let handlers = self.wanted().of_gaps.clone();
                for handler in handlers {
                    if catch_unwind(AssertUnwindSafe(|| handler())).is_err() {
                        tracing::error!("the handler of gaps panicked");
                    }
                }
            }
        }
    }

    fn hand_out(&self, mut incoming: Incoming<'static>) {
        // Handlers may want more themselves, so none runs under the lock.
        let (handlers, streams) = {
            let mut wanted = self.wanted();
            wanted.streams.retain(|stream| !stream.is_closed());
            (wanted.handlers.get(incoming.class()).cloned().unwrap_or_default(), wanted.streams.clone())
        };
        if handlers.is_empty() && streams.is_empty() {
            return self.miss(&format!("no handler wants a {}", incoming.class()));
        }
        for handler in handlers {
            match catch_unwind(AssertUnwindSafe(|| handler(&incoming))) {
                Ok(Ok(())) => {}
                Ok(Err(fault)) => self.miss(&format!("a {} is not valid: {fault}", incoming.class())),
                Err(_) => tracing::error!(class = incoming.class(), "the handler of a pushed message panicked"),
            }
        }
        if streams.is_empty() {
            return;
        }
        let topic = incoming.push().filter(|topic| !topic.is_empty()).map(str::to_owned);
        match AnyMessage::from_reply(&mut incoming) {
            Ok(message) => {
                for stream in streams {
                    let push = Pushed { topic: topic.clone(), message: message.clone() };
                    if let Err(mpsc::error::TrySendError::Full(_)) = stream.try_send(push) {
                        self.miss("a stream of pushed messages is not read");
                    }
                }
            }
            Err(fault) => self.miss(&format!("a {} is not valid: {fault}", incoming.class())),
        }
    }

    fn miss(&self, why: &str) {
        self.missed.fetch_add(1, Ordering::Relaxed);
        tracing::debug!("missed a pushed message: {why}");
    }

    fn wanted(&self) -> MutexGuard<'_, Wanted> {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
