//! From a body to a message.

use converse_wire::json::Reader;
use converse_wire::{Decode, Limits, Pull, Refused, envelope};

use crate::explain::Stop;
use crate::handler::{Call, Source};
use crate::principal::unauthenticated;
use crate::{Answerable, Fault, FaultKind};

impl Call<'_, '_> {
    /// Reads the body into its place, and lets nobody pass who may not send such a message: the last that
    /// is done before the handler is called.
    pub(crate) fn ready(&mut self, place: &mut dyn Fill) -> Result<(), Box<Stop>> {
        self.decode(place)?;
        if self.allow.is_empty() { Ok(()) } else { self.authorise() }
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
    /// Refuses who has none of the roles that may send the message.
    fn authorise(&self) -> Result<(), Box<Stop>> {
        let fault = match self.scope().principal() {
            Some(principal) if self.allow.iter().any(|role| principal.has_role(role)) => return Ok(()),
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
}

impl<M: Answerable> Fill for Option<M> {
    fn fill_json(&mut self, reader: &mut Reader<'_>) -> Result<(), Refused> {
        M::read_body(self, reader)
    }

    fn fill(&mut self, pull: &mut dyn Pull) -> Result<(), Refused> {
        M::read_body(self, pull)
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
