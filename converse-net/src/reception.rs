//! Takes connections as they come: admits each to its protocol, or tells it why not.

use std::net::SocketAddr;
use std::sync::Arc;

use converse_dispatch::{Fault, FaultKind, Peer};

use crate::admission::{Admission, Full};
use crate::drain::Drain;
use crate::http::{self, Site};
use crate::link::Link;
use crate::listener::Listener;
use crate::refusal::Refusals;
use crate::tcp::Socket;
use crate::{Answer, NetLimits, connection};

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
}

/// What all connections of a server share.
pub(crate) struct Reception<A> {
    pub(crate) site: Arc<Site<A>>,
    pub(crate) admission: Admission,
    pub(crate) refusals: Refusals,
    pub(crate) stages: Drain,
}

impl<A: Answer> Reception<A> {
    /// Receives whoever comes to one door, for ever. `last` when the server drains.
    pub(crate) async fn receive(&self, door: &Door, last: bool) {
        loop {
            let (io, address) = door.listener.next(&self.site.notices).await;
            // Behind a proxy are many.
            let home = address.map(|address| address.ip()).filter(|home| !self.site.access.trusts(Some(*home)));
            match self.admission.admit(home) {
                Ok(slot) => self.serve(door.protocol, Link::new(io, slot), address, last),
                Err(full) => {
                    self.log(full, address);
                    self.refusals.tell(io, self.refusal(door.protocol));
                }
            }
        }
    }

    fn serve(&self, protocol: Protocol, link: Link, address: Option<SocketAddr>, last: bool) {
        let ticket = if last { self.stages.visitor() } else { self.stages.ticket() };
        let site = &self.site;
        match protocol {
            Protocol::Http => {
                tokio::spawn(http::serve(link, address, Arc::clone(site), ticket, last));
            }
            Protocol::Tcp => {
                let socket = Socket::new(link, site.answer.max_message(), site.answer.formats().clone());
                let peer = Peer::new("tcp", address);
                let (answer, limits) = (Arc::clone(&site.answer), Arc::clone(&site.limits));
                tokio::spawn(connection::run(socket, answer, peer, limits, ticket));
            }
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
