//! The plain way of a connection: requests that are as nearly all are, answered without hyper, which takes as long for
//! one of them as all else that is done for it.
//!
//! It is no third reader of HTTP. It reads heads with the parser that hyper reads them with, and takes a request only if
//! that says it is a `POST` to a path with a length and nothing that changes where it ends or what comes behind it. The
//! stream below has followed its end before ([`Framing`](super::framing::Framing)), and is asked whether both agree. All else is
//! left where it is, what is no HTTP above all: hyper gets the connection from that byte on, and keeps it.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use converse_dispatch::Share;
use hyper::Response;
use hyper::header::HeaderValue;
use tokio::time::Instant;

use super::framing::Place;
use super::head::{Date, Heard, Plainly, hear};
use super::paced::{Answering, Paced};
use super::serve::Guest;
use super::site::{Begun, Due};
use super::{Body, Site, cors, head};
use crate::Answer;
use crate::alarm::Alarm;
use crate::connection::Pace;
use crate::link::Link;
use crate::orphan::Kept;
use crate::stream::Stream;

/// With so many bytes queued they are sent before more requests are taken.
const FLUSH_AT: usize = 64 * 1024;
/// How long the rest of a body is waited for: many a client sends it behind its head. What takes longer is hyper's, and
/// so is what is larger than a buffer.
const REST: Duration = Duration::from_millis(100);
const LARGEST: usize = 16 * 1024;

/// A connection that is served plainly.
pub(super) struct Plain<A> {
    stream: Stream<Paced<Link>>,
    site: Arc<Site<A>>,
    guest: Guest,
    pace: Pace,
    /// The handler that is waited for.
    waits: Option<Waits>,
    /// Since when the rest of a body is waited for.
    since: Option<Instant>,
    alarm: Alarm,
    /// Large bodies, counted until they are sent.
    unsent: Vec<Bytes>,
    draining: bool,
    /// The last response is written.
    closing: bool,
}

struct Waits {
    reply: Kept,
    due: Due,
    /// The page that may read the response.
    reader: Option<HeaderValue>,
    _answering: Answering,
}

/// What becomes of a connection that is served plainly no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    /// It has ended.
    Over,
    /// What comes next is hyper's.
    Hyper,
}

impl<A: Answer> Plain<A> {
    pub(super) fn new(io: Paced<Link>, site: Arc<Site<A>>, guest: Guest) -> Plain<A> {
        Plain {
            stream: Stream::new(io.ungathered(), &[]),
            site,
            guest,
            pace: Pace::new(),
            waits: None,
            since: None,
            alarm: Alarm::default(),
            unsent: Vec::new(),
            draining: false,
            closing: false,
        }
    }

    /// From now on no more requests are taken plainly.
    pub(super) fn drain(&mut self) {
        self.draining = true;
    }

    /// The stream for hyper, which reads first what was read and not answered; and whether the server drains.
    pub(super) fn into_inner(self) -> (Paced<Link>, bool) {
        let (io, rest) = self.stream.into_parts();
        (io.unread(rest), self.draining)
    }

