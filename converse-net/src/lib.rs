//! Transports for converse: memory, TCP, HTTP/1.1 and WebSocket, with one handler on all and a client for each.
//!
//! A [`Server`] listens, a connection carries whole messages between a [`Transport`] and whoever
//! [`Answer`]s them, and [`TokioRuntime`] lends the dispatcher time and threads. This crate knows
//! sockets, timeouts and shutdown; it knows no class, no handler and no database. A
//! [`Client`](client::Client) is the other end.

mod admission;
mod alarm;
mod answer;
mod buffers;
pub mod client;
mod connection;
mod drain;
mod http;
mod limits;
mod link;
mod listener;
pub mod memory;
mod network;
mod notices;
mod orphan;
mod otlp;
pub mod pulse;
mod reception;
mod refusal;
mod runtime;
mod server;
mod stream;
mod tcp;
mod tls;
mod transport;
#[cfg(unix)]
mod unix;
mod watchdog;
mod websocket;

pub use admission::Admission;
pub use answer::Answer;
pub use http::{Access, Body, BodyError, HttpService, Mounts};
pub use limits::NetLimits;
pub use network::{Network, NetworkError};
pub use otlp::{InvalidOtlp, Otlp, OtlpEndpoint, OtlpExport};
pub use runtime::TokioRuntime;
pub use server::{BindError, Listen, Report, Server, connect_memory};
pub use tls::{TlsError, TlsFiles};
pub use transport::{End, Refusal, Transport};
