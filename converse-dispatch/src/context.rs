//! What a handler may know about the message it answers.

use converse_wire::Id;

use crate::{Error, Inject, Peer, Principal, Scope, Trace};

/// The circumstances of one message: who sent it, under which id and trace.
#[derive(Debug, Clone)]
pub struct Context {
    peer: Peer,
    principal: Option<Principal>,
    class: String,
    id: Option<String>,
    trace: Option<Trace>,
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

    /// Where the message stands in a trace: its `$trace`, or the header `traceparent` of its HTTP request; or the
    /// step after that, where the program records traces itself. It goes on with
    /// `client.call(…).trace(trace)`.
    pub fn trace(&self) -> Option<Trace> {
        self.trace
    }
}

impl Inject for Context {
    fn inject(scope: &Scope<'_>) -> Result<Context, Error> {
        let head = scope.head;
        let sent = || head.trace.as_ref().and_then(|trace| trace.parse().ok());
        Ok(Context {
            peer: scope.peer.clone(),
            principal: scope.principal(),
            class: head.class.to_string(),
            id: text_of(&head.id),
            trace: Trace::current().or_else(sent).or_else(|| scope.peer.trace()),
        })
    }
}

/// An id as a text; a number as its digits.
pub(crate) fn text_of(id: &Id<'_>) -> Option<String> {
    match id {
        Id::None => None,
        Id::Int(id) => Some(id.to_string()),
        Id::Text(id) => Some(id.to_string()),
    }
}
