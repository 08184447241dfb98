//! Who is at the other end of a connection.

use std::fmt;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering, fence};
use std::sync::{Arc, OnceLock};

use converse_wire::Json;

use crate::identity::Identity;
use crate::letter::Letter;
use crate::load::Load;
use crate::{Credentials, Mailbox, PushError, Pushable, SharedFormat, Trace};

/// The other end of one connection. Cheap to clone; two peers are equal when they are the same connection.
///
/// A handler receives it as an argument: `fn respond(self, peer: Peer)`. Over HTTP every request is
/// a peer of its own, because HTTP does not say which requests belong together.
#[derive(Clone)]
pub struct Peer(Arc<Inner>);

struct Inner {
    id: u64,
    transport: &'static str,
    address: Option<SocketAddr>,
    /// How the peer can be sent more than replies, if it can.
    way: Option<Way>,
    identity: Identity,
    /// What its HTTP request said.
    trace: Option<Box<Trace>>,
    /// The idempotency key of its HTTP request.
    key: Option<Box<str>>,
}

/// How messages are pushed to a peer. What costs memory is made when the first may come.
struct Way {
    /// How many bytes may wait.
    queued: usize,
    /// If it is not JSON.
    format: OnceLock<SharedFormat>,
    mailbox: OnceLock<Box<Mailbox>>,
    /// Where what waits for it is counted.
    load: OnceLock<Arc<Load>>,
}

impl Peer {
    /// A new peer that takes replies alone; `transport` is `memory`, `tcp`, `http` or `websocket`.
    pub fn new(transport: &'static str, address: Option<SocketAddr>) -> Peer {
        Peer::bearing(transport, address, Credentials::default())
    }

    /// The same, whose HTTP request came with these credentials.
    pub fn bearing(transport: &'static str, address: Option<SocketAddr>, credentials: Credentials) -> Peer {
        Peer::by(transport, address, None, credentials)
    }

    /// A new peer with a connection of its own, which began with these credentials and takes what is put into its
    /// [`mailbox`](Self::mailbox): of so many bytes.
    pub fn connected(
        transport: &'static str,
        address: Option<SocketAddr>,
        queued: usize,
        credentials: Credentials,
    ) -> Peer {
        let way = Way { queued, format: OnceLock::new(), mailbox: OnceLock::new(), load: OnceLock::new() };
        Peer::by(transport, address, Some(way), credentials)
    }

    fn by(transport: &'static str, address: Option<SocketAddr>, way: Option<Way>, credentials: Credentials) -> Peer {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let (id, identity) = (NEXT.fetch_add(1, Ordering::Relaxed), Identity::of(credentials));
        Peer(Arc::new(Inner { id, transport, address, way, identity, trace: None, key: None }))
    }

    /// The same peer, whose HTTP request is part of a trace; for one that nobody else has yet.
    #[must_use]
    pub fn traced(mut self, trace: Option<Trace>) -> Peer {
        if let Some(trace) = trace
            && let Some(inner) = Arc::get_mut(&mut self.0)
        {
            inner.trace = Some(Box::new(trace));
        }
        self
    }

    /// The same peer, whose HTTP request has an `Idempotency-Key`; for one that nobody else has yet.
    #[must_use]
    pub fn keyed(mut self, key: Option<String>) -> Peer {
        if let Some(key) = key
            && let Some(inner) = Arc::get_mut(&mut self.0)
        {
            inner.key = Some(key.into());
        }
        self
    }

    /// The idempotency key of its HTTP request.
    pub(crate) fn key(&self) -> Option<&str> {
        self.0.key.as_deref()
    }

    /// The trace of its HTTP request.
    pub(crate) fn trace(&self) -> Option<Trace> {
        self.0.trace.as_deref().copied()
    }

    /// Who it is.
    pub(crate) fn identity(&self) -> &Identity {
        &self.0.identity
    }

    /// A number that no other peer of this process has.
    pub fn id(&self) -> u64 {
        self.0.id
    }

