//! Where connections come from.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::net::TcpListener;
use tokio::time::sleep;

use crate::NetLimits;
use crate::link::Io;
use crate::notices::Notices;

/// How long no connection is accepted after the system had no room for one.
const BACK_OFF: Duration = Duration::from_millis(100);

/// What Linux takes for the time between its questions, which it counts in seconds.
const KEEPALIVE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(32_767));

/// A place that is listened at.
pub(crate) enum Listener {
    Tcp {
        socket: TcpListener,
        address: SocketAddr,
    },
    #[cfg(unix)]
    Unix(crate::unix::Listener),
}

impl Listener {
    pub(crate) async fn bind(address: SocketAddr, limits: &NetLimits) -> io::Result<Listener> {
        let socket = TcpListener::bind(address).await?;
        notice_the_dead(&socket, limits)?;
        Ok(Listener::Tcp { address: socket.local_addr()?, socket })
    }

    /// Listens at a path, with these permissions of its file.
    pub(crate) fn bind_unix(path: &Path, mode: u32) -> io::Result<Listener> {
        #[cfg(unix)]
        return crate::unix::Listener::bind(path, mode).map(Listener::Unix);
        #[cfg(not(unix))]
        {
            let _ = (path, mode);
            Err(io::ErrorKind::Unsupported.into())
        }
    }

    /// The address, if it has one.
    pub(crate) fn address(&self) -> Option<SocketAddr> {
        match self {
            Listener::Tcp { address, .. } => Some(*address),
            #[cfg(unix)]
            Listener::Unix(_) => None,
        }
    }

    /// The next connection. No error ends the wait: most concern a client that is gone again, and
    /// a lack of files or memory passes.
    pub(crate) async fn next(&self, notices: &Notices) -> (Io, Option<SocketAddr>) {
        loop {
            match self.accept().await {
                Ok(accepted) => return accepted,
                Err(error) if of_the_client(&error) => {}
                Err(error) => {
                    if let Some(times) = notices.files.due() {
                        tracing::warn!(
                            %error, times, address = ?self.address(),
                            "no connection can be accepted for a moment; raise the limit of open files (ulimit -n), \
                             or set max_connections below it"
                        );
                    }
                    sleep(BACK_OFF).await;
                }
            }
        }
    }

    async fn accept(&self) -> io::Result<(Io, Option<SocketAddr>)> {
        match self {
            Listener::Tcp { socket, .. } => {
                let (socket, address) = socket.accept().await?;
                // A reply is written whole; waiting for more to send with it would only delay it. It
                // fails for a client that is gone again, which the first read will tell.
                let _set = socket.set_nodelay(true);
                Ok((Io::Tcp(socket), Some(address)))
            }
            #[cfg(unix)]
            Listener::Unix(listener) => Ok((Io::Unix(listener.accept().await?), None)),
        }
    }
}

/// Has the system ask silent peers for a sign of life, and end the connections of those that give
/// none. It is said once to the socket that listens: those that it accepts inherit it.
fn notice_the_dead(socket: &TcpListener, limits: &NetLimits) -> io::Result<()> {
    let socket = SockRef::from(socket);
    let (interval, timeout) = (limits.ping_interval.clamp(KEEPALIVE.0, KEEPALIVE.1), limits.peer_timeout);
    let keepalive = TcpKeepalive::new().with_time(interval);
    #[cfg(not(any(target_os = "openbsd", target_os = "haiku")))]
    let keepalive = keepalive.with_interval(interval);
    socket.set_tcp_keepalive(&keepalive)?;
    // It covers what was sent and is not acknowledged, which the questions above do not.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    socket.set_tcp_user_timeout(Some(timeout))?;
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    let _ = timeout;
    Ok(())
}

fn of_the_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}
