//! Who is at the other end of a connection.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::Credentials;
use crate::identity::Identity;

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
    identity: Identity,
}

impl Peer {
    /// A new peer; `transport` is `memory`, `tcp`, `http` or `websocket`.
    pub fn new(transport: &'static str, address: Option<SocketAddr>) -> Peer {
        Peer::bearing(transport, address, Credentials::default())
    }

    /// A new peer whose connection, or HTTP request, began with these credentials.
    pub fn bearing(transport: &'static str, address: Option<SocketAddr>, credentials: Credentials) -> Peer {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let (id, identity) = (NEXT.fetch_add(1, Ordering::Relaxed), Identity::of(credentials));
        Peer(Arc::new(Inner { id, transport, address, identity }))
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
