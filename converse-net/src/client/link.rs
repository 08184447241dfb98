//! One pipelined connection of a client, and what keeps a client connected.
//!
//! Every call that is here is written before anything is sent, and every reply that is here is handed
//! out before more is read: a batch costs one write and one read.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use converse_dispatch::{Fault, FaultKind, Incoming};
use converse_wire::Id;
use tokio::sync::watch;
use tokio::time::{Sleep, sleep};

use super::backoff::Backoff;
use super::dial::Dialer;
use super::ledger::Ledger;
use super::pushes::Pushes;
use super::subscriptions::Subscriptions;
use crate::{End, Transport};

/// After so many replies in a row the other tasks of this thread have their turn.
const BATCH: usize = 128;
/// With so many bytes queued they are sent before more calls are taken.
const FLUSH_AT: usize = 64 * 1024;
/// How long a server may take to agree to the end of a connection.
const LINGER: Duration = Duration::from_secs(1);

/// What a client's calls go through: it is connected, or about to be.
pub(super) struct Line {
    pub(super) ledger: Arc<Ledger>,
    pub(super) pushes: Arc<Pushes>,
    pub(super) subscriptions: Arc<Subscriptions>,
    /// How long a subscription that is made again may take.
    pub(super) patience: Duration,
    pub(super) dialer: Arc<Dialer>,
    /// Ends once the client is gone.
    pub(super) client: watch::Receiver<()>,
}

impl Line {
    /// Keeps the client connected for as long as there is one.
    pub(super) async fn run(mut self, first: Box<dyn Transport>) {
        let mut backoff = Backoff::new();
        let mut next = Some(first);
        loop {
            if let Some(transport) = next.take() {
                self.ledger.connected();
                let Some(useful) = self.serve(transport).await else { return };
                if useful {
                    backoff = Backoff::new();
                }
            }
            let (to, pause) = (&self.dialer, backoff.next());
            let again = async {
                sleep(pause).await;
                to.transport().await
            };
            tokio::select! {
                () = gone(&mut self.client) => return,
                made = again => match made {
                    Ok(transport) => {
                        self.pushes.gap();
                        self.subscriptions.renew(&self.ledger, self.patience);
                        next = Some(transport);
                    }
                    Err(error) => {
                        tracing::debug!(%error, "no connection");
                        self.ledger.unreachable(error);
                    }
                },
            }
        }
    }

    /// Runs one connection to its end. Whether it was of any use; `None` once the client is gone.
    async fn serve(&mut self, transport: Box<dyn Transport>) -> Option<bool> {
        let mut link = Link {
            flushed: 0,
            transport,
            ledger: &self.ledger,
            pushes: &self.pushes,
            dialer: &self.dialer,
            useful: false,
            leaving: false,
            last_words: None,
        };
        let why = tokio::select! {
            () = gone(&mut self.client) => None,
            why = std::future::poll_fn(|cx| link.poll(cx)) => Some(why),
        };
        let Some(why) = why else {
            let linger = sleep(LINGER);
            tokio::pin!(linger);
            std::future::poll_fn(|cx| link.goodbye(linger.as_mut(), cx)).await;
            return None;
        };
        let why = link.last_words.take().map_or(why, |fault| fault.to_string());
        tracing::debug!(server = ?self.dialer.target, %why, "connection lost");
        self.ledger.lost(link.flushed, &why.into());
        Some(link.useful)
    }
}

/// Nobody is told more than that the runtime has ended.
impl Drop for Line {
    fn drop(&mut self) {
        self.ledger.close();
    }
}

/// Resolves once the client is gone.
async fn gone(client: &mut watch::Receiver<()>) {
    while client.changed().await.is_ok() {}
}

struct Link<'l> {
    transport: Box<dyn Transport>,
    ledger: &'l Ledger,
    pushes: &'l Pushes,
    dialer: &'l Dialer,
    /// How many bytes were sent so far.
    flushed: u64,
    /// Whether anything was answered that a server that is going away would not.
    useful: bool,
    /// Whether the server is about to end the connection: no more calls go over it.
    leaving: bool,
    /// A fault that answers no call: why the server ends the connection.
    last_words: Option<Fault>,
}

