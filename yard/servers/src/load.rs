//! The load: connections that send so many messages at once, and wait for as many replies.
//!
//! Every message is the same, so every reply is as long as the first, and replies are counted by their bytes.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::shop::SIGN_IN;

pub(crate) const CONNECTIONS: usize = 64;

/// What is spoken.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    Http,
    WebSocket,
    Lines,
}

impl Protocol {
    /// The bytes of one message.
    fn message(self) -> Vec<u8> {
        match self {
            Protocol::Http => format!(
                "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{SIGN_IN}",
                SIGN_IN.len()
            )
            .into_bytes(),
            // A whole text, masked by zeros (RFC 6455, section 5.3).
            Protocol::WebSocket => {
                let length = u8::try_from(SIGN_IN.len()).expect("a short message");
                [&[0x81, 0x80 | length, 0, 0, 0, 0], SIGN_IN.as_bytes()].concat()
            }
            Protocol::Lines => format!("{SIGN_IN}\n").into_bytes(),
        }
    }

    /// Connects, with whatever comes before the first message.
    pub(crate) async fn connect(self, port: u16) -> std::io::Result<TcpStream> {
        let mut socket = TcpStream::connect(("127.0.0.1", port)).await?;
        socket.set_nodelay(true)?;
        if self == Protocol::WebSocket {
            let request = "GET /ws HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
                           sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
            socket.write_all(request.as_bytes()).await?;
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(socket.read_u8().await?);
            }
        }
        Ok(socket)
    }

    /// Sends one message and reads its reply; how long that was.
    pub(crate) async fn once(self, socket: &mut TcpStream) -> std::io::Result<usize> {
        socket.write_all(&self.message()).await?;
        let mut buffer = [0; 4096];
        let mut length = 0;
        // A reply is one write of a few hundred bytes; what is late would be a part of it.
        loop {
            length += socket.read(&mut buffer).await?;
            tokio::time::sleep(Duration::from_millis(20)).await;
            let mut more = [0; 1];
            let waiting = tokio::time::timeout(Duration::from_millis(1), socket.peek(&mut more)).await;
            if waiting.is_err() {
                return Ok(length);
            }
        }
    }
}

/// Replies a second, over all connections.
pub(crate) async fn run(protocol: Protocol, port: u16, depth: usize, time: Duration) -> std::io::Result<f64> {
    let mut sockets = Vec::new();
    for _ in 0..CONNECTIONS {
        sockets.push(protocol.connect(port).await?);
    }
    let reply = match sockets.first_mut() {
        Some(first) => protocol.once(first).await?,
        None => 0,
    };
    let batch = protocol.message().repeat(depth);
    let (start, warm) = (Instant::now(), time / 5);
    let tasks: Vec<_> = sockets
        .into_iter()
        .map(|socket| tokio::spawn(connection(socket, batch.clone(), depth * reply, start + warm, start + warm + time)))
        .collect();
    let mut batches = 0;
    for task in tasks {
        batches += task.await.map_err(std::io::Error::other)??;
    }
    #[allow(clippy::cast_precision_loss, reason = "a rate")]
    Ok((batches * depth) as f64 / time.as_secs_f64())
}

/// How many batches one connection had answered between the two times.
async fn connection(
    mut socket: TcpStream,
    batch: Vec<u8>,
    replies: usize,
    from: Instant,
    until: Instant,
) -> std::io::Result<usize> {
    let mut buffer = vec![0; 64 << 10];
    let mut batches = 0;
    loop {
        socket.write_all(&batch).await?;
        let mut left = replies;
        while left > 0 {
            let count = socket.read(&mut buffer).await?;
            if count == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            left = left.checked_sub(count).ok_or_else(|| std::io::Error::other("a reply is longer than the first"))?;
        }
        let now = Instant::now();
        if now >= until {
            return Ok(batches);
        }
        batches += usize::from(now >= from);
    }
}
