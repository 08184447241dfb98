//! JSON lines over a byte stream: one message a line, one reply a line.

use std::io;
use std::task::{Context, Poll};

use converse_dispatch::{Fault, FaultKind};
use tokio::io::{AsyncRead, AsyncWrite};

use super::line::{Front, blank, front};
use crate::stream::Stream;
use crate::{End, Refusal, Transport};

/// A connection that speaks JSON lines.
pub(crate) struct Lines<S> {
    stream: Stream<S>,
    limit: usize,
    /// How much of the input is known to hold no line end.
    scanned: usize,
}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Lines<S> {
    /// `limit` is the largest message in bytes.
    pub(crate) fn new(io: S, limit: usize) -> Lines<S> {
        Lines { stream: Stream::new(io, &[]), limit, scanned: 0 }
    }

    fn front(&mut self) -> Front {
        let blank = blank(self.stream.input());
        self.stream.consume(blank);
        let input = self.stream.input();
        let front = front(input, self.scanned, self.limit, self.stream.ended());
        self.scanned = match front {
            Front::Partial => input.len(),
            _ => 0,
        };
        front
    }

    fn refuse(&self, front: &Front) -> Refusal {
        let (kind, text, end) = if *front == Front::TooLarge {
            let text = format!("the line is longer than {} bytes; send less in one", self.limit);
            (FaultKind::TOO_LARGE, text, End::TooLarge)
        } else {
            let text = "the line does not begin with `{`; send one object a line";
            (FaultKind::BAD_ENVELOPE, text.to_owned(), End::Malformed)
        };
        Refusal { fault: Some(Fault::of(kind, text)), end: Some(end) }
    }
}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Transport for Lines<S> {
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        self.stream.poll_read(cx).map_ok(|count| count > 0)
    }

    fn ready(&mut self) -> bool {
        self.front() != Front::Partial
    }

    fn next(&mut self) -> Option<Result<&[u8], Refusal>> {
        match self.front() {
            Front::Partial => None,
            Front::Message { length, used } => self.stream.consume(used).get(..length).map(Ok),
            front => Some(Err(self.refuse(&front))),
        }
    }

    fn partial(&self) -> bool {
        !self.stream.input().is_empty()
    }

    fn queue(&mut self, reply: &[u8]) {
        self.stream.put(reply);
        self.stream.put(b"\n");
    }

    fn queued(&self) -> usize {
        self.stream.queued()
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream.poll_flush(cx)
    }

    fn release(&mut self) {
        self.stream.release();
    }

    fn poll_close(&mut self, _end: End, cx: &mut Context<'_>) -> Poll<()> {
        self.stream.poll_close(cx)
    }
}
