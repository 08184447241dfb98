//! A server of a toy, on ports of its own.

#![allow(dead_code, clippy::unwrap_used)]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

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

/// Short timeouts, so that the tests of them are short.
pub(crate) fn quick() -> NetLimits {
    NetLimits {
        header_timeout: Duration::from_millis(300),
        idle_timeout: Duration::from_millis(600),
        message_timeout: Duration::from_millis(300),
        drain_timeout: Duration::from_millis(800),
        ..NetLimits::default()
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
        for _ in 0..500 {
            if self.connections() == count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(self.connections(), count, "connections after five seconds");
    }

    pub(crate) async fn ended(self) -> Report {
        tokio::time::timeout(Duration::from_secs(5), self.ended).await.unwrap().unwrap()
    }
}

/// Sends bytes, and reads all that comes until the server closes.
pub(crate) async fn exchange(address: SocketAddr, bytes: impl AsRef<[u8]>) -> String {
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(bytes.as_ref()).await.unwrap();
    let mut answer = Vec::new();
    let reading = socket.read_to_end(&mut answer);
    tokio::time::timeout(Duration::from_secs(5), reading).await.unwrap().unwrap();
    String::from_utf8(answer).unwrap()
}
