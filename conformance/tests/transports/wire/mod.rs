//! Clients of every transport, behind one face: bytes out, what came back in.

pub(crate) mod binary;
pub(crate) mod http;
mod memory;
pub(crate) mod tcp;
mod websocket;

use std::time::Duration;

use crate::running::Running;

/// How long an answer may take before it is taken for lost.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// What carries messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Carrier {
    /// The engine's own function: bytes in, bytes out.
    Handle,
    /// A connection in memory.
    Memory,
    /// JSON lines over TCP.
    Tcp,
    /// `POST /`.
    Http,
    /// Text frames.
    WebSocket,
}

impl Carrier {
    /// All of them.
    pub(crate) const ALL: [Carrier; 5] =
        [Carrier::Handle, Carrier::Memory, Carrier::Tcp, Carrier::Http, Carrier::WebSocket];

    /// What it is called in the cases.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Carrier::Handle => "handle",
            Carrier::Memory => "memory",
            Carrier::Tcp => "tcp",
            Carrier::Http => "http",
            Carrier::WebSocket => "websocket",
        }
    }

    /// A new connection.
    pub(crate) async fn connect(self, to: &Running) -> Wire {
        match self {
            Carrier::Handle => Wire::Handle(memory::Handle::new(to)),
            Carrier::Memory => Wire::Memory(memory::Memory::connect(to)),
            Carrier::Tcp => Wire::Tcp(tcp::Tcp::connect(to).await),
            Carrier::Http => Wire::Http(http::Http::connect(to).await),
            Carrier::WebSocket => Wire::WebSocket(Box::new(websocket::WebSocket::connect(to).await)),
        }
    }
}

/// What came back.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Received {
    /// A reply, and its HTTP status where there is one.
    Reply(String, Option<u16>),
    /// The end of the connection, with its close code where there is one.
    Ended(Option<u16>),
    /// Nothing in good time.
    Nothing,
}

/// One connection.
pub(crate) enum Wire {
    Handle(memory::Handle),
    Memory(memory::Memory),
    Tcp(tcp::Tcp),
    Http(http::Http),
    WebSocket(Box<websocket::WebSocket>),
}

impl Wire {
    /// Sends a message. That a peer has gone shows when its reply is missed.
    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        match self {
            Wire::Handle(wire) => wire.send(bytes),
            Wire::Memory(wire) => wire.send(bytes),
            Wire::Tcp(wire) => wire.send(bytes).await,
            Wire::Http(wire) => wire.send(bytes).await,
            Wire::WebSocket(wire) => wire.send(bytes).await,
        }
    }

    /// Waits for what comes next.
    pub(crate) async fn receive(&mut self) -> Received {
        let next = async {
            match self {
                Wire::Handle(wire) => wire.receive().await,
                Wire::Memory(wire) => wire.receive().await,
                Wire::Tcp(wire) => wire.receive().await,
                Wire::Http(wire) => wire.receive().await,
                Wire::WebSocket(wire) => wire.receive().await,
            }
        };
        tokio::time::timeout(PATIENCE, next).await.unwrap_or(Received::Nothing)
    }
}