impl Link<'_> {
    /// Does all that can be done now. Ready with the reason once the connection has ended.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<String> {
        self.ledger.watch(cx.waker());
        match self.advance(cx) {
            Ok(busy) => {
                if busy {
                    cx.waker().wake_by_ref();
                } else if self.transport.queued() == 0 {
                    self.transport.release();
                }
                Poll::Pending
            }
            Err(why) => Poll::Ready(why),
        }
    }

    /// Until there is nothing left to do but wait: false, or until others should have their turn: true.
    fn advance(&mut self, cx: &mut Context<'_>) -> Result<bool, String> {
        let mut budget = BATCH;
        loop {
            let mut progress = self.take(&mut budget)?;
            if budget == 0 {
                self.flush(cx)?;
                return Ok(true);
            }
            progress |= self.fill(cx)?;
            progress |= !self.leaving && self.put();
            if !progress || self.transport.queued() > FLUSH_AT {
                progress |= self.flush(cx)?;
            }
            if !progress {
                return self.may_stay().map(|()| false);
            }
        }
    }

    /// Hands out the replies that are here.
    fn take(&mut self, budget: &mut usize) -> Result<bool, String> {
        let before = *budget;
        while *budget > 0 {
            let Some(message) = self.transport.next() else { break };
            *budget -= 1;
            match message {
                Ok(bytes) => {
                    let read = Incoming::read_format(bytes, &*self.dialer.format, &self.dialer.limits);
                    let incoming =
                        read.map_err(|fault| format!("the server sent no message: {}", fault.message))?.into_owned();
                    self.settle(incoming);
                }
                Err(refusal) => return Err(refused(refusal.end, self.dialer.limits.bytes)),
            }
        }
        Ok(*budget < before)
    }

    fn settle(&mut self, incoming: Incoming<'static>) {
        if incoming.push().is_some() {
            self.useful = true;
            return self.pushes.take(incoming);
        }
        let fault = incoming.fault();
        let leaving = fault.as_ref().is_some_and(|fault| fault.code == FaultKind::SHUTTING_DOWN.code);
        let id = match (incoming.id(), fault) {
            (Id::Int(id), _) => {
                self.leaving |= leaving;
                self.useful |= !leaving;
                *id
            }
            (Id::None, Some(fault)) => {
                self.leaving = true;
                self.last_words = Some(fault);
                match self.ledger.only() {
                    Some(id) => id,
                    None => return,
                }
            }
            _ => return tracing::debug!(class = incoming.class(), "a reply that answers nothing"),
        };
        if !self.ledger.answer(id, incoming) {
            tracing::trace!(id, "a reply that nobody waits for");
        }
    }

    /// Reads if nothing whole is here.
    fn fill(&mut self, cx: &mut Context<'_>) -> Result<bool, String> {
        if self.transport.ready() {
            return Ok(false);
        }
        match self.transport.poll_fill(cx) {
            Poll::Pending => Ok(false),
            Poll::Ready(Ok(true)) => {
                self.ledger.heard();
                Ok(true)
            }
            // At its end a stream may still hold a whole message.
            Poll::Ready(Ok(false)) if self.transport.ready() => Ok(true),
            Poll::Ready(Ok(false)) => Err("the server closed it".to_owned()),
            Poll::Ready(Err(error)) => Err(error.to_string()),
        }
    }

    /// Writes the calls that wait.
    fn put(&mut self) -> bool {
        let (transport, flushed) = (&mut self.transport, self.flushed);
        self.ledger.send(|bytes| {
            let queued = transport.queued();
            if queued > FLUSH_AT {
                return None;
            }
            transport.queue(bytes);
            Some(flushed.saturating_add(queued as u64))
        })
    }

    /// Sends what is queued. True if calls waited for that.
    fn flush(&mut self, cx: &mut Context<'_>) -> Result<bool, String> {
        let before = self.transport.queued();
        let flushed = self.transport.poll_flush(cx);
        let sent = before.saturating_sub(self.transport.queued());
        self.flushed = self.flushed.saturating_add(sent as u64);
        match flushed {
            Poll::Ready(Ok(())) => Ok(before > FLUSH_AT),
            Poll::Ready(Err(error)) => Err(error.to_string()),
            Poll::Pending => Ok(false),
        }
    }

    /// Whether there is a reason to wait for more.
    fn may_stay(&self) -> Result<(), String> {
        if self.ledger.silent() {
            return Err("the server has been silent for as long as a call may wait".to_owned());
        }
        if self.leaving && self.ledger.idle() {
            return Err("the server is shutting down".to_owned());
        }
        Ok(())
    }

    fn goodbye(&mut self, linger: Pin<&mut Sleep>, cx: &mut Context<'_>) -> Poll<()> {
        let agreed = self.transport.poll_close(End::Finished, cx);
        if agreed.is_ready() { agreed } else { linger.poll(cx) }
    }
}

/// Why what came cannot be told apart.
fn refused(end: Option<End>, limit: usize) -> String {
    match end {
        Some(End::TooLarge) => format!("a reply is larger than {limit} bytes; take more with `.max_reply(…)`"),
        Some(End::NotText) => "the server sent a text that is not UTF-8".to_owned(),
        None => "the server sent a frame of the wrong kind for the format".to_owned(),
        Some(_) => {
            "the server does not speak this protocol; is this its port for HTTP, or does it want TLS?".to_owned()
        }
    }
}
