//! What is emitted: data, one decoder, one encoder, and plain methods. Every use of a user's type
//! carries the type's own span, so that the compiler's errors point there.

mod class;
mod codec;
mod fault;
mod hook;
mod lineage;
mod methods;
mod respond;
mod shape;
mod stored;

pub(crate) use class::class;
pub(crate) use fault::fault;
pub(crate) use hook::{hook, rule};
pub(crate) use respond::respond;

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::spanned::Spanned;

/// Where a user's token stands, with the names that our own expansion sees: a declaration may itself
/// come out of a `macro_rules!`, whose local names are not ours.
pub(crate) fn at(token: &impl Spanned) -> Span {
    Span::call_site().located_at(token.span())
}

/// Where a declaration stands, as data.
pub(crate) fn origin() -> TokenStream {
    // Resolved at the call site: the line is that of our attribute.
    quote_spanned! {Span::call_site()=>
        __P::Origin { module: ::core::module_path!(), file: ::core::file!(), line: ::core::line!() }
    }
}
