//! From a target to a connection that carries messages.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use converse_dispatch::{Credentials, Peer, Secret, SharedFormat};
use converse_wire::Limits;
use hyper::header::HeaderValue;
use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::ConnectError;
use super::error::Trouble;
use super::target::{Place, Protocol, Target};
use super::{tls, upgrade};
use crate::drain::Ticket;
use crate::tcp::Socket;
use crate::{Answer, NetLimits, Transport, connection};

/// How long a connection may take to be made, from the name to the last handshake.
const TIMEOUT: Duration = Duration::from_secs(10);
/// After how much silence a server is asked for a sign of life, and how often then.
const ASK: Duration = Duration::from_secs(20);
/// After how much silence a server that was asked is taken for dead.
#[cfg(any(target_os = "linux", target_os = "android"))]
const DEAD: Duration = Duration::from_mins(1);
/// How many bytes each direction of a connection in memory holds before its writer waits.
const IN_MEMORY: usize = 64 * 1024;

/// The bytes of a connection, whatever carries them.
pub(crate) trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Io for S {}

/// Connects, as often as it takes.
pub(super) struct Dialer {
    pub(super) target: Target,
    pub(super) format: SharedFormat,
    /// Bounds on a reply.
    pub(super) limits: Limits,
    pub(super) token: Option<Secret<String>>,
    /// If the URL says so.
    pub(super) tls: Option<TlsConnector>,
}

impl Dialer {
    /// A connection that carries messages whole.
    pub(super) async fn transport(&self) -> Result<Box<dyn Transport>, ConnectError> {
        self.in_time(async {
            let io = self.io().await?;
            // JSON is spoken where nobody chooses: lines, or text frames.
            let format = Some(&self.format).filter(|format| format.name() != "json").cloned();
            if self.target.protocol == Protocol::WebSocket {
                return upgrade::upgrade(io, self, format).await;
            }
            Ok(Box::new(Socket::client(io, self.limits.bytes, format)) as Box<dyn Transport>)
        })
        .await
    }

    /// A connection that carries bytes.
    pub(super) async fn bytes(&self) -> Result<Box<dyn Io>, ConnectError> {
        self.in_time(self.io()).await
    }

    async fn in_time<T>(&self, connected: impl Future<Output = Result<T, Trouble>>) -> Result<T, ConnectError> {
        let connected = timeout(TIMEOUT, connected).await.unwrap_or(Err(Trouble::Slow(TIMEOUT)));
        connected.map_err(|trouble| ConnectError::new(&self.target.url, trouble))
    }

    async fn io(&self) -> Result<Box<dyn Io>, Trouble> {
        match &self.target.place {
            Place::Host { host, port } => {
                let io = tcp(host, *port).await?;
                match &self.tls {
                    Some(connector) => tls::encrypt(io, connector, host).await,
                    None => Ok(io),
                }
            }
            Place::Unix(path) => unix(path).await,
            Place::Memory(connect) => Ok(Box::new(connect())),
        }
    }

    /// The token as a header, which is shown nowhere; what is none was refused before.
    pub(super) fn authorization(&self) -> Option<HeaderValue> {
        let token = self.token.as_ref()?;
        let mut value = HeaderValue::from_str(&format!("Bearer {}", token.expose())).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

async fn tcp(host: &str, port: u16) -> Result<Box<dyn Io>, Trouble> {
    let addresses = tokio::net::lookup_host((host, port)).await.map_err(Trouble::Name)?;
    let mut last = io::Error::new(io::ErrorKind::NotFound, "it has no address");
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(socket) => {
                // A batch is written whole; waiting for more to send with it would only delay it.
                socket.set_nodelay(true).and_then(|()| notice_the_dead(&socket)).map_err(Trouble::Io)?;
                return Ok(Box::new(socket));
            }
            Err(error) => last = error,
        }
    }
    Err(Trouble::Io(last))
}

/// Lets the system ask a silent server for a sign of life: one who waits for what is pushed sends nothing
/// that would be missed.
fn notice_the_dead(socket: &TcpStream) -> io::Result<()> {
    let socket = SockRef::from(socket);
    let keepalive = TcpKeepalive::new().with_time(ASK);
    #[cfg(not(any(target_os = "openbsd", target_os = "haiku")))]
    let keepalive = keepalive.with_interval(ASK);
    socket.set_tcp_keepalive(&keepalive)?;
    // It covers what was sent and is not acknowledged, which the questions above do not.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    socket.set_tcp_user_timeout(Some(DEAD))?;
    Ok(())
}

#[cfg(unix)]
async fn unix(path: &std::path::Path) -> Result<Box<dyn Io>, Trouble> {
    let socket = tokio::net::UnixStream::connect(path).await.map_err(Trouble::Io)?;
    Ok(Box::new(socket))
}

#[cfg(not(unix))]
async fn unix(_: &std::path::Path) -> Result<Box<dyn Io>, Trouble> {
    Err(Trouble::Io(io::ErrorKind::Unsupported.into()))
}

/// A connection to who answers in this process, over bytes in memory.
pub(super) fn in_memory<A: Answer>(answer: &Arc<A>) -> DuplexStream {
    let (client, server) = tokio::io::duplex(IN_MEMORY);
    let socket = Socket::new(server, answer.max_message(), answer.formats().clone());
    let limits = Arc::new(NetLimits::default());
    let peer = Peer::connected("memory", None, limits.queued, Credentials::default());
    tokio::spawn(connection::run(socket, Arc::clone(answer), peer, limits, Ticket::alone()));
    client
}
