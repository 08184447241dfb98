//! JSON lines over TCP.

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::Received;
use crate::running::Running;

/// A connection that speaks JSON lines.
pub(crate) struct Tcp {
    stream: BufReader<TcpStream>,
}

impl Tcp {
    pub(crate) async fn connect(to: &Running) -> Tcp {
        Tcp { stream: BufReader::new(TcpStream::connect(to.tcp).await.unwrap()) }
    }

    /// Sends the bytes and a line end.
    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        self.send_raw(&[bytes, b"\n"].concat()).await;
    }

    /// Sends the bytes as they are.
    pub(crate) async fn send_raw(&mut self, bytes: &[u8]) {
        // A server may have closed at the first bytes of many; its answer can still be read.
        let _ = self.stream.get_mut().write_all(bytes).await;
    }

    pub(crate) async fn receive(&mut self) -> Received {
        let mut line = String::new();
        match self.stream.read_line(&mut line).await {
            Ok(1..) if line.ends_with('\n') => {
                line.pop();
                Received::Reply(line, None)
            }
            _ => Received::Ended(None),
        }
    }

    /// Says that nothing more is sent.
    pub(crate) async fn finish(&mut self) {
        self.stream.get_mut().shutdown().await.unwrap();
    }
}
