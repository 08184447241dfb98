//! Where a class stands among others, as data.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::at;
use crate::ast::{Class, Keyword};

/// The lineage, where there is anything to say.
pub(super) fn lineage(class: &Class) -> Option<TokenStream> {
    let lineage = &class.lineage;
    if lineage.is_plain() {
        return None;
    }
    let this = super::class::this(class);
    // That the class may derive from it, and has its fields, is seen to here: an error at the base's own token.
    let bases = lineage.bases.iter().map(|base| quote_spanned!(at(base)=> __P::Base::extended::<#this, #base>()));
    let keywords = lineage.keywords.iter().map(|(name, keyword)| {
        let name = name.to_string();
        let value = match keyword {
            Keyword::Bool(value) => quote!(__P::Keyword::Bool(#value)),
            Keyword::Int(value) => quote!(__P::Keyword::Int(#value)),
            Keyword::Float(value) => quote!(__P::Keyword::Float(#value)),
            Keyword::Str(value) => quote!(__P::Keyword::Str(#value)),
        };
        quote!((#name, #value))
    });
    let metaclass = match &lineage.metaclass {
        None => quote!(__P::None),
        Some(path) => quote_spanned!(at(path)=> __P::Some(#path)),
    };
    let (is_abstract, runtime_checkable) = (lineage.is_abstract.is_some(), lineage.runtime_checkable);
    Some(quote! {
        const LINEAGE: __P::Lineage = __P::Lineage {
            bases: &[#(#bases),*],
            keywords: &[#(#keywords),*],
            metaclass: #metaclass,
            is_abstract: #is_abstract,
            runtime_checkable: #runtime_checkable,
        };
    })
}
