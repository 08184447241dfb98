//! What generated code calls, so that it holds no logic itself.

use converse_wire::{Decode, Pull, Result, Why};

use crate::Missing;

/// The value of a field: what came, or what stands for it when nothing did.
///
/// # Errors
/// Refuses the record if nothing may stand for it.
#[inline]
pub fn field<T: Decode, P: Pull + ?Sized>(came: Option<T>, pull: &mut P) -> Result<T> {
    match came.or_else(T::absent) {
        Some(value) => Ok(value),
        None => Err(pull.refuse(Why::Unfit)),
    }
}

/// What is missing for a handler's arguments.
pub fn collect<const N: usize>(missing: [Option<Missing>; N]) -> Vec<Missing> {
    missing.into_iter().flatten().collect()
}
