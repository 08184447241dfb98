//! WebSocket, by the client of tokio-tungstenite.

use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::{WebSocketStream, client_async};

use super::Received;
use crate::running::Running;

/// A connection after the handshake.
pub(crate) struct WebSocket {
    stream: WebSocketStream<TcpStream>,
}

impl WebSocket {
    pub(crate) async fn connect(to: &Running) -> WebSocket {
        let stream = TcpStream::connect(to.http).await.unwrap();
        WebSocket { stream: client_async(format!("ws://{}/ws", to.http), stream).await.unwrap().0 }
    }

    /// Sends the bytes as one text frame, also if they are no text.
    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        let frame = Frame::message(bytes.to_vec(), OpCode::Data(Data::Text), true);
        let _ = self.stream.send(Message::Frame(frame)).await;
    }

    pub(crate) async fn receive(&mut self) -> Received {
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => return Received::Reply(text.to_string(), None),
                Some(Ok(Message::Close(frame))) => return Received::Ended(frame.map(|frame| frame.code.into())),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Received::Ended(None),
            }
        }
    }
}
