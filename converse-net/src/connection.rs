//! The loop of one connection, the same over memory, TCP and WebSocket.
//!
//! Every message that is already here is taken before anything is sent, so that a batch costs one
//! read and one write. No message and no handler ends the loop: only the peer, a lost framing, a
//! timeout, or the server that stops.

mod memory;
mod pace;
mod pushes;

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use converse_dispatch::{
    Exchange, Fault, FaultKind, Flow, LaterReply, Mailbox, Open, Peer, Share, SharedFormat, at_work,
};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::time::{Sleep, sleep};

pub(crate) use self::pace::Pace;
use crate::drain::{Stage, Ticket};
use crate::orphan::adopt;
use crate::watchdog::{Expired, Sign, Watchdog};
use crate::{Answer, End, NetLimits, Refusal, Transport, buffers};

/// With so many bytes queued they are sent before more messages are taken.
const FLUSH_AT: usize = 64 * 1024;
/// How long a peer may take to agree to the end of a connection.
pub(crate) const LINGER: Duration = Duration::from_secs(1);

/// Serves one connection until it ends.
pub(crate) async fn run<T: Transport, A: Answer + ?Sized>(
    transport: T,
    answer: Arc<A>,
    peer: Peer,
    limits: Arc<NetLimits>,
    mut ticket: Ticket,
) {
    tracing::debug!(?peer, "connected");
    let _open = Open::over(peer.transport(), answer.load());
    peer.counted_in(answer.load());
    let mut connection = Connection::new(transport, answer, peer, limits);
    loop {
        let ended = std::future::poll_fn(|cx| at_work(|| connection.poll(cx)));
        tokio::select! {
            biased;
            () = ended => break,
            stage = ticket.next() => match stage {
                Stage::Serving => {}
                Stage::Draining => connection.drain(),
                Stage::Cut => break,
            },
        }
    }
    tracing::debug!(peer = ?connection.peer, "disconnected");
}

struct Connection<T, A: ?Sized> {
    transport: T,
    answer: Arc<A>,
    peer: Peer,
    /// The format, if it is not JSON.
    exchange: Option<Exchange>,
    limits: Arc<NetLimits>,
    watchdog: Watchdog,
    pace: Pace,
    /// What it holds of the memory of all.
    share: Share,
    scratch: Vec<u8>,
    /// The handlers of numbered messages: answered as they are ready.
    numbered: FuturesUnordered<LaterReply>,
    /// The handler of a message without a number: nothing behind it starts before it is done.
    turn: Option<LaterReply>,
    state: State,
    draining: bool,
}

/// How far the connection is; it only ever moves down this list.
enum State {
    Open,
    /// The peer sends no more, and is still owed replies.
    Ended,
    /// No more is read; what is in flight is still answered.
    Ending(End),
    /// All is said: waits for the peer to agree, for a while.
    Closing(End, Pin<Box<Sleep>>),
    /// The peer is gone; handlers still run to their end.
    Failed,
}

impl<T: Transport, A: Answer + ?Sized> Connection<T, A> {
    fn new(transport: T, answer: Arc<A>, peer: Peer, limits: Arc<NetLimits>) -> Self {
        Connection {
            exchange: exchange(&transport, &peer),
            watchdog: Watchdog::new(&limits, transport.pings()),
            pace: Pace::new(),
            share: Share::new(Arc::clone(answer.load())),
            transport,
            answer,
            peer,
            limits,
            scratch: Vec::new(),
            numbered: FuturesUnordered::new(),
            turn: None,
            state: State::Open,
            draining: false,
        }
    }

