//! The expansion of `#[message]`, `#[value]` and `#[union]`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::at;
use super::{codec, lineage, methods, origin, shape, stored};
use crate::ast::{Class, Field, Kind, Role, Tagging};

pub(crate) fn class(class: &Class) -> TokenStream {
    let item = &class.item;
    let (generics, this) = (generics(class), this(class));
    let public = class.public.then(|| quote! { const PUBLIC: __P::bool = true; });
    let (allow, stored, row) = (allow(class), stored::of_class(class), stored::row(class));
    let recorder = stored::recorder(class);
    let names = names(class);
    let shape = shape::shape(class);
    let (fits, kinds) = (fits(class), kinds(class));
    let codec = codec::codec(class);
    let reply = reply(class);
    let methods = methods::methods(class);
    let role = match class.role {
        Role::Message => None,
        Role::Value => Some(quote!(Value)),
        Role::Union => Some(quote!(Union)),
        Role::Table => Some(quote!(Table)),
        Role::Protocol => Some(quote!(Protocol)),
    };
    let role = role.map(|role| quote!(const ROLE: __P::Role = __P::Role::#role;));
    let lineage = lineage::lineage(class);
    // A class with parameters is linked by those who name them.
    let linked = class.params.is_empty().then(|| linked(&this));
    quote! {
        #item
        const _: () = {
            use ::converse::__private as __P;

            impl #generics __P::Typed for #this {
                const TYPE: __P::Type = __P::Type::Class(__P::ClassRef::Static(<#this as __P::Classed>::shape));
                const KINDS: __P::Kinds = #kinds;
                const LABEL: &'static str = <#this as __P::Classed>::NAME;
                #fits
            }
            impl #generics __P::Classed for #this {
                #names
                const SHAPE: &'static __P::Shape = &#shape;
                #role
                #public
                #allow
                #stored
                #lineage
            }
            #linked
            #codec
            #reply
            #row
            #recorder
            #methods
        };
    }
}

/// Who may send the class, where not everybody who is known may.
fn allow(class: &Class) -> Option<TokenStream> {
    let roles = &class.allow;
    (!roles.is_empty()).then(|| quote!(const ALLOW: &'static [&'static str] = &[#(#roles),*];))
}

/// The parameters of what is implemented for the class, with what may be given for them.
pub(crate) fn generics(class: &Class) -> TokenStream {
    let params = &class.params;
    if params.is_empty() { TokenStream::new() } else { quote!(<#(#params: __P::Argument),*>) }
}

/// The class's type, with its parameters.
pub(crate) fn this(class: &Class) -> TokenStream {
    let (ident, params) = (&class.ident, &class.params);
    if params.is_empty() { quote!(#ident) } else { quote!(#ident<#(#params),*>) }
}

/// Has the linker collect a class.
pub(crate) fn linked(this: &impl quote::ToTokens) -> TokenStream {
    let origin = origin();
    quote! {
        __P::inventory::submit! { __P::Linked(__P::Definition::of::<#this>(#origin)) }
    }
}

/// The name, and the start of a message: put together where the parameters have a part in them.
fn names(class: &Class) -> TokenStream {
    let name = &class.name;
    let head = format!("{{\"{}\":", name.value());
    let Some((first, others)) = class.params.split_first() else {
        return quote! {
            const NAME: &'static str = #name;
            const HEAD: &'static str = #head;
        };
    };
    let (params, name_of) = (&class.params, this(class));
    quote! {
        const NAME: &'static str = {
            struct __Named<#(#params),*>(__P::PhantomData<(#(#params,)*)>);
            impl<#(#params: __P::Argument),*> __Named<#(#params),*> {
                const NAME: &'static __P::Name = &__P::Name::new(#name)
                    .push("_of_")
                    .push(<#first as __P::Typed>::LABEL)
                    #(.push("_and_").push(<#others as __P::Typed>::LABEL))*;
            }
            __Named::<#(#params),*>::NAME.as_str()
        };
        const HEAD: &'static str = {
            struct __Named<#(#params),*>(__P::PhantomData<(#(#params,)*)>);
            impl<#(#params: __P::Argument),*> __Named<#(#params),*> {
                const HEAD: &'static __P::Name = &__P::Name::new("{\"")
                    .push(<#name_of as __P::Classed>::NAME)
                    .push("\":");
            }
            __Named::<#(#params),*>::HEAD.as_str()
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
            let own = codec::checks(&codec::Scope::of_class(class), fields, &access);
            let nested = fields.iter().map(|field| {
                let (ident, ty) = (&field.ident, &field.ty);
                quote_spanned!(at(ty)=> <#ty as __P::FieldType>::satisfies(&self.#ident))
            });
            quote!(true #(&& #own)* #(&& #nested)* #whole)
        }
        Kind::Choice(_, variants) => codec::choice_fits(class, variants),
        Kind::Union(variants) => {
            let arms = variants.iter().map(
                |(variant, ty)| quote_spanned!(at(ty)=> Self::#variant(inner) => <#ty as __P::Typed>::fits(inner),),
            );
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
        Kind::Unit
        | Kind::Record(_)
        | Kind::Union(_)
        | Kind::Choice(Tagging::Internal(_) | Tagging::Adjacent(..), _) => quote!(__P::Kinds::MAP),
        Kind::Enum(_) => quote!(__P::Kinds::TEXT),
        Kind::Choice(Tagging::External, _) => quote!(__P::Kinds::MAP.or(__P::Kinds::TEXT)),
        Kind::Choice(Tagging::Untagged, variants) => {
            let kinds = variants.iter().map(codec::kinds);
            quote!(__P::Kinds::NONE #(.or(#kinds))*)
        }
    }
}

/// What makes the class a message, or a choice of messages, that a handler may return.
fn reply(class: &Class) -> TokenStream {
    let ident = &class.ident;
    let (generics, this) = (generics(class), this(class));
    match (class.role, &class.kind) {
        (Role::Message, _) if class.lineage.is_abstract.is_some() => quote! {
            // It is never sent, and may have a handler for those that derive from it.
            impl #generics __P::Answerable for #this {
                type Class = #this;
                fn read_body<__R: __P::Pull + ?Sized>(
                    place: &mut __P::Option<#this>,
                    pull: &mut __R,
                ) -> __P::Read<()> {
                    <#this as __P::Decode>::decode_into(place, pull)
                }
                fn of_viewed(viewed: &__P::Viewed) -> __P::Result<#this, __P::Error> {
                    __P::viewed_as(viewed)
                }
            }
        },
        (Role::Message, _) => quote! {
            impl #generics __P::Message for #this {}
            impl #generics __P::FromReply for #this {
                #[inline]
                fn from_reply(from: &mut __P::Incoming<'_>) -> __P::Result<#this, __P::Fault> {
                    from.message()
                }
            }
            impl #generics __P::IntoReply for #this {
                #[inline]
                fn reply(self, to: &mut __P::Outgoing<'_>) -> __P::Result<(), __P::Error> {
                    to.message(&self)
                }
            }
        },
        (Role::Union, Kind::Union(variants)) => {
            let arms = variants
                .iter()
                .map(|(variant, ty)| quote_spanned!(at(ty)=> Self::#variant(message) => to.message::<#ty>(&message),));
            let checks = variants.iter().map(|(variant, ty)| {
                quote_spanned!(at(ty)=> Self::#variant(message) => <#ty as __P::Pushable>::check(message),)
            });
            let envelopes = variants.iter().map(|(variant, ty)| {
                quote_spanned! {at(ty)=>
                    Self::#variant(message) => <#ty as __P::Pushable>::envelope(message, head, format),
                }
            });
            let conversions = variants.iter().map(|(variant, ty)| {
                quote_spanned! {at(ty)=>
                    impl __P::From<#ty> for #ident {
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
                impl __P::FromReply for #ident {
                    #[inline]
                    fn from_reply(from: &mut __P::Incoming<'_>) -> __P::Result<#ident, __P::Fault> {
                        #(#reads)*
                        __P::Err(from.unexpected(<#ident as __P::Classed>::NAME))
                    }
                }
                impl __P::IntoReply for #ident {
                    #[inline]
                    fn reply(self, to: &mut __P::Outgoing<'_>) -> __P::Result<(), __P::Error> {
                        match self { #(#arms)* }
                    }
                }
                impl __P::Pushable for #ident {
                    #[inline]
                    fn check(&self) -> __P::Result<(), __P::PushError> {
                        match self { #(#checks)* }
                    }

                    #[inline]
                    fn envelope(
                        &self,
                        head: __P::Head<'_>,
                        format: &dyn __P::Format,
                    ) -> __P::Result<__P::Vec<u8>, __P::Fault> {
                        match self { #(#envelopes)* }
                    }
                }
                #(#conversions)*
            }
        }
        _ => TokenStream::new(),
    }
}
