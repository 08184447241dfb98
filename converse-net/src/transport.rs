//! The seam between a connection and what carries it: whole messages in, whole replies out.
//!
//! Batching is part of it: a transport hands out every message that is already here before it is
//! asked to wait, and sends what was queued when it is told to flush.

use std::io;
use std::task::{Context, Poll};

use converse_dispatch::{Fault, SharedFormat};

/// One connection as a connection loop sees it.
pub trait Transport: Send + Unpin {
    /// Waits until more has arrived, and reads it; false once the peer sends no more.
    ///
    /// Called only when [`ready`](Transport::ready) was false, so what is held stays within one
    /// message and one read.
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<bool>>;

    /// The format of the messages, if it is not JSON. Asked when something has arrived; from the
    /// first message on the answer stays the same.
    fn format(&self) -> Option<&SharedFormat> {
        None
    }

    /// Whether [`next`](Transport::next) has something to hand out.
    fn ready(&mut self) -> bool;

    /// The next whole message that is already here, or why it is refused.
    fn next(&mut self) -> Option<Result<&[u8], Refusal>>;

    /// Whether a message has begun and is not whole.
    fn partial(&self) -> bool;

    /// How many bytes of such a message are held.
    fn held(&self) -> usize {
        0
    }

    /// Puts a whole reply behind those that wait to be sent.
    fn queue(&mut self, reply: &[u8]);

    /// How many bytes wait to be sent.
    fn queued(&self) -> usize;

    /// Sends what is queued.
    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// Whether the peer can be asked for a sign of life by [`ping`](Transport::ping).
    fn pings(&self) -> bool {
        false
    }

    /// Queues a question to which the peer has to answer something.
    fn ping(&mut self) {}

    /// Gives back the memory that an idle connection does not need.
    fn release(&mut self);

    /// Sends what is queued, tells the peer why the connection ends, and waits for its consent.
    /// The caller bounds the wait.
    fn poll_close(&mut self, end: End, cx: &mut Context<'_>) -> Poll<()>;
}

/// What a transport could not take.
#[derive(Debug)]
pub struct Refusal {
    /// What to answer; none where the transport has its own way to say it.
    pub fault: Option<Fault>,
    /// Why the connection ends, if it does: only where what follows could not be told apart.
    pub end: Option<End>,
}

/// Why a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The peer is done.
    Finished,
    /// The server is shutting down.
    Draining,
    /// What came is not the transport's protocol.
    Malformed,
    /// A text was not UTF-8.
    NotText,
    /// A message was larger than the server takes.
    TooLarge,
    /// A message took too long to arrive.
    TooSlow,
    /// The peer did not take what was sent to it.
    SlowReader,
    /// The server has no memory left for the message.
    NoRoom,
}
