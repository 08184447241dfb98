//! Why a message was not pushed.

use std::fmt;

use crate::Fault;

/// Why a message was not pushed to a peer, or a peer not subscribed.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum PushError {
    /// The message breaks its own rules, or has no form on the wire.
    Invalid(Box<Fault>),
    /// The peer takes replies alone, over the transport of this name.
    RepliesOnly(&'static str),
    /// The connection has ended, or is about to.
    Gone,
    /// The peer took too little of what was sent to it, and its connection ends.
    TooSlow,
    /// There are as many topics as there may be.
    TooManyTopics(usize),
}

impl fmt::Display for PushError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PushError::Invalid(fault) => write!(f, "the message cannot be pushed: {fault}"),
            PushError::RepliesOnly("http") => {
                f.write_str("a peer over HTTP takes replies only; let it connect by WebSocket or TCP")
            }
            PushError::RepliesOnly(transport) => {
                write!(f, "this peer ({transport}) has no connection and takes replies only; let it connect")
            }
            PushError::Gone => f.write_str("the connection of this peer has ended"),
            PushError::TooSlow => f.write_str("the peer took too little of what was sent to it, and was dropped"),
            PushError::TooManyTopics(limit) => {
                write!(f, "there are {limit} topics already; allow more by Topics::with_limit")
            }
        }
    }
}

impl std::error::Error for PushError {}
