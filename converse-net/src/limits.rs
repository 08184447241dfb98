//! How long and how much a connection may take; every limit is on unless it is set otherwise.

use std::time::Duration;

/// The limits of the network side. The size of a message is the dispatcher's to set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetLimits {
    /// How long the head of an HTTP request may take from its first byte, and how long a new
    /// connection may wait with it. Default: 10 seconds.
    pub header_timeout: Duration,
    /// How long the handshake of TLS may take. Default: 10 seconds.
    pub tls_timeout: Duration,
    /// How long an HTTP connection may wait for its next request. Default: 75 seconds.
    pub idle_timeout: Duration,
    /// How long a message may take from its first byte to its last. Default: 30 seconds.
    pub message_timeout: Duration,
    /// How long a peer may take nothing of what is sent to it before the connection is closed.
    /// Default: 30 seconds.
    pub write_timeout: Duration,
    /// After how much silence a peer is asked for a sign of life: by WebSocket's pings, and by the
    /// system's own on every TCP socket (in whole seconds). Default: 20 seconds.
    pub ping_interval: Duration,
    /// After how much silence a peer that was asked is taken for dead. Default: 60 seconds.
    pub peer_timeout: Duration,
    /// How long work in flight may take after the server was told to stop. Default: 30 seconds.
    pub drain_timeout: Duration,
    /// How many connections there may be, on all transports together. Default: 10,000.
    pub max_connections: usize,
    /// How many of them may come from one address, or from one /64 network of IPv6. Default: 1,000.
    pub max_connections_per_address: usize,
    /// How many messages of one connection may be in flight. Beyond it no more are read until one
    /// is answered. Default: 256.
    pub in_flight: usize,
    /// How many bytes may wait for a slow reader. Beyond it no more messages are read until it
    /// takes some; those in flight still finish. Default: 1 MiB.
    pub queued: usize,
}

impl Default for NetLimits {
    fn default() -> NetLimits {
        NetLimits {
            header_timeout: Duration::from_secs(10),
            tls_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(75),
            message_timeout: Duration::from_secs(30),
            write_timeout: Duration::from_secs(30),
            ping_interval: Duration::from_secs(20),
            peer_timeout: Duration::from_mins(1),
            drain_timeout: Duration::from_secs(30),
            max_connections: 10_000,
            max_connections_per_address: 1_000,
            in_flight: 256,
            queued: 1024 * 1024,
        }
    }
}
