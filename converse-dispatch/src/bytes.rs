//! Bytes as a field.

use std::ops::Deref;

use converse_model::{Kinds, Type, Typed};
use converse_wire::{Decode, Encode, Pull, Push, Result};

/// Bytes: themselves in a binary format, base64 (RFC 4648) in JSON.
///
/// `Vec<u8>` is a list of numbers; this is what a picture or a key is sent as.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Bytes(Vec<u8>);

impl Bytes {
    /// Wraps bytes.
    pub const fn new(bytes: Vec<u8>) -> Bytes {
        Bytes(bytes)
    }

    /// The bytes themselves.
    pub fn into_vec(self) -> Vec<u8> {
        self.0
    }
}

impl Deref for Bytes {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Bytes {
        Bytes(bytes)
    }
}

impl From<&[u8]> for Bytes {
    fn from(bytes: &[u8]) -> Bytes {
        Bytes(bytes.to_vec())
    }
}

impl Typed for Bytes {
    const TYPE: Type = Type::Bytes;
    const KINDS: Kinds = Kinds::TEXT;
    const LABEL: &'static str = "bytes";
}

impl Decode for Bytes {
    fn decode<P: Pull + ?Sized>(pull: &mut P) -> Result<Bytes> {
        pull.bytes().map(Bytes)
    }
}

impl Encode for Bytes {
    fn encode<P: Push + ?Sized>(&self, push: &mut P) {
        push.bytes(&self.0);
    }
}
