//! A byte stream that minds hyper's peer: hyper itself waits for ever for a slow reader, counts the
//! time between two requests to the second one's head, and takes what others read differently.
//!
//! It also gathers the responses to requests that came together. Hyper's own way to do that,
//! `pipeline_flush`, loses the last response where anything stands behind its request.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

use super::framing::{Framing, Place};
use crate::NetLimits;
use crate::alarm::Alarm;
use crate::buffers;
use crate::connection::LINGER;

/// What hyper reads where the framing is lost: it can stand in no head and in no chunk's size, so
/// hyper refuses it, answers 400 if it is in a head, and closes.
const LOST: &[u8] = b"\0\r\n\r\n";

/// How many bytes of responses wait for others at most.
const GATHERED: usize = 64 * 1024;

/// A response of so many bytes is put together and sent by one plain write, which costs the system less than
/// one of two pieces.
const SMALL: usize = 4 * 1024;

/// What the requests of a connection tell its stream.
#[derive(Default)]
pub(super) struct Turn {
    /// Whether a request is being answered.
    answering: AtomicBool,
    /// Whether the connection speaks another protocol now.
    upgraded: AtomicBool,
    /// How many requests were answered, or are being answered.
    begun: AtomicU64,
}

impl Turn {
    /// A request is being answered until what this returns is dropped.
    pub(super) fn begin(self: &Arc<Turn>) -> Answering {
        self.answering.store(true, Ordering::Relaxed);
        self.begun.fetch_add(1, Ordering::Relaxed);
        Answering(Arc::clone(self))
    }
}

/// While a request is being answered.
pub(crate) struct Answering(Arc<Turn>);

impl Answering {
    /// What comes now is no HTTP.
    pub(super) fn upgrade(&self) {
        self.0.upgraded.store(true, Ordering::Relaxed);
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.answering.store(false, Ordering::Relaxed);
    }
}

/// A stream below hyper.
pub(super) struct Paced<S> {
    io: S,
    limits: Arc<NetLimits>,
    turn: Arc<Turn>,
    framing: Framing,
    /// What was read, and is read again by whoever comes next.
    unread: Vec<u8>,
    /// Whether responses are gathered here, and not by who writes them.
    gathers: bool,
    /// What is left of [`LOST`] to be read, once the framing is lost.
    lost: Option<&'static [u8]>,
    /// Where the connection waits for more, and since when.
    waiting: Option<(Place, Instant)>,
    alarm: Alarm,
    /// Responses that wait for the next one, and how much of them was written.
    held: Vec<u8>,
    written: usize,
    /// Since when nothing was taken of what is to be written.
    writing: Option<Pin<Box<Sleep>>>,
    /// How long what still comes is read after the end.
    linger: Option<Pin<Box<Sleep>>>,
}

impl<S: Unpin> Paced<S> {
    pub(super) fn new(io: S, limits: Arc<NetLimits>, turn: Arc<Turn>) -> Paced<S> {
        Paced {
            io,
            limits,
            turn,
            framing: Framing::default(),
            unread: Vec::new(),
            gathers: true,
            lost: None,
            waiting: None,
            alarm: Alarm::default(),
            held: Vec::new(),
            written: 0,
            writing: None,
            linger: None,
        }
    }

    /// The same stream, for whoever gathers responses himself.
    pub(super) fn ungathered(self) -> Paced<S> {
        Paced { gathers: false, ..self }
    }

    /// The same stream, which is read by hyper from now on: these bytes first, which were read and not answered.
    pub(super) fn unread(self, bytes: Vec<u8>) -> Paced<S> {
        Paced { gathers: true, unread: bytes, ..self }
    }

    /// Where the connection is, as far as it was read.
    pub(super) fn place(&self) -> Place {
        self.framing.place()
    }

    pub(super) fn into_inner(self) -> S {
        self.io
    }

