//! A message as it came: what it takes to begin with it, and to begin again.

use std::sync::Arc;

use converse_model::Entry;

use crate::guard::Asked;
use crate::{Exchange, Peer, Unit};

/// A message as it came.
#[derive(Clone, Copy)]
pub(crate) struct Came<'c> {
    pub(crate) bytes: &'c [u8],
    pub(crate) peer: &'c Peer,
    /// The formats, where it is not JSON that is answered in JSON.
    pub(crate) exchange: Option<&'c Exchange>,
    /// The class, where the body comes without an envelope.
    pub(crate) class: Option<&'c str>,
    /// The idempotency key, where it came beside the message.
    pub(crate) key: Option<&'c str>,
    /// What was found out before, where it goes on, and does not begin.
    pub(crate) again: Option<&'c Again>,
}

/// What was found out of a message before it had to wait.
pub(crate) struct Again {
    /// Who sent it.
    pub(crate) sender: Asked,
    /// Whether the hooks of its class have let it pass, so that only its handler is left.
    pub(crate) passed: bool,
    /// The class that it began with, which it ends on: whatever has taken that one's place meanwhile.
    pub(crate) class: Option<Arc<Entry>>,
    /// Whether its key was looked up.
    pub(crate) claimed: bool,
    /// What those hooks did that is kept with what its handler does.
    pub(crate) unit: Option<Arc<dyn Unit>>,
}

/// The same while it waits.
pub(crate) struct Kept {
    bytes: Vec<u8>,
    peer: Peer,
    exchange: Option<Exchange>,
    class: Option<String>,
}

impl<'c> Came<'c> {
    /// One that begins, in JSON; `class` is that of a bare body.
    #[inline(always)]
    pub(crate) fn json(bytes: &'c [u8], class: Option<&'c str>, peer: &'c Peer) -> Came<'c> {
        Came { bytes, peer, exchange: None, class, key: None, again: None }
    }

    /// One that begins, in any format.
    pub(crate) fn other(bytes: &'c [u8], exchange: &'c Exchange, class: Option<&'c str>, peer: &'c Peer) -> Came<'c> {
        let exchange = Some(exchange).filter(|exchange| !exchange.is_json());
        Came { exchange, key: peer.key(), ..Came::json(bytes, class, peer) }
    }

    pub(crate) fn bare(&self) -> bool {
        self.class.is_some()
    }

    pub(crate) fn keep(&self) -> Kept {
        Kept {
            bytes: self.bytes.to_vec(),
            peer: self.peer.clone(),
            exchange: self.exchange.cloned(),
            class: self.class.map(str::to_owned),
        }
    }
}

impl Kept {
    /// The message, of which this was found out.
    pub(crate) fn lend<'c>(&'c self, again: &'c Again) -> Came<'c> {
        Came {
            bytes: &self.bytes,
            peer: &self.peer,
            exchange: self.exchange.as_ref(),
            class: self.class.as_deref(),
            key: self.peer.key(),
            again: Some(again),
        }
    }
}
