//! Sockets that read when they are told to.

use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use crate::server::PATIENCE;

pub(crate) struct Raw(TcpStream);

impl Raw {
    /// A connection that takes little before it is read from.
    pub(crate) async fn tcp(to: SocketAddr) -> Raw {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4_096).unwrap();
        Raw(socket.connect(to).await.unwrap())
    }

    pub(crate) async fn websocket(to: SocketAddr) -> Raw {
        let mut raw = Raw::tcp(to).await;
        raw.send(
            "GET /ws HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        )
        .await;
        raw.until(b"\r\n\r\n").await;
        raw
    }

    pub(crate) async fn send(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    /// Sends a short text, masked with nothing.
    pub(crate) async fn frame(&mut self, text: &str) {
        let length = 0x80 | u8::try_from(text.len()).unwrap();
        self.0.write_all(&[&[0x81, length, 0, 0, 0, 0], text.as_bytes()].concat()).await.unwrap();
    }

    pub(crate) async fn line(&mut self) -> String {
        let mut line = self.until(b"\n").await;
        line.pop();
        String::from_utf8(line).unwrap()
    }

    pub(crate) async fn until(&mut self, end: &[u8]) -> Vec<u8> {
        let mut seen = Vec::new();
        while !seen.ends_with(end) {
            let byte = timeout(PATIENCE, self.0.read_u8()).await.expect("it never came").unwrap();
            seen.push(byte);
        }
        seen
    }

    /// All that still comes, to the end.
    pub(crate) async fn rest(&mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        timeout(PATIENCE, self.0.read_to_end(&mut rest)).await.expect("it never ended").unwrap();
        rest
    }
}
