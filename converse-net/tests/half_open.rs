//! Peers that are gone without a word: their sockets drop all that comes, as a pulled cable would.

#![allow(clippy::unwrap_used, missing_docs)]
#![cfg(target_os = "linux")]

mod toy;

use std::time::{Duration, Instant};

use converse_net::NetLimits;
use socket2::{SockFilter, SockRef};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use toy::Toy;
use toy::running::{PATIENCE, Running, exchange};

/// From now on the system throws away all that is sent to this socket, and acknowledges nothing.
fn pull_the_cable(socket: &TcpStream) {
    let take_nothing = SockFilter::new(0x06, 0, 0, 0);
    SockRef::from(socket).attach_filter(&[take_nothing]).unwrap();
}

fn limits() -> NetLimits {
    NetLimits {
        ping_interval: Duration::from_secs(1),
        peer_timeout: Duration::from_secs(3),
        drain_timeout: Duration::from_millis(100),
        ..NetLimits::default()
    }
}

/// How long until no connection but those of the test itself is left. By itself the system would need hours.
async fn gone(running: &Running) -> Duration {
    let begun = Instant::now();
    while running.connections() > 0 {
        assert!(begun.elapsed() < PATIENCE, "the peer is gone, and its connection is not");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    begun.elapsed()
}

#[tokio::test]
async fn an_idle_one_is_noticed_by_the_systems_questions() {
    let running = Running::start(Toy::default(), limits()).await;
    let mut socket = TcpStream::connect(running.tcp).await.unwrap();
    socket.write_all(b"{\"A\":1}\n").await.unwrap();
    socket.read_exact(&mut [0; 8]).await.unwrap();
    assert_eq!(running.connections(), 1);
    pull_the_cable(&socket);
    let took = gone(&running).await;
    assert!(took.as_secs() >= 1, "{took:?}");
    assert_eq!(exchange(running.tcp, "[").await, "{\"Fault\":\"bad_envelope\"}\n");
}

#[tokio::test]
async fn one_that_is_owed_a_reply_is_noticed_too() {
    let running = Running::start(Toy::default(), limits()).await;
    let mut socket = TcpStream::connect(running.tcp).await.unwrap();
    socket.write_all(b"{\"sleep 200\":1}\n").await.unwrap();
    running.until_connections(1).await;
    pull_the_cable(&socket);
    let took = gone(&running).await;
    assert!(took.as_secs() >= 2, "{took:?}");
}
