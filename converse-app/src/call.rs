//! A typed exchange by way of the wire.

use converse_dispatch::{Fault, FromReply, Incoming, Sent, to_json};
use converse_model::Message;
use converse_wire::Encode;

pub(crate) fn request<M: Message + Encode>(message: &M) -> Result<String, Fault> {
    to_json(message)
}

pub(crate) fn reply<R: FromReply>(sent: Sent, bytes: &[u8]) -> Result<R, Fault> {
    match sent.fault {
        Some(fault) => Err(*fault),
        None => Incoming::read(bytes)?.into_reply(),
    }
}
