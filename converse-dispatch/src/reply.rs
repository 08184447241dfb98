//! From what a handler returns to the bytes of the reply.

use converse_model::{Message, Text};
use converse_wire::{Encode, Head, Id};

use crate::encode::unfit;
use crate::{Error, Fault, Sent, SharedFormat};

/// What a handler may return.
#[diagnostic::on_unimplemented(
    message = "a handler cannot return `{Self}`",
    label = "this is not a reply",
    note = "a handler returns a message (`#[message]` above its declaration), a `#[union]` of messages, `AnyMessage`, nothing, or a `Result` of one of these"
)]
pub trait IntoReply: Send + 'static {
    /// Writes the reply.
    ///
    /// # Errors
    /// What the handler failed with, or why its reply cannot be sent.
    fn reply(self, to: &mut Outgoing<'_>) -> Result<(), Error>;
}

impl IntoReply for () {
    fn reply(self, to: &mut Outgoing<'_>) -> Result<(), Error> {
        to.done();
        Ok(())
    }
}

impl<T: IntoReply, E: Into<Error> + Send + 'static> IntoReply for Result<T, E> {
    #[inline]
    fn reply(self, to: &mut Outgoing<'_>) -> Result<(), Error> {
        match self {
            Ok(value) => value.reply(to),
            Err(error) => Err(error.into()),
        }
    }
}

/// What a message came in, which its reply mirrors.
#[derive(Clone)]
pub(crate) enum Form<'a> {
    /// In an envelope.
    Envelope {
        /// Echoed.
        id: Id<'a>,
        /// Whether the body is a JSON text inside a string.
        string_body: bool,
    },
    /// As a bare body.
    Bare,
    /// In another format than JSON, or answered in another.
    Other {
        /// Of the reply.
        format: SharedFormat,
        /// Echoed.
        id: Id<'a>,
        /// Whether it came as a bare body.
        bare: bool,
    },
}

impl<'a> Form<'a> {
    #[inline]
    pub(crate) fn of(head: &mut Head<'a>, bare: bool) -> Form<'a> {
        if bare {
            Form::Bare
        } else {
            Form::Envelope { id: std::mem::take(&mut head.id), string_body: head.string_body }
        }
    }

    pub(crate) fn into_owned(self) -> Form<'static> {
        match self {
            Form::Envelope { id, string_body } => Form::Envelope { id: id.into_owned(), string_body },
            Form::Bare => Form::Bare,
            Form::Other { format, id, bare } => Form::Other { format, id: id.into_owned(), bare },
        }
    }

    pub(crate) fn numbered(&self) -> bool {
        matches!(self, Form::Envelope { id, .. } | Form::Other { id, .. } if *id != Id::None)
    }

    pub(crate) fn is_bare(&self) -> bool {
        matches!(self, Form::Bare | Form::Other { bare: true, .. })
    }
}

/// Where a reply is written.
pub struct Outgoing<'o> {
    pub(crate) out: &'o mut Vec<u8>,
    pub(crate) form: &'o Form<'o>,
    /// The name of the reply's class.
    pub(crate) class: &'o mut Text,
}

impl Outgoing<'_> {
    #[inline]
    fn name(&mut self, class: &'static str) {
        *self.class = Text::Static(class);
    }

    /// Writes a message, once it satisfies its own constraints.
    ///
    /// # Errors
    /// A message that does not, or that has no form on the wire.
    pub fn message<M: Message + Encode>(&mut self, message: &M) -> Result<(), Error> {
        self.name(M::NAME);
        if !message.fits() {
            return Err(unfit(M::SHAPE, message));
        }
        self.body(M::HEAD, message)
    }
}

/// Writes the reply, or the fault if there is none.
pub(crate) fn finish<R: IntoReply>(reply: R, class: &str, form: &Form<'_>, out: &mut Vec<u8>, sent: &mut Sent) {
    let start = out.len();
    if let Err(error) = reply.reply(&mut Outgoing { out, form, class: &mut sent.class }) {
        out.truncate(start);
        failed(error, class, form, out, sent);
    }
}

#[cold]
fn failed(error: Error, class: &str, form: &Form<'_>, out: &mut Vec<u8>, sent: &mut Sent) {
    *sent = write_fault(error.into_fault(class), form, out);
}

/// Writes a fault; a bare one is left to the transport, which has its own form for it.
#[cold]
pub(crate) fn write_fault(fault: Fault, form: &Form<'_>, out: &mut Vec<u8>) -> Sent {
    let mut class = Text::Static("Fault");
    if !form.is_bare() {
        Outgoing { out, form, class: &mut class }.fault(&fault);
    }
    Sent { class, fault: Some(Box::new(fault)) }
}
