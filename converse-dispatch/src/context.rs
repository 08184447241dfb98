//! What a handler may know about the message it answers.

use converse_wire::Id;

use crate::{Error, Inject, Peer, Principal, Scope};

/// The circumstances of one message: who sent it, under which id and trace.
#[derive(Debug, Clone)]
pub struct Context {
    peer: Peer,
    principal: Option<Principal>,
    class: String,
    id: Option<String>,
    trace: Option<String>,
}

impl Context {
    /// The connection that the message came over.
    pub fn peer(&self) -> &Peer {
        &self.peer
    }

    /// Who sent the message, if that is known.
    pub fn principal(&self) -> Option<&Principal> {
        self.principal.as_ref()
    }

    /// The name under which the message was sent.
    pub fn class(&self) -> &str {
        &self.class
    }

    /// The message's `$id`, a number as its digits.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The message's `$trace`: a W3C traceparent, as it was sent.
    pub fn trace(&self) -> Option<&str> {
        self.trace.as_deref()
    }
}

impl Inject for Context {
    fn inject(scope: &Scope<'_>) -> Result<Context, Error> {
        let head = scope.head;
        let id = match &head.id {
            Id::None => None,
            Id::Int(id) => Some(id.to_string()),
            Id::Text(id) => Some(id.to_string()),
        };
        Ok(Context {
            peer: scope.peer.clone(),
            principal: scope.principal(),
            class: head.class.to_string(),
            id,
            trace: head.trace.as_ref().map(ToString::to_string),
        })
    }
}
