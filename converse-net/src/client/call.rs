//! One call: from a message to its reply, again where that is safe.

use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use converse_dispatch::{Fault, FaultKind, FromReply, Incoming, Trace};
use converse_wire::{Format, Head};
use tokio::time::{Instant, sleep};

use super::backoff::{Backoff, below};
use super::{CallError, Client, ConnectError};

/// How often a message is sent at most.
const ATTEMPTS: u32 = 3;
/// A deadline that never comes.
const FOREVER: Duration = Duration::from_hours(24 * 365 * 30);

/// Why one try at a call gave no reply.
pub(super) enum Failure {
    /// Its time was up.
    Expired { sent: bool, why: Option<Arc<ConnectError>> },
    /// The connection ended after the message was sent, or after a part of it was.
    Lost(Arc<str>),
    /// It was not sent, and waiting would not help.
    Unreachable(Arc<ConnectError>),
    /// The reply cannot be read.
    Unreadable(Fault),
    /// There will be no connection any more.
    Closed,
}

/// Writes a message, with what stands beside it.
type Write = Box<dyn FnOnce(Head<'_>, &dyn Format) -> Result<Vec<u8>, Fault> + Send>;

/// A call that is sent once it is awaited.
///
/// To drop what it became is to wait no longer: its reply is thrown away when it comes. What was sent
/// is still executed.
#[must_use = "a call is sent once it is awaited"]
pub struct Call<R> {
    client: Client,
    write: Write,
    timeout: Duration,
    idempotent: bool,
    trace: Option<Trace>,
    reply: PhantomData<fn() -> R>,
}

impl<R> Call<R> {
    pub(super) fn new(client: Client, write: Write) -> Call<R> {
        let timeout = client.timeout();
        Call { client, write, timeout, idempotent: false, trace: Trace::current(), reply: PhantomData }
    }

    /// Waits so long for the reply, all tries and reconnecting included, instead of the client's
    /// [`timeout`](super::Connector::timeout).
    pub fn timeout(mut self, timeout: Duration) -> Call<R> {
        self.timeout = timeout;
        self
    }

    /// Says that the message may be sent again when nobody knows what became of it.
    ///
    /// It carries a random `$idempotency_key`, the same each time, by which a server that keeps something knows it
    /// again: it takes effect once. Where a server keeps nothing, use this only for what may happen twice without harm.
    pub fn idempotent(mut self) -> Call<R> {
        self.idempotent = true;
        self
    }

    /// Says which trace the call is part of, so that the server knows it as `$trace`. Within a handler of a program that
    /// records traces it is the handler's own; without either there is none.
    pub fn trace(mut self, trace: Option<Trace>) -> Call<R> {
        self.trace = trace;
        self
    }
}

impl<R: FromReply> IntoFuture for Call<R> {
    type Output = Result<R, CallError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let Call { client, write, timeout, idempotent, trace, .. } = self;
        let id = client.next_id();
        let key = idempotent.then(key).transpose();
        let trace = trace.map(|trace| trace.to_string().into());
        let message = key.and_then(|key| write(Head { trace, ..client.head(id, key.as_deref()) }, client.format()));
        Box::pin(async move {
            let attempts = Attempts { client, id, message: message?.into(), timeout, idempotent };
            attempts.run().await?.into_reply().map_err(CallError::Unreadable)
        })
    }
}

impl<R> fmt::Debug for Call<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Call(within {:?})", self.timeout)
    }
}

/// A name that no other message has: a UUID of version 4 (RFC 9562, section 5.4).
///
/// # Errors
/// The system has no randomness: two messages would share a key, and one of them be lost.
fn key() -> Result<String, Fault> {
    let random = |error| Fault::of(FaultKind::INTERNAL, format!("no idempotency key can be made: {error}"));
    let high = getrandom::u64().map_err(random)?;
    let low = getrandom::u64().map_err(random)?;
    Ok(format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xfff,
        low >> 48 & 0x3fff | 0x8000,
        low & 0xffff_ffff_ffff,
    ))
}

struct Attempts {
    client: Client,
    id: i64,
    message: Bytes,
    timeout: Duration,
    idempotent: bool,
}

impl Attempts {
    /// Sends the message, again where it is safe and there is time and budget for it. What answers is no
    /// fault.
    async fn run(self) -> Result<Incoming<'static>, CallError> {
        let now = Instant::now();
        let deadline = now.checked_add(self.timeout).unwrap_or(now + FOREVER);
        let mut backoff = Backoff::new();
        let mut doubtful = false;
        self.client.budget().earn();
        let mut attempt = 1;
        loop {
            let (error, pause) = match self.client.exchange(self.id, self.message.clone(), deadline).await {
                Ok(incoming) => match incoming.fault() {
                    None => return Ok(incoming),
                    Some(fault) => {
                        let pause = self.after_fault(&fault, &mut backoff);
                        (CallError::Fault(fault), pause)
                    }
                },
                Err(failure) => {
                    let lost = matches!(failure, Failure::Lost(_));
                    (self.error(failure), (lost && self.idempotent).then(|| backoff.next()))
                }
            };
            let error = if doubtful { in_doubt(error) } else { error };
            doubtful |= error.executed() != Some(false);
            let left = deadline.saturating_duration_since(Instant::now());
            match pause {
                Some(pause) if attempt < ATTEMPTS && pause < left && self.client.budget().spend() => {
                    tracing::debug!(%error, ?pause, "trying again");
                    sleep(pause).await;
                    attempt += 1;
                }
                _ => return Err(error),
            }
        }
    }

    /// How long to wait before the message is sent again, if it may be.
    fn after_fault(&self, fault: &Fault, backoff: &mut Backoff) -> Option<Duration> {
        let safe = fault.executed == Some(false) || self.idempotent;
        let asked = Duration::from_millis(fault.retry_after_ms.unwrap_or(0));
        // Not all at the moment that the server named, either.
        (fault.retryable && safe).then(|| asked + backoff.next() + below(asked / 4))
    }

    fn error(&self, failure: Failure) -> CallError {
        match failure {
            Failure::Expired { sent, why } => CallError::Timeout { after: self.timeout, sent, why },
            Failure::Lost(why) => CallError::Lost { why: why.to_string() },
            Failure::Unreachable(why) => CallError::Unreachable(why),
            Failure::Unreadable(fault) => CallError::Unreadable(fault),
            Failure::Closed => CallError::Closed,
        }
    }
}

/// Why the last try failed, of a message of which an earlier try may have been executed.
fn in_doubt(error: CallError) -> CallError {
    match error {
        CallError::Fault(fault) if fault.executed == Some(false) => CallError::Fault(Fault { executed: None, ..fault }),
        CallError::Timeout { after, why, .. } => CallError::Timeout { after, sent: true, why },
        CallError::Unreachable(why) => CallError::Lost { why: why.to_string() },
        other => other,
    }
}
