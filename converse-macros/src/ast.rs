//! What was declared: the item and its attributes, read and not yet judged.

use proc_macro2::TokenStream;

mod class;
mod fault;
mod field;
mod hook;
mod lineage;
mod respond;
mod stored;

pub(crate) use class::{Class, Kind, Payload, Role, Tagging, Variant, without_helpers};
pub(crate) use fault::{FaultCase, FaultType};
pub(crate) use field::{Constraint, Default, Field};
pub(crate) use hook::{Hook, Rule, When};
pub(crate) use lineage::Keyword;
pub(crate) use respond::{Mode, Respond, Shape};
pub(crate) use stored::{Column, Journal, OnDelete, Stored};

/// Collects errors, so that all of them are reported at once.
#[derive(Default)]
pub(crate) struct Errors(Option<syn::Error>);

impl Errors {
    pub(crate) fn push(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(all) => all.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// The value of a result; an error is kept.
    pub(crate) fn take<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The value, if there are no errors.
    pub(crate) fn finish<T>(self, value: T) -> Result<T, Errors> {
        if self.is_empty() { Ok(value) } else { Err(self) }
    }

    pub(crate) fn to_compile_error(&self) -> TokenStream {
        self.0.as_ref().map(syn::Error::to_compile_error).unwrap_or_default()
    }
}