    /// Looks at what was read from `from` on. What hyper must not see is taken away again.
    fn watch(&mut self, from: usize, buffer: &mut ReadBuf<'_>) {
        if self.turn.upgraded.load(Ordering::Relaxed) {
            return;
        }
        let fresh = buffer.filled().get(from..).unwrap_or_default();
        if let Err(at) = self.framing.scan(fresh) {
            buffer.set_filled(from + at);
            self.lost = Some(LOST);
            self.lose(buffer);
        }
    }

    /// Reads the rest of [`LOST`], then the end.
    fn lose(&mut self, buffer: &mut ReadBuf<'_>) {
        if let Some(rest) = self.lost {
            let (now, later) = rest.split_at(rest.len().min(buffer.remaining()));
            buffer.put_slice(now);
            self.lost = Some(later);
        }
    }

    /// How long nothing may come now; none where others mind the time.
    fn patience(&self, place: Place) -> Option<Duration> {
        if self.turn.answering.load(Ordering::Relaxed) || self.writing.is_some() {
            return None;
        }
        match place {
            Place::Between if self.framing.requests() > 0 => Some(self.limits.idle_timeout),
            Place::Between | Place::Head(_) => Some(self.limits.header_timeout),
            Place::Body => None,
        }
    }

    /// Nothing is here: ready once the peer has taken too long.
    fn wait(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.turn.upgraded.load(Ordering::Relaxed) {
            return Poll::Pending;
        }
        let place = self.framing.place();
        let deadline = self.patience(place).map(|patience| match self.waiting {
            Some((before, since)) if before == place => since + patience,
            _ => {
                let now = Instant::now();
                self.waiting = Some((place, now));
                now + patience
            }
        });
        if deadline.is_none() {
            self.waiting = None;
        }
        self.alarm.poll(deadline, cx)
    }

    /// Whether hyper has a whole request more to answer, whose response may go with those before it.
    fn gathering(&self) -> bool {
        self.gathers && self.turn.begun.load(Ordering::Relaxed) < self.framing.heads() && self.held.len() < GATHERED
    }

    fn pace<T>(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.writing = None;
            if self.framing.place() == Place::Between {
                self.waiting = None;
            }
            return written;
        }
        let timer = self.writing.get_or_insert_with(|| Box::pin(sleep(self.limits.write_timeout)));
        timer.as_mut().poll(cx).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    /// A peer that takes too long is read as one that has ended.
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if !this.unread.is_empty() {
            let count = this.unread.len().min(buffer.remaining());
            buffer.put_slice(this.unread.get(..count).unwrap_or_default());
            this.unread.drain(..count);
            return Poll::Ready(Ok(()));
        }
        if this.lost.is_some() {
            this.lose(buffer);
            return Poll::Ready(Ok(()));
        }
        let from = buffer.filled().len();
        match Pin::new(&mut this.io).poll_read(cx, buffer) {
            Poll::Ready(read) => {
                this.watch(from, buffer);
                Poll::Ready(read)
            }
            Poll::Pending => this.wait(cx).map(Ok),
        }
    }
}

