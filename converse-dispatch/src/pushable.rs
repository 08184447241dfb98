//! What a server may send of its own accord.

use converse_model::{Classed, Message, report};
use converse_wire::{Encode, Format, Head};

use crate::plain::to_envelope;
use crate::value::to_value;
use crate::{Fault, PushError};

/// What can be pushed: a message, or a `#[union]` of messages, of which each goes out under its own class.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be pushed",
    label = "neither a message nor a union of messages",
    note = "what is pushed is a message (`#[message]` above its declaration) or a `#[union]` of messages"
)]
pub trait Pushable: Classed {
    /// Refuses a message that breaks its own rules.
    ///
    /// # Errors
    /// [`PushError::Invalid`], with every rule that it breaks.
    fn check(&self) -> Result<(), PushError>;

    /// Writes its envelope.
    ///
    /// # Errors
    /// A fault if it has no form on the wire.
    fn envelope(&self, head: Head<'_>, format: &dyn Format) -> Result<Vec<u8>, Fault>;
}

impl<M: Message + Encode> Pushable for M {
    fn check(&self) -> Result<(), PushError> {
        if self.fits() {
            return Ok(());
        }
        let fault = Fault::refused(M::NAME, report(M::SHAPE, &to_value(self)));
        Err(PushError::Invalid(Box::new(fault)))
    }

    fn envelope(&self, head: Head<'_>, format: &dyn Format) -> Result<Vec<u8>, Fault> {
        to_envelope(self, head, format)
    }
}
