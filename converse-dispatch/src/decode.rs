//! From a body to a message.

use std::sync::Arc;

use converse_model::{Entry, Text, Value, complete, report};
use converse_wire::json::Reader;
use converse_wire::{Decode, Limits, Pull, Refused, envelope};

use crate::explain::Stop;
use crate::handler::{Call, Source};
use crate::principal::unauthenticated;
use crate::value::read_value;
use crate::view::Viewed;
use crate::{Answerable, Fault, FaultKind};

impl Call<'_, '_> {
    /// Reads the body into its place, and lets nobody pass who may not send such a message: the last that
    /// is done before the handler is called.
    pub(crate) fn ready(&mut self, place: &mut dyn Fill) -> Result<(), Box<Stop>> {
        match self.viewed.take() {
            None => self.decode(place)?,
            Some(viewed) => place.fill_viewed(&viewed)?,
        }
        self.admitted()
    }

    /// The last before the handler, once the message was read: that its sender may send it, and that its key is new.
    pub(crate) fn admitted(&mut self) -> Result<(), Box<Stop>> {
        self.authorise()?;
        if self.head.idempotency_key.is_none() && self.came.key.is_none() { Ok(()) } else { self.claim() }
    }

    /// Reads the body as its class has it, and what follows it to the end.
    #[cold]
    pub(crate) fn view(&mut self, entry: &Arc<Entry>) -> Result<Viewed, Refused> {
        let mut place = Untyped::default();
        self.decode(&mut place)?;
        let value = place.0.ok_or(Refused)?;
        if report(entry.shape(), &value).is_empty() {
            Ok(Viewed::new(entry, complete(entry.shape(), value)))
        } else {
            Err(Refused)
        }
    }

    /// Reads the body into its place, and what follows it to the end.
    fn decode(&mut self, place: &mut dyn Fill) -> Result<(), Refused> {
        match &mut self.source {
            Source::Json(reader) if self.head.string_body => {
                let text = envelope::string_body(reader)?;
                let mut inner = Reader::of(&text, &self.dispatch.settings.limits);
                place.fill_json(&mut inner)?;
                inner.end()?;
                envelope::tail(reader, self.head)
            }
            Source::Json(reader) => {
                place.fill_json(reader)?;
                if self.came.bare() { reader.end() } else { envelope::tail(reader, self.head) }
            }
            Source::Other { opened, .. } => {
                opened.body(&mut |pull| place.fill(pull))?;
                opened.finish(self.head)
            }
        }
    }
}

impl Call<'_, '_> {
    /// Refuses who has none of the roles that may send the message, where it asks for one.
    #[inline]
    pub(crate) fn authorise(&self) -> Result<(), Box<Stop>> {
        match &self.restricted {
            None => Ok(()),
            Some(class) => self.check_roles(class.allow()),
        }
    }

    fn check_roles(&self, allow: &[Text]) -> Result<(), Box<Stop>> {
        let fault = match self.scope().principal() {
            Some(principal) if allow.iter().any(|role| principal.has_role(role)) => return Ok(()),
            Some(_) => Fault::of(FaultKind::FORBIDDEN, format!("you may not send {}", self.head.class)),
            None => unauthenticated(),
        };
        Err(Box::new(fault).into())
    }
}

/// The place of a message, without its type: so that all but the reading of the message itself is compiled
/// once.
pub(crate) trait Fill {
    /// Reads it from JSON.
    fn fill_json(&mut self, reader: &mut Reader<'_>) -> Result<(), Refused>;

    /// Reads it from any other format.
    fn fill(&mut self, pull: &mut dyn Pull) -> Result<(), Refused>;

    /// Takes it from a message that was read as its class has it.
    fn fill_viewed(&mut self, viewed: &Viewed) -> Result<(), Box<Stop>>;
}

/// Whether a class's decoder and encoder are compiled for `dyn Pull` and `dyn Push` alone, and JSON goes through these
/// too: in a debug build, whose time to compile counts for more than that of its messages.
pub(crate) const ONE_READER: bool = cfg!(debug_assertions);

/// The place of a message that is read as any value is.
#[derive(Default)]
struct Untyped(Option<Value>);

impl Fill for Untyped {
    fn fill_json(&mut self, reader: &mut Reader<'_>) -> Result<(), Refused> {
        self.0 = Some(read_value(reader)?);
        Ok(())
    }

    fn fill(&mut self, pull: &mut dyn Pull) -> Result<(), Refused> {
        self.0 = Some(read_value(pull)?);
        Ok(())
    }

    fn fill_viewed(&mut self, _: &Viewed) -> Result<(), Box<Stop>> {
        Err(Refused.into())
    }
}

impl<M: Answerable> Fill for Option<M> {
    fn fill_json(&mut self, reader: &mut Reader<'_>) -> Result<(), Refused> {
        if ONE_READER { self.fill(reader) } else { M::read_body(self, reader) }
    }

    fn fill(&mut self, pull: &mut dyn Pull) -> Result<(), Refused> {
        M::read_body(self, pull)
    }

    fn fill_viewed(&mut self, viewed: &Viewed) -> Result<(), Box<Stop>> {
        *self = Some(M::of_viewed(viewed)?);
        Ok(())
    }
}

/// Reads a text that is one value and nothing else.
pub(crate) fn whole<T: Decode>(text: &str, limits: &Limits) -> Result<T, Refused> {
    let mut reader = Reader::of(text, limits);
    let value = T::decode(&mut reader)?;
    reader.end()?;
    Ok(value)
}

impl From<Refused> for Box<Stop> {
    #[cold]
    fn from(_: Refused) -> Box<Stop> {
        Box::new(Stop::Unread)
    }
}
