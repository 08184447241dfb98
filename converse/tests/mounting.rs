//! Services mounted in a server, and a server mounted in another: the examples, and what must not be.

#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, missing_docs, reason = "a test")]

#[path = "../examples/in_axum.rs"]
mod in_axum;
#[path = "../examples/mounted.rs"]
mod mounted;

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::routing::{get, post};
use converse::{App, Client, Config, Peer, PushError, Serving, message, respond};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// Has itself pushed to its sender.
#[message]
#[derive(Debug, PartialEq)]
struct Bounce {
    text: String,
}

#[respond]
fn bounce(bounce: Bounce, peer: Peer) -> Result<(), PushError> {
    peer.send(bounce)
}

/// So long that only what never comes takes longer.
const PATIENCE: Duration = Duration::from_mins(1);

async fn serve(app: App) -> (Serving, SocketAddr) {
    serve_with(app, any_config()).await
}

async fn serve_with(app: App, config: Config) -> (Serving, SocketAddr) {
    let serving = app.build_with(config).unwrap().serve().await.unwrap();
    let address = serving.http_address().unwrap();
    (serving, address)
}

/// Sends a request, and returns all that comes.
async fn ask(to: SocketAddr, request: &str) -> String {
    let mut socket = TcpStream::connect(to).await.unwrap();
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    timeout(PATIENCE, socket.read_to_end(&mut answer)).await.expect("no end").unwrap();
    String::from_utf8(answer).unwrap()
}

