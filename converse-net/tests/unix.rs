//! Unix sockets: the same as HTTP and TCP, at a path.

#![allow(clippy::unwrap_used, missing_docs)]
#![cfg(unix)]

mod toy;

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use converse_net::{Access, Listen, NetLimits, Report, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use toy::Toy;

/// A folder of its own, removed at the end of its test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("converse-unix-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn listen(&self) -> Listen {
        let (http, tcp) = (self.0.join("http.sock"), self.0.join("tcp.sock"));
        Listen { unix_http: Some(http), unix_tcp: Some(tcp), ..Listen::default() }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}

async fn bound(listen: Listen) -> Result<Server<Toy>, converse_net::BindError> {
    let access = Access { trusted_proxies: vec!["unix".parse().unwrap()], ..Access::default() };
    let limits = NetLimits { max_connections_per_address: 1, ..NetLimits::default() };
    Server::bind(Arc::new(Toy::default()), listen, limits).await.map(|server| server.with_access(access))
}

async fn started(listen: Listen) -> (oneshot::Sender<()>, JoinHandle<Report>) {
    let server = bound(listen).await.unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let ended = tokio::spawn(server.run(async move {
        let _either_way = stopped.await;
    }));
    (stop, ended)
}

async fn exchange(path: &Path, bytes: &str) -> String {
    let mut socket = UnixStream::connect(path).await.unwrap();
    socket.write_all(bytes.as_bytes()).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn http_and_lines_are_served_at_paths() {
    let folder = Folder::new("served");
    let (http, tcp) = (folder.0.join("http.sock"), folder.0.join("tcp.sock"));
    let (stop, ended) = started(folder.listen()).await;
    let post = "POST / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\n\
                content-length: 9\r\n";
    let answer = exchange(&http, &format!("{post}\r\n{{\"who\":1}}")).await;
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("\r\n\r\nnobody"), "{answer}");
    let answer = exchange(&http, &format!("{post}x-forwarded-for: 198.51.100.1\r\n\r\n{{\"who\":1}}")).await;
    assert!(answer.ends_with("\r\n\r\n198.51.100.1:0"), "{answer}");
    // Two at a time: a path is no address, of which one could have too many.
    let _other = UnixStream::connect(&tcp).await.unwrap();
    assert_eq!(exchange(&tcp, "{\"A\":1}\n[").await, "{\"A\":1}\n{\"Fault\":\"bad_envelope\"}\n");
    for path in [&http, &tcp] {
        assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    stop.send(()).unwrap();
    assert_eq!(ended.await.unwrap().cut_off, 0);
    assert!(!http.exists() && !tcp.exists(), "the files are removed at the end");
}

#[tokio::test]
async fn permissions_are_what_was_asked_for() {
    let folder = Folder::new("mode");
    let _server = bound(Listen { unix_mode: Some(0o660), ..folder.listen() }).await.unwrap();
    let mode = std::fs::metadata(folder.0.join("http.sock")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o660);
}

#[tokio::test]
async fn a_socket_that_was_left_behind_is_replaced_and_no_other_file_is() {
    let folder = Folder::new("stale");
    let path = folder.0.join("http.sock");
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    assert!(path.exists(), "the standard library leaves the file");
    let (_stop, _ended) = started(folder.listen()).await;
    assert!(exchange(&path, "GET /livez HTTP/1.0\r\n\r\n").await.starts_with("HTTP/1.0 200 "));
    let Err(error) = bound(folder.listen()).await else { unreachable!("two servers at one path") };
    assert!(error.to_string().contains("in use"), "{error}");
    assert!(exchange(&path, "GET /livez HTTP/1.0\r\n\r\n").await.starts_with("HTTP/1.0 200 "), "it still serves");

    let kept = folder.0.join("kept");
    std::fs::write(&kept, "precious").unwrap();
    for (path, says) in [(kept.clone(), "no socket"), (folder.0.join("no/such"), "folder")] {
        let listen = Listen { unix_tcp: Some(path), ..Listen::default() };
        let Err(error) = bound(listen).await else { unreachable!("{says}") };
        assert!(error.to_string().contains(says), "{error}");
    }
    assert_eq!(std::fs::read_to_string(&kept).unwrap(), "precious");
}
