//! What comes out of the dispatcher: a reply that is there, or one that is on its way.

use std::future::Future;
use std::pin::Pin;

use crate::Fault;

/// What became of one message.
pub enum Flow {
    /// The reply was appended to the buffer that the caller gave.
    Done(Sent),
    /// The handler waits for something. The reply comes from polling the future, which does not
    /// block and needs no particular runtime.
    ///
    /// A started handler runs to its end: whoever drops the future unfinished hands it to the
    /// runtime, which goes on polling it.
    Later {
        /// Whether the message carried `$id`: then it may be answered out of order.
        numbered: bool,
        /// Resolves to what was sent and the bytes of the reply.
        reply: LaterReply,
    },
}

/// A reply that is on its way: what was sent, and its bytes.
pub type LaterReply = Pin<Box<dyn Future<Output = (Sent, Vec<u8>)> + Send>>;

/// What a reply was, for transports that say it outside the message too (HTTP statuses, headers).
#[derive(Debug)]
pub struct Sent {
    /// The name of the reply's class; `Done` for a handler that returns nothing, `Fault` for a fault.
    pub class: Name,
    /// The fault, where the reply is one.
    pub fault: Option<Box<Fault>>,
}

/// The name of a class, borrowed from the program or shared with a class made at run time.
pub type Name = converse_model::Text;

impl Sent {
    /// The reply of a handler that returns nothing.
    pub(crate) const fn done() -> Sent {
        Sent { class: Name::Static("Done"), fault: None }
    }

    /// The HTTP status of the reply: 200, or the fault's.
    pub fn status(&self) -> u16 {
        self.fault.as_ref().map_or(200, |fault| fault.status)
    }
}
