//! From a body to a message.

use converse_wire::json::Reader;
use converse_wire::{Decode, Limits, Refused, envelope};

use crate::Answerable;
use crate::explain::Stop;
use crate::handler::Call;

impl Call<'_, '_> {
    /// Reads the body as this type, and what follows it to the end.
    #[inline]
    pub(crate) fn decode<M: Answerable>(&mut self) -> Result<M, Refused> {
        if self.head.string_body {
            return self.decode_text();
        }
        let message = M::read_body(self.reader)?;
        if self.bare {
            self.reader.end()?;
        } else {
            envelope::tail(self.reader, self.head)?;
        }
        Ok(message)
    }

    /// The same for a body that is a JSON text inside a string.
    #[cold]
    fn decode_text<M: Answerable>(&mut self) -> Result<M, Refused> {
        let text = envelope::string_body(self.reader)?;
        let mut inner = Reader::of(&text, &self.dispatch.settings.limits);
        let message = M::read_body(&mut inner)?;
        inner.end()?;
        envelope::tail(self.reader, self.head)?;
        Ok(message)
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
