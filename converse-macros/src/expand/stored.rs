//! What is kept of a class, as data, and the columns by which its rows are found.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::class::this;
use super::{at, origin};
use crate::ast::{Class, Field, Journal, OnDelete};

/// What is said of the class, where anything is.
pub(super) fn of_class(class: &Class) -> Option<TokenStream> {
    let stored = &class.stored;
    if stored.table.is_none() && stored.journal.is_none() {
        return None;
    }
    let table = stored.table.is_some();
    let journal = match stored.journal.as_ref().map(|(_, journal)| *journal) {
        None => quote!(__P::None),
        Some(Journal::NoSecrets) => quote!(__P::Some(__P::Journal::NoSecrets)),
        Some(Journal::Omit) => quote!(__P::Some(__P::Journal::Omit)),
        Some(Journal::Plain) => quote!(__P::Some(__P::Journal::Plain)),
    };
    let renamed = stored.renamed_from.as_ref().map_or_else(String::new, syn::LitStr::value);
    Some(quote! {
        const STORED: __P::Stored = __P::Stored { table: #table, journal: #journal, renamed_from: #renamed };
    })
}

/// What is said of a field's column, where anything is.
pub(super) fn of_field(field: &Field) -> Option<TokenStream> {
    let column = &field.column;
    column.said()?;
    let words = [
        (&column.primary_key, quote!(primary_key)),
        (&column.unique, quote!(unique)),
        (&column.index, quote!(index)),
        (&column.auto, quote!(auto)),
        (&column.version, quote!(version)),
    ];
    let said = words.iter().filter(|(word, _)| word.is_some()).map(|(_, name)| quote!(#name: true,));
    let renamed = column.renamed_from.as_ref().map(|text| quote!(renamed_from: __P::Text::Static(#text),));
    let on_delete = column.on_delete.as_ref().map(|(_, on_delete)| match on_delete {
        OnDelete::Refuse => quote!(on_delete: __P::OnDelete::Refuse,),
        OnDelete::Cascade => quote!(on_delete: __P::OnDelete::Cascade,),
        OnDelete::SetNone => quote!(on_delete: __P::OnDelete::SetNone,),
    });
    Some(quote!(column: __P::Column { #(#said)* #on_delete #renamed ..__P::Column::PLAIN },))
}

/// The hook that writes the journal of the class, the last before its handler.
pub(super) fn recorder(class: &Class) -> Option<TokenStream> {
    class.stored.journal.as_ref()?;
    let (this, name, origin) = (this(class), &class.name, origin());
    Some(quote! {
        __P::inventory::submit! {
            __P::Hook {
                when: __P::When::Before,
                of: __P::Base::of::<#this>(),
                shape: <#this as __P::Classed>::SHAPE,
                reads: __P::None,
                order: i32::MAX,
                path: ::core::concat!(#name, " (journal)"),
                origin: #origin,
                run: __P::record_in_journal,
                missing: &[],
            }
        }
    })
}

/// The type of a table's key, and its columns by name.
pub(super) fn row(class: &Class) -> Option<TokenStream> {
    class.stored.table.as_ref()?;
    let (this, fields) = (this(class), class.fields());
    let keys: Vec<&Field> = fields.iter().filter(|field| field.column.primary_key.is_some()).collect();
    let types = keys.iter().map(|field| {
        let ty = &field.ty;
        quote_spanned!(at(ty)=> #ty)
    });
    let (key, keyed) = match keys.as_slice() {
        // Said already.
        [] => return None,
        [one] => {
            let name = &one.ident;
            let keyed = quote! {
                impl __P::Keyed for #this {
                    fn key(&self) -> &<Self as __P::Row>::Key {
                        &self.#name
                    }
                }
            };
            (quote!(#(#types)*), Some(keyed))
        }
        _ => (quote!((#(#types),*)), None),
    };
    let referring = fields.iter().filter_map(|field| {
        let (word, on_delete) = field.column.on_delete.as_ref()?;
        let (ty, span) = (&field.ty, word.span());
        let check = match on_delete {
            OnDelete::Refuse | OnDelete::Cascade => quote_spanned!(span=> refers),
            OnDelete::SetNone => quote_spanned!(span=> may_refer_to_none),
        };
        Some(quote_spanned!(span=> const _: () = __P::#check::<#ty>();))
    });
    let columns = fields.iter().map(|field| {
        let (name, ty) = (&field.ident, &field.ty);
        quote_spanned!(at(ty)=> pub #name: __P::TableColumn<#this, #ty>)
    });
    let values = fields.iter().enumerate().map(|(index, field)| {
        let name = &field.ident;
        quote!(#name: __P::TableColumn::at(#index))
    });
    Some(quote! {
        // A program need not look for rows by every column.
        #[allow(dead_code)]
        pub struct __Columns { #(#columns,)* }
        impl __P::Row for #this {
            type Key = #key;
            type Columns = __Columns;
            const COLUMNS: &'static __Columns = &__Columns { #(#values,)* };
        }
        #keyed
        #(#referring)*
    })
}
