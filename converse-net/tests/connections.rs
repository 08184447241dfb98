//! How many connections there may be, and that the place of each is free again, however it ended.

#![allow(clippy::unwrap_used, missing_docs)]

mod toy;

use std::time::Duration;

use converse_net::NetLimits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{sleep, timeout};
use toy::Toy;
use toy::running::{PATIENCE, Running, exchange, quick, until};

const GET: &str = "GET /livez HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
const UPGRADE: &str = "GET /ws HTTP/1.1\r\nhost: a\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
                       sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

async fn capped(max_connections: usize, max_connections_per_address: usize) -> Running {
    let drain_timeout = Duration::from_millis(800);
    let limits = NetLimits { max_connections, max_connections_per_address, drain_timeout, ..quick() };
    Running::start(Toy::default(), limits).await
}

async fn connected(address: std::net::SocketAddr, bytes: &str) -> TcpStream {
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(bytes.as_bytes()).await.unwrap();
    socket
}

#[tokio::test]
async fn one_too_many_is_told_so_and_the_others_go_on() {
    for (running, of_which) in [(capped(2, 99).await, "all"), (capped(99, 2).await, "one address")] {
        let mut first = connected(running.tcp, "{\"A\":1}\n").await;
        let _second = connected(running.tcp, "{\"A\":1}\n").await;
        running.until_connections(2).await;
        let answer = exchange(running.http, GET).await;
        assert!(answer.starts_with("HTTP/1.1 503 Service Unavailable\r\n"), "{of_which}: {answer}");
        assert!(answer.contains("\r\nretry-after: 1\r\n") && answer.contains("\"code\":\"overloaded\""), "{answer}");
        assert_eq!(exchange(running.tcp, "{\"A\":1}\n").await, "{\"Fault\":\"overloaded\"}\n");
        first.write_all(b"{\"B\":1}\n").await.unwrap();
        let mut answers = [0; 16];
        first.read_exact(&mut answers).await.unwrap();
        assert_eq!(&answers, b"{\"A\":1}\n{\"B\":1}\n");
        drop(first);
        running.until_connections(1).await;
        assert!(exchange(running.http, GET).await.starts_with("HTTP/1.1 200 "));
        running.until_started(3).await;
    }
}

#[tokio::test]
async fn every_way_to_end_gives_the_place_back() {
    let running = capped(99, 99).await;
    let post = "POST / HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 14\r\n\r\n";
    let ways = [
        ("tcp: the peer ends", running.tcp, "{\"A\":1}\n".to_owned()),
        ("tcp: in the middle of a line", running.tcp, "{\"A".to_owned()),
        ("tcp: no line at all", running.tcp, "GET / HTTP/1.1\r\n\r\n".to_owned()),
        ("tcp: with a handler in flight", running.tcp, "{\"sleep 100\":1}\n".to_owned()),
        ("http: nothing", running.http, String::new()),
        ("http: in the middle of a head", running.http, "GET / HTTP".to_owned()),
        ("http: in the middle of a body", running.http, format!("{post}{{")),
        ("http: no HTTP", running.http, "\0\r\n\r\n".to_owned()),
        ("http: with a handler in flight", running.http, format!("{post}{{\"sleep 100\":}}")),
        ("http: after a request", running.http, GET.to_owned()),
        ("websocket: idle", running.http, UPGRADE.to_owned()),
        ("websocket: an unmasked frame", running.http, UPGRADE.to_owned()),
    ];
    for (way, address, bytes) in &ways {
        let mut socket = connected(*address, bytes).await;
        sleep(Duration::from_millis(50)).await;
        if way.ends_with("frame") {
            socket.write_all(&[0x81, 0]).await.unwrap();
        }
        drop(socket);
        running.until_connections(0).await;
    }
    let kept: Vec<_> = futures_util::future::join_all(ways.iter().map(|(_, to, bytes)| connected(*to, bytes))).await;
    sleep(Duration::from_millis(100)).await;
    let mut running = running;
    running.stop();
    until("no connection outlives its server", || running.connections() == 0).await;
    drop(kept);
}

#[tokio::test]
async fn refused_clients_do_not_pile_up() {
    let running = capped(1, 99).await;
    let _first = connected(running.tcp, "{\"A\":1}\n").await;
    running.until_connections(1).await;
    let many = (0..200).map(|_| TcpStream::connect(running.tcp));
    let many: Vec<_> = futures_util::future::join_all(many).await.into_iter().map(Result::unwrap).collect();
    let mut closed = 0;
    for mut socket in many {
        let mut rest = Vec::new();
        if timeout(PATIENCE, socket.read_to_end(&mut rest)).await.is_ok() {
            closed += 1;
        }
    }
    assert_eq!((closed, running.connections()), (200, 1));
}

/// The limit of open files is the process's own, so the test runs itself again in one that has few.
#[test]
#[cfg(unix)]
fn a_lack_of_files_passes() {
    if std::env::var_os("CONVERSE_TEST_FEW_FILES").is_some() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        return runtime.block_on(without_files());
    }
    let itself = std::env::current_exe().unwrap();
    let child = std::process::Command::new("sh")
        .args(["-c", "ulimit -n 64; exec \"$0\" --exact a_lack_of_files_passes --nocapture"])
        .arg(itself)
        .env("CONVERSE_TEST_FEW_FILES", "1")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&child.stdout).into_owned() + &String::from_utf8_lossy(&child.stderr);
    assert!(child.status.success() && text.contains("no file was left"), "{text}");
}

async fn without_files() {
    let running = Running::start(Toy::default(), NetLimits::default()).await;
    let mut before = connected(running.tcp, "{\"A\":1}\n").await;
    before.read_exact(&mut [0; 8]).await.unwrap();
    let late = TcpSocket::new_v4().unwrap();
    let mut files = Vec::new();
    while let Ok(file) = std::fs::File::open("/dev/null") {
        files.push(file);
    }
    println!("no file was left after {}", files.len());
    let mut late = late.connect(running.tcp).await.unwrap();
    late.write_all(b"{\"B\":2}\n").await.unwrap();
    let answered = timeout(Duration::from_millis(400), late.read_exact(&mut [0; 8])).await;
    assert!(answered.is_err(), "it cannot have been accepted");
    before.write_all(b"{\"C\":3}\n").await.unwrap();
    before.read_exact(&mut [0; 8]).await.unwrap();
    drop(files);
    timeout(PATIENCE, late.read_exact(&mut [0; 8])).await.unwrap().unwrap();
}
