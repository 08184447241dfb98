//! One decoder and one encoder a class: straight lines, no logic.

mod choice;
mod record;

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::{LitStr, Type};

use choice::choice;
pub(crate) use choice::{choice_fits, kinds};
pub(crate) use record::{Scope, checks, transforms};

use super::at;
use super::class::{generics, this};
use crate::ast::{Class, Kind, Variant};
use record::{draft, writes};

pub(crate) fn codec(class: &Class) -> TokenStream {
    let ident = &class.ident;
    match &class.kind {
        Kind::Unit | Kind::Record(_) => record(class),
        Kind::Enum(variants) => enumeration(ident, variants),
        Kind::Choice(tagging, variants) => choice(class, tagging, variants),
        Kind::Union(variants) => union(ident, variants),
    }
}

/// A class of named fields.
fn record(class: &Class) -> TokenStream {
    let (ident, fields) = (&class.ident, class.fields());
    let (generics, this) = (generics(class), this(class));
    let scope = Scope::of_class(class);
    let made = match &class.kind {
        Kind::Unit => quote!(#ident),
        _ => {
            let values = fields.iter().enumerate().map(|(index, field)| {
                let (name, local) = (&field.ident, scope.local(index, field));
                quote!(#name: #local)
            });
            quote!(#ident { #(#values),* })
        }
    };
    let (draft, draft_of) = (draft(class, &scope, fields, class.closed, &made, None), scope.draft());
    let decoded = match &class.validate {
        None => quote!(__P::record::<#draft_of, _>(place, pull)),
        Some(path) => quote_spanned! {at(path)=>
            __P::record::<#draft_of, _>(place, pull)?;
            match place.as_ref().map(#path) {
                __P::Some(__P::Ok(())) => __P::Ok(()),
                _ => __P::Err(pull.refuse(__P::Why::Unfit)),
            }
        },
    };
    let access = |field: &crate::ast::Field| {
        let name = &field.ident;
        quote!(&self.#name)
    };
    let (nulls, members, write) = writes(fields, &access, false);
    quote! {
        #draft
        impl #generics __P::Decode for #this {
            fn decode<__R: __P::Pull + ?Sized>(pull: &mut __R) -> __P::Read<#this> {
                __P::placed(pull, <#this as __P::Decode>::decode_into)
            }
            fn decode_into<__R: __P::Pull + ?Sized>(
                place: &mut __P::Option<#this>,
                pull: &mut __R,
            ) -> __P::Read<()> {
                #decoded
            }
        }
        impl #generics __P::Encode for #this {
            fn encode<__W: __P::Push + ?Sized>(&self, push: &mut __W) {
                #nulls
                if push.record(#members) {
                    #write
                    push.end_record();
                }
            }
        }
    }
}

fn enumeration(ident: &Ident, variants: &[Variant]) -> TokenStream {
    let names: Vec<_> = variants.iter().map(|variant| &variant.name).collect();
    let idents: Vec<_> = variants.iter().map(|variant| &variant.ident).collect();
    quote! {
        fn __named(name: &str) -> __P::Option<#ident> {
            match name {
                #(#names => __P::Some(#ident::#idents),)*
                _ => __P::None,
            }
        }
        fn __name(value: &#ident) -> &'static str {
            match value { #(#ident::#idents => #names,)* }
        }
        impl __P::Decode for #ident {
            fn decode<__R: __P::Pull + ?Sized>(pull: &mut __R) -> __P::Read<#ident> {
                match __named(pull.text()?) {
                    __P::Some(value) => __P::Ok(value),
                    __P::None => __P::Err(pull.refuse(__P::Why::Unfit)),
                }
            }
        }
        impl __P::Encode for #ident {
            fn encode<__W: __P::Push + ?Sized>(&self, push: &mut __W) {
                push.str(__name(self));
            }
        }
        impl __P::KeyType for #ident {}
        impl __P::MapKey for #ident {
            fn from_key(text: &str) -> __P::Option<#ident> {
                __named(text)
            }
        }
        impl __P::WriteKey for #ident {
            fn as_key(&self) -> __P::Cow<'_, str> {
                __P::Cow::Borrowed(__name(self))
            }
        }
    }
}

fn union(ident: &Ident, variants: &[(Ident, Type)]) -> TokenStream {
    let types = variants.iter().map(|(_, ty)| quote_spanned!(at(ty)=> <#ty as __P::Classed>::NAME));
    let index = 0..variants.len();
    let reads = variants
        .iter()
        .map(|(variant, ty)| quote_spanned!(at(ty)=> #ident::#variant(<#ty as __P::Decode>::decode(pull)?)));
    let writes = variants.iter().map(|(variant, ty)| {
        quote_spanned! {at(ty)=>
            #ident::#variant(inner) => {
                push.key(<#ty as __P::Classed>::NAME);
                <#ty as __P::Encode>::encode(inner, push);
            }
        }
    });
    quote! {
        impl __P::Decode for #ident {
            fn decode<__R: __P::Pull + ?Sized>(pull: &mut __R) -> __P::Read<#ident> {
                let value = match pull.tag(&[#(#types),*])? {
                    #(#index => #reads,)*
                    _ => return __P::Err(pull.refuse(__P::Why::Unfit)),
                };
                pull.end_tag()?;
                __P::Ok(value)
            }
        }
        impl __P::Encode for #ident {
            fn encode<__W: __P::Push + ?Sized>(&self, push: &mut __W) {
                if push.map(1) {
                    match self { #(#writes)* }
                    push.end_map();
                }
            }
        }
    }
}

/// The constant that names a member, with the name as JSON writes it.
fn key(name: &LitStr) -> TokenStream {
    let json = LitStr::new(&format!(",{}:", json_text(&name.value())), name.span());
    quote!(&__P::Key { name: #name, json: #json })
}

/// A name as JSON writes it.
fn json_text(name: &str) -> String {
    let mut text = String::from("\"");
    for character in name.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\u{8}' => text.push_str("\\b"),
            '\u{c}' => text.push_str("\\f"),
            control if control < ' ' => text.extend(format!("\\u{:04x}", u32::from(control)).chars()),
            other => text.push(other),
        }
    }
    text.push('"');
    text
}
