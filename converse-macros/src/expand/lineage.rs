//! Where a class stands among others, as data; and that it has what its bases ask for.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::at;
use crate::ast::{Class, Keyword, Role};

/// The lineage, where there is anything to say.
pub(super) fn lineage(class: &Class) -> Option<TokenStream> {
    let lineage = &class.lineage;
    if lineage.is_plain() {
        return None;
    }
    let bases = lineage.bases.iter().map(|base| quote_spanned!(at(base)=> __P::Base::of::<#base>()));
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

/// That the class has the fields of its bases: an error at the base's own token.
pub(super) fn checks(class: &Class) -> TokenStream {
    let this = super::class::this(class);
    // What one protocol asks for, those that derive from it need not say again.
    if class.role == Role::Protocol || !class.params.is_empty() {
        return TokenStream::new();
    }
    let checks = class.lineage.bases.iter().map(|base| {
        quote_spanned! {at(base)=>
            const _: () = __P::assert_extends(
                <#this as __P::Classed>::SHAPE,
                <#base as __P::Classed>::SHAPE,
                "extends",
            );
        }
    });
    quote!(#(#checks)*)
}
