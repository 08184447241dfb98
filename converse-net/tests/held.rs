//! What connections hold together is bounded: the starts of messages, and replies that are not taken.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs, reason = "a test")]

mod toy;

use converse_net::NetLimits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use toy::Toy;
use toy::running::{PATIENCE, Running};

const BUDGET: usize = 100_000;

/// Sends the start of something, and waits until so much is held.
async fn begin(running: &Running, address: std::net::SocketAddr, start: &[u8], held: usize) -> TcpStream {
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(start).await.unwrap();
    until(running, |now| now >= held).await;
    socket
}

async fn until(running: &Running, so: impl Fn(usize) -> bool) {
    toy::running::until("so many bytes are held", || so(running.toy.held())).await;
}

/// All that the server still says before it closes.
async fn rest(mut socket: TcpStream) -> Vec<u8> {
    let mut all = Vec::new();
    // A reset tells as much as an end.
    let _either_way = timeout(PATIENCE, socket.read_to_end(&mut all)).await.unwrap();
    all
}

fn has(all: &[u8], part: &str) -> bool {
    all.windows(part.len()).any(|window| window == part.as_bytes())
}

#[tokio::test]
async fn starts_of_lines() {
    let running = Running::start(Toy::holding(BUDGET), NetLimits::default()).await;
    let start = [b"{".as_slice(), &vec![b'x'; 60_000]].concat();
    let first = begin(&running, running.tcp, &start, 60_000).await;
    let mut second = TcpStream::connect(running.tcp).await.unwrap();
    second.write_all(&start).await.unwrap();
    assert!(has(&rest(second).await, "overloaded"));
    drop(first);
    until(&running, |held| held == 0).await;
}

#[tokio::test]
async fn starts_of_bodies() {
    let running = Running::start(Toy::holding(BUDGET), NetLimits::default()).await;
    let head = "POST / HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 90000\r\n\r\n";
    let start = [head.as_bytes(), &vec![b'x'; 70_000]].concat();
    let first = begin(&running, running.http, &start, 50_000).await;
    let mut second = TcpStream::connect(running.http).await.unwrap();
    second.write_all(&start).await.unwrap();
    let mut told = vec![0; 12];
    timeout(PATIENCE, second.read_exact(&mut told)).await.unwrap().unwrap();
    assert_eq!(String::from_utf8_lossy(&told), "HTTP/1.1 503");
    drop((first, second));
    until(&running, |held| held == 0).await;
}

#[tokio::test]
async fn starts_of_frames() {
    let running = Running::start(Toy::holding(BUDGET), NetLimits::default()).await;
    let upgrade = "GET /ws HTTP/1.1\r\nhost: a\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
                   sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    // A text of 90,000 bytes, masked by zeros, of which 60,000 come.
    let frame = [&[0x81, 0xff, 0, 0, 0, 0, 0, 1, 0x5f, 0x90, 0, 0, 0, 0], vec![b'x'; 60_000].as_slice()].concat();
    let mut sockets = Vec::new();
    for _ in 0..2 {
        let mut socket = TcpStream::connect(running.http).await.unwrap();
        socket.write_all(upgrade.as_bytes()).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(socket.read_u8().await.unwrap());
        }
        socket.write_all(&frame).await.unwrap();
        sockets.push(socket);
        until(&running, |held| held >= 60_000).await;
    }
    let told = rest(sockets.pop().unwrap()).await;
    assert!(has(&told, "overloaded: the server holds as much as it can"), "1013 and why");
    sockets.clear();
    until(&running, |held| held == 0).await;
}

#[tokio::test]
async fn replies_that_are_not_taken() {
    let running = Running::start(Toy::holding(8 << 20), NetLimits { queued: 64 << 20, ..NetLimits::default() }).await;
    let large = b"{large 6000000}\n";
    let first = begin(&running, running.tcp, &large.repeat(2), 4_000_000).await;
    // The next who takes nothing is not waited for as long as a slow reader is.
    let _second = begin(&running, running.tcp, &large.repeat(2), 0).await;
    running.until_connections(1).await;
    drop(first);
    until(&running, |held| held == 0).await;
}
