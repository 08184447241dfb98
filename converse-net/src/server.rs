//! The server: it listens, serves until it is told to stop, and ends what is in flight first.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use converse_dispatch::{Credentials, Dispatch, Peer};
use futures_util::future::join_all;
use tokio::time::timeout;

use crate::drain::{Drain, Stage, Ticket};
use crate::http::Site;
use crate::listener::Listener;
use crate::reception::{Door, Protocol, Reception};
use crate::refusal::Refusals;
use crate::tls::Tls;
use crate::{Access, Admission, Answer, Mounts, NetLimits, TlsError, TlsFiles, connection, memory, pulse};

/// Where to listen; port 0 takes any that is free.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listen {
    /// For HTTP and WebSocket.
    pub http: Option<SocketAddr>,
    /// For TCP: JSON lines, or frames in any format.
    pub tcp: Option<SocketAddr>,
    /// For HTTP and WebSocket over a Unix socket at this path.
    pub unix_http: Option<PathBuf>,
    /// For what is spoken over TCP, over a Unix socket at this path.
    pub unix_tcp: Option<PathBuf>,
    /// The permissions of these paths' files; `None` for those of their owner alone, 0600.
    pub unix_mode: Option<u32>,
}

/// Who may connect to a Unix socket: the user that runs the server.
const OWNER_ALONE: u32 = 0o600;

/// An address cannot be listened on.
#[derive(Debug)]
pub struct BindError {
    /// What was to listen: `http`, `tcp`, `unix_http` or `unix_tcp`.
    pub what: &'static str,
    /// The address or the path as it was given.
    pub address: String,
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
            io::ErrorKind::AlreadyExists => {
                f.write_str("a file that is no socket is there; remove it, or choose another path")
            }
            io::ErrorKind::NotFound => f.write_str("its folder is not there; make it, or choose another path"),
            io::ErrorKind::PermissionDenied if self.what.starts_with("unix") => {
                f.write_str("the system does not permit it; choose a folder that this user may write to")
            }
            io::ErrorKind::Unsupported => f.write_str("this system has no Unix sockets; leave it out"),
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
    doors: Vec<Door>,
    site: Site<A>,
    admission: Admission,
    tls: Option<Tls>,
}

impl<A: Answer> Server<A> {
    /// Takes the addresses. From here on clients can connect; they are served once the server runs.
    ///
    /// # Errors
    /// [`BindError`] for the first address that cannot be had.
    pub async fn bind(answer: Arc<A>, listen: Listen, limits: NetLimits) -> Result<Server<A>, BindError> {
        let mut doors = Vec::new();
        for (what, protocol, address) in [("http", Protocol::Http, listen.http), ("tcp", Protocol::Tcp, listen.tcp)] {
            let Some(address) = address else { continue };
            let listener = Listener::bind(address, &limits).await;
            let listener = listener.map_err(|source| BindError { what, address: address.to_string(), source })?;
            doors.push(Door { protocol, listener, tls: None });
        }
        let mode = listen.unix_mode.unwrap_or(OWNER_ALONE);
        let paths = [("unix_http", Protocol::Http, listen.unix_http), ("unix_tcp", Protocol::Tcp, listen.unix_tcp)];
        for (what, protocol, path) in paths {
            let Some(path) = path else { continue };
            let listener = Listener::bind_unix(&path, mode);
            let listener =
                listener.map_err(|source| BindError { what, address: path.display().to_string(), source })?;
            doors.push(Door { protocol, listener, tls: None });
        }
        let admission = Admission::new(&limits);
        let (access, notices) = (Access::default(), Arc::default());
        let site = Site { answer, limits: Arc::new(limits), access, notices, mounts: Arc::default() };
        Ok(Server { doors, site, admission, tls: None })
    }

    /// Trusts these hosts, origins and proxies, beside those that need no naming.
    #[must_use]
    pub fn with_access(mut self, access: Access) -> Server<A> {
        self.site.access = access;
        self
    }

    /// Lets these services answer below their paths.
    #[must_use]
    pub fn with_mounts(mut self, mounts: Mounts) -> Server<A> {
        self.site.mounts = Arc::new(mounts);
        self
    }

    /// Speaks TLS at every address, HTTP and TCP alike, and not at Unix sockets. The files are read now,
    /// and again whenever they change.
    ///
    /// # Errors
    /// [`TlsError`], where they cannot be used. Later the certificate before stays in use.
    pub fn with_tls(mut self, files: TlsFiles) -> Result<Server<A>, TlsError> {
        let tls = Tls::new(files)?;
        for door in self.doors.iter_mut().filter(|door| door.listener.address().is_some()) {
            let name = (door.protocol == Protocol::Http).then_some("http/1.1");
            door.tls = Some(tls.acceptor(name)?);
        }
        self.tls = Some(tls);
        Ok(self)
    }

    /// Where HTTP and WebSocket are served.
    pub fn http_address(&self) -> Option<SocketAddr> {
        self.address(Protocol::Http)
    }

    /// Where TCP is served.
    pub fn tcp_address(&self) -> Option<SocketAddr> {
        self.address(Protocol::Tcp)
    }

    /// How many connections are open, to be asked while the server runs.
    pub fn admission(&self) -> Admission {
        self.admission.clone()
    }

    fn address(&self, protocol: Protocol) -> Option<SocketAddr> {
        self.doors.iter().filter(|door| door.protocol == protocol).find_map(|door| door.listener.address())
    }

    /// Serves until `drain` resolves, then ends: new messages are refused, health is still
    /// answered, and what is in flight may finish within the drain timeout.
    pub async fn run(self, drain: impl Future<Output = ()>) -> Report {
        let mut doors = self.doors;
        let reception = Reception {
            site: Arc::new(self.site),
            admission: self.admission,
            refusals: Refusals::default(),
            stages: Drain::new(),
        };
        pulse::mind(reception.site.answer.load());
        tokio::select! {
            () = drain => {}
            () = receive(&reception, &doors, false) => {}
            () = follow(self.tls.as_ref()) => {}
        }
        let (site, stages) = (&reception.site, &reception.stages);
        site.answer.drain();
        stages.advance(Stage::Draining);
        // A client that finds this port closed goes elsewhere; HTTP stays open for health alone.
        doors.retain(|door| door.protocol == Protocol::Http);
        let patience = timeout(site.limits.drain_timeout, stages.done());
        let mut cut_off = 0;
        tokio::select! {
            finished = patience => if finished.is_err() {
                cut_off = stages.alive();
            },
            () = receive(&reception, &doors, true) => {}
        }
        stages.advance(Stage::Cut);
        Report { cut_off }
    }
}

/// Keeps the certificate the one that the files hold; never ends.
async fn follow(tls: Option<&Tls>) {
    match tls {
        Some(tls) => tls.follow().await,
        None => std::future::pending().await,
    }
}

/// Receives whoever comes to any door; never ends.
async fn receive<A: Answer>(reception: &Reception<A>, doors: &[Door], last: bool) {
    join_all(doors.iter().map(|door| reception.receive(door, last))).await;
    std::future::pending::<()>().await;
}

/// Connects in memory: the connection runs on the current tokio runtime until the client is dropped.
///
/// # Panics
/// Outside a tokio runtime, as [`tokio::spawn`] does.
pub fn connect_memory<A: Answer>(answer: Arc<A>) -> memory::Client {
    let (client, server) = memory::pair(answer.max_message());
    let limits = Arc::new(NetLimits::default());
    let peer = Peer::connected("memory", None, limits.queued, Credentials::default());
    tokio::spawn(connection::run(server, answer, peer, limits, Ticket::alone()));
    client
}
