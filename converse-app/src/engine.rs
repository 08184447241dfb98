//! An application that has been checked and can answer.

use std::sync::{Arc, Mutex};

use converse_dispatch::{
    AnyMessage, Classes, Dispatch, Exchange, Fault, Flow, FromReply, Incoming, Peer, Sent, SharedFormat, to_json,
};
use converse_model::{Message, Registry};
use converse_net::client::{Client, Connector};
use converse_net::{Mounts, OtlpExport, memory};
use converse_store::Store;
use converse_wire::{Encode, Format};

use crate::Config;
use crate::app::Hook;

/// An application that answers: over any transport of your own, or served by [`serve`](Self::serve).
///
/// ```text
/// while let Some(json) = server.get_json().await {
///     server.send_json(engine.handle(json.as_bytes()).await).await;
/// }
/// ```
pub struct Engine {
    pub(crate) dispatch: Arc<Dispatch>,
    pub(crate) config: Config,
    /// What runs before the first message, and after the last. The lock makes the whole shareable.
    pub(crate) hooks: Mutex<(Vec<Hook>, Vec<Hook>)>,
    /// What answers below paths of its own, over HTTP.
    pub(crate) mounts: Mounts,
    /// The tables, if a class has one.
    pub(crate) store: Option<Store>,
    /// What sends traces away, if something does.
    pub(crate) export: Option<OtlpExport>,
}

impl Engine {
    /// Takes one envelope to the envelope of its reply, or of a fault. Never fails.
    pub async fn handle(&self, message: &[u8]) -> Vec<u8> {
        self.exchange(message, &Peer::new("memory", None)).await.1
    }

    /// Takes one envelope in any format to the envelope of its reply, or of a fault, in the same. Never
    /// fails. The format need not be among those that are served.
    pub async fn handle_format(&self, format: impl Format, message: &[u8]) -> Vec<u8> {
        let exchange = Exchange::of(&(Arc::new(format) as SharedFormat));
        let mut out = Vec::new();
        match self.dispatch.handle_format(&exchange, message, &Peer::new("memory", None), &mut out) {
            Flow::Done(_) => out,
            Flow::Later { reply, .. } => reply.await.1,
        }
    }

    /// The same over a connection of whoever that is.
    pub(crate) async fn handle_over(&self, peer: &Peer, message: &[u8]) -> Vec<u8> {
        self.exchange(message, peer).await.1
    }

    async fn exchange(&self, message: &[u8], peer: &Peer) -> (Sent, Vec<u8>) {
        let mut out = Vec::new();
        match self.dispatch.handle(message, peer, &mut out) {
            Flow::Done(sent) => (sent, out),
            Flow::Later { reply, .. } => reply.await,
        }
    }

    /// Sends a message to its handler and waits for the reply, by way of the wire.
    ///
    /// The reply is a message, a `#[union]`, `()` for a handler that returns nothing, or `AnyMessage`.
    ///
    /// # Errors
    /// The fault that the handler, or the way to it, answered with; or `unexpected_reply` if the
    /// reply is of another class than was asked for.
    pub async fn call<M: Message + Encode, R: FromReply>(&self, message: M) -> Result<R, Fault> {
        self.call_over(&Peer::new("memory", None), message).await
    }

    /// The same over a connection of whoever that is.
    pub(crate) async fn call_over<M: Message + Encode, R: FromReply>(
        &self,
        peer: &Peer,
        message: M,
    ) -> Result<R, Fault> {
        let (sent, bytes) = self.exchange(to_json(&message)?.as_bytes(), peer).await;
        match sent.fault {
            Some(fault) => Err(*fault),
            None => Incoming::read(&bytes)?.into_reply(),
        }
    }

    /// Lets a message of any class be answered by its handler.
    ///
    /// # Errors
    /// As [`call`](Self::call).
    pub async fn respond(&self, message: &AnyMessage) -> Result<AnyMessage, Fault> {
        let (sent, bytes) = self.exchange(message.to_json()?.as_bytes(), &Peer::new("memory", None)).await;
        if let Some(fault) = sent.fault {
            return Err(*fault);
        }
        AnyMessage::from_json_in(self.registry(), &String::from_utf8_lossy(&bytes))
    }

    /// Connects in memory: a connection of its own, as over a socket.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn connect(&self) -> memory::Client {
        converse_net::connect_memory(Arc::clone(&self.dispatch))
    }

    /// A client in memory: what it sends goes the whole way of a message that comes over TCP.
    pub fn client(&self) -> Connector {
        Client::memory(Arc::clone(&self.dispatch))
    }

    /// The classes that are served, to be looked at, added to, replaced and taken away.
    pub fn classes(&self) -> Classes {
        Classes::of(self.dispatch.registry())
    }

    /// The tables, if a class has one: for what a program does beside its handlers. Each write is kept at once.
    pub fn store(&self) -> Option<&Store> {
        self.store.as_ref()
    }

    /// The classes that are served.
    pub fn registry(&self) -> &Registry {
        self.dispatch.registry()
    }
}
