//! What generated code calls, so that it holds no logic itself.

use converse_model::{Message, Type, Typed};
use converse_wire::{Decode, Encode, Pull, Push, Result, Why};

use crate::Missing;

/// What may be the type of a field. Every use of a field's type goes through here, so that a type that
/// is none is one error.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of a message",
    label = "not a field type",
    note = "write `#[message]` or `#[value]` above its declaration, or use one of the built-in field types"
)]
pub trait FieldType: Sized {
    /// The description.
    const FIELD: Type;

    /// Reads a value.
    ///
    /// # Errors
    /// Refuses what is no valid value.
    fn read<P: Pull + ?Sized>(pull: &mut P) -> Result<Self>;

    /// The value of a field: what came, or what stands for it when nothing did.
    ///
    /// # Errors
    /// Refuses the record if nothing may stand for it.
    fn or_absent<P: Pull + ?Sized>(came: Option<Self>, pull: &mut P) -> Result<Self>;

    /// Writes the value.
    fn write<P: Push + ?Sized>(&self, push: &mut P);

    /// Whether the value is left out.
    fn left_out(&self) -> bool;

    /// Whether the value, made by hand, satisfies every constraint within it.
    fn satisfies(&self) -> bool;
}

#[diagnostic::do_not_recommend]
impl<T: Typed + Decode + Encode> FieldType for T {
    const FIELD: Type = T::TYPE;

    #[inline(always)]
    fn read<P: Pull + ?Sized>(pull: &mut P) -> Result<T> {
        T::decode(pull)
    }

    #[inline(always)]
    fn or_absent<P: Pull + ?Sized>(came: Option<T>, pull: &mut P) -> Result<T> {
        match came.or_else(T::absent) {
            Some(value) => Ok(value),
            None => Err(pull.refuse(Why::Unfit)),
        }
    }

    #[inline(always)]
    fn write<P: Push + ?Sized>(&self, push: &mut P) {
        self.encode(push);
    }

    #[inline(always)]
    fn left_out(&self) -> bool {
        self.is_absent()
    }

    #[inline(always)]
    fn satisfies(&self) -> bool {
        self.fits()
    }
}

/// What a handler may answer.
#[diagnostic::on_unimplemented(
    message = "a handler cannot answer `{Self}`",
    label = "this is not a message",
    note = "write `#[message]` above its declaration"
)]
pub trait Answerable: Sized + Send + 'static {
    /// Reads the message's body.
    ///
    /// # Errors
    /// Refuses what is no valid message.
    fn read_body<P: Pull + ?Sized>(pull: &mut P) -> Result<Self>;
}

#[diagnostic::do_not_recommend]
impl<T: Message + Decode> Answerable for T {
    #[inline(always)]
    fn read_body<P: Pull + ?Sized>(pull: &mut P) -> Result<T> {
        T::decode(pull)
    }
}

/// What is missing for a handler's arguments.
pub fn collect<const N: usize>(missing: [Option<Missing>; N]) -> Vec<Missing> {
    missing.into_iter().flatten().collect()
}
