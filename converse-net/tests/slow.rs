//! Peers that send too slowly, one byte at a time and never all of it: each has its end, at limits
//! that are short here.

#![allow(clippy::unwrap_used, missing_docs)]

mod toy;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use converse_net::NetLimits;
use futures_util::future::join_all;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use toy::Toy;
use toy::running::{PATIENCE, Running};

const HEAD: Duration = Duration::from_millis(500);
const MESSAGE: Duration = Duration::from_millis(900);
const POST: &str = "POST / HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n";
const CHUNKED: &str =
    "POST / HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
const UPGRADE: &str = "GET /ws HTTP/1.1\r\nhost: a\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
                       sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/// A peer that sends something at once, and then the same byte for ever.
struct Probe {
    name: &'static str,
    http: bool,
    first: Vec<u8>,
    then: u8,
    /// What it gets before the end, and by when that comes.
    told: &'static str,
    limit: Duration,
}

fn probes() -> Vec<Probe> {
    let probe =
        |name, http, first: &[u8], then, told, limit| Probe { name, http, first: first.to_vec(), then, told, limit };
    let websocket = |frame: &[u8]| [UPGRADE.as_bytes(), frame].concat();
    let live = "GET /livez HTTP/1.1\r\nhost: a\r\n\r\n";
    vec![
        probe("a request line", true, b"GET /", b'x', "", HEAD),
        probe("a header", true, b"GET / HTTP/1.1\r\nx: ", b'x', "", HEAD),
        probe("the head of a second request", true, format!("{live}GET /").as_bytes(), b'x', "HTTP/1.1 200 ", HEAD),
        probe("a body", true, POST.as_bytes(), b' ', "HTTP/1.1 408 ", MESSAGE),
        probe("a chunk", true, format!("{CHUNKED}ff\r\n").as_bytes(), b' ', "HTTP/1.1 408 ", MESSAGE),
        probe("a chunk's size", true, CHUNKED.as_bytes(), b'0', "HTTP/1.1 4", MESSAGE),
        probe("a frame of WebSocket", true, &websocket(&[0x81, 0xfd, 0, 0, 0, 0]), b' ', "too_slow", MESSAGE),
        probe(
            "a long frame of WebSocket",
            true,
            &websocket(&[0x81, 0xfe, 9, 9, 0, 0, 0, 0]),
            b' ',
            "too_slow",
            MESSAGE,
        ),
        probe("a line", false, b"{", b' ', "{\"Fault\":\"too_slow\"}\n", MESSAGE),
        probe("a frame", false, b"JSON\x00\x00\x02\x00", b' ', "{\"Fault\":\"too_slow\"}", MESSAGE),
        probe("a format's name", false, b"C", b'B', "bad_envelope", MESSAGE),
    ]
}

/// What came, and after how long the connection ended.
async fn send(probe: &Probe, to: SocketAddr) -> (String, Duration) {
    let (mut reader, mut writer) = TcpStream::connect(to).await.unwrap().into_split();
    let upgraded = probe.first.strip_prefix(UPGRADE.as_bytes());
    if upgraded.is_some() {
        writer.write_all(UPGRADE.as_bytes()).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(reader.read_u8().await.unwrap());
        }
    }
    writer.write_all(upgraded.unwrap_or(&probe.first)).await.unwrap();
    let begun = Instant::now();
    let then = probe.then;
    let dripping = tokio::spawn(async move {
        while writer.write_all(&[then]).await.is_ok() {
            sleep(Duration::from_millis(40)).await;
        }
    });
    let mut told = Vec::new();
    // A reset is an end too.
    let _end = timeout(PATIENCE, reader.read_to_end(&mut told)).await;
    dripping.abort();
    (String::from_utf8_lossy(&told).into_owned(), begun.elapsed())
}

#[tokio::test]
async fn each_has_its_end() {
    let limits = NetLimits { header_timeout: HEAD, message_timeout: MESSAGE, ..NetLimits::default() };
    let running = Running::start(Toy::default(), limits).await;
    let probes = probes();
    let ends = probes.iter().map(|probe| send(probe, if probe.http { running.http } else { running.tcp }));
    let ends = join_all(ends).await;
    for (probe, (told, took)) in probes.iter().zip(&ends) {
        assert!(told.contains(probe.told), "{}: {told:?}", probe.name);
        // Where a machine is busy it takes a little longer, and nowhere as long as the usual limits.
        let (early, late) = (Duration::from_millis(100), Duration::from_secs(8));
        let known_at_once = matches!(probe.name, "a chunk's size" | "a format's name");
        assert!(known_at_once || *took + early > probe.limit, "{}: {took:?}", probe.name);
        assert!(*took < probe.limit + late, "{}: {took:?}", probe.name);
    }
    running.until_connections(0).await;
    assert_eq!(running.toy.started(), 0);
}
