//! What idle connections cost, and that they leave nothing behind.
//!
//! The server runs in a process of its own, so that its memory is not mixed with its clients':
//! this program started once more. `CONVERSE_TEST_CONNECTIONS` and `CONVERSE_TEST_WAVES` are for
//! larger runs, and `--nocapture` shows the figures.

#![allow(clippy::unwrap_used, clippy::cast_precision_loss, missing_docs)]
#![cfg(target_os = "linux")]

mod toy;

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use converse_net::{Access, Listen, NetLimits, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::sleep;
use toy::Toy;

const SERVES: &str = "CONVERSE_TEST_SERVES";

/// A server in a process of its own; it ends with this value.
struct Served {
    child: Child,
    /// Kept open, as the server's process reports on itself in the end.
    _said: BufReader<ChildStdout>,
    http: SocketAddr,
    tcp: SocketAddr,
}

impl Served {
    fn start(test: &str) -> Served {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", test, "--nocapture"])
            .env(SERVES, "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let mut lines = said.by_ref().lines();
        let line = lines.find_map(|line| Some(line.unwrap().split_once("serves at ")?.1.to_owned())).unwrap();
        let (http, tcp) = line.split_once(' ').unwrap();
        Served { child, _said: said, http: http.parse().unwrap(), tcp: tcp.parse().unwrap() }
    }

    /// How many KiB of memory the server has.
    fn kib(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Its standard input ends, and so does it.
        drop(self.child.stdin.take());
        self.child.wait().unwrap();
    }
}

/// Serves until standard input ends, if this process is to.
fn serve_if_asked() -> bool {
    if std::env::var_os(SERVES).is_none() {
        return false;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let _running = runtime.spawn(async {
        let any = Some("127.0.0.1:0".parse().unwrap());
        let listen = Listen { http: any, tcp: any, ..Listen::default() };
        let most = 1_000_000;
        let limits = NetLimits { max_connections: most, max_connections_per_address: most, ..NetLimits::default() };
        let server = Server::bind(Arc::new(Toy::default()), listen, limits).await.unwrap();
        println!("serves at {} {}", server.http_address().unwrap(), server.tcp_address().unwrap());
        server.with_access(Access::default()).run(std::future::pending()).await
    });
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
    true
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Http,
    WebSocket,
    Tcp,
}

const KINDS: [Kind; 3] = [Kind::WebSocket, Kind::Http, Kind::Tcp];
/// How many connections are open at a time where many come and go.
const WAVE: usize = 300;

/// A connection over which a message went, and its answer came.
async fn idle(served: &Served, kind: Kind) -> TcpStream {
    let to = if kind == Kind::Tcp { served.tcp } else { served.http };
    let mut socket = TcpStream::connect(to).await.unwrap();
    let body = "{\"SignIn\":{\"username\":\"josh\",\"password\":\"basketball\"}}";
    let answer = match kind {
        Kind::Tcp => {
            socket.write_all(format!("{body}\n").as_bytes()).await.unwrap();
            "basketball\"}}\n"
        }
        Kind::Http => {
            let head = "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ";
            socket.write_all(format!("{head}{}\r\n\r\n{body}", body.len()).as_bytes()).await.unwrap();
            "basketball\"}}"
        }
        Kind::WebSocket => {
            let head = "GET /ws HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
                        sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
            socket.write_all(head.as_bytes()).await.unwrap();
            until(&mut socket, "\r\n\r\n").await;
            let length = 0x80 | u8::try_from(body.len()).unwrap();
            socket.write_all(&[&[0x81, length, 0, 0, 0, 0], body.as_bytes()].concat()).await.unwrap();
            "basketball\"}}"
        }
    };
    until(&mut socket, answer).await;
    socket
}

async fn until(socket: &mut TcpStream, end: &str) {
    let (mut seen, mut part) = (Vec::new(), [0; 512]);
    while !seen.ends_with(end.as_bytes()) {
        let count = socket.read(&mut part).await.unwrap();
        assert!(count > 0, "{}", String::from_utf8_lossy(&seen));
        seen.extend_from_slice(part.get(..count).unwrap());
    }
}

fn asked(variable: &str, usual: usize) -> usize {
    std::env::var(variable).map_or(usual, |text| text.parse().unwrap())
}

async fn many(served: &Served, kind: Kind, count: usize) -> Vec<TcpStream> {
    let mut sockets = Vec::new();
    for _ in 0..count {
        sockets.push(idle(served, kind).await);
    }
    sockets
}

/// The budget of a connection that is idle after one message, in KiB of the server's own memory.
#[test]
fn an_idle_connection_is_within_its_budget() {
    if serve_if_asked() {
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let count = asked("CONVERSE_TEST_CONNECTIONS", 400);
        for (kind, budget) in KINDS.into_iter().zip([10.0, 22.0, 6.0]) {
            let served = Served::start("an_idle_connection_is_within_its_budget");
            drop(many(&served, kind, 20).await);
            sleep(Duration::from_millis(200)).await;
            let before = served.kib();
            let sockets = many(&served, kind, count).await;
            sleep(Duration::from_millis(500)).await;
            let each = (served.kib() - before) / count as f64;
            println!("{kind:?}: {each:.1} KiB a connection, at {count}");
            assert!(each <= budget, "{kind:?}: {each:.1} KiB a connection where {budget} are allowed");
            drop(sockets);
        }
    });
}

/// The allocator may keep what was free once, so it is not the first waves that tell, but those after.
#[test]
fn connections_leave_nothing_behind() {
    if serve_if_asked() {
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let served = Served::start("connections_leave_nothing_behind");
        for kind in KINDS {
            drop(many(&served, kind, 20).await);
        }
        let before = served.kib();
        let waves = asked("CONVERSE_TEST_WAVES", 6);
        waves_of(&served, waves).await;
        let once = served.kib();
        waves_of(&served, waves).await;
        let twice = served.kib();
        println!("{before} KiB, after {waves} waves of {WAVE} connections {once} KiB, after as many more {twice} KiB");
        assert!(twice <= once * 1.15, "{once} KiB, then {twice} KiB: each wave leaves something behind");
    });
}

async fn waves_of(served: &Served, waves: usize) {
    for kind in KINDS.into_iter().cycle().take(waves) {
        drop(many(served, kind, WAVE).await);
        sleep(Duration::from_millis(100)).await;
    }
    sleep(Duration::from_secs(1)).await;
}
