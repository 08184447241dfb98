//! A message of any class, known when the program runs.

use std::fmt;
use std::sync::Arc;

use converse_model::{Entry, Message, Registry, Value, complete, report};
use converse_wire::{Decode, Encode, Format, Head, Id, Limits};

use crate::explain::{lexical, read_other};
use crate::plain::{body, unwritable, write_format};
use crate::reply::{Form, Outgoing};
use crate::value::{Shaped, from_value, to_value};
use crate::{Error, Fault, FaultKind, IntoReply, linked};

/// A valid message of a class that is found by its name.
///
/// ```text
/// let message = AnyMessage::from_json(text)?;
/// match message.downcast::<SignIn>() { … }
/// ```
#[derive(Clone)]
pub struct AnyMessage {
    class: Arc<Entry>,
    value: Value,
}

impl AnyMessage {
    /// A message of this class.
    ///
    /// # Errors
    /// A fault with everything that is wrong with the body.
    pub fn new(class: Arc<Entry>, body: Value) -> Result<AnyMessage, Fault> {
        AnyMessage::checked(class, body, FaultKind::BAD_JSON)
    }

    /// A message that is known to be valid, as its class has it.
    pub(crate) fn valid(class: Arc<Entry>, value: Value) -> AnyMessage {
        AnyMessage { class, value }
    }

    fn checked(class: Arc<Entry>, body: Value, lexical: FaultKind) -> Result<AnyMessage, Fault> {
        let report = report(class.shape(), &body);
        if report.is_empty() {
            let value = complete(class.shape(), body);
            Ok(AnyMessage { class, value })
        } else {
            Err(Fault::refused_as(lexical, class.name(), report))
        }
    }

    /// Reads a message of any linked class from its envelope.
    ///
    /// # Errors
    /// The fault that a server would answer with.
    pub fn from_json(json: &str) -> Result<AnyMessage, Fault> {
        let registry = linked().map_err(|problems| Fault::of(FaultKind::INTERNAL, problems.to_string()))?;
        AnyMessage::from_json_in(registry, json)
    }

    /// Reads a message of any class of this registry from its envelope.
    ///
    /// # Errors
    /// The fault that a server would answer with.
    pub fn from_json_in(registry: &Registry, json: &str) -> Result<AnyMessage, Fault> {
        let limits = Limits::DEFAULT;
        let source = crate::explain::text(json.as_bytes(), &limits)?;
        let (head, body) = body(source, &limits, false)?;
        AnyMessage::named(registry, &head.class, body, FaultKind::BAD_JSON)
    }

    /// Reads a message of any class of this registry from its envelope, in any format.
    ///
    /// # Errors
    /// The fault that a server would answer with.
    pub fn from_format_in(registry: &Registry, bytes: &[u8], format: &dyn Format) -> Result<AnyMessage, Fault> {
        let (head, body) = read_other(format, bytes, &Limits::DEFAULT, false)?;
        AnyMessage::named(registry, &head.class, body, lexical(format))
    }

    /// `lexical` is the kind of an error of the format itself.
    fn named(registry: &Registry, class: &str, body: Value, lexical: FaultKind) -> Result<AnyMessage, Fault> {
        match registry.message(class) {
            Some(class) => AnyMessage::checked(Arc::clone(&class), body, lexical),
            None => Err(Fault::of(FaultKind::UNKNOWN_CLASS, "no class has the name of this message")),
        }
    }

    /// The same message, its class forgotten by the compiler.
    ///
    /// # Errors
    /// A fault if its class is not linked, or if it breaks its own rules.
    pub fn of<M: Message + Encode>(message: &M) -> Result<AnyMessage, Fault> {
        let registry = linked().map_err(|problems| Fault::of(FaultKind::INTERNAL, problems.to_string()))?;
        match registry.message(M::NAME) {
            Some(class) => AnyMessage::new(Arc::clone(&class), to_value(message)),
            None => Err(Fault::of(FaultKind::UNKNOWN_CLASS, format!("{} is not among the linked classes", M::NAME))),
        }
    }

    /// The class.
    pub fn class(&self) -> &Arc<Entry> {
        &self.class
    }

    /// The value of a field, by its name on the wire. A secret is there as it is.
    pub fn get(&self, field: &str) -> Option<&Value> {
        self.value.get(field)
    }

    /// The fields, by their names on the wire: to be kept. A secret is there as it is.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The same by value.
    pub fn into_value(self) -> Value {
        self.value
    }

    /// The message as its Rust type; `None` if it is of another class.
    pub fn downcast<M: Message + Decode>(&self) -> Option<M> {
        let same = self.class.type_id() == Some(std::any::TypeId::of::<M>());
        same.then(|| from_value(&self.value).ok()).flatten()
    }

    /// Writes the message in its envelope.
    ///
    /// # Errors
    /// A fault if the message has no form on the wire.
    pub fn to_json(&self) -> Result<String, Fault> {
        let mut out = Vec::new();
        let form = Form::Envelope { id: Id::None, string_body: false };
        let mut to = Outgoing { out: &mut out, form: &form, class: &mut "".into() };
        to.body(&format!("{{\"{}\":", self.class.name()), &Shaped(self.class.shape(), &self.value))
            .map_err(|why| unwritable(self.class.name(), &why))?;
        Ok(String::from_utf8_lossy(&out).into_owned())
    }

    /// Writes the message in its envelope, in any format.
    ///
    /// # Errors
    /// A fault if the message has no form on the wire.
    pub fn to_format(&self, format: &dyn Format) -> Result<Vec<u8>, Fault> {
        self.to_envelope(Head::default(), format)
    }

    /// Writes the message in its envelope, in any format, with what else `head` holds: for clients. The
    /// class is the message's own.
    ///
    /// # Errors
    /// A fault if the message has no form on the wire.
    pub fn to_envelope(&self, head: Head<'_>, format: &dyn Format) -> Result<Vec<u8>, Fault> {
        let shaped = Shaped(self.class.shape(), &self.value);
        write_format(&Head { class: self.class.name().into(), ..head }, &|push| shaped.encode(push), format)
    }
}

impl IntoReply for AnyMessage {
    fn reply(self, to: &mut Outgoing<'_>) -> Result<(), Error> {
        *to.class = self.class.name().to_owned().into();
        to.body(&format!("{{\"{}\":", self.class.name()), &Shaped(self.class.shape(), &self.value))
    }
}

/// Prints the class only: the fields may be secret.
impl fmt::Debug for AnyMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AnyMessage({})", self.class.name())
    }
}