    /// Answers what is here, reads, and writes, until there is nothing left to do but wait.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Then> {
        match ready!(self.advance(cx)) {
            Ok(then) => Poll::Ready(then),
            Err(error) => {
                tracing::debug!(address = ?self.guest.address, %error, "http connection lost");
                Poll::Ready(Then::Over)
            }
        }
    }

    fn advance(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Then>> {
        self.pace.begin();
        let date = head::date();
        loop {
            if self.waits.is_some() {
                ready!(self.wait(cx, &date))?;
            }
            if self.closing {
                return self.stream.poll_shutdown(cx).map_ok(|()| Then::Over);
            }
            if self.draining {
                ready!(self.flush(cx))?;
                if !self.stream.input().is_empty() {
                    return Poll::Ready(Ok(Then::Hyper));
                }
                self.closing = true;
                continue;
            }
            if self.pace.is_over() {
                // What cannot be sent now is sent in the next turn.
                if let Poll::Ready(Err(error)) = self.flush(cx) {
                    return Poll::Ready(Err(error));
                }
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            match self.answer(&date) {
                Heard::Plain(()) if self.stream.queued() > FLUSH_AT => ready!(self.flush(cx))?,
                Heard::Plain(()) => {}
                Heard::Other => {
                    ready!(self.flush(cx))?;
                    return Poll::Ready(Ok(Then::Hyper));
                }
                Heard::Part { body } => {
                    ready!(self.flush(cx))?;
                    if let Some(then) = ready!(self.fill(body, cx))? {
                        return Poll::Ready(Ok(then));
                    }
                }
            }
        }
    }

    /// Answers the next request, if it is whole and plain.
    fn answer(&mut self, date: &Date) -> Heard<()> {
        let input = self.stream.input();
        let Plainly { request, body, length } = match hear(input, LARGEST) {
            Heard::Plain(plainly) => plainly,
            Heard::Part { body } if body || input.len() < LARGEST => return Heard::Part { body },
            _ => return Heard::Other,
        };
        if body.len() > self.site.answer.max_message() || self.site.mounts.find(request.uri().path()).is_some() {
            return Heard::Other;
        }
        let answering = self.guest.turn.begin();
        let reader = cors::reader(&self.site.access, request.headers());
        let begun = self.site.whole(&request, body, self.guest.address, self.guest.secure);
        head::give(request);
        self.stream.consume(length);
        self.since = None;
        self.pace.took();
        match begun {
            Begun::Answered(response) => self.write(response, reader, date),
            Begun::Later(reply, due) => {
                let reply = Kept::new(reply, Arc::clone(&self.guest.ticket));
                self.waits = Some(Waits { reply, due, reader, _answering: answering });
            }
        }
        Heard::Plain(())
    }

    /// Waits for a handler, and writes what it answers.
    fn wait(&mut self, cx: &mut Context<'_>, date: &Date) -> Poll<io::Result<()>> {
        let Some(waits) = &mut self.waits else { return Poll::Ready(Ok(())) };
        if let Poll::Ready((sent, out)) = Pin::new(&mut waits.reply).poll(cx) {
            let (response, reader) = (self.site.end(&waits.due, &sent, out), waits.reader.take());
            self.waits = None;
            self.write(response, reader, date);
            return Poll::Ready(Ok(()));
        }
        if let Poll::Ready(Err(error)) = self.flush(cx) {
            return Poll::Ready(Err(error));
        }
        // Whoever asked may go meanwhile; then the handler runs on without them.
        if self.stream.input().is_empty() {
            match self.stream.poll_read(cx)? {
                Poll::Ready(0) => return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into())),
                Poll::Ready(_) => {}
                Poll::Pending => self.stream.release(),
            }
        }
        Poll::Pending
    }

    /// Reads more of a request, or the next one; of a body whose rest does not come soon, what hyper shall read.
    fn fill(&mut self, body: bool, cx: &mut Context<'_>) -> Poll<io::Result<Option<Then>>> {
        let between = self.stream.input().is_empty();
        if between && self.stream.io().place() != Place::Between {
            let text = "two readers disagree about where a request ends";
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, text)));
        }
        match self.stream.poll_read(cx)? {
            Poll::Ready(0) if between => self.closing = true,
            Poll::Ready(0) => return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into())),
            Poll::Ready(_) => {}
            Poll::Pending => {
                self.stream.release();
                if !body {
                    return Poll::Pending;
                }
                let since = *self.since.get_or_insert_with(Instant::now);
                ready!(self.alarm.poll(Some(since + REST), cx));
                return Poll::Ready(Ok(Some(Then::Hyper)));
            }
        }
        Poll::Ready(Ok(None))
    }

    fn flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.stream.queued() > 0 {
            ready!(self.stream.poll_flush(cx))?;
            self.unsent.clear();
        }
        Poll::Ready(Ok(()))
    }

    fn write(&mut self, mut response: Response<Body>, reader: Option<HeaderValue>, date: &Date) {
        cors::allow(&self.site.access, reader, &mut response);
        let (parts, body) = response.into_parts();
        self.closing = self.draining || head::closes(&parts);
        // Every response to what is taken plainly is whole.
        let body = body.into_whole().unwrap_or_default();
        head::write(self.stream.output(), &parts, &body, self.closing, date);
        if body.len() > Share::FREE {
            self.unsent.push(body);
        }
    }
}
