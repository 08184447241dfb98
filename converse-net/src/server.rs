//! The server: it listens, serves until it is told to stop, and ends what is in flight first.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use converse_dispatch::{Dispatch, Peer};
use tokio::time::timeout;

use crate::drain::{Drain, Stage, Ticket};
use crate::http::{self, Site};
use crate::listener::Listener;
use crate::tcp::Socket;
use crate::{Answer, NetLimits, connection, memory};

/// Where to listen; port 0 takes any that is free.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listen {
    /// For HTTP and WebSocket.
    pub http: Option<SocketAddr>,
    /// For TCP: JSON lines, or frames in any format.
    pub tcp: Option<SocketAddr>,
}

/// An address cannot be listened on.
#[derive(Debug)]
pub struct BindError {
    /// What was to listen: `http` or `tcp`.
    pub what: &'static str,
    /// The address as it was given.
    pub address: SocketAddr,
    /// Why not.
    pub source: io::Error,
}

impl fmt::Display for BindError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot listen on {} for {}: ", self.address, self.what)?;
        match self.source.kind() {
            io::ErrorKind::AddrInUse => {
                f.write_str("the address is in use; stop the program that uses it, or choose another port")
            }
            io::ErrorKind::AddrNotAvailable => {
                f.write_str("this machine has no such address; use 127.0.0.1 for this machine alone, 0.0.0.0 for all")
            }
            io::ErrorKind::PermissionDenied => f.write_str("the system does not permit it; choose a port above 1023"),
            _ => write!(f, "{}", self.source),
        }
    }
}

impl std::error::Error for BindError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

/// How a server ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    /// How many connections still had work in flight when the drain timeout had passed.
    pub cut_off: usize,
}

/// A server that holds its addresses, and serves once it is [`run`](Server::run).
pub struct Server<A = Dispatch> {
    http: Option<Listener>,
    tcp: Option<Listener>,
    site: Site<A>,
}

impl<A: Answer> Server<A> {
    /// Takes the addresses. From here on clients can connect; they are served once the server runs.
    ///
    /// # Errors
    /// [`BindError`] for the first address that cannot be had.
    pub async fn bind(answer: Arc<A>, listen: Listen, limits: NetLimits) -> Result<Server<A>, BindError> {
        Ok(Server {
            http: bind("http", listen.http, &limits).await?,
            tcp: bind("tcp", listen.tcp, &limits).await?,
            site: Site { answer, limits: Arc::new(limits), origins: Vec::new() },
        })
    }

    /// Lets pages of these origins (`https://app.example`) open a `WebSocket`, beside those of this host.
    #[must_use]
    pub fn with_origins(mut self, origins: Vec<String>) -> Server<A> {
        self.site.origins = origins;
        self
    }

    /// Where HTTP and WebSocket are served.
    pub fn http_address(&self) -> Option<SocketAddr> {
        self.http.as_ref().map(Listener::address)
    }

    /// Where TCP is served.
    pub fn tcp_address(&self) -> Option<SocketAddr> {
        self.tcp.as_ref().map(Listener::address)
    }

    /// Serves until `drain` resolves, then ends: new messages are refused, health is still
    /// answered, and what is in flight may finish within the drain timeout.
    pub async fn run(self, drain: impl Future<Output = ()>) -> Report {
        let site = Arc::new(self.site);
        let stages = Drain::new();
        tokio::select! {
            () = drain => {}
            () = accept_http(self.http.as_ref(), &site, &stages, false) => {}
            () = accept_tcp(self.tcp.as_ref(), &site, &stages) => {}
        }
        site.answer.drain();
        stages.advance(Stage::Draining);
        // A client that finds this port closed goes elsewhere; HTTP stays open for health alone.
        drop(self.tcp);
        let patience = timeout(site.limits.drain_timeout, stages.done());
        let mut cut_off = 0;
        tokio::select! {
            finished = patience => if finished.is_err() {
                cut_off = stages.alive();
            },
            () = accept_http(self.http.as_ref(), &site, &stages, true) => {}
        }
        stages.advance(Stage::Cut);
        Report { cut_off }
    }
}

async fn bind(
    what: &'static str,
    address: Option<SocketAddr>,
    limits: &NetLimits,
) -> Result<Option<Listener>, BindError> {
    let Some(address) = address else {
        return Ok(None);
    };
    let listener = Listener::bind(address, limits).await;
    listener.map(Some).map_err(|source| BindError { what, address, source })
}

async fn accept_http<A: Answer>(listener: Option<&Listener>, site: &Arc<Site<A>>, stages: &Drain, last: bool) {
    let Some(listener) = listener else {
        return std::future::pending().await;
    };
    loop {
        let (socket, address) = listener.next().await;
        let ticket = if last { stages.visitor() } else { stages.ticket() };
        tokio::spawn(http::serve(socket, address, Arc::clone(site), ticket, last));
    }
}

async fn accept_tcp<A: Answer>(listener: Option<&Listener>, site: &Arc<Site<A>>, stages: &Drain) {
    let Some(listener) = listener else {
        return std::future::pending().await;
    };
    loop {
        let (socket, address) = listener.next().await;
        let socket = Socket::new(socket, site.answer.max_message(), site.answer.formats().clone());
        let peer = Peer::new("tcp", Some(address));
        let (answer, limits) = (Arc::clone(&site.answer), Arc::clone(&site.limits));
        tokio::spawn(connection::run(socket, answer, peer, limits, stages.ticket()));
    }
}

/// Connects in memory: the connection runs on the current tokio runtime until the client is dropped.
///
/// # Panics
/// Outside a tokio runtime, as [`tokio::spawn`] does.
pub fn connect_memory<A: Answer>(answer: Arc<A>) -> memory::Client {
    let (client, server) = memory::pair(answer.max_message());
    let limits = Arc::new(NetLimits::default());
    let peer = Peer::new("memory", None);
    tokio::spawn(connection::run(server, answer, peer, limits, Ticket::alone()));
    client
}
