//! An envelope that waits to be pushed.

use std::ops::Deref;
use std::sync::Arc;

use converse_wire::Head;

use crate::load::{Load, Waiting};
use crate::room::Write;
use crate::{PushError, SharedFormat};

/// The bytes of an envelope, shared by all for whom it waits, and counted with what the server holds until the last
/// of them has taken it. Cheap to clone.
#[derive(Clone)]
pub struct Letter(Arc<Content>);

struct Content {
    bytes: Vec<u8>,
    waiting: Option<Waiting>,
}

impl Letter {
    /// The message with the name of its topic, which is empty for what is sent to a peer alone.
    pub(crate) fn write(
        topic: &str,
        format: &SharedFormat,
        load: Option<&Arc<Load>>,
        write: Write<'_>,
    ) -> Result<Letter, PushError> {
        let head = Head { push: Some(topic.into()), ..Head::default() };
        let bytes = write(head, &**format).map_err(|fault| PushError::Invalid(Box::new(fault)))?;
        let waiting = load.map(|load| Waiting::count(load, bytes.len()));
        Ok(Letter(Arc::new(Content { bytes, waiting })))
    }

    /// Whether the server holds more than it may.
    pub(crate) fn is_too_much(&self) -> bool {
        self.0.waiting.as_ref().is_some_and(Waiting::is_too_much)
    }
}

impl Deref for Letter {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0.bytes
    }
}
