//! Servers that agree to a WebSocket and then break its rules (RFC 6455).

use std::time::Duration;

use converse::{Call, CallError, Client};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tungstenite::handshake::derive_accept_key;

use crate::classes::Nothing;

/// Agrees to every handshake, and sends these bytes when the first frame comes. What it then gets is the
/// task's, of the first connection. It closes the connection when the client has, or after so long.
async fn saying(bytes: &'static [u8], patience: Duration) -> (String, JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        agree(&mut socket).await;
        let mut frame = [0; 1_024];
        let _first = socket.read(&mut frame).await.unwrap();
        socket.write_all(bytes).await.unwrap();
        let mut rest = Vec::new();
        // It may end with a reset, for what it did not read.
        let _ended = tokio::time::timeout(patience, socket.read_to_end(&mut rest)).await;
        rest
    });
    (url, serving)
}

async fn agree(socket: &mut TcpStream) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        request.push(socket.read_u8().await.unwrap());
    }
    let request = String::from_utf8(request).unwrap();
    let key = request.lines().find_map(|line| line.strip_prefix("sec-websocket-key: ")).unwrap();
    let accept = derive_accept_key(key.as_bytes());
    let answer = format!(
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: {accept}\r\n\r\n"
    );
    socket.write_all(answer.as_bytes()).await.unwrap();
}

async fn nothing(url: &str) -> Result<(), CallError> {
    let client = Client::to(url).max_reply(10_000).connect().await.unwrap();
    let call: Call<()> = client.call(Nothing::new()).timeout(Duration::from_mins(1));
    call.await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_frame_ends_the_connection() {
    const LONG: &[u8] = &[0x81, 127, 0, 0, 0, 1, 0, 0, 0, 0];
    for (what, bytes, said) in [
        ("a masked frame", &[0x81, 0x82, 1, 2, 3, 4, b'{', b'}'][..], "does not speak this protocol"),
        ("an unknown kind", &[0x83, 0], "does not speak this protocol"),
        ("a reserved bit", &[0xc1, 0], "does not speak this protocol"),
        ("a binary frame", &[0x82, 2, b'{', b'}'], "a frame of the wrong kind"),
        ("no UTF-8", &[0x81, 1, 0xff], "not UTF-8"),
        ("4 GiB", LONG, "larger than 10000 bytes"),
        ("no JSON", &[0x81, 1, b'{'], "the server sent no message"),
        ("goodbye", &[0x88, 2, 0x03, 0xe9], "the server closed it"),
    ] {
        let (url, _serving) = saying(bytes, Duration::from_secs(1)).await;
        let error = nothing(&url).await.unwrap_err();
        assert_eq!((error.code(), error.executed()), ("connection_lost", None), "{what}");
        assert!(error.to_string().contains(said), "{what}: {error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pings_are_answered_and_fragments_joined() {
    const FRAMES: &[u8] = b"\x89\x02hi\x01\x08{\"$id\":1\x80\x0b,\"Done\":{}}";
    let (url, serving) = saying(FRAMES, Duration::from_mins(1)).await;
    nothing(&url).await.unwrap();
    let rest = serving.await.unwrap();
    // A pong is masked, as everything that a client sends; a goodbye follows.
    assert_eq!(rest[..2], [0x8a, 0x82]);
    let pong: Vec<u8> = rest[6..8].iter().zip(&rest[2..6]).map(|(byte, mask)| byte ^ mask).collect();
    assert_eq!(pong, b"hi");
    assert_eq!(rest[8] & 0x0f, 8, "{rest:?}");
}
