//! The other end: a client of a converse server, over every transport.
//!
//! A [`Call`] is written by its caller, put into the ledger of its client, sent by the one task that owns
//! the connection, and answered by it. Over HTTP it takes a connection of a small pool instead. What is
//! sent again, and when, is decided in one place, `call`.

mod backoff;
mod budget;
mod call;
#[expect(clippy::module_inception, reason = "the folder's own concept, beside its parts")]
mod client;
mod connector;
mod dial;
#[cfg(test)]
mod echo;
mod error;
mod ledger;
mod link;
mod pool;
mod pushes;
mod subscriptions;
mod target;
mod tls;
mod upgrade;

use call::Failure;
pub(crate) use dial::Io;
pub(crate) use tls::{connector as tls_connector, encrypt};

pub use call::Call;
pub use client::Client;
pub use connector::Connector;
pub use error::{CallError, ConnectError};
pub use pushes::{PushStream, Pushed};
pub use subscriptions::Subscription;
