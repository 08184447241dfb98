//! HTTP/1.1, written out by hand so that a test can say everything, also what is wrong.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Received;
use crate::running::Running;

/// The largest message that the server takes.
const LARGEST: usize = 1 << 20;

/// A keep-alive connection.
pub(crate) struct Http {
    stream: TcpStream,
    address: SocketAddr,
}

/// One response.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    /// The body as a text, as far as it is one.
    pub(crate) body: String,
    pub(crate) bytes: Vec<u8>,
}

impl Response {
    /// A header's value; empty if it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

impl Http {
    pub(crate) async fn connect(to: &Running) -> Http {
        Http { stream: TcpStream::connect(to.http).await.unwrap(), address: to.http }
    }

    /// Posts an envelope.
    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        self.post("/", &["content-type: application/json"], bytes).await;
    }

    /// Posts a body. One that is larger than the server takes is announced and not sent: it is the
    /// announced length that must be refused.
    pub(crate) async fn post(&mut self, path: &str, headers: &[&str], body: &[u8]) {
        let mut head = format!("POST {path} HTTP/1.1\r\nhost: {}\r\ncontent-length: {}\r\n", self.address, body.len());
        for header in headers {
            head.push_str(header);
            head.push_str("\r\n");
        }
        head.push_str("\r\n");
        let body = if body.len() > LARGEST { &[] } else { body };
        self.send_raw(&[head.as_bytes(), body].concat()).await;
    }

    /// Sends the bytes as they are.
    pub(crate) async fn send_raw(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes).await;
    }

    pub(crate) async fn receive(&mut self) -> Received {
        let Some(response) = self.response().await else { return Received::Ended(None) };
        let kind = response.header("content-type");
        assert_eq!(kind, "application/json", "an envelope has this content type; it is {response:?}");
        Received::Reply(response.body, Some(response.status))
    }

    /// The next response; `None` at the end of the connection.
    pub(crate) async fn response(&mut self) -> Option<Response> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.stream.read_u8().await.ok()?);
        }
        let head = String::from_utf8(head).unwrap();
        let mut lines = head.lines();
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let fields = lines.filter_map(|line| line.split_once(": "));
        let headers: BTreeMap<String, String> =
            fields.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
        let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).await.ok()?;
        let text = String::from_utf8_lossy(&body).into_owned();
        Some(Response { status, headers, body: text, bytes: body })
    }
}
