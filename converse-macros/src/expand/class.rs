//! The expansion of `#[message]`, `#[value]` and `#[union]`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::at;
use super::{codec, methods, origin, shape};
use crate::ast::{Class, Field, Kind, Role, Tagging};

pub(crate) fn class(class: &Class) -> TokenStream {
    let item = &class.item;
    let ident = &class.ident;
    let name = &class.name;
    let head = format!("{{\"{}\":", name.value());
    let public = class.public;
    let origin = origin();
    let shape = shape::shape(class);
    let (fits, kinds) = (fits(class), kinds(class));
    let codec = codec::codec(class);
    let reply = reply(class);
    let methods = methods::methods(class);
    let role = match class.role {
        Role::Message => quote!(P::Role::Message),
        Role::Value => quote!(P::Role::Value),
        Role::Union => quote!(P::Role::Union),
    };
    quote! {
        #item
        const _: () = {
            use ::converse::__private as P;

            impl P::Typed for #ident {
                const TYPE: P::Type = P::Type::Class(P::ClassRef::Static(|| <#ident as P::Classed>::SHAPE));
                const KINDS: P::Kinds = #kinds;
                #fits
            }
            impl P::Classed for #ident {
                const NAME: &'static str = #name;
                const HEAD: &'static str = #head;
                const SHAPE: &'static P::Shape = &#shape;
            }
            P::inventory::submit! {
                P::Linked(P::Definition {
                    shape: <#ident as P::Classed>::SHAPE,
                    type_id: P::TypeId::of::<#ident>(),
                    role: #role,
                    public: #public,
                    origin: #origin,
                })
            }
            #codec
            #reply
            #methods
        };
    }
}

/// The check of a value made by hand: its own constraints, then its fields', then the whole.
fn fits(class: &Class) -> TokenStream {
    let whole = class.validate.as_ref().map(|path| quote_spanned!(at(path)=> && #path(self).is_ok()));
    let checks = match &class.kind {
        Kind::Record(fields) => {
            let access = |_: usize, field: &Field| {
                let name = &field.ident;
                quote!(&self.#name)
            };
            let own = codec::checks(&codec::Scope::of_class(), fields, &access);
            let nested = fields.iter().map(|field| {
                let (ident, ty) = (&field.ident, &field.ty);
                quote_spanned!(at(ty)=> <#ty as P::FieldType>::satisfies(&self.#ident))
            });
            quote!(true #(&& #own)* #(&& #nested)* #whole)
        }
        Kind::Choice(_, variants) => codec::choice_fits(&class.ident, variants),
        Kind::Union(variants) => {
            let arms = variants
                .iter()
                .map(|(variant, ty)| quote_spanned!(at(ty)=> Self::#variant(inner) => <#ty as P::Typed>::fits(inner),));
            quote!(match self { #(#arms)* })
        }
        Kind::Unit => quote!(true #whole),
        Kind::Enum(_) => return TokenStream::new(),
    };
    quote! {
        #[inline]
        fn fits(&self) -> bool {
            #checks
        }
    }
}

/// Which kinds of values the class has, as a format tells them apart.
fn kinds(class: &Class) -> TokenStream {
    match &class.kind {
        Kind::Unit | Kind::Record(_) | Kind::Union(_) => quote!(P::Kinds::MAP),
        Kind::Enum(_) => quote!(P::Kinds::TEXT),
        Kind::Choice(Tagging::External, _) => quote!(P::Kinds::MAP.or(P::Kinds::TEXT)),
        Kind::Choice(Tagging::Untagged, variants) => {
            let kinds = variants.iter().map(codec::kinds);
            quote!(P::Kinds::NONE #(.or(#kinds))*)
        }
        Kind::Choice(..) => quote!(P::Kinds::MAP),
    }
}

/// What makes the class a message, or a choice of messages, that a handler may return.
fn reply(class: &Class) -> TokenStream {
    let ident = &class.ident;
    match (class.role, &class.kind) {
        (Role::Message, _) => quote! {
            impl P::Message for #ident {}
            impl P::FromReply for #ident {
                #[inline]
                fn from_reply(from: &mut P::Incoming<'_>) -> P::Result<#ident, P::Fault> {
                    from.message()
                }
            }
            impl P::IntoReply for #ident {
                #[inline]
                fn reply(self, to: &mut P::Outgoing<'_>) -> P::Result<(), P::Error> {
                    to.message(&self)
                }
            }
        },
        (Role::Union, Kind::Union(variants)) => {
            let arms = variants
                .iter()
                .map(|(variant, ty)| quote_spanned!(at(ty)=> Self::#variant(message) => to.message::<#ty>(&message),));
            let conversions = variants.iter().map(|(variant, ty)| {
                quote_spanned! {at(ty)=>
                    impl P::From<#ty> for #ident {
                        fn from(message: #ty) -> #ident {
                            #ident::#variant(message)
                        }
                    }
                }
            });
            let reads = variants.iter().map(|(variant, ty)| {
                quote_spanned!(at(ty)=> if from.is::<#ty>() { return from.message().map(#ident::#variant); })
            });
            quote! {
                impl P::FromReply for #ident {
                    #[inline]
                    fn from_reply(from: &mut P::Incoming<'_>) -> P::Result<#ident, P::Fault> {
                        #(#reads)*
                        P::Err(from.unexpected(<#ident as P::Classed>::NAME))
                    }
                }
                impl P::IntoReply for #ident {
                    #[inline]
                    fn reply(self, to: &mut P::Outgoing<'_>) -> P::Result<(), P::Error> {
                        match self { #(#arms)* }
                    }
                }
                #(#conversions)*
            }
        }
        _ => TokenStream::new(),
    }
}
