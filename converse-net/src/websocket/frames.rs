//! Messages as WebSocket frames, over a byte stream that was upgraded.
//!
//! The codec is tungstenite's, between our own two buffers: it never waits and never touches the
//! socket, so that a batch costs one read and one write.

use std::io;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use converse_dispatch::{Fault, FaultKind, SharedFormat};
use tokio::io::{AsyncRead, AsyncWrite};
use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::protocol::{CloseFrame, Role, WebSocketConfig, WebSocketContext};
use tungstenite::{Error, Message, Utf8Bytes};

use super::boundary::{Boundary, FRAGMENTS};
use super::wire::Wire;
use crate::stream::Stream;
use crate::{End, Refusal, Transport};

/// How many bytes the codec reads at a time; its buffer is this large while nothing happens.
const READ: usize = 4 * 1024;

/// A connection that speaks WebSocket.
pub(crate) struct Frames<S> {
    /// Which end this is: what a client sends is masked.
    role: Role,
    codec: WebSocketContext,
    wire: Wire<S>,
    boundary: Boundary,
    limit: usize,
    /// What was agreed in the handshake; JSON where nothing was.
    format: Option<SharedFormat>,
    /// What was decoded and not handed out.
    decoded: Option<Result<Bytes, Refusal>>,
    /// The message that was handed out last.
    current: Bytes,
    /// Whether a message has made the codec's buffer large.
    grown: bool,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    /// The peer has said goodbye.
    Closed,
    /// The codec cannot go on.
    Broken,
    /// We have said goodbye.
    Closing,
}