    /// Which transport the connection uses.
    pub fn transport(&self) -> &'static str {
        self.0.transport
    }

    /// The address of the other end, or of whom a trusted proxy speaks for; `None` in memory and over a
    /// Unix socket.
    pub fn address(&self) -> Option<SocketAddr> {
        self.0.address
    }

    /// Sends the peer a message of the server's own accord, from any task or thread, now or later: an
    /// envelope that answers nothing and carries `$push`.
    ///
    /// It is queued, and this never waits. Messages to one peer keep their order; one that a handler sends
    /// before it answers may come before or after its reply. A peer that takes too little of what is sent
    /// to it, so that 256 messages or as many bytes as the setting `queued` says wait, is told so
    /// (`slow_consumer`) and dropped.
    ///
    /// # Errors
    /// [`PushError`]: the message breaks its own rules, or the peer takes replies alone (HTTP), is gone, or
    /// is too slow. Without an error the message was queued; whether it arrives is the network's to say.
    #[allow(clippy::needless_pass_by_value, reason = "a message is sent away, as everywhere")]
    pub fn send<M: Pushable>(&self, message: M) -> Result<(), PushError> {
        message.check()?;
        let mailbox = self.reach()?;
        mailbox.put(Letter::write("", &self.format(), self.load(), &|head, format| message.envelope(head, format))?)
    }

    /// Runs this once the connection of the peer has ended, however it came to that, on the connection's own
    /// thread: it should be short, and not wait for anything.
    ///
    /// # Errors
    /// [`PushError::Gone`] if it has ended already, or [`PushError::RepliesOnly`] if there is none.
    pub fn on_gone(&self, run: impl FnOnce() + Send + 'static) -> Result<(), PushError> {
        self.reach()?.on_gone(Box::new(run))
    }

    /// What waits to be pushed to the peer: for its connection, which takes it. None while nothing was, and
    /// nobody else holds the peer who could: then the connection has nothing to do.
    pub fn mailbox(&self) -> Option<&Mailbox> {
        let way = self.0.way.as_ref()?;
        if Arc::strong_count(&self.0) > 1 {
            return self.reach().ok();
        }
        // Whoever held the peer before may have put something in.
        fence(Ordering::Acquire);
        way.mailbox.get().map(|mailbox| &**mailbox)
    }

    /// What was put into the mailbox until now, if there is one.
    pub fn posted(&self) -> Option<&Mailbox> {
        self.0.way.as_ref()?.mailbox.get().map(|mailbox| &**mailbox)
    }

    /// The connection speaks this format, and not JSON: said by it before its first message.
    pub fn speaks(&self, format: SharedFormat) {
        if let Some(way) = &self.0.way {
            let _known = way.format.set(format);
        }
    }

    /// What waits for the peer is counted there: said by its connection, as the first it says.
    pub fn counted_in(&self, load: &Arc<Load>) {
        if let Some(way) = &self.0.way {
            let _known = way.load.set(Arc::clone(load));
        }
    }

    /// Where what waits for the peer is counted.
    pub(crate) fn load(&self) -> Option<&Arc<Load>> {
        self.0.way.as_ref()?.load.get()
    }

    /// The connection has ended: said by it, as the last it says.
    pub fn close(&self) {
        if let Some(mailbox) = self.mailbox() {
            mailbox.close(self.0.id);
        }
    }

    /// In which format the peer is sent what it is sent.
    pub(crate) fn format(&self) -> SharedFormat {
        let known = self.0.way.as_ref().and_then(|way| way.format.get());
        known.map_or_else(|| Arc::new(Json) as SharedFormat, Arc::clone)
    }

    /// Where to put what is sent to the peer.
    pub(crate) fn reach(&self) -> Result<&Mailbox, PushError> {
        match &self.0.way {
            Some(way) => Ok(way.mailbox.get_or_init(|| Box::new(Mailbox::new(way.queued)))),
            None => Err(PushError::RepliesOnly(self.0.transport)),
        }
    }
}

impl PartialEq for Peer {
    fn eq(&self, other: &Peer) -> bool {
        self.0.id == other.0.id
    }
}

impl Eq for Peer {}

impl std::hash::Hash for Peer {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.id.hash(state);
    }
}

impl fmt::Debug for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Peer({} over {}", self.0.id, self.0.transport)?;
        match self.0.address {
            Some(address) => write!(f, " from {address})"),
            None => f.write_str(")"),
        }
    }
}