    /// Does all that can be done now. Ready once the connection has ended and no handler of it runs.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if !matches!(self.state, State::Closing(..)) {
            self.scratch = buffers::take();
            let busy = self.advance(cx);
            buffers::give(std::mem::take(&mut self.scratch));
            if busy {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            self.settle(cx);
            self.mind_pushes(cx);
        }
        let in_flight = self.in_flight();
        match &mut self.state {
            State::Failed if in_flight == 0 => Poll::Ready(()),
            State::Closing(end, linger) => {
                let agreed = self.transport.poll_close(*end, cx);
                if agreed.is_ready() { agreed } else { linger.as_mut().poll(cx) }
            }
            _ => Poll::Pending,
        }
    }

    /// Answers, takes, reads and writes until there is nothing left to do but wait: false, or
    /// until other connections should have their turn: true.
    fn advance(&mut self, cx: &mut Context<'_>) -> bool {
        self.pace.begin();
        loop {
            let mut progress = self.answer_ready(cx);
            progress |= self.take();
            progress |= self.push();
            if self.pace.is_over() {
                self.flush(cx);
                return true;
            }
            progress |= self.fill(cx);
            if !progress || self.transport.queued() > FLUSH_AT {
                progress |= self.flush(cx);
            }
            if !progress {
                return false;
            }
        }
    }

    /// Polls the handlers in flight, and queues what they answer.
    fn answer_ready(&mut self, cx: &mut Context<'_>) -> bool {
        let mut progress = false;
        if let Some(turn) = &mut self.turn
            && let Poll::Ready((_, reply)) = turn.as_mut().poll(cx)
        {
            self.turn = None;
            self.queue(&reply);
            progress = true;
        }
        while !self.numbered.is_empty()
            && let Poll::Ready(Some((_, reply))) = self.numbered.poll_next_unpin(cx)
        {
            self.queue(&reply);
            progress = true;
        }
        progress
    }

    /// Starts the messages that are here, as far as the limits allow.
    fn take(&mut self) -> bool {
        let mut taken = false;
        while !self.pace.is_over() && self.may_start() {
            let Some(message) = self.transport.next() else {
                break;
            };
            taken = true;
            self.watchdog.message(false);
            self.scratch.clear();
            match message {
                Ok(message) => {
                    let flow = match &self.exchange {
                        None => self.answer.handle(message, &self.peer, &mut self.scratch),
                        Some(exchange) => self.answer.handle_format(exchange, message, &self.peer, &mut self.scratch),
                    };
                    match flow {
                        Flow::Done(_) => self.transport.queue(&self.scratch),
                        Flow::Later { numbered: true, reply } => self.numbered.push(reply),
                        Flow::Later { numbered: false, reply } => self.turn = Some(reply),
                    }
                }
                Err(refusal) => self.refuse(refusal),
            }
            self.pace.took();
        }
        taken
    }

    fn may_start(&self) -> bool {
        matches!(self.state, State::Open | State::Ended)
            && self.turn.is_none()
            && self.numbered.len() < self.limits.in_flight
            && self.transport.queued() <= self.limits.queued
    }

    fn refuse(&mut self, refusal: Refusal) {
        if let Some(fault) = refusal.fault {
            self.scratch.clear();
            match &self.exchange {
                None => self.answer.refuse(fault, &mut self.scratch),
                Some(exchange) => self.answer.refuse_format(&exchange.reply, fault, &mut self.scratch),
            };
            self.transport.queue(&self.scratch);
        }
        if let Some(end) = refusal.end {
            tracing::debug!(peer = ?self.peer, ?end, "refused");
            self.state = State::Ending(end);
        }
    }

    /// Reads if nothing whole is here: also while messages may not start, because a transport
    /// answers its pings from what it reads.
    fn fill(&mut self, cx: &mut Context<'_>) -> bool {
        if !matches!(self.state, State::Open) || self.transport.ready() {
            return false;
        }
        match self.transport.poll_fill(cx) {
            Poll::Pending => false,
            Poll::Ready(Ok(true)) => {
                self.watchdog.heard();
                if self.exchange.is_none() {
                    self.exchange = exchange(&self.transport, &self.peer);
                }
                true
            }
            Poll::Ready(Ok(false)) => {
                self.state = State::Ended;
                true
            }
            Poll::Ready(Err(error)) => {
                self.fail(&error);
                true
            }
        }
    }

    /// Sends what is queued. True if messages, or what is pushed, waited for that.
    fn flush(&mut self, cx: &mut Context<'_>) -> bool {
        if matches!(self.state, State::Failed) {
            return false;
        }
        let before = self.transport.queued();
        match self.transport.poll_flush(cx) {
            Poll::Ready(Ok(())) => {
                self.watchdog.write(false);
                return before > self.limits.queued.min(FLUSH_AT);
            }
            Poll::Ready(Err(error)) => self.fail(&error),
            Poll::Pending => {
                if self.transport.queued() < before {
                    self.watchdog.write(false);
                }
                self.watchdog.write(true);
            }
        }
        false
    }

    fn fail(&mut self, error: &std::io::Error) {
        tracing::debug!(peer = ?self.peer, %error, "connection lost");
        self.state = State::Failed;
        self.watchdog.message(false);
        self.watchdog.write(false);
    }

    /// Nothing can be done now: minds the clocks, the end, and the memory.
    fn settle(&mut self, cx: &mut Context<'_>) {
        let starving = matches!(self.state, State::Open) && self.transport.partial() && !self.transport.ready();
        self.watchdog.message(starving);
        if self.overflowed() {
            self.slow_reader(cx);
        } else {
            self.mind_memory(cx);
        }
        match self.watchdog.poll(cx) {
            Poll::Ready(Expired::Message) => {
                self.too_slow();
                cx.waker().wake_by_ref();
            }
            Poll::Ready(Expired::Write) => self.slow_reader(cx),
            Poll::Ready(Expired::Look) => {
                self.look();
                cx.waker().wake_by_ref();
            }
            Poll::Pending => {}
        }
        if self.in_flight() > 0 || matches!(self.state, State::Failed | State::Closing(..)) {
            return;
        }
        if let Some(end) = self.end() {
            self.state = State::Closing(end, Box::pin(sleep(LINGER)));
        }
        self.transport.release();
    }

    /// Why the connection may end now, if it may: all that came is answered, and all answers are sent.
    fn end(&mut self) -> Option<End> {
        if self.transport.queued() > 0 {
            return None;
        }
        match self.state {
            State::Ending(end) => Some(end),
            _ if self.transport.ready() || self.pushes_wait() => None,
            State::Ended => Some(End::Finished),
            _ => self.draining.then_some(End::Draining),
        }
    }

    fn too_slow(&mut self) {
        let seconds = self.limits.message_timeout.as_secs_f32();
        let text = format!("the message did not arrive whole within {seconds} s; send it faster, or smaller");
        self.watchdog.message(false);
        self.refuse(Refusal { fault: Some(Fault::of(FaultKind::TOO_SLOW, text)), end: Some(End::TooSlow) });
    }

    /// Ends the connection of a peer that takes nothing. Where it can be told why, it is told, in case
    /// that it reads again; not before handlers in flight are done, and nobody waits for both.
    fn slow_reader(&mut self, cx: &mut Context<'_>) {
        self.answer.load().traffic().slow(self.peer.posted().map_or(0, Mailbox::take_dropped));
        if self.in_flight() > 0 {
            self.fail(&std::io::ErrorKind::TimedOut.into());
        } else {
            tracing::debug!(peer = ?self.peer, "the peer takes nothing");
            let text = "too much waits to be sent to you; read what is sent as it comes, and connect again";
            let fault = Some(Fault::of(FaultKind::SLOW_CONSUMER, text));
            self.refuse(Refusal { fault, end: None });
            self.state = State::Closing(End::SlowReader, Box::pin(sleep(LINGER)));
            cx.waker().wake_by_ref();
        }
    }

    /// Sees whether the peer still lives. One whose messages we leave unread cannot be heard.
    fn look(&mut self) {
        if !matches!(self.state, State::Open) || self.transport.ready() {
            self.watchdog.heard();
        }
        match self.watchdog.look() {
            Sign::Alive => {}
            Sign::Silent => self.transport.ping(),
            Sign::Dead => self.fail(&std::io::ErrorKind::TimedOut.into()),
        }
    }

    fn queue(&mut self, reply: &[u8]) {
        if !matches!(self.state, State::Failed) {
            self.transport.queue(reply);
        }
    }

    fn in_flight(&self) -> usize {
        self.numbered.len() + usize::from(self.turn.is_some())
    }
}

/// The format of a connection, if it is known and not JSON. Those who push to the peer are told.
fn exchange<T: Transport>(transport: &T, peer: &Peer) -> Option<Exchange> {
    let format = transport.format()?;
    peer.speaks(SharedFormat::clone(format));
    Some(Exchange::of(format))
}

impl<T, A: ?Sized> Drop for Connection<T, A> {
    fn drop(&mut self) {
        self.peer.close();
        for handler in std::mem::take(&mut self.numbered).into_iter().chain(self.turn.take()) {
            adopt(handler, None);
        }
    }
}
