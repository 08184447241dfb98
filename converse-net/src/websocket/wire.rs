//! What the codec reads from and writes to: buffers, never the socket.

use std::io;

use tokio::io::{AsyncRead, AsyncWrite};

use crate::stream::Stream;

/// How many pings that came together are each answered: more than a sane peer has under way.
const PONGS: usize = 16;
/// The first byte of a pong.
const PONG: u8 = 0x8a;

/// The stream's buffers as the codec sees them: it reads what is there and writes without waiting.
pub(super) struct Wire<S> {
    pub(super) stream: Stream<S>,
    /// The answers to pings. Of very many that came together the last stands for those before it (RFC 6455,
    /// section 5.5.3): a flood of them costs a few pongs a flush.
    pongs: Vec<u8>,
    /// How many there are.
    waiting: usize,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    pub(super) fn new(stream: Stream<S>) -> Wire<S> {
        Wire { stream, pongs: Vec::new(), waiting: 0 }
    }

    /// How many bytes wait to be sent.
    pub(super) fn queued(&self) -> usize {
        self.stream.queued() + self.pongs.len()
    }

    /// Puts the pongs behind what waits to be sent.
    pub(super) fn settle(&mut self) {
        if self.waiting > 0 {
            self.stream.put(&self.pongs);
            self.pongs = Vec::new();
            self.waiting = 0;
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> io::Read for Wire<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let input = self.stream.input();
        let count = input.len().min(buffer.len());
        if count == 0 && !self.stream.ended() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), input.get(..count)) {
            to.copy_from_slice(from);
        }
        self.stream.consume(count);
        Ok(count)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> io::Write for Wire<S> {
    /// The codec writes whole frames, and of its own accord pongs and goodbyes alone.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.first() == Some(&PONG) {
            if self.waiting == PONGS {
                self.pongs.clear();
                self.waiting = 0;
            }
            self.pongs.extend_from_slice(bytes);
            self.waiting += 1;
        } else {
            self.settle();
            self.stream.put(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
