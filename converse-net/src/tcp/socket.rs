//! One TCP connection: JSON lines, or frames in the format that its first bytes name.

use std::io;
use std::task::{Context, Poll};

use converse_dispatch::{Fault, FaultKind, Formats, SharedFormat};
use tokio::io::{AsyncRead, AsyncWrite};

use super::{frame, line};
use crate::stream::Stream;
use crate::{End, Refusal, Transport};

/// A connection over a byte stream.
pub(crate) struct Socket<S> {
    stream: Stream<S>,
    limit: usize,
    framing: Framing,
}

/// How messages are told apart.
enum Framing {
    /// Nothing has come that says it; these are the formats that can be named.
    Unknown(Formats),
    /// One message a line. So much of the input is known to hold no line end.
    Lines { scanned: usize },
    /// Each message behind its length.
    Frames(SharedFormat),
}

/// What stands at the front of the input.
enum Front {
    /// `used` bytes, of which `skip` are no part of the message, nor those behind `length` more.
    Message {
        skip: usize,
        length: usize,
        used: usize,
    },
    Partial,
    TooLarge,
    Stranger,
}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Socket<S> {
    /// `limit` is the largest message in bytes.
    pub(crate) fn new(io: S, limit: usize, formats: Formats) -> Socket<S> {
        Socket { stream: Stream::new(io, &[]), limit, framing: Framing::Unknown(formats) }
    }

    /// The client's end: it names the format, unless it is JSON, which goes as lines.
    pub(crate) fn client(io: S, limit: usize, format: Option<SharedFormat>) -> Socket<S> {
        let mut stream = Stream::new(io, &[]);
        let framing = match format {
            None => Framing::Lines { scanned: 0 },
            Some(format) => {
                stream.put(&format.preamble());
                Framing::Frames(format)
            }
        };
        Socket { stream, limit, framing }
    }

    /// Looks at the first bytes, as long as nothing is known.
    fn open(&mut self) {
        let Framing::Unknown(formats) = &self.framing else { return };
        let named = match self.stream.input().first() {
            None => return,
            Some(b'{' | b' ' | b'\t' | b'\r' | b'\n') => None,
            Some(_) => match frame::opening(self.stream.input(), formats) {
                frame::Opening::Format(format) => Some(SharedFormat::clone(format)),
                frame::Opening::Partial => return,
                // As a line it is none either.
                frame::Opening::Stranger => None,
            },
        };
        self.framing = match named {
            None => Framing::Lines { scanned: 0 },
            Some(format) => {
                self.stream.consume(frame::HEAD);
                Framing::Frames(format)
            }
        };
    }

    fn front(&mut self) -> Front {
        match &mut self.framing {
            Framing::Unknown(_) => Front::Partial,
            Framing::Lines { scanned } => {
                let blank = line::blank(self.stream.input());
                self.stream.consume(blank);
                let input = self.stream.input();
                let front = line::front(input, *scanned, self.limit, self.stream.ended());
                *scanned = if front == line::Front::Partial { input.len() } else { 0 };
                match front {
                    line::Front::Message { length, used } => Front::Message { skip: 0, length, used },
                    line::Front::Partial => Front::Partial,
                    line::Front::TooLarge => Front::TooLarge,
                    line::Front::Stranger => Front::Stranger,
                }
            }
            Framing::Frames(_) => {
                let blank = frame::blank(self.stream.input());
                self.stream.consume(blank);
                match frame::front(self.stream.input(), self.limit) {
                    frame::Front::Message(length) => {
                        Front::Message { skip: frame::HEAD, length, used: frame::HEAD + length }
                    }
                    frame::Front::Partial => Front::Partial,
                    frame::Front::TooLarge => Front::TooLarge,
                }
            }
        }
    }

    fn refuse(&self, front: &Front) -> Refusal {
        let (kind, text, end) = if matches!(front, Front::TooLarge) {
            let what = if matches!(self.framing, Framing::Frames(_)) { "frame" } else { "line" };
            let text = format!("the {what} is longer than {} bytes; send less in one", self.limit);
            (FaultKind::TOO_LARGE, text, End::TooLarge)
        } else {
            let text = "the line does not begin with `{`; send one object a line, or begin the connection with the \
                        four bytes that name a format";
            (FaultKind::BAD_ENVELOPE, text.to_owned(), End::Malformed)
        };
        Refusal { fault: Some(Fault::of(kind, text)), end: Some(end) }
    }
}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Transport for Socket<S> {
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        self.stream.poll_read(cx).map_ok(|count| {
            self.open();
            count > 0
        })
    }

    fn format(&self) -> Option<&SharedFormat> {
        if let Framing::Frames(format) = &self.framing { Some(format) } else { None }
    }

    fn ready(&mut self) -> bool {
        !matches!(self.front(), Front::Partial)
    }

    fn next(&mut self) -> Option<Result<&[u8], Refusal>> {
        match self.front() {
            Front::Partial => None,
            Front::Message { skip, length, used } => self.stream.consume(used).get(skip..skip + length).map(Ok),
            front => Some(Err(self.refuse(&front))),
        }
    }

    fn partial(&self) -> bool {
        !self.stream.input().is_empty()
    }

    fn held(&self) -> usize {
        self.stream.input().len()
    }

    fn queue(&mut self, reply: &[u8]) {
        if matches!(self.framing, Framing::Frames(_)) {
            self.stream.put(&frame::head(reply.len()));
            self.stream.put(reply);
        } else {
            self.stream.put(reply);
            self.stream.put(b"\n");
        }
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
