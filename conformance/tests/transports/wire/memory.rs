//! In memory: by the engine's own function, and by a connection.

use std::rc::Rc;
use std::sync::Arc;

use converse::Engine;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::Received;
use crate::running::Running;

/// The engine's own function.
pub(crate) struct Handle {
    engine: Rc<Engine>,
    message: Vec<u8>,
}

impl Handle {
    pub(crate) fn new(to: &Running) -> Handle {
        Handle { engine: Rc::clone(&to.engine), message: Vec::new() }
    }

    pub(crate) fn send(&mut self, bytes: &[u8]) {
        self.message = bytes.to_vec();
    }

    pub(crate) async fn receive(&mut self) -> Received {
        let reply = self.engine.handle(&self.message).await;
        Received::Reply(String::from_utf8(reply).unwrap(), None)
    }
}

/// A connection in memory.
pub(crate) struct Memory {
    up: UnboundedSender<String>,
    down: UnboundedReceiver<String>,
}

impl Memory {
    pub(crate) fn connect(to: &Running) -> Memory {
        let client = Arc::new(to.engine.connect());
        let (up, mut sent) = unbounded_channel::<String>();
        let (received, down) = unbounded_channel();
        let sender = Arc::clone(&client);
        tokio::spawn(async move {
            while let Some(message) = sent.recv().await {
                sender.send(&message).await;
            }
            sender.finish();
        });
        tokio::spawn(async move {
            while let Some(reply) = client.recv().await {
                if received.send(reply).is_err() {
                    break;
                }
            }
        });
        Memory { up, down }
    }

    pub(crate) fn send(&mut self, bytes: &[u8]) {
        let message = String::from_utf8(bytes.to_vec()).expect("a connection in memory carries texts");
        self.up.send(message).unwrap();
    }

    pub(crate) async fn receive(&mut self) -> Received {
        match self.down.recv().await {
            Some(reply) => Received::Reply(reply, None),
            None => Received::Ended(None),
        }
    }
}
