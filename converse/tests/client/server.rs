//! The real server, and how to connect to it by every transport.

use std::net::SocketAddr;

use converse::{App, Client, Config, Connector, Engine, Serving};
use tokio::net::TcpSocket;

use crate::classes::Counts;
use crate::proxy::Proxy;

/// A program that serves, on ports of its own and in memory.
pub(crate) struct Server {
    pub(crate) counts: Counts,
    serving: Option<Serving>,
    engine: Engine,
    /// Bound to the same ports and not listening: while there is no server they refuse, and nobody else is given them.
    _held: [TcpSocket; 2],
    pub(crate) http: SocketAddr,
    pub(crate) tcp: SocketAddr,
    /// What makes a Unix socket of the TCP port.
    #[cfg(unix)]
    unix: Proxy,
}

/// What carries the messages of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Memory,
    Tcp,
    #[cfg(unix)]
    Unix,
    Http,
    WebSocket,
}

impl Way {
    /// All of them; every test of what must be the same everywhere goes through this list.
    pub(crate) const ALL: &[Way] = &[
        Way::Memory,
        Way::Tcp,
        #[cfg(unix)]
        Way::Unix,
        Way::Http,
        Way::WebSocket,
    ];
}

/// A port that is kept from all but who asks for this very one.
fn held() -> (TcpSocket, SocketAddr) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_reuseaddr(true).unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap();
    (socket, address)
}

async fn serve(counts: &Counts, http: SocketAddr, tcp: SocketAddr) -> Serving {
    let config = Config {
        http: Some(http),
        tcp: Some(tcp),
        drain_timeout: std::time::Duration::from_millis(200),
        ..Config::default()
    };
    App::linked().state(counts.clone()).build_with(config).unwrap().serve().await.unwrap()
}

impl Server {
    pub(crate) async fn start() -> Server {
        let counts = Counts::default();
        let ((held_http, http), (held_tcp, tcp)) = (held(), held());
        let serving = serve(&counts, http, tcp).await;
        let engine = App::linked().state(counts.clone()).build().unwrap();
        Server {
            counts,
            serving: Some(serving),
            engine,
            _held: [held_http, held_tcp],
            http,
            tcp,
            #[cfg(unix)]
            unix: Proxy::unix(tcp),
        }
    }

    /// Ends it, and starts another in its place.
    pub(crate) async fn restart(&mut self) {
        self.stop().await;
        self.start_again().await;
    }

    pub(crate) async fn stop(&mut self) {
        if let Some(serving) = self.serving.take() {
            serving.stop().await;
        }
    }

    pub(crate) async fn start_again(&mut self) {
        self.serving = Some(serve(&self.counts, self.http, self.tcp).await);
    }

    pub(crate) fn to(&self, way: Way) -> Connector {
        match way {
            Way::Memory => self.engine.client(),
            Way::Tcp => Client::to(&format!("tcp://{}", self.tcp)),
            #[cfg(unix)]
            Way::Unix => Client::to(&self.unix.url),
            Way::Http => Client::to(&format!("http://{}", self.http)),
            Way::WebSocket => Client::to(&format!("ws://{}", self.http)),
        }
    }

    pub(crate) async fn client(&self, way: Way) -> Client {
        self.to(way).connect().await.unwrap()
    }
}
