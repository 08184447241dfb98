//! Peers that do not read: told, dropped, and felt by nobody else.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use converse::PushError;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

use crate::classes::{Flood, Said};
use crate::raw::Raw;
use crate::server::{PATIENCE, Server, until};

/// Sends until the peer is dropped, and returns how many bytes were taken before.
async fn fill(server: &Server, text: &str) -> usize {
    let peer = server.kept.last();
    let mut taken = 0;
    loop {
        match peer.send(Said::new(text)) {
            Ok(()) => taken += text.len(),
            Err(PushError::TooSlow) => return taken,
            Err(other) => panic!("{other}"),
        }
        // The connection has its turn.
        tokio::time::sleep(Duration::from_micros(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_reads_again_is_told_over_tcp() {
    let server = Server::start().await;
    let mut raw = Raw::tcp(server.tcp()).await;
    raw.send("{\"Keep\":{}}\n").await;
    raw.line().await;
    let taken = fill(&server, &"x".repeat(10_000)).await;
    assert!(taken < 12 * 1024 * 1024, "{taken} bytes wait for nobody");
    let rest = String::from_utf8(raw.rest().await).unwrap();
    let last = rest.lines().last().unwrap();
    assert!(last.starts_with("{\"Fault\":{\"code\":\"slow_consumer\""), "{last}");
    let gone = server.kept.last().send(Said::new("x")).unwrap_err();
    assert!(matches!(gone, PushError::TooSlow | PushError::Gone), "{gone:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_reads_again_is_told_over_websocket() {
    let server = Server::start().await;
    let mut raw = Raw::websocket(server.http()).await;
    raw.frame("{\"Keep\":{}}").await;
    raw.until(b"{\"Done\":{}}").await;
    fill(&server, &"x".repeat(10_000)).await;
    let rest = raw.rest().await;
    let text = b"slow_consumer: what was sent was not taken";
    assert!(rest.ends_with(text), "{}", String::from_utf8_lossy(&rest[rest.len() - 300..]));
    assert_eq!(rest[rest.len() - text.len() - 2..][..2], 1013_u16.to_be_bytes());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_than_256_messages_wait_for_a_peer_that_takes_nothing() {
    let server = Server::start().await;
    let mut raw = Raw::tcp(server.tcp()).await;
    raw.send("{\"Keep\":{}}\n").await;
    raw.line().await;
    let peer = server.kept.last();
    // A single message may wait however large it is.
    peer.send(Flood::of_eight_mib()).unwrap();
    // The connection has taken it once its start arrives, and writes at once as much as the sockets hold.
    let start = raw.until(b"\"Flood\"").await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    for number in 0..256 {
        peer.send(Said::new(number.to_string())).unwrap();
    }
    assert!(matches!(peer.send(Said::new("256")), Err(PushError::TooSlow)));
    let rest = String::from_utf8([start, raw.rest().await].concat()).unwrap();
    let came: Vec<_> = rest.lines().map(|line| &line[..line.len().min(40)]).collect();
    // What was waiting when the peer was dropped is not sent any more.
    assert_eq!(came.len(), 2, "{came:?}");
    assert!(came[0].starts_with("{\"$push\":true,\"Flood\"") && came[1].contains("slow_consumer"), "{came:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_is_no_slowness_of_the_reader() {
    let server = Server::start().await;
    let client = server.client(crate::server::Way::Tcp, "json").await;
    let mut pushed = client.pushed();
    let () = client.call(crate::classes::Keep::new().with_first(1_000)).await.unwrap();
    for _ in 0..1_000 {
        tokio::time::timeout(PATIENCE, pushed.next()).await.unwrap().unwrap();
    }
}

/// Reads to the end, and counts the lines.
async fn count(socket: &mut TcpStream, lines: &AtomicUsize) {
    let mut chunk = [0; 4_096];
    while let Ok(length @ 1..) = socket.read(&mut chunk).await {
        let count = chunk[..length].split(|byte| *byte == b'\n').count() - 1;
        lines.fetch_add(count, Ordering::Relaxed);
    }
}

/// Bad input, row 21: one of a thousand never reads, and the others feel nothing of it.
#[tokio::test(flavor = "multi_thread")]
async fn one_of_a_thousand_that_never_reads_is_dropped_and_delays_nobody() {
    const OTHERS: usize = 999;
    const MESSAGES: usize = 300;
    let server = Server::start().await;
    let mut sleeper = Raw::tcp(server.tcp()).await;
    sleeper.send("{\"Subscribe\":{}}\n{\"Keep\":{}}\n").await;
    sleeper.line().await;
    sleeper.line().await;
    server.kept.last().send(Flood::of_eight_mib()).unwrap();
    let lines = Arc::new(AtomicUsize::new(0));
    for _ in 0..OTHERS {
        let mut raw = TcpStream::connect(server.tcp()).await.unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut raw, b"{\"Subscribe\":{}}\n").await.unwrap();
        let lines = Arc::clone(&lines);
        tokio::spawn(async move { count(&mut raw, &lines).await });
    }
    until("all are subscribed", || lines.load(Ordering::Relaxed) == OTHERS).await;
    assert_eq!(server.news.subscribers(), OTHERS + 1);
    let begun = Instant::now();
    for number in 0..MESSAGES {
        let reached = server.news.publish(Said::new(number.to_string())).unwrap();
        assert!(reached >= OTHERS, "a reader was dropped with {number}");
        if number % 10 == 9 {
            let expected = OTHERS * (number + 2);
            until("all others have it", || lines.load(Ordering::Relaxed) == expected).await;
        }
    }
    let each = begun.elapsed() / u32::try_from(MESSAGES).unwrap();
    println!("{each:?} a message to 999 readers, beside one that never reads");
    until("the sleeper is dropped", || server.news.subscribers() == OTHERS).await;
    // It reads too late to be told, and what waited for it is gone.
    let rest = String::from_utf8_lossy(&sleeper.rest().await).into_owned();
    assert!(!rest.contains("\"news\""), "{} bytes came", rest.len());
}