impl<S: AsyncWrite + Unpin> Paced<S> {
    /// Writes what was gathered.
    fn poll_held(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(rest) = self.held.get(self.written..)
            && !rest.is_empty()
        {
            let written = Pin::new(&mut self.io).poll_write(cx, rest);
            let count = ready!(self.pace(cx, written))?;
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.written += count;
        }
        if self.written > 0 {
            buffers::give(std::mem::take(&mut self.held));
            self.written = 0;
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if !self.gathers {
            let written = Pin::new(&mut self.io).poll_write(cx, bytes);
            return self.pace(cx, written);
        }
        self.poll_write_vectored(cx, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let length: usize = slices.iter().map(|slice| slice.len()).sum();
        if self.gathers && (self.gathering() || length <= SMALL && self.held.len() < GATHERED) {
            if self.held.capacity() == 0 {
                self.held = buffers::take();
            }
            let before = self.held.len();
            for slice in slices {
                self.held.extend_from_slice(slice);
            }
            return Poll::Ready(Ok(self.held.len() - before));
        }
        ready!(self.poll_held(cx))?;
        let written = Pin::new(&mut self.io).poll_write_vectored(cx, slices);
        self.pace(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.gathering() {
            return Poll::Ready(Ok(()));
        }
        ready!(self.poll_held(cx))?;
        let flushed = Pin::new(&mut self.io).poll_flush(cx);
        let flushed = self.pace(cx, flushed);
        // Behind a response hyper does not ask for the next request if it has asked in vain before,
        // so the time is set here. It cannot have run out already.
        if flushed.is_ready() {
            let _set = self.wait(cx);
        }
        flushed
    }

    /// Ends the stream. Where more may be on its way, it is read for a moment and thrown away: to
    /// close a socket with input unread resets it, and a reset may overtake the last response.
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.linger.is_none() {
            ready!(this.poll_held(cx))?;
            ready!(Pin::new(&mut this.io).poll_shutdown(cx))?;
            if this.lost.is_none() && this.framing.place() == Place::Between {
                return Poll::Ready(Ok(()));
            }
        }
        let linger = this.linger.get_or_insert_with(|| Box::pin(sleep(LINGER)));
        while linger.as_mut().poll(cx).is_pending() {
            let mut thrown = [0; 4096];
            let mut buffer = ReadBuf::new(&mut thrown);
            let read = ready!(Pin::new(&mut this.io).poll_read(cx, &mut buffer));
            if read.is_err() || buffer.filled().is_empty() {
                break;
            }
        }
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
    use tokio::time::Instant;

    use super::{Paced, Turn};
    use crate::NetLimits;

    fn paced(room: usize) -> (Paced<DuplexStream>, DuplexStream, Arc<Turn>) {
        let (near, far) = tokio::io::duplex(room);
        let turn = Arc::new(Turn::default());
        (Paced::new(near, Arc::new(NetLimits::default()), Arc::clone(&turn)), far, turn)
    }

    /// After how many seconds the stream ends.
    async fn ends(paced: &mut Paced<DuplexStream>) -> u64 {
        let begun = Instant::now();
        paced.read_to_end(&mut Vec::new()).await.unwrap();
        begun.elapsed().as_secs()
    }

    #[tokio::test(start_paused = true)]
    async fn a_reader_that_takes_nothing_is_left() {
        let (mut paced, mut far, _) = paced(4);
        paced.write_all(b"1234").await.unwrap();
        paced.flush().await.unwrap();
        paced.write_all(b"5").await.unwrap();
        let error = paced.flush().await.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::TimedOut);
        far.read_exact(&mut [0; 4]).await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_request_and_every_head_have_ten_seconds() {
        let (mut paced, mut far, _) = paced(99);
        assert_eq!(ends(&mut paced).await, 10);
        far.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
        assert_eq!(ends(&mut paced).await, 10);
        far.write_all(b"\r\nGET").await.unwrap();
        assert_eq!(ends(&mut paced).await, 10, "from the second head's first byte");
    }

    #[tokio::test(start_paused = true)]
    async fn an_idle_connection_has_a_limit_of_its_own() {
        let (mut paced, mut far, turn) = paced(99);
        far.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
        assert_eq!(ends(&mut paced).await, 75);
        let answering = turn.begin();
        far.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
        let never = tokio::time::timeout(Duration::from_secs(500), ends(&mut paced));
        assert!(never.await.is_err(), "while a handler runs nobody is idle");
        drop(answering);
        assert_eq!(ends(&mut paced).await, 75);
    }

    #[tokio::test(start_paused = true)]
    async fn a_lost_framing_is_made_unreadable() {
        let (mut paced, mut far, _) = paced(99);
        far.write_all(b"GET / HTTP/1.1\r\nhost: a\n\r\nGET /hidden HTTP/1.1\r\n\r\n").await.unwrap();
        let mut seen = Vec::new();
        paced.read_to_end(&mut seen).await.unwrap();
        assert_eq!(String::from_utf8(seen).unwrap(), "GET / HTTP/1.1\r\nhost: a\0\r\n\r\n");
    }
}
