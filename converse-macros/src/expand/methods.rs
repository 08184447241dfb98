//! The plain methods of a class: `new` and `with_…`, and by a macro of the facade those that are the same for all.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{GenericArgument, PathArguments, Type};

use super::at;
use super::class::{generics, this};
use super::codec::Scope;
use crate::ast::{Class, Default, Field, Kind, Role};

pub(crate) fn methods(class: &Class) -> TokenStream {
    let (ident, vis) = (&class.ident, &class.vis);
    let (generics, this) = (generics(class), this(class));
    let making = match &class.kind {
        Kind::Unit => {
            let doc = format!("A `{}`.", class.name.value());
            quote! {
                #[doc = #doc]
                #[inline]
                #[must_use]
                #vis fn new() -> #ident {
                    #ident
                }
            }
        }
        Kind::Record(fields) => making(class, fields),
        Kind::Enum(_) | Kind::Choice(..) | Kind::Union(_) => TokenStream::new(),
    };
    let kind = match class.role {
        Role::Message if class.lineage.is_abstract.is_none() => quote!(message),
        _ => quote!(value),
    };
    let making = (!making.is_empty()).then(|| {
        quote! {
            // A program need not use every one of these.
            #[allow(dead_code, clippy::all, clippy::pedantic, clippy::restriction)]
            impl #generics #this {
                #making
            }
        }
    });
    quote! {
        #making
        __P::class_methods!(#kind #vis, #this, #generics);
    }
}

/// `new`, with every field that has nothing to stand for it, and a `with_…` for each field.
fn making(class: &Class, fields: &[Field]) -> TokenStream {
    let (ident, vis) = (&class.ident, &class.vis);
    let required: Vec<&Field> = fields.iter().filter(|field| is_required(field)).collect();
    let parameters = required.iter().map(|field| {
        let (name, taken) = (&field.ident, taken(&field.ty));
        quote!(#name: #taken)
    });
    let values = fields.iter().enumerate().map(|(index, field)| {
        let (name, ty) = (&field.ident, &field.ty);
        let value = match &field.default {
            Default::None if is_required(field) => given(ty, &quote!(#name)),
            Default::None => quote_spanned!(at(ty)=> __P::None),
            Default::Own | Default::Value(_) | Default::Made(_) => {
                let maker = Scope::of_class(class).maker("default", index);
                quote!(#maker())
            }
        };
        quote!(#name: #value)
    });
    let setters = fields.iter().map(|field| {
        let (name, ty) = (&field.ident, &field.ty);
        let setter = format_ident!("with_{}", name.unraw());
        let doc = format!("The same with `{}`.", field.name.value());
        let inner = optional(ty).unwrap_or(ty);
        let taken = taken(inner);
        let value = given(inner, &quote!(#name));
        let value = if optional(ty).is_some() { quote!(__P::Some(#value)) } else { value };
        quote! {
            #[doc = #doc]
            #[inline]
            #[must_use]
            #vis fn #setter(mut self, #name: #taken) -> Self {
                self.#name = #value;
                self
            }
        }
    });
    let doc = format!("A `{}` of its required fields; the others have their defaults.", class.name.value());
    quote! {
        #[doc = #doc]
        #[inline]
        #[must_use]
        #vis fn new(#(#parameters),*) -> Self {
            #ident { #(#values),* }
        }
        #(#setters)*
    }
}

fn is_required(field: &Field) -> bool {
    matches!(field.default, Default::None) && optional(&field.ty).is_none()
}

/// The parameter's type for a value of this one: anything that converts, where that helps the caller.
fn taken(ty: &Type) -> TokenStream {
    if is_plain(ty) { quote_spanned!(at(ty)=> #ty) } else { quote_spanned!(at(ty)=> impl __P::Into<#ty>) }
}

/// A value of this type from what the parameter was given.
fn given(ty: &Type, value: &TokenStream) -> TokenStream {
    if is_plain(ty) { value.clone() } else { quote_spanned!(at(ty)=> __P::Into::<#ty>::into(#value)) }
}

/// The default of a field, as a value of its type.
pub(crate) fn value_of(field: &Field, default: &Default) -> TokenStream {
    let ty = &field.ty;
    match default {
        Default::None => TokenStream::new(),
        Default::Own => quote_spanned!(at(ty)=> <#ty as __P::DefaultValue>::default()),
        Default::Made(path) => quote!(#path()),
        Default::Value(value) => match optional(ty) {
            Some(inner) => {
                let value = given(inner, &quote!(#value));
                quote!(__P::Some(#value))
            }
            None => given(ty, &quote!(#value)),
        },
    }
}

/// Whether values are taken as they are: a literal must find its type, and an empty list its items'.
fn is_plain(ty: &Type) -> bool {
    const PLAIN: [&str; 17] = [
        "bool", "u8", "u16", "u32", "u64", "usize", "i8", "i16", "i32", "i64", "isize", "f32", "f64", "Vec", "Option",
        "BTreeMap", "HashMap",
    ];
    match ty {
        Type::Path(path) => path.path.segments.last().is_some_and(|last| PLAIN.iter().any(|plain| last.ident == plain)),
        _ => true,
    }
}

/// What an `Option` holds, if the type is spelled as one.
fn optional(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match (last.ident == "Option", arguments.args.first()) {
        (true, Some(GenericArgument::Type(inner))) => Some(inner),
        _ => None,
    }
}
