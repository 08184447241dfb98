//! Enums whose variants hold values, in each of the four ways to write which variant it is.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{LitStr, Type};

use super::key;
use super::record::{Scope, checks, draft, writes};
use crate::ast::{Class, Field, Payload, Tagging, Variant};
use crate::expand::at;
use crate::expand::class::{generics, this};

pub(crate) fn choice(class: &Class, tagging: &Tagging, variants: &[Variant]) -> TokenStream {
    let ident = &class.ident;
    let (generics, this) = (generics(class), this(class));
    let tag = match tagging {
        Tagging::Internal(tag) => Some(tag),
        _ => None,
    };
    let readers = variants.iter().enumerate().map(|(index, variant)| variant_reader(class, index, variant, tag));
    let (decode, encode) = match tagging {
        Tagging::External => (external_decode(ident, variants), external_encode(ident, variants)),
        Tagging::Internal(tag) => (internal_decode(tag, variants), internal_encode(ident, tag, variants)),
        Tagging::Adjacent(tag, content) => {
            (adjacent_decode(ident, tag, content, variants), adjacent_encode(ident, tag, content, variants))
        }
        Tagging::Untagged => (untagged_decode(class, variants), untagged_encode(ident, variants)),
    };
    quote! {
        #(#readers)*
        impl #generics __P::Decode for #this {
            fn decode<__R: __P::Pull + ?Sized>(pull: &mut __R) -> __P::Read<#this> {
                #decode
            }
        }
        impl #generics __P::Encode for #this {
            fn encode<__W: __P::Push + ?Sized>(&self, push: &mut __W) {
                #encode
            }
        }
    }
}

fn function(index: usize) -> Ident {
    format_ident!("__read_{}", index)
}

