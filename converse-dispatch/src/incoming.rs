//! From the bytes of a reply to what the caller asked for.

mod fault;

use std::borrow::Cow;
use std::sync::Arc;

use converse_model::{Message, Value};
use converse_wire::{Decode, Format, Head, Id, Json, Limits};

use crate::explain::{lexical, read_other, refused_as, text};
use crate::formats::is_json;
use crate::plain::body;
use crate::value::from_value;
use crate::{AnyMessage, Fault, FaultKind, linked};

/// A reply that has come, not yet of a type; or what a server sent of its own accord.
pub struct Incoming<'a> {
    class: Cow<'a, str>,
    id: Id<'a>,
    push: Option<Cow<'a, str>>,
    body: Value,
    /// The kind of an error of the format itself.
    lexical: FaultKind,
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
        Incoming::read_format(bytes, &Json, &Limits::DEFAULT)
    }

    /// Reads a reply's envelope in any format.
    ///
    /// # Errors
    /// A fault if the bytes are no envelope, or beyond the limits.
    pub fn read_format(bytes: &'a [u8], format: &dyn Format, limits: &Limits) -> Result<Incoming<'a>, Fault> {
        // A client takes what a newer server says beside the body.
        let (head, body) = if is_json(format) {
            body(text(bytes, limits)?, limits, true)?
        } else {
            read_other(format, bytes, limits, true)?
        };
        let Head { class, id, push, .. } = head;
        Ok(Incoming { class, id, push, body, lexical: lexical(format) })
    }

    /// The same, which borrows nothing.
    pub fn into_owned(self) -> Incoming<'static> {
        Incoming {
            class: Cow::Owned(self.class.into_owned()),
            id: self.id.into_owned(),
            push: self.push.map(|topic| Cow::Owned(topic.into_owned())),
            body: self.body,
            lexical: self.lexical,
        }
    }

    /// The body, untyped.
    pub(crate) fn into_body(self) -> Value {
        self.body
    }

    /// The name of its class.
    pub fn class(&self) -> &str {
        &self.class
    }

    /// The id of the message that it answers.
    pub fn id(&self) -> &Id<'a> {
        &self.id
    }

    /// The topic of what a server sent of its own accord, empty if it is for this peer alone; `None` for
    /// a reply.
    pub fn push(&self) -> Option<&str> {
        self.push.as_deref()
    }

    /// Whether it is of this class.
    pub fn is<M: Message>(&self) -> bool {
        self.class == M::NAME
    }

    /// The fault, if it is one.
    pub fn fault(&self) -> Option<Fault> {
        (self.class == "Fault").then(|| fault::read(&self.body))
    }

    /// Reads it as this class.
    ///
    /// # Errors
    /// A fault if it is another class, or not valid.
    pub fn message<M: Message + Decode>(&self) -> Result<M, Fault> {
        if !self.is::<M>() {
            return Err(self.unexpected(M::NAME));
        }
        from_value(&self.body).map_err(|_| refused_as(self.lexical, M::NAME, M::SHAPE, &self.body))
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
        AnyMessage::new(Arc::clone(&class), std::mem::take(&mut from.body))
    }
}
