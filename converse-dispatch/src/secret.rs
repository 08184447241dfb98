//! Values that are shown nowhere.

use std::fmt;

use converse_model::constraint::{HasText, TransformText};
use converse_model::{Kinds, Sub, Transform, Type, Typed};
use converse_wire::{Decode, Encode, Pull, Push, Result};

/// A value that is plain on the wire and in the database, and nowhere else: `Debug` prints `[secret]`,
/// and no log, fault or document shows it.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Hides a value.
    pub const fn new(value: T) -> Secret<T> {
        Secret(value)
    }

    /// The value. The name is long so that each use is seen.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// The value, no longer hidden.
    pub fn into_exposed(self) -> T {
        self.0
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

impl<T> From<T> for Secret<T> {
    fn from(value: T) -> Secret<T> {
        Secret(value)
    }
}

impl From<&str> for Secret<String> {
    fn from(value: &str) -> Secret<String> {
        Secret(value.to_owned())
    }
}

impl<T: Typed> Typed for Secret<T> {
    const TYPE: Type = Type::Secret(Sub::Static(&T::TYPE));
    const KINDS: Kinds = T::KINDS;
    const LABEL: &'static str = T::LABEL;

    fn fits(&self) -> bool {
        self.0.fits()
    }
}

impl<T: HasText> HasText for Secret<T> {
    fn text(&self) -> Option<&str> {
        self.0.text()
    }
}

impl<T: TransformText> TransformText for Secret<T> {
    fn transform(&mut self, by: Transform) {
        self.0.transform(by);
    }
}

impl<T: Decode> Decode for Secret<T> {
    #[inline]
    fn decode<P: Pull + ?Sized>(pull: &mut P) -> Result<Secret<T>> {
        T::decode(pull).map(Secret)
    }

    fn absent() -> Option<Secret<T>> {
        T::absent().map(Secret)
    }
}

impl<T: Encode> Encode for Secret<T> {
    #[inline]
    fn encode<P: Push + ?Sized>(&self, push: &mut P) {
        self.0.encode(push);
    }

    fn is_absent(&self) -> bool {
        self.0.is_absent()
    }
}
