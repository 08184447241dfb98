//! From a body to a message.

use converse_wire::json::Reader;
use converse_wire::{Decode, Limits, Pull, Refused, envelope};

use crate::Answerable;
use crate::explain::Stop;
use crate::handler::{Call, Source};

impl<'a> Call<'_, 'a> {
    /// Reads the body as this type, and what follows it to the end.
    #[inline]
    pub(crate) fn decode<M: Answerable>(&mut self) -> Result<M, Box<Stop>> {
        let Some(reader) = self.plain() else { return self.decode_other() };
        match M::read_body(reader) {
            Ok(message) if self.finish().is_ok() => Ok(message),
            _ => Err(Refused.into()),
        }
    }

    /// The reader of a body that is JSON itself, not a text within.
    #[inline]
    fn plain(&mut self) -> Option<&mut Reader<'a>> {
        match &mut self.source {
            Source::Json(reader) if !self.head.string_body => Some(reader),
            _ => None,
        }
    }

    /// The same for every other form of a body: through `dyn Pull`, for which a decoder is compiled once.
    #[cold]
    fn decode_other<M: Answerable>(&mut self) -> Result<M, Box<Stop>> {
        let mut message = None;
        match (self.read_other(&mut message), message) {
            (Ok(()), Some(message)) => Ok(message),
            // A format that reads no body at all has not done what it must.
            _ => Err(Refused.into()),
        }
    }

    fn read_other(&mut self, place: &mut dyn Fill) -> Result<(), Refused> {
        match &mut self.source {
            Source::Other { opened, .. } => opened.body(&mut |pull| place.fill(pull))?,
            Source::Json(reader) => {
                let text = envelope::string_body(reader)?;
                let mut inner = Reader::of(&text, &self.dispatch.settings.limits);
                place.fill(&mut inner)?;
                inner.end()?;
            }
        }
        self.finish()
    }

    /// Reads what stands behind the body, to the end.
    #[inline]
    fn finish(&mut self) -> Result<(), Refused> {
        match &mut self.source {
            Source::Other { opened, .. } => opened.finish(self.head),
            Source::Json(reader) if self.bare => reader.end(),
            Source::Json(reader) => envelope::tail(reader, self.head),
        }
    }
}

/// The place of a message, without its type.
trait Fill {
    fn fill(&mut self, pull: &mut dyn Pull) -> Result<(), Refused>;
}

impl<M: Answerable> Fill for Option<M> {
    fn fill(&mut self, pull: &mut dyn Pull) -> Result<(), Refused> {
        match M::read_body(pull) {
            Ok(message) => *self = Some(message),
            Err(refused) => return Err(refused),
        }
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