/// A ping without content, from the server (RFC 6455, section 5.5.2).
const PING: [u8; 2] = [0x89, 0];
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Frames<S> {
    /// An upgraded stream whose first bytes were read already; `limit` is the largest message in bytes.
    pub(crate) fn new(io: S, read: &[u8], limit: usize, format: Option<SharedFormat>) -> Frames<S> {
        Frames::of(Role::Server, io, read, limit, format)
    }

    /// The same for the client's end.
    pub(crate) fn client(io: S, read: &[u8], limit: usize, format: Option<SharedFormat>) -> Frames<S> {
        Frames::of(Role::Client, io, read, limit, format)
    }

    fn of(role: Role, io: S, read: &[u8], limit: usize, format: Option<SharedFormat>) -> Frames<S> {
        let mut boundary = Boundary::default();
        boundary.scan(read);
        Frames {
            role,
            codec: codec(role, limit),
            wire: Wire::new(Stream::new(io, read)),
            boundary,
            limit,
            format,
            decoded: None,
            current: Bytes::new(),
            grown: false,
            state: State::Open,
        }
    }

    /// Runs the codec over what is here, until it has a message or a refusal.
    fn decode(&mut self) {
        while self.decoded.is_none() && self.state == State::Open {
            if self.boundary.is_crumbled() {
                let text = format!("the message has more than {FRAGMENTS} small fragments; send it in fewer");
                self.break_off(FaultKind::TOO_LARGE, text, End::TooLarge);
                return;
            }
            match self.codec.read(&mut self.wire) {
                Ok(Message::Text(text)) if self.is_text() => self.decoded = Some(Ok(text.into())),
                Ok(Message::Binary(bytes)) if !self.is_text() => self.decoded = Some(Ok(bytes)),
                Ok(Message::Text(_) | Message::Binary(_)) => self.decoded = Some(Err(self.wrong_kind())),
                // The codec answers pings and closes itself.
                Ok(Message::Ping(_) | Message::Pong(_) | Message::Close(_) | Message::Frame(_)) => {}
                Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(Error::Capacity(_)) => {
                    let text = format!("the message is larger than {} bytes; send less in one", self.limit);
                    self.break_off(FaultKind::TOO_LARGE, text, End::TooLarge);
                }
                Err(Error::Utf8(_)) => self.break_silently(End::NotText),
                Err(Error::Protocol(_)) if !self.wire.stream.ended() => {
                    self.break_silently(End::Malformed);
                }
                Err(_) => self.state = State::Closed,
            }
        }
    }

    /// Whether messages come in text frames, and not in binary ones.
    fn is_text(&self) -> bool {
        self.format.as_ref().is_none_or(|format| format.is_text())
    }

    /// The refusal of a frame that is text where bytes were agreed, or bytes where text was.
    fn wrong_kind(&self) -> Refusal {
        let name = self.format.as_ref().map_or("JSON", |format| format.name());
        let text = if self.is_text() {
            format!("a binary frame came where text was agreed; send {name} in text frames")
        } else {
            format!("a text frame came where {name} was agreed; send it in binary frames")
        };
        Refusal { fault: Some(Fault::of(FaultKind::UNSUPPORTED_MEDIA, text)), end: None }
    }

    /// Queues what a client sends, by the codec, which has the masks (RFC 6455, section 5.3).
    fn queue_masked(&mut self, message: &[u8]) {
        let message = Bytes::copy_from_slice(message);
        let message = if self.is_text() {
            match Utf8Bytes::try_from(message) {
                Ok(text) => Message::Text(text),
                // A format that says it is text and is not: the server tells its kind from another.
                Err(_) => return self.break_silently(End::NotText),
            }
        } else {
            Message::Binary(message)
        };
        // What is written goes to the stream's buffer, which takes everything.
        let _queued = self.codec.write(&mut self.wire, message);
    }

    fn break_off(&mut self, kind: FaultKind, text: String, end: End) {
        self.break_silently(end);
        if let Some(Err(refusal)) = &mut self.decoded {
            refusal.fault = Some(Fault::of(kind, text));
        }
    }

    /// For what the close frame's code says alone: a text frame before it would be one too many.
    fn break_silently(&mut self, end: End) {
        self.state = State::Broken;
        self.decoded = Some(Err(Refusal { fault: None, end: Some(end) }));
    }

    /// Says goodbye, and waits until the peer has said it too.
    fn poll_goodbye(&mut self, end: End, cx: &mut Context<'_>) -> Poll<()> {
        if matches!(self.state, State::Open | State::Broken) {
            let _queued = self.codec.close(&mut self.wire, Some(goodbye(end)));
            if self.state == State::Open {
                self.state = State::Closing;
            }
        }
        self.wire.settle();
        if ready!(self.wire.stream.poll_flush(cx)).is_err() {
            return Poll::Ready(());
        }
        while self.state == State::Closing {
            match self.codec.read(&mut self.wire) {
                Ok(_) => {}
                Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => {
                    if ready!(self.wire.stream.poll_read(cx)).is_err() {
                        return Poll::Ready(());
                    }
                }
                Err(_) => self.state = State::Closed,
            }
        }
        Poll::Ready(())
    }
}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Transport for Frames<S> {
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        if self.state != State::Open {
            return Poll::Ready(Ok(false));
        }
        let count = ready!(self.wire.stream.poll_read(cx))?;
        let input = self.wire.stream.input();
        self.boundary.scan(input.get(input.len() - count..).unwrap_or_default());
        Poll::Ready(Ok(count > 0))
    }

    fn format(&self) -> Option<&SharedFormat> {
        self.format.as_ref()
    }

    fn ready(&mut self) -> bool {
        self.decode();
        self.decoded.is_some()
    }

    fn next(&mut self) -> Option<Result<&[u8], Refusal>> {
        // The codec can use its buffer again only once nobody holds a part of it.
        self.current = Bytes::new();
        self.decode();
        match self.decoded.take()? {
            Ok(message) => {
                self.grown |= message.len() > READ;
                self.current = message;
                Some(Ok(&self.current))
            }
            Err(refusal) => Some(Err(refusal)),
        }
    }

    fn partial(&self) -> bool {
        self.boundary.partial()
    }

    fn held(&self) -> usize {
        self.boundary.bytes()
    }

    fn queue(&mut self, reply: &[u8]) {
        // After a goodbye nothing more may be sent (RFC 6455, section 5.5.1).
        if !self.codec.can_write() {
            return;
        }
        if self.role == Role::Client {
            return self.queue_masked(reply);
        }
        self.wire.settle();
        let kind = if self.is_text() { 0x81 } else { 0x82 };
        let (head, length) = frame_head(kind, reply.len());
        self.wire.stream.put(head.get(..length).unwrap_or_default());
        self.wire.stream.put(reply);
    }

    fn queued(&self) -> usize {
        self.wire.queued()
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // What waits already is taken first: a peer that takes nothing is owed a few pongs, not a few a flush.
        if self.wire.stream.queued() > 0 {
            ready!(self.wire.stream.poll_flush(cx))?;
        }
        self.wire.settle();
        self.wire.stream.poll_flush(cx)
    }

    fn pings(&self) -> bool {
        true
    }

    fn ping(&mut self) {
        if self.codec.can_write() {
            self.wire.stream.put(&PING);
        }
    }

    fn release(&mut self) {
        self.current = Bytes::new();
        self.wire.stream.release();
        // The codec's buffer never shrinks, so a large message would be paid for ever after.
        if self.grown && !self.boundary.partial() && self.state == State::Open && self.decoded.is_none() {
            self.codec = codec(self.role, self.limit);
            self.grown = false;
        }
    }

    fn poll_close(&mut self, end: End, cx: &mut Context<'_>) -> Poll<()> {
        ready!(self.poll_goodbye(end, cx));
        if self.state == State::Closed {
            // Both have said it, and the server closes first (RFC 6455, section 7.1.1).
            return self.wire.stream.poll_shutdown(cx).map(|_| ());
        }
        self.wire.stream.poll_close(cx)
    }
}

