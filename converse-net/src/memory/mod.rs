//! The transport without a network: for tests of one's own handlers, and the first to keep the seam honest.
//!
//! Messages cross whole; each direction holds a bounded number of bytes, so a slow reader is felt
//! here as it is on a socket.

mod client;
mod pipe;

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use converse_dispatch::{Fault, FaultKind};

pub use client::Client;
use pipe::Pipe;

use crate::{End, Refusal, Transport};

/// How many bytes each direction holds before its writer waits.
const CAPACITY: usize = 64 * 1024;

/// A client, and the server's end of its connection. `limit` is the largest message in bytes.
pub fn pair(limit: usize) -> (Client, Memory) {
    let (up, down) = (Pipe::new(CAPACITY), Pipe::new(CAPACITY));
    let server = Memory {
        incoming: Arc::clone(&up),
        outgoing: Arc::clone(&down),
        limit,
        message: None,
        current: String::new(),
        waiting: VecDeque::new(),
        queued: 0,
    };
    (Client::new(up, down), server)
}

/// The server's end of a connection in memory.
pub struct Memory {
    incoming: Arc<Pipe>,
    outgoing: Arc<Pipe>,
    limit: usize,
    /// The message that came and was not handed out.
    message: Option<String>,
    /// The message that was handed out last.
    current: String,
    /// Replies that wait to be sent.
    waiting: VecDeque<String>,
    queued: usize,
}

impl Transport for Memory {
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        self.message = ready!(self.incoming.poll_pop(cx));
        Poll::Ready(Ok(self.message.is_some()))
    }

    fn ready(&mut self) -> bool {
        self.message.is_some()
    }

    fn next(&mut self) -> Option<Result<&[u8], Refusal>> {
        self.current = self.message.take()?;
        if self.current.len() > self.limit {
            let text = format!("the message is larger than {} bytes; send less in one", self.limit);
            return Some(Err(Refusal { fault: Some(Fault::of(FaultKind::TOO_LARGE, text)), end: None }));
        }
        Some(Ok(self.current.as_bytes()))
    }

    fn partial(&self) -> bool {
        false
    }

    fn queue(&mut self, reply: &[u8]) {
        self.queued += reply.len();
        let reply = String::from_utf8_lossy(reply).into_owned();
        self.waiting.push_back(reply);
    }

    fn queued(&self) -> usize {
        self.queued
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.waiting.is_empty() {
            if !ready!(self.outgoing.poll_room(cx)) {
                return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
            }
            if let Some(reply) = self.waiting.pop_front() {
                self.queued -= reply.len();
                self.outgoing.push(reply);
            }
        }
        Poll::Ready(Ok(()))
    }

    fn release(&mut self) {
        self.current = String::new();
    }

    fn poll_close(&mut self, _end: End, cx: &mut Context<'_>) -> Poll<()> {
        let _sent = ready!(self.poll_flush(cx));
        self.outgoing.close();
        Poll::Ready(())
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        self.incoming.close();
        self.outgoing.close();
    }
}
