//! Clients of every transport that carry bytes in a format that was agreed.

use std::sync::Arc;

use converse::Format;
use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{WebSocketStream, client_async};

use super::http::Http;
use crate::running::Running;

/// What carries frames of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Tcp,
    Http,
    WebSocket,
}

impl Way {
    pub(crate) const ALL: [Way; 3] = [Way::Tcp, Way::Http, Way::WebSocket];
}

/// One connection in one format.
pub(crate) enum Binary {
    Tcp(TcpStream),
    Http(Http, &'static str),
    WebSocket(Box<WebSocketStream<TcpStream>>),
}

impl Binary {
    pub(crate) async fn connect(way: Way, format: &dyn Format, to: &Running) -> Binary {
        match way {
            Way::Tcp => {
                let mut stream = TcpStream::connect(to.tcp).await.unwrap();
                stream.write_all(&format.preamble()).await.unwrap();
                Binary::Tcp(stream)
            }
            Way::Http => Binary::Http(Http::connect(to).await, format.media_types()[0]),
            Way::WebSocket => {
                let (stream, agreed) = websocket(to, &[format.name()]).await;
                assert_eq!(agreed.as_deref(), Some(format.name()));
                Binary::WebSocket(Box::new(stream))
            }
        }
    }

    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        match self {
            Binary::Tcp(stream) => {
                let length = u32::try_from(bytes.len()).unwrap().to_be_bytes();
                let _ = stream.write_all(&[&length, bytes].concat()).await;
            }
            Binary::Http(http, kind) => http.post("/", &[&format!("content-type: {kind}")], bytes).await,
            Binary::WebSocket(stream) => {
                let _ = stream.send(Message::binary(bytes.to_vec())).await;
            }
        }
    }

    /// The next reply, and its HTTP status where there is one; `None` at the end of the connection.
    pub(crate) async fn receive(&mut self) -> Option<(Arc<[u8]>, Option<u16>)> {
        match self {
            Binary::Tcp(stream) => {
                let length = usize::try_from(stream.read_u32().await.ok()?).unwrap();
                let mut reply = vec![0; length];
                stream.read_exact(&mut reply).await.ok()?;
                Some((reply.into(), None))
            }
            Binary::Http(http, kind) => {
                let response = http.response().await?;
                assert_eq!(response.header("content-type"), *kind);
                Some((response.bytes.into(), Some(response.status)))
            }
            Binary::WebSocket(stream) => loop {
                match stream.next().await? {
                    Ok(Message::Binary(bytes)) => return Some((bytes.to_vec().into(), None)),
                    Ok(Message::Text(text)) => panic!("a text frame where bytes were agreed: {text}"),
                    Ok(Message::Close(_)) | Err(_) => return None,
                    Ok(_) => {}
                }
            },
        }
    }
}

/// A WebSocket whose handshake offered these subprotocols, and the one that was agreed.
pub(crate) async fn websocket(to: &Running, offers: &[&str]) -> (WebSocketStream<TcpStream>, Option<String>) {
    const PROTOCOL: &str = "sec-websocket-protocol";
    let stream = TcpStream::connect(to.http).await.unwrap();
    let mut request = format!("ws://{}/ws", to.http).into_client_request().unwrap();
    if !offers.is_empty() {
        request.headers_mut().insert(PROTOCOL, offers.join(", ").parse().unwrap());
    }
    let (stream, response) = client_async(request, stream).await.unwrap();
    let agreed = response.headers().get(PROTOCOL).map(|agreed| agreed.to_str().unwrap().to_owned());
    (stream, agreed)
}
