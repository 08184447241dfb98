//! What a client is told that cannot be taken: one write, and no more than a moment of a socket.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use crate::connection::LINGER;
use crate::link::Io;

/// How many refused clients are listened to at a time.
const MOST: usize = 64;

/// Refuses clients.
#[derive(Clone, Default)]
pub(crate) struct Refusals(Arc<AtomicUsize>);

struct Place(Arc<AtomicUsize>);

impl Refusals {
    /// Tells the client, and closes. What it sends is read for a moment: the socket would be reset
    /// otherwise, and the client learn nothing. When many are refused at a time, that is what they get.
    pub(crate) fn tell(&self, mut socket: Io, text: Vec<u8>) {
        let place = Place(Arc::clone(&self.0));
        if self.0.fetch_add(1, Ordering::Relaxed) >= MOST {
            return;
        }
        tokio::spawn(async move {
            let told = timeout(LINGER, async {
                socket.write_all(&text).await?;
                socket.shutdown().await?;
                while socket.read(&mut [0; 1024]).await? > 0 {}
                Ok::<_, std::io::Error>(())
            });
            // Either way it is over: the client was told, or does not listen.
            let _told = told.await;
            drop(place);
        });
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