/// The function that reads a variant from its payload.
fn variant_reader(class: &Class, index: usize, variant: &Variant, tag: Option<&LitStr>) -> TokenStream {
    let ident = &class.ident;
    let (this, params) = (this(class), &class.params);
    let (name, function) = (&variant.ident, function(index));
    let mut draft = TokenStream::new();
    let mut record = |fields: &[Field], made: &TokenStream| {
        let scope = Scope::of_variant(class, index);
        let draft_of = scope.draft();
        draft = self::draft(class, &scope, fields, false, made, tag);
        quote!(__P::placed(pull, __P::record::<#draft_of, _>))
    };
    let body = match &variant.payload {
        Payload::Record(fields) => {
            let scope = Scope::of_variant(class, index);
            let values = fields.iter().enumerate().map(|(at, field)| {
                let (name, local) = (&field.ident, scope.local(at, field));
                quote!(#name: #local)
            });
            record(fields, &quote!(#ident::#name { #(#values),* }))
        }
        // A record of nothing but its tag, so that a tag that stands twice is seen.
        Payload::Unit if tag.is_some() => record(&[], &quote!(#ident::#name)),
        Payload::Unit => quote! {
            if pull.null()? { __P::Ok(#ident::#name) } else { __P::Err(pull.refuse(__P::Why::Unfit)) }
        },
        Payload::One(ty) => {
            let beside = tag.map(|tag| beside_tag(class, ty, tag));
            quote_spanned! {at(ty)=>
                #beside
                <#ty as __P::FieldType>::read(pull).map(#ident::#name)
            }
        }
        Payload::Tuple(types) => {
            let items: Vec<Ident> = (0..types.len()).map(|at| format_ident!("item_{}", at)).collect();
            quote! {
                let (#(#items),*) = <(#(#types),*) as __P::FieldType>::read(pull)?;
                __P::Ok(#ident::#name(#(#items),*))
            }
        }
    };
    quote! {
        #draft
        fn #function<#(#params: __P::Argument,)* __R: __P::Pull + ?Sized>(pull: &mut __R) -> __P::Read<#this> {
            #body
        }
    }
}

/// What is looked at before a class that reads past its tag is read: that it can, and that there is one tag.
fn beside_tag(class: &Class, ty: &Type, tag: &LitStr) -> TokenStream {
    let assertion = quote_spanned!(at(ty)=> __P::assert_taggable(<#ty as __P::BesideTag>::RECORD, #tag));
    // With parameters, it is the instance that the compiler looks at.
    let asserted =
        if class.params.is_empty() { quote!(const _: () = #assertion;) } else { quote!(const { #assertion }) };
    quote! {
        #asserted
        static __TAG: __P::Names = __P::Names { own: &[#tag], aliases: &[], closed: false };
        __P::tag_once(pull, &__TAG)?;
    }
}

fn external_decode(ident: &Ident, variants: &[Variant]) -> TokenStream {
    let (units, others): (Vec<_>, Vec<_>) =
        variants.iter().enumerate().partition(|(_, variant)| matches!(variant.payload, Payload::Unit));
    let unit_names = units.iter().map(|(_, variant)| &variant.name);
    let unit_idents = units.iter().map(|(_, variant)| &variant.ident);
    let names = others.iter().map(|(_, variant)| &variant.name);
    let index = 0..others.len();
    let reads = others.iter().map(|(index, _)| function(*index));
    quote! {
        if pull.kind()? == __P::WireKind::Text {
            return match pull.text()? {
                #(#unit_names => __P::Ok(#ident::#unit_idents),)*
                _ => __P::Err(pull.refuse(__P::Why::Unfit)),
            };
        }
        let value = match pull.tag(&[#(#names),*])? {
            #(#index => #reads(pull)?,)*
            _ => return __P::Err(pull.refuse(__P::Why::Unfit)),
        };
        pull.end_tag()?;
        __P::Ok(value)
    }
}

fn external_encode(ident: &Ident, variants: &[Variant]) -> TokenStream {
    let arms = variants.iter().map(|variant| {
        let (pattern, name) = (pattern(ident, variant), &variant.name);
        match &variant.payload {
            Payload::Unit => quote!(#pattern => push.str(#name),),
            payload => {
                let write = write(payload);
                quote! {
                    #pattern => {
                        if push.map(1) {
                            push.key(#name);
                            #write
                            push.end_map();
                        }
                    }
                }
            }
        }
    });
    quote!(match self { #(#arms)* })
}

fn internal_decode(tag: &LitStr, variants: &[Variant]) -> TokenStream {
    let names = variants.iter().map(|variant| &variant.name);
    let index = 0..variants.len();
    let reads = (0..variants.len()).map(function);
    quote! {
        match pull.tag_in(#tag, &[#(#names),*])? {
            #(#index => #reads(pull),)*
            _ => __P::Err(pull.refuse(__P::Why::Unfit)),
        }
    }
}

fn internal_encode(ident: &Ident, tag: &LitStr, variants: &[Variant]) -> TokenStream {
    let key = key(tag);
    let arms = variants.iter().map(|variant| {
        let (pattern, name) = (pattern(ident, variant), &variant.name);
        if let Payload::One(ty) = &variant.payload {
            return quote_spanned!(at(ty)=> #pattern => <#ty as __P::BesideTag>::write_tagged(item_0, #tag, #name, push),);
        }
        let (nulls, members, write) = writes(variant.fields(), &bound, true);
        quote! {
            #pattern => {
                #nulls
                if push.record(1 + #members) {
                    push.first_member(#key);
                    push.str(#name);
                    #write
                    push.end_record();
                }
            }
        }
    });
    quote!(match self { #(#arms)* })
}

fn adjacent_decode(ident: &Ident, tag: &LitStr, content: &LitStr, variants: &[Variant]) -> TokenStream {
    let names = variants.iter().map(|variant| &variant.name);
    let arms = variants.iter().enumerate().map(|(index, variant)| {
        let (name, function) = (&variant.ident, function(index));
        match &variant.payload {
            Payload::Unit => quote!(#index => { pull.skip()?; #ident::#name }),
            _ => quote!(#index => #function(pull)?),
        }
    });
    let units = variants.iter().enumerate().filter(|(_, variant)| matches!(variant.payload, Payload::Unit));
    let units = units.map(|(index, variant)| {
        let name = &variant.ident;
        quote!((__P::None, #index) => __P::Ok(#ident::#name),)
    });
    quote! {
        static NAMES: __P::Names = __P::Names { own: &[#tag, #content], aliases: &[], closed: false };
        let variant = pull.tag_in(#tag, &[#(#names),*])?;
        let mut at = pull.record()?;
        let mut value = __P::None;
        while let __P::Some(index) = pull.field(&NAMES, &mut at)? {
            if index == 0 {
                pull.skip()?;
                continue;
            }
            value = __P::Some(match variant {
                #(#arms,)*
                _ => return __P::Err(pull.refuse(__P::Why::Unfit)),
            });
        }
        match (value, variant) {
            (__P::Some(value), _) => __P::Ok(value),
            #(#units)*
            _ => __P::Err(pull.refuse(__P::Why::Unfit)),
        }
    }
}

fn adjacent_encode(ident: &Ident, tag: &LitStr, content: &LitStr, variants: &[Variant]) -> TokenStream {
    let (tag, content) = (key(tag), key(content));
    let arms = variants.iter().map(|variant| {
        let (pattern, name) = (pattern(ident, variant), &variant.name);
        let (members, write) = match &variant.payload {
            Payload::Unit => (1_usize, TokenStream::new()),
            payload => {
                let write = write(payload);
                (2, quote!(push.next_member(#content); #write))
            }
        };
        quote! {
            #pattern => {
                if push.record(#members) {
                    push.first_member(#tag);
                    push.str(#name);
                    #write
                    push.end_record();
                }
            }
        }
    });
    quote!(match self { #(#arms)* })
}

fn untagged_decode(class: &Class, variants: &[Variant]) -> TokenStream {
    let kinds: Vec<TokenStream> = variants.iter().map(kinds).collect();
    // With parameters, it is the instance that the compiler looks at.
    let ident = &class.ident;
    let disjoint = if class.params.is_empty() {
        quote_spanned!(at(ident)=> const _: () = __P::assert_disjoint(&[#(#kinds),*]);)
    } else {
        quote_spanned!(at(ident)=> const { __P::assert_disjoint(&[#(#kinds),*]) })
    };
    let reads = (0..variants.len()).map(function);
    quote! {
        #disjoint
        let kinds = __P::kinds(pull.kind()?);
        #(if kinds.meets(#kinds) { return #reads(pull); })*
        __P::Err(pull.refuse(__P::Why::Unfit))
    }
}

fn untagged_encode(ident: &Ident, variants: &[Variant]) -> TokenStream {
    let arms = variants.iter().map(|variant| {
        let (pattern, write) = (pattern(ident, variant), write(&variant.payload));
        quote!(#pattern => { #write })
    });
    quote!(match self { #(#arms)* })
}

/// Which kinds of values a variant has without a tag.
pub(crate) fn kinds(variant: &Variant) -> TokenStream {
    match &variant.payload {
        Payload::Unit => quote!(__P::Kinds::NULL),
        Payload::One(ty) => quote_spanned!(at(ty)=> <#ty as __P::FieldType>::VALUES),
        Payload::Tuple(_) => quote!(__P::Kinds::LIST),
        Payload::Record(_) => quote!(__P::Kinds::MAP),
    }
}

/// The pattern of a variant, with what it holds bound.
fn pattern(ident: &Ident, variant: &Variant) -> TokenStream {
    let name = &variant.ident;
    match &variant.payload {
        Payload::Unit => quote!(#ident::#name),
        Payload::One(_) => quote!(#ident::#name(item_0)),
        Payload::Tuple(types) => {
            let items = (0..types.len()).map(|at| format_ident!("item_{}", at));
            quote!(#ident::#name(#(#items),*))
        }
        Payload::Record(fields) => {
            let names = fields.iter().map(|field| &field.ident);
            quote!(#ident::#name { #(#names),* })
        }
    }
}

/// A field of a variant, as the pattern binds it.
fn bound(field: &Field) -> TokenStream {
    let name = &field.ident;
    quote!(#name)
}

/// Writes what a variant holds, from the names that its pattern binds.
fn write(payload: &Payload) -> TokenStream {
    match payload {
        Payload::Unit => quote!(push.null();),
        Payload::One(ty) => quote_spanned!(at(ty)=> <#ty as __P::FieldType>::write(item_0, push);),
        Payload::Tuple(types) => {
            let count = types.len();
            let writes = types.iter().enumerate().map(|(index, ty)| {
                let item = format_ident!("item_{}", index);
                quote_spanned! {at(ty)=>
                    push.item();
                    <#ty as __P::FieldType>::write(#item, push);
                }
            });
            quote!(if push.list(#count) { #(#writes)* push.end_list(); })
        }
        Payload::Record(fields) => {
            let (nulls, members, write) = writes(fields, &bound, false);
            quote! {
                #nulls
                if push.record(#members) {
                    #write
                    push.end_record();
                }
            }
        }
    }
}

/// The check of a value made by hand: what each variant holds.
pub(crate) fn choice_fits(class: &Class, variants: &[Variant]) -> TokenStream {
    let ident = &class.ident;
    let arms = variants.iter().enumerate().map(|(index, variant)| {
        let pattern = pattern(ident, variant);
        let checks: Vec<TokenStream> = match &variant.payload {
            Payload::Unit => Vec::new(),
            Payload::One(ty) => vec![quote_spanned!(at(ty)=> <#ty as __P::FieldType>::satisfies(item_0))],
            Payload::Tuple(types) => types
                .iter()
                .enumerate()
                .map(|(at_, ty)| {
                    let item = format_ident!("item_{}", at_);
                    quote_spanned!(at(ty)=> <#ty as __P::FieldType>::satisfies(#item))
                })
                .collect(),
            Payload::Record(fields) => {
                let own = checks(&Scope::of_variant(class, index), fields, &|_, field: &Field| bound(field));
                let nested = fields.iter().map(|field| {
                    let (name, ty) = (&field.ident, &field.ty);
                    quote_spanned!(at(ty)=> <#ty as __P::FieldType>::satisfies(#name))
                });
                own.into_iter().chain(nested).collect()
            }
        };
        quote!(#pattern => true #(&& #checks)*,)
    });
    quote!(match self { #(#arms)* })
}