fn codec(role: Role, limit: usize) -> WebSocketContext {
    let config = WebSocketConfig::default()
        .read_buffer_size(READ)
        // Written through at once: the queue is the stream's, and bounded by the connection.
        .write_buffer_size(0)
        .max_message_size(Some(limit))
        .max_frame_size(Some(limit));
    WebSocketContext::new(role, Some(config))
}

/// RFC 6455, section 7.4.1.
fn goodbye(end: End) -> CloseFrame {
    let (code, reason) = match end {
        End::Finished => (CloseCode::Normal, ""),
        End::Draining => (CloseCode::Away, "the server is shutting down"),
        End::Malformed => (CloseCode::Protocol, "not the WebSocket protocol"),
        End::NotText => (CloseCode::Invalid, "a text is not UTF-8"),
        End::TooLarge => (CloseCode::Size, "the message is too large"),
        End::TooSlow => (CloseCode::Policy, "the message came too slowly"),
        End::SlowReader => (CloseCode::Again, "slow_consumer: what was sent was not taken"),
        End::NoRoom => (CloseCode::Again, "overloaded: the server holds as much as it can"),
    };
    CloseFrame { code, reason: Utf8Bytes::from_static(reason) }
}

/// The head of a whole frame from the server, unmasked (RFC 6455, section 5.2), and its length.
fn frame_head(kind: u8, payload: usize) -> ([u8; 10], usize) {
    let mut head = [0; 10];
    let [first, second, long @ ..] = &mut head;
    *first = kind;
    if let Ok(short) = u8::try_from(payload)
        && short < 126
    {
        *second = short;
        return (head, 2);
    }
    if let Ok(medium) = u16::try_from(payload) {
        *second = 126;
        let [high, low] = medium.to_be_bytes();
        let [first, second, ..] = long;
        (*first, *second) = (high, low);
        return (head, 4);
    }
    *second = 127;
    *long = u64::try_from(payload).unwrap_or(u64::MAX).to_be_bytes();
    (head, 10)
}

#[cfg(test)]
mod tests {
    use super::frame_head;

    #[test]
    fn the_head_has_the_shortest_length_that_fits() {
        assert_eq!(frame_head(0x81, 0), ([0x81, 0, 0, 0, 0, 0, 0, 0, 0, 0], 2));
        assert_eq!(frame_head(0x81, 125), ([0x81, 125, 0, 0, 0, 0, 0, 0, 0, 0], 2));
        assert_eq!(frame_head(0x81, 126), ([0x81, 126, 0, 126, 0, 0, 0, 0, 0, 0], 4));
        assert_eq!(frame_head(0x81, 65_535), ([0x81, 126, 0xff, 0xff, 0, 0, 0, 0, 0, 0], 4));
        assert_eq!(frame_head(0x81, 65_536), ([0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0], 10));
    }
}
