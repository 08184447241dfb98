//! The client's end of a connection in memory.

use std::future::poll_fn;
use std::sync::Arc;

use super::pipe::Pipe;

/// The client's end of a connection in memory. Dropping it is a client that is gone.
pub struct Client {
    up: Arc<Pipe>,
    down: Arc<Pipe>,
}

impl Client {
    pub(super) fn new(up: Arc<Pipe>, down: Arc<Pipe>) -> Client {
        Client { up, down }
    }

    /// Sends one envelope. Waits while the server is 64 KiB behind; false if the connection has ended.
    pub async fn send(&self, envelope: &str) -> bool {
        let room = poll_fn(|cx| self.up.poll_room(cx)).await;
        if room {
            self.up.push(envelope.to_owned());
        }
        room
    }

    /// The next envelope from the server; `None` once the connection has ended.
    pub async fn recv(&self) -> Option<String> {
        poll_fn(|cx| self.down.poll_pop(cx)).await
    }

    /// Says that nothing more is sent; what was sent is still answered.
    pub fn finish(&self) {
        self.up.close();
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.up.close();
        self.down.close();
    }
}
