//! One decoder and one encoder a class: straight lines, no logic.

mod choice;
mod record;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{LitStr, Type};

use choice::choice;
pub(crate) use choice::{choice_fits, kinds};
pub(crate) use record::{Scope, checks, transforms};

use super::at;
use super::class::{generics, this};
use crate::ast::{Class, Kind, Variant};
use record::{reader, writes};

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
    let read = format_ident!("read");
    let reader = reader(class, &scope, &read, fields, class.closed, &made, None);
    let decoded = match &class.validate {
        None => quote!(read(pull)),
        Some(path) => quote_spanned! {at(path)=>
            let value = read(pull)?;
            match #path(&value) {
                P::Ok(()) => P::Ok(value),
                P::Err(_) => P::Err(pull.refuse(P::Why::Unfit)),
            }
        },
    };
    let access = |field: &crate::ast::Field| {
        let name = &field.ident;
        quote!(&self.#name)
    };
    let (nulls, members, write) = writes(fields, &access, false);
    quote! {
        #reader
        impl #generics P::Decode for #this {
            fn decode<R: P::Pull + ?Sized>(pull: &mut R) -> P::Read<#this> {
                #decoded
            }
        }
        impl #generics P::Encode for #this {
            fn encode<W: P::Push + ?Sized>(&self, push: &mut W) {
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
        fn named(name: &str) -> P::Option<#ident> {
            match name {
                #(#names => P::Some(#ident::#idents),)*
                _ => P::None,
            }
        }
        fn name(value: &#ident) -> &'static str {
            match value { #(#ident::#idents => #names,)* }
        }
        impl P::Decode for #ident {
            fn decode<R: P::Pull + ?Sized>(pull: &mut R) -> P::Read<#ident> {
                match named(pull.text()?) {
                    P::Some(value) => P::Ok(value),
                    P::None => P::Err(pull.refuse(P::Why::Unfit)),
                }
            }
        }
        impl P::Encode for #ident {
            fn encode<W: P::Push + ?Sized>(&self, push: &mut W) {
                push.str(name(self));
            }
        }
        impl P::KeyType for #ident {}
        impl P::MapKey for #ident {
            fn from_key(text: &str) -> P::Option<#ident> {
                named(text)
            }
        }
        impl P::WriteKey for #ident {
            fn as_key(&self) -> P::Cow<'_, str> {
                P::Cow::Borrowed(name(self))
            }
        }
    }
}

fn union(ident: &Ident, variants: &[(Ident, Type)]) -> TokenStream {
    let types = variants.iter().map(|(_, ty)| quote_spanned!(at(ty)=> <#ty as P::Classed>::NAME));
    let index = 0..variants.len();
    let reads = variants
        .iter()
        .map(|(variant, ty)| quote_spanned!(at(ty)=> #ident::#variant(<#ty as P::Decode>::decode(pull)?)));
    let writes = variants.iter().map(|(variant, ty)| {
        quote_spanned! {at(ty)=>
            #ident::#variant(inner) => {
                push.key(<#ty as P::Classed>::NAME);
                <#ty as P::Encode>::encode(inner, push);
            }
        }
    });
    quote! {
        impl P::Decode for #ident {
            fn decode<R: P::Pull + ?Sized>(pull: &mut R) -> P::Read<#ident> {
                let value = match pull.tag(&[#(#types),*])? {
                    #(#index => #reads,)*
                    _ => return P::Err(pull.refuse(P::Why::Unfit)),
                };
                pull.end_tag()?;
                P::Ok(value)
            }
        }
        impl P::Encode for #ident {
            fn encode<W: P::Push + ?Sized>(&self, push: &mut W) {
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
    quote!(&P::Key { name: #name, json: #json })
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
