//! What a client says of a URL or a server that it cannot use.

use std::time::Duration;

use converse::{App, Call, Client, Config, Secret};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket};

use crate::classes::{Counts, Nothing};
use crate::server::Server;

async fn said(url: &str) -> String {
    Client::connect(url).await.unwrap_err().to_string()
}

#[tokio::test]
async fn what_is_wrong_is_said_with_what_to_do() {
    // Nobody listens there, and nobody else is given it while it is held.
    let held = TcpSocket::new_v4().unwrap();
    held.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let port = held.local_addr().unwrap().port();
    for (url, remedy) in [
        ("127.0.0.1:7117".to_owned(), "begin it with ws://"),
        ("gopher://a:1".to_owned(), "its scheme is unknown"),
        ("tcp://127.0.0.1".to_owned(), "it names no port"),
        ("memory".to_owned(), "`app.client()`"),
        (format!("tcp://127.0.0.1:{port}"), "connection refused; is the server running"),
        (format!("ws://127.0.0.1:{port}"), "connection refused; is the server running"),
        (format!("http://127.0.0.1:{port}"), "connection refused; is the server running"),
        ("tcp://nowhere.invalid:1".to_owned(), "the host is not known"),
    ] {
        let said = said(&url).await;
        assert!(said.contains(remedy) && said.contains(&url), "{url}: {said}");
    }
    #[cfg(unix)]
    assert!(said("unix:///nowhere/a.sock").await.contains("there is no such socket"));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn http_and_websocket_are_spoken_over_unix_sockets_too() {
    let path = std::env::temp_dir().join(format!("converse-{}-http.sock", std::process::id()));
    let config = Config { http: None, tcp: None, unix_http: Some(path.clone()), ..Config::default() };
    let serving = App::linked().state(Counts::default()).build_with(config).unwrap().serve().await.unwrap();
    for scheme in ["http+unix", "ws+unix"] {
        let client = Client::connect(&format!("{scheme}://{}", path.display())).await.unwrap();
        let () = client.call(Nothing::new()).await.unwrap();
    }
    serving.stop().await;
}

#[tokio::test]
async fn the_wrong_door_is_named() {
    let server = Server::start().await;
    let said_of = |url: String| async move { said(&url).await };
    let said = said_of(format!("ws://{}/elsewhere", server.http)).await;
    assert!(said.contains("status 405") && said.contains("WebSocket at /ws"), "{said}");
    let said = said_of(format!("ws://{}", server.tcp)).await;
    assert!(said.contains("does not speak HTTP"), "{said}");
}

#[tokio::test]
async fn a_token_is_shown_nowhere() {
    let token = Secret::new("t0psecret".to_owned());
    let wrong = Secret::new("t0psecret\n".to_owned());
    let connector = Client::to("tcp://127.0.0.1:1").token(token.clone());
    assert!(!format!("{connector:?}").contains("t0psecret"));
    let error = Client::to("ws://127.0.0.1:1").token(wrong).connect().await.unwrap_err();
    assert!(error.to_string().contains("line break"), "{error}");
    assert!(!format!("{error:?} {error}").contains("t0psecret"));
    let error = Client::connect("ws://josh:t0psecret@127.0.0.1:1").await.unwrap_err();
    assert!(error.to_string().contains("`.token(…)`"), "{error}");
    assert!(!format!("{error:?} {error}").contains("t0psecret"));
}

/// What the first bytes of a client are, to a server that never answers.
async fn begin(scheme: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("{scheme}://{}", listener.local_addr().unwrap());
    let call = tokio::spawn(async move {
        let client = Client::to(&url).token("t0psecret").connect().await.unwrap();
        assert!(!format!("{client:?}").contains("t0psecret"));
        let call: Call<()> = client.call(Nothing::new()).idempotent().timeout(Duration::from_millis(200));
        let error = call.await.unwrap_err();
        assert!(!format!("{error:?} {error}").contains("t0psecret"));
    });
    let (mut socket, _) = listener.accept().await.unwrap();
    let mut bytes = vec![0; 4_096];
    let count = socket.read(&mut bytes).await.unwrap();
    if scheme == "tcp" || scheme == "http" {
        call.await.unwrap();
    } else {
        call.abort();
        socket.shutdown().await.unwrap();
    }
    String::from_utf8_lossy(&bytes[..count]).into_owned()
}

#[tokio::test]
async fn a_token_goes_where_it_belongs() {
    let tcp = begin("tcp").await;
    assert!(tcp.starts_with(r#"{"$id":1,"$idempotency_key":""#), "{tcp}");
    assert!(tcp.contains(r#""$auth":"t0psecret","Nothing":{}"#), "{tcp}");
    let ws = begin("ws").await;
    assert!(ws.to_lowercase().contains("authorization: bearer t0psecret"), "{ws}");
    let http = begin("http").await;
    assert!(http.to_lowercase().contains("authorization: bearer t0psecret"), "{http}");
    assert!(!http.contains("$auth") && !http.contains("$id\""), "{http}");
}
