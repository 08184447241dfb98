//! From the bytes of a reply to what the caller asked for.

use std::borrow::Cow;

use converse_model::{Message, Value};
use converse_wire::{Decode, Limits};

use crate::explain::text;
use crate::plain::body;
use crate::value::from_value;
use crate::{AnyMessage, Fault, linked};

/// A reply that has come, not yet of a type.
pub struct Incoming<'a> {
    class: Cow<'a, str>,
    body: Value,
}

/// What a caller may ask a reply to be.
#[diagnostic::on_unimplemented(
    message = "a reply cannot be read as `{Self}`",
    label = "this is not a reply",
    note = "a reply is a message (`#[message]` above its declaration), a `#[union]` of messages, `AnyMessage`, or `()`"
)]
pub trait FromReply: Sized {
    /// Reads the reply.
    ///
    /// # Errors
    /// A fault if it is another class, or not valid.
    fn from_reply(from: &mut Incoming<'_>) -> Result<Self, Fault>;
}

impl<'a> Incoming<'a> {
    /// Reads a reply's envelope.
    ///
    /// # Errors
    /// A fault if the bytes are no envelope.
    pub fn read(bytes: &'a [u8]) -> Result<Incoming<'a>, Fault> {
        let limits = Limits::DEFAULT;
        // A client takes what a newer server says beside the body.
        let (head, body) = body(text(bytes, &limits)?, &limits, true)?;
        Ok(Incoming { class: head.class, body })
    }

    /// Whether it is of this class.
    pub fn is<M: Message>(&self) -> bool {
        self.class == M::NAME
    }

    /// Reads it as this class.
    ///
    /// # Errors
    /// A fault if it is another class, or not valid.
    pub fn message<M: Message + Decode>(&mut self) -> Result<M, Fault> {
        if !self.is::<M>() {
            return Err(self.unexpected(M::NAME));
        }
        from_value(&self.body).map_err(|_| crate::explain::refused(M::NAME, M::SHAPE, &self.body))
    }

    /// The fault of a reply that is of another class than was asked for.
    #[cold]
    pub fn unexpected(&self, wanted: &str) -> Fault {
        Fault::new("unexpected_reply", format!("the reply is a {}, and the caller asked for {wanted}", self.class))
    }

    /// Reads it as what the caller asked for.
    ///
    /// # Errors
    /// A fault if it is another class, or not valid.
    pub fn into_reply<R: FromReply>(mut self) -> Result<R, Fault> {
        R::from_reply(&mut self)
    }
}

impl FromReply for () {
    fn from_reply(from: &mut Incoming<'_>) -> Result<(), Fault> {
        if from.class == "Done" { Ok(()) } else { Err(from.unexpected("nothing")) }
    }
}

impl FromReply for AnyMessage {
    fn from_reply(from: &mut Incoming<'_>) -> Result<AnyMessage, Fault> {
        let class = linked().ok().and_then(|registry| registry.message(&from.class));
        let class = class.ok_or_else(|| from.unexpected("a linked class"))?;
        AnyMessage::new(class, std::mem::take(&mut from.body))
    }
}
