//! A byte stream with what was read and what waits to be written; below TCP lines and WebSocket.

use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use bytes::BufMut;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};

use crate::buffers;

/// A byte stream between two buffers. Both are empty, and hold no memory, while nothing happens.
pub(crate) struct Stream<S> {
    io: S,
    input: Vec<u8>,
    /// How much of `input` was consumed.
    start: usize,
    output: Vec<u8>,
    /// How much of `output` was written.
    written: usize,
    ended: bool,
    /// Whether the peer was told that no more comes.
    shut: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Stream<S> {
    /// A stream whose first bytes were read already.
    pub(crate) fn new(io: S, read: &[u8]) -> Stream<S> {
        Stream { io, input: read.to_vec(), start: 0, output: Vec::new(), written: 0, ended: false, shut: false }
    }

    /// What was read and not consumed.
    pub(crate) fn input(&self) -> &[u8] {
        self.input.get(self.start..).unwrap_or_default()
    }

    /// Moves past `count` bytes of the input, and returns them.
    pub(crate) fn consume(&mut self, count: usize) -> &[u8] {
        let from = self.start;
        self.start = (from + count).min(self.input.len());
        self.input.get(from..self.start).unwrap_or_default()
    }

    /// What carries the bytes.
    pub(crate) fn io(&self) -> &S {
        &self.io
    }

    /// What carries the bytes, and what was read and not consumed.
    pub(crate) fn into_parts(mut self) -> (S, Vec<u8>) {
        self.input.drain(..self.start);
        (self.io, self.input)
    }

    /// Whether the peer sends no more.
    pub(crate) fn ended(&self) -> bool {
        self.ended
    }

    /// Reads at most one chunk behind the input; 0 at the end.
    pub(crate) fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        if self.input.capacity() == 0 {
            self.input = buffers::take();
        } else if self.start > 0 {
            self.input.drain(..self.start);
        }
        self.start = 0;
        self.input.reserve(buffers::CHUNK / 2);
        let mut room = (&mut self.input).limit(buffers::CHUNK);
        // The future keeps nothing between polls, so a new one each time loses nothing.
        let count = ready!(pin!(self.io.read_buf(&mut room)).poll(cx))?;
        self.ended = count == 0;
        Poll::Ready(Ok(count))
    }

    /// Appends to what waits to be written.
    pub(crate) fn put(&mut self, bytes: &[u8]) {
        self.output().extend_from_slice(bytes);
    }

    /// What waits to be written, to append to.
    pub(crate) fn output(&mut self) -> &mut Vec<u8> {
        if self.output.capacity() == 0 {
            self.output = buffers::take();
        }
        // A slow reader's buffer would otherwise grow by all that was ever sent.
        if self.written > self.output.len() / 2 {
            self.output.drain(..self.written);
            self.written = 0;
        }
        &mut self.output
    }

    /// How many bytes wait to be written.
    pub(crate) fn queued(&self) -> usize {
        self.output.len() - self.written
    }

    /// Writes all that waits.
    pub(crate) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(rest) = self.output.get(self.written..)
            && !rest.is_empty()
        {
            let count = ready!(Pin::new(&mut self.io).poll_write(cx, rest))?;
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.written += count;
        }
        self.output.clear();
        self.written = 0;
        Pin::new(&mut self.io).poll_flush(cx)
    }

    /// Gives back the buffers that are empty, and shrinks one that holds the start of a message.
    pub(crate) fn release(&mut self) {
        let held = self.input().len();
        if held == 0 {
            buffers::give(std::mem::take(&mut self.input));
            self.start = 0;
        } else if held < buffers::CHUNK / 4 && self.input.capacity() >= buffers::CHUNK {
            let rest = self.input().to_vec();
            buffers::give(std::mem::replace(&mut self.input, rest));
            self.start = 0;
        }
        if self.output.is_empty() {
            buffers::give(std::mem::take(&mut self.output));
        }
    }

    /// Writes all that waits, and says that no more comes.
    pub(crate) fn poll_shutdown(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.shut {
            ready!(self.poll_flush(cx))?;
            ready!(Pin::new(&mut self.io).poll_shutdown(cx))?;
            self.shut = true;
        }
        Poll::Ready(Ok(()))
    }

    /// Does the same, then reads until the peer says so too.
    ///
    /// To close a socket with input unread resets it, and a reset may overtake the last reply:
    /// that is why what still comes is read, and thrown away.
    pub(crate) fn poll_close(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if ready!(self.poll_shutdown(cx)).is_err() {
            return Poll::Ready(());
        }
        loop {
            self.start = self.input.len();
            if !matches!(ready!(self.poll_read(cx)), Ok(1..)) {
                return Poll::Ready(());
            }
        }
    }
}
