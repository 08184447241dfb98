//! The load: connections that send so many messages at once, and wait for as many replies.
//!
//! Every message is the same, so every reply is as long as the first, and replies are counted by their bytes.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::peers::Peer;

pub(crate) const CONNECTIONS: usize = 64;

/// When a first reply is there at the latest: a server that is asked by thousands at once takes its time.
const LATEST: Duration = Duration::from_secs(30);

/// What is spoken.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    Http,
    WebSocket,
    Lines,
}

impl Protocol {
    /// The bytes of one message with this text.
    fn message(self, text: &str) -> Vec<u8> {
        match self {
            Protocol::Http => format!(
                "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{text}",
                text.len()
            )
            .into_bytes(),
            // A whole text, masked by zeros (RFC 6455, section 5.3); one length says all below 126.
            Protocol::WebSocket => {
                let length = u8::try_from(text.len()).ok().filter(|length| *length < 126).expect("a short message");
                [&[0x81, 0x80 | length, 0, 0, 0, 0], text.as_bytes()].concat()
            }
            Protocol::Lines => format!("{text}\n").into_bytes(),
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
}

/// Sends a server its message and reads the reply; how long that was.
pub(crate) async fn first(peer: &Peer, socket: &mut TcpStream) -> std::io::Result<usize> {
    socket.write_all(&peer.speaks.message(peer.hears)).await?;
    let (mut reply, mut buffer) = (Vec::new(), [0; 4096]);
    // A reply is a write or two of a few hundred bytes; what is late would be a part of it.
    loop {
        let read = tokio::time::timeout(LATEST, socket.read(&mut buffer)).await;
        let count = read.map_err(std::io::Error::other)??;
        reply.extend_from_slice(&buffer[..count]);
        // An echo says what it hears. Whatever else is no success must not be counted as an answer.
        let said = String::from_utf8_lossy(&reply);
        let answered = said.contains("success") || said.contains(peer.hears);
        if count == 0 && !answered {
            return Err(std::io::Error::other(format!("{} answers {said:?}", peer.name)));
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        let mut more = [0; 1];
        let waiting = tokio::time::timeout(Duration::from_millis(1), socket.peek(&mut more)).await;
        if answered && waiting.is_err() {
            return Ok(reply.len());
        }
    }
}

/// Replies a second, over all connections.
pub(crate) async fn run(peer: &Peer, port: u16, depth: usize, time: Duration) -> std::io::Result<f64> {
    let mut sockets = Vec::new();
    for _ in 0..CONNECTIONS {
        sockets.push(peer.speaks.connect(port).await?);
    }
    let reply = match sockets.first_mut() {
        Some(socket) => first(peer, socket).await?,
        None => 0,
    };
    let batch = peer.speaks.message(peer.hears).repeat(depth);
    let (start, warm) = (Instant::now(), time / 5);
    let tasks: Vec<_> = sockets
        .into_iter()
        .map(|socket| tokio::spawn(connection(socket, batch.clone(), depth * reply, start + warm, start + warm + time)))
        .collect();
    let mut bytes = 0;
    for task in tasks {
        bytes += task.await.map_err(std::io::Error::other)??;
    }
    #[allow(clippy::cast_precision_loss, reason = "a rate")]
    Ok(bytes as f64 / reply as f64 / time.as_secs_f64())
}

/// How many bytes one connection was answered with between the two times.
async fn connection(
    mut socket: TcpStream,
    batch: Vec<u8>,
    replies: usize,
    from: Instant,
    until: Instant,
) -> std::io::Result<usize> {
    let mut buffer = vec![0; 64 << 10];
    let mut bytes = 0;
    loop {
        socket.write_all(&batch).await?;
        let mut left = replies;
        while left > 0 {
            let count = socket.read(&mut buffer).await?;
            if count == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            left = left.checked_sub(count).ok_or_else(|| std::io::Error::other("a reply is longer than the first"))?;
            let now = Instant::now();
            if now >= until {
                return Ok(bytes);
            }
            if now >= from {
                bytes += count;
            }
        }
    }
}
