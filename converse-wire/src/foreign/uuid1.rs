//! `uuid` 1.

use std::borrow::Cow;

use uuid::Uuid;

use super::read_texts;
use crate::{Encode, MapKey, Push, WriteKey};

read_texts! {
    Uuid: parse;
}

/// A UUID with its four hyphens; the crate takes three other forms too, all of other lengths.
fn parse(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text).ok().filter(|_| text.len() == uuid::fmt::Hyphenated::LENGTH)
}

impl Encode for Uuid {
    /// In lower case.
    fn encode<P: Push + ?Sized>(&self, push: &mut P) {
        push.str(self.hyphenated().encode_lower(&mut Uuid::encode_buffer()));
    }
}

impl MapKey for Uuid {
    fn from_key(text: &str) -> Option<Uuid> {
        parse(text)
    }
}

impl WriteKey for Uuid {
    fn as_key(&self) -> Cow<'_, str> {
        Cow::Owned(self.hyphenated().to_string())
    }
}
