//! A server of a toy, on ports of its own.

#![allow(dead_code, clippy::unwrap_used)]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use converse_net::{Access, Admission, Listen, NetLimits, Report, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::toy::Toy;

pub(crate) struct Running {
    pub(crate) toy: Arc<Toy>,
    pub(crate) http: SocketAddr,
    pub(crate) tcp: SocketAddr,
    admission: Admission,
    stop: Option<oneshot::Sender<()>>,
    ended: JoinHandle<Report>,
}

/// How long a test waits for what must come: so long that only what never comes takes longer, on the slowest machine too.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// Short timeouts, so that the tests of them are short. All others have the usual ones: a machine may stand still for longer
/// than these.
pub(crate) fn quick() -> NetLimits {
    NetLimits {
        header_timeout: Duration::from_millis(300),
        idle_timeout: Duration::from_millis(600),
        message_timeout: Duration::from_millis(300),
        ..NetLimits::default()
    }
}

/// Waits until it is so.
pub(crate) async fn until(what: &str, so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !so() {
        assert!(begun.elapsed() < PATIENCE, "it never came to this: {what}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

impl Running {
    /// A server that answers to the host `a`, as the tests call it.
    pub(crate) async fn start(toy: Toy, limits: NetLimits) -> Running {
        let access = Access { hosts: vec!["a".to_owned()], ..Access::default() };
        Running::start_with(toy, limits, access).await
    }

    pub(crate) async fn start_with(toy: Toy, limits: NetLimits, access: Access) -> Running {
        let toy = Arc::new(toy);
        let any = Some("127.0.0.1:0".parse().unwrap());
        let listen = Listen { http: any, tcp: any, ..Listen::default() };
        let server = Server::bind(Arc::clone(&toy), listen, limits).await.unwrap().with_access(access);
        let (http, tcp) = (server.http_address().unwrap(), server.tcp_address().unwrap());
        let admission = server.admission();
        let (stop, stopped) = oneshot::channel::<()>();
        let ended = tokio::spawn(server.run(async move {
            let _either_way = stopped.await;
        }));
        Running { toy, http, tcp, admission, stop: Some(stop), ended }
    }

    pub(crate) fn stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }

    /// How many connections are open.
    pub(crate) fn connections(&self) -> usize {
        self.admission.open()
    }

    /// Waits until so many connections are open.
    pub(crate) async fn until_connections(&self, count: usize) {
        until(&format!("{count} connections are open"), || self.connections() == count).await;
    }

    /// Waits until so many handlers were begun.
    pub(crate) async fn until_started(&self, count: usize) {
        until(&format!("{count} handlers have begun"), || self.toy.started() == count).await;
    }

    pub(crate) async fn ended(self) -> Report {
        tokio::time::timeout(PATIENCE, self.ended).await.unwrap().unwrap()
    }
}

/// Sends bytes, and reads all that comes until the server closes.
pub(crate) async fn exchange(address: SocketAddr, bytes: impl AsRef<[u8]>) -> String {
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(bytes.as_ref()).await.unwrap();
    let mut answer = Vec::new();
    let reading = socket.read_to_end(&mut answer);
    tokio::time::timeout(PATIENCE, reading).await.unwrap().unwrap();
    String::from_utf8(answer).unwrap()
}
