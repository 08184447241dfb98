//! Takes connections as they come: admits each to its protocol, or tells it why not.

use std::net::SocketAddr;
use std::sync::Arc;

use converse_dispatch::{Credentials, Fault, FaultKind, Peer};
use tokio_rustls::TlsAcceptor;

use crate::admission::{Admission, Full, Slot};
use crate::drain::{Drain, Ticket};
use crate::http::{self, Site};
use crate::link::{Io, Link};
use crate::listener::Listener;
use crate::refusal::Refusals;
use crate::tcp::Socket;
use crate::{Answer, NetLimits, connection, tls};

/// When a refused client may come again.
const RETRY_MS: u64 = 1_000;

/// What is spoken at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// HTTP, and WebSocket by its upgrade.
    Http,
    /// JSON lines, or frames.
    Tcp,
}

/// An address, and what is spoken there.
pub(crate) struct Door {
    pub(crate) protocol: Protocol,
    pub(crate) listener: Listener,
    /// If it is spoken inside TLS.
    pub(crate) tls: Option<TlsAcceptor>,
}

/// What all connections of a server share.
pub(crate) struct Reception<A> {
    pub(crate) site: Arc<Site<A>>,
    pub(crate) admission: Admission,
    pub(crate) refusals: Refusals,
    pub(crate) stages: Drain,
}

/// A connection that was admitted, but for what carries it.
struct Guest<A> {
    site: Arc<Site<A>>,
    address: Option<SocketAddr>,
    ticket: Ticket,
    last: bool,
}

impl<A: Answer> Guest<A> {
    /// Serves in a fresh task: that of a handshake was larger.
    fn serve(self, protocol: Protocol, link: Link) {
        let Guest { site, address, ticket, last } = self;
        match protocol {
            Protocol::Http => {
                tokio::spawn(http::serve(link, address, site, ticket, last));
            }
            Protocol::Tcp => {
                let socket = Socket::new(link, site.answer.max_message(), site.answer.formats().clone());
                let peer = Peer::connected("tcp", address, site.limits.queued, Credentials::default());
                let (answer, limits) = (Arc::clone(&site.answer), Arc::clone(&site.limits));
                tokio::spawn(connection::run(socket, answer, peer, limits, ticket));
            }
        }
    }
}

impl<A: Answer> Reception<A> {
    /// Receives whoever comes to one door, for ever. `last` when the server drains.
    pub(crate) async fn receive(&self, door: &Door, last: bool) {
        loop {
            let (io, address) = door.listener.next(&self.site.notices).await;
            // Behind a proxy are many.
            let home = address.map(|address| address.ip()).filter(|home| !self.site.access.trusts(Some(*home)));
            match self.admission.admit(home) {
                Ok(slot) => self.welcome(door, io, slot, address, last),
                Err(full) => {
                    self.site.answer.load().traffic().refused();
                    self.log(full, address);
                    // Inside TLS nothing can be said before a handshake, which costs too much.
                    if door.tls.is_none() {
                        self.refusals.tell(io, self.refusal(door.protocol));
                    }
                }
            }
        }
    }

    /// Gives a connection a task of its own.
    fn welcome(&self, door: &Door, io: Io, slot: Slot, address: Option<SocketAddr>, last: bool) {
        let guest = Guest {
            site: Arc::clone(&self.site),
            address,
            ticket: if last { self.stages.visitor() } else { self.stages.ticket() },
            last,
        };
        match (&door.tls, io) {
            (Some(acceptor), Io::Tcp(socket)) => {
                let (acceptor, protocol) = (acceptor.clone(), door.protocol);
                tokio::spawn(async move {
                    match tls::shake(&acceptor, socket, guest.site.limits.tls_timeout).await {
                        Ok(socket) => guest.serve(protocol, Link::new(Io::Tls(Box::new(socket)), slot)),
                        Err(error) => tracing::debug!(?address, %error, "no handshake of TLS"),
                    }
                });
            }
            (_, io) => guest.serve(door.protocol, Link::new(io, slot)),
        }
    }

    /// What a client is told for which there is no place.
    fn refusal(&self, protocol: Protocol) -> Vec<u8> {
        let text = "the server has as many connections as it takes; connect again in a moment";
        let fault = Fault::of(FaultKind::OVERLOADED, text).with_retry_after_ms(RETRY_MS);
        match protocol {
            Protocol::Http => http::refusal(&fault),
            Protocol::Tcp => {
                let mut line = Vec::new();
                self.site.answer.refuse(fault, &mut line);
                line.push(b'\n');
                line
            }
        }
    }

    fn log(&self, full: Full, address: Option<SocketAddr>) {
        let limits: &NetLimits = &self.site.limits;
        let (notice, key, limit) = match full {
            Full::All => (&self.site.notices.connections, "max_connections", limits.max_connections),
            Full::Home => (
                &self.site.notices.connections_per_address,
                "max_connections_per_address",
                limits.max_connections_per_address,
            ),
        };
        if let Some(times) = notice.due() {
            let more = limit.saturating_mul(2);
            tracing::warn!(?address, times, "refused a connection beyond {limit}; to allow more: {key} = {more}");
        }
    }
}