async fn get_of(to: SocketAddr, path: &str) -> String {
    ask(to, &format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")).await
}

async fn post_of(to: SocketAddr, path: &str, body: &str) -> String {
    let head = "host: localhost\r\nconnection: close\r\ncontent-type: application/json";
    ask(to, &format!("POST {path} HTTP/1.1\r\n{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len())).await
}

fn examples() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_served_beside_messages() {
    let (_serving, to) = serve(mounted::app(&examples())).await;
    let file = get_of(to, "/files/mounted.rs?x=1").await;
    assert!(file.starts_with("HTTP/1.1 200 ") && file.contains("pub(crate) fn app(folder: &Path)"), "{file}");
    let found = post_of(to, "/", "{\"WhereIs\":{\"name\":\"mounted\"}}").await;
    assert!(found.ends_with("{\"Found\":{\"path\":\"/files/mounted.rs\"}}"), "{found}");
    for outside in ["/files/../Cargo.toml", "/files/%2e%2e/Cargo.toml", "/files/nothing", "/filesmounted.rs"] {
        let answer = get_of(to, outside).await;
        assert!(!answer.starts_with("HTTP/1.1 200 "), "{outside}: {answer}");
    }
    let stranger = "GET /files/mounted.rs HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n";
    assert!(ask(to, stranger).await.starts_with("HTTP/1.1 421 "), "the host is checked first");
    let slow = "GET /files/mounted.rs HTTP/1.1\r\nhost: localhost\r\n";
    let head = Config { header_timeout: Duration::from_millis(200), ..any_config() };
    let serving = mounted::app(&examples()).build_with(head).unwrap().serve().await.unwrap();
    assert_eq!(ask(serving.http_address().unwrap(), slow).await, "", "a head has its time here too");
}

fn any_config() -> Config {
    Config { http: Some("127.0.0.1:0".parse().unwrap()), tcp: None, ..Config::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn any_service_will_do_and_none_ends_the_server() {
    let deep = Router::new()
        .route("/", get(async || "the root"))
        .route("/panic", get(async || -> &'static str { panic!("on purpose") }))
        .route("/count", post(async |body: Bytes| format!("{} bytes", body.len())));
    let config = Config { message_timeout: Duration::from_secs(2), ..any_config() };
    let (serving, to) = serve_with(
        App::linked()
            .mount("/a", Router::new().fallback(get(async || "shallow")))
            .mount("/a/deep", deep)
            .mount("/fn", tower_http::services::ServeFile::new(examples().join("mounted.rs"))),
        config,
    )
    .await;
    assert!(get_of(to, "/a/x").await.ends_with("shallow"));
    for root in ["/a/deep", "/a/deep/", "/a/deep?x"] {
        assert!(get_of(to, root).await.ends_with("the root"), "{root}");
    }
    assert!(get_of(to, "/fn").await.contains("ServeDir"));
    let panicked = get_of(to, "/a/deep/panic").await;
    assert!(panicked.starts_with("HTTP/1.1 500 ") && !panicked.contains("on purpose"), "{panicked}");
    assert!(post_of(to, "/a/deep/count", &"x".repeat(100_000)).await.ends_with("100000 bytes"));
    let slow = "POST /a/deep/count HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\nconnection: close\r\n\r\nx";
    let answer = ask(to, slow).await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "a body has its time: {answer}");
    assert_eq!(serving.stop().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_hides_something_is_refused_at_the_start() {
    let said = |path: &'static str| {
        let service = Router::<()>::new();
        App::linked().mount(path, service).build().map(|_| ()).unwrap_err().to_string()
    };
    for (path, why) in [
        ("/", "would hide every path"),
        ("", "would hide every path"),
        ("/ws", "the server answers itself (WebSocket)"),
        ("/livez", "the server answers itself"),
        ("/Bounce", "where bare bodies of the class `Bounce` are sent"),
        ("files", "is no path"),
        ("/files/", "is no path"),
        ("/a//b", "is no path"),
        ("/..", "is no path"),
        ("/f\u{fc}r", "is no path"),
    ] {
        let said = said(path);
        assert!(said.contains(why) && said.contains("mount it at a path of its own"), "{path}: {said}");
    }
    let twice = App::linked().mount("/a", Router::<()>::new()).mount("/a", Router::<()>::new());
    assert!(twice.build().map(|_| ()).unwrap_err().to_string().contains("is where another one is mounted"));
    assert!(App::linked().mount("/files/ws", Router::<()>::new()).build().is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_answers_inside_a_program_of_axum() {
    let (router, api) = in_axum::router().await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let to = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    assert!(get_of(to, "/").await.ends_with("a page of axum's"));
    let sum = post_of(to, "/api", "{\"Add\":{\"numbers\":[1,2]}}").await;
    assert!(sum.starts_with("HTTP/1.1 200 ") && sum.ends_with("{\"Sum\":{\"total\":3}}"), "{sum}");
    assert!(post_of(to, "/api/Add", "{\"numbers\":[4]}").await.ends_with("{\"total\":4}"));
    assert!(post_of(to, "/api/Add", "{\"numbers\":4}").await.starts_with("HTTP/1.1 422 "));
    assert!(get_of(to, "/api/livez").await.ends_with("ok"));
    let stranger = "GET /api/x HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n";
    assert!(ask(to, stranger).await.starts_with("HTTP/1.1 421 "));

    let client = Client::connect(&format!("ws://{to}/api/ws")).await.unwrap();
    let mut pushed = client.pushed();
    let () = client.call(Bounce::new("hello")).await.unwrap();
    let push = timeout(PATIENCE, pushed.next()).await.unwrap().unwrap();
    assert_eq!(push.message.downcast::<Bounce>().unwrap(), Bounce::new("hello"));

    let page = "GET /api/ws HTTP/1.1\r\nhost: localhost\r\norigin: https://evil.example\r\nupgrade: websocket\r\n\
                connection: upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    assert!(ask(to, page).await.starts_with("HTTP/1.1 403 "), "origins are checked as anywhere");
    let own = page.replace("https://evil.example", "http://localhost");
    let mut socket = TcpStream::connect(to).await.unwrap();
    socket.write_all(own.as_bytes()).await.unwrap();
    let mut seen = Vec::new();
    while !seen.ends_with(b"\r\n\r\n") {
        seen.push(socket.read_u8().await.unwrap());
    }
    let stopping = tokio::spawn({
        let api = api.clone();
        async move { api.stop().await }
    });
    timeout(PATIENCE, socket.read_to_end(&mut seen)).await.expect("it is not closed").unwrap();
    let seen = String::from_utf8_lossy(&seen).into_owned();
    assert!(seen.starts_with("HTTP/1.1 101 ") && seen.contains("the server is shutting down"), "{seen}");
    assert_eq!(stopping.await.unwrap(), 0);
    let refused = post_of(to, "/api", "{\"Add\":{\"numbers\":[1,2]}}").await;
    assert!(refused.starts_with("HTTP/1.1 503 ") && refused.contains("shutting_down"), "{refused}");
}
