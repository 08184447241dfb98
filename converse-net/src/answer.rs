//! What a transport asks of the dispatcher, and all that it knows of it.

use std::sync::Arc;

use converse_dispatch::{
    Dispatch, Exchange, Exposition, Fault, Flow, Formats, Load, Peer, Sent, SharedFormat, at_work,
};

/// Who answers messages: [`Dispatch`], or a stand-in in a test of a transport.
pub trait Answer: Send + Sync + 'static {
    /// Takes one envelope in JSON, and appends one to `out` if the answer is there at once.
    fn handle(&self, bytes: &[u8], peer: &Peer, out: &mut Vec<u8>) -> Flow;

    /// Takes the bare body of a message of the named class, and appends a bare body to `out`:
    /// nothing for a fault, and nothing for a handler that returns nothing.
    fn handle_body(&self, class: &str, body: &[u8], peer: &Peer, out: &mut Vec<u8>) -> Flow;

    /// Appends the envelope of a refusal.
    fn refuse(&self, fault: Fault, out: &mut Vec<u8>) -> Sent;

    /// Counts a fault that the transport tells in a form of its own, as HTTP does.
    fn refused(&self, fault: &Fault);

    /// The formats that are spoken.
    fn formats(&self) -> &Formats;

    /// The same as [`handle`](Answer::handle) in any format.
    fn handle_format(&self, exchange: &Exchange, bytes: &[u8], peer: &Peer, out: &mut Vec<u8>) -> Flow;

    /// The same as [`handle_body`](Answer::handle_body) in any format.
    fn handle_body_format(&self, exchange: &Exchange, class: &str, body: &[u8], peer: &Peer, out: &mut Vec<u8>)
    -> Flow;

    /// The same as [`refuse`](Answer::refuse) in any format.
    fn refuse_format(&self, format: &SharedFormat, fault: Fault, out: &mut Vec<u8>) -> Sent;

    /// The largest message in bytes.
    fn max_message(&self) -> usize;

    /// What is in flight, and how much of it there may be.
    fn load(&self) -> &Arc<Load>;

    /// Writes what was counted of messages, for who runs the server.
    fn measure(&self, all: &mut Exposition);

    /// From now on every new message is answered `shutting_down`.
    fn drain(&self);

    /// Whether [`drain`](Answer::drain) was called.
    fn draining(&self) -> bool;
}

impl Answer for Dispatch {
    fn handle(&self, bytes: &[u8], peer: &Peer, out: &mut Vec<u8>) -> Flow {
        Dispatch::handle(self, bytes, peer, out)
    }

    fn handle_body(&self, class: &str, body: &[u8], peer: &Peer, out: &mut Vec<u8>) -> Flow {
        Dispatch::handle_body(self, class, body, peer, out)
    }

    fn refuse(&self, fault: Fault, out: &mut Vec<u8>) -> Sent {
        Dispatch::refuse(self, fault, out)
    }

    fn refused(&self, fault: &Fault) {
        Dispatch::refused(self, fault);
    }

    fn formats(&self) -> &Formats {
        Dispatch::formats(self)
    }

    fn handle_format(&self, exchange: &Exchange, bytes: &[u8], peer: &Peer, out: &mut Vec<u8>) -> Flow {
        // One request of HTTP; where there is a connection it works at all of a batch.
        at_work(|| Dispatch::handle_format(self, exchange, bytes, peer, out))
    }

    fn handle_body_format(
        &self,
        exchange: &Exchange,
        class: &str,
        body: &[u8],
        peer: &Peer,
        out: &mut Vec<u8>,
    ) -> Flow {
        at_work(|| Dispatch::handle_body_format(self, exchange, class, body, peer, out))
    }

    fn refuse_format(&self, format: &SharedFormat, fault: Fault, out: &mut Vec<u8>) -> Sent {
        Dispatch::refuse_format(self, format, fault, out)
    }

    fn max_message(&self) -> usize {
        Dispatch::max_message(self)
    }

    fn load(&self) -> &Arc<Load> {
        Dispatch::load(self)
    }

    fn measure(&self, all: &mut Exposition) {
        Dispatch::measure(self, all);
    }

    fn drain(&self) {
        Dispatch::drain(self);
    }

    fn draining(&self) -> bool {
        Dispatch::draining(self)
    }
}
