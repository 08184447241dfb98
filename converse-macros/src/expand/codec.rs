//! One decoder and one encoder a class: straight lines, no logic.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{LitStr, Type};

use super::at;
use super::methods::{maker, makers};
use super::shape::{argument, pattern_ident};
use crate::ast::{Class, Default, Field, Kind, Variant};

pub(crate) fn codec(class: &Class) -> TokenStream {
    let ident = &class.ident;
    match &class.kind {
        Kind::Unit => record(ident, &[], class.closed, &quote!(#ident)),
        Kind::Record(fields) => {
            let values = fields.iter().enumerate().map(|(index, field)| {
                let (name, value) = (&field.ident, decoded(index, field));
                quote!(#name: #value)
            });
            let made = quote!(#ident { #(#values),* });
            let keeps = keeps(ident, fields);
            let record = record(ident, fields, class.closed, &made);
            let makers = makers(fields);
            quote!(#makers #keeps #record)
        }
        Kind::Enum(variants) => enumeration(ident, variants),
        Kind::Union(variants) => union(ident, variants),
    }
}

/// Whether a value satisfies its class's own constraints.
fn keeps(ident: &Ident, fields: &[Field]) -> TokenStream {
    let mut checks = Vec::new();
    let mut patterns = Vec::new();
    for (index, field) in fields.iter().enumerate() {
        let (name, ty) = (&field.ident, &field.ty);
        for constraint in &field.constraints {
            let word = &constraint.word;
            if word == "pattern" {
                let pattern = pattern_ident(index);
                let text = &constraint.argument;
                patterns.push(quote_spanned! {at(text)=>
                    static #pattern: P::Pattern = P::Pattern::new(#text);
                    const _: () = P::constraint::assert_portable(#text);
                });
                checks.push(quote_spanned!(at(ty)=> P::constraint::matches::<#ty>(&value.#name, &#pattern)));
            } else {
                let check = Ident::new(&word.to_string(), at(ty));
                let argument = argument(constraint);
                checks.push(quote_spanned!(at(ty)=> P::constraint::#check::<#ty>(&value.#name, #argument)));
            }
        }
    }
    let unused = if checks.is_empty() { quote!(let _ = value;) } else { TokenStream::new() };
    quote! {
        #(#patterns)*
        #[inline]
        fn keeps(value: &#ident) -> bool {
            #unused
            true #(&& #checks)*
        }
    }
}

/// The decoded field: what came, or what stands for it.
fn decoded(index: usize, field: &Field) -> TokenStream {
    let ty = &field.ty;
    let local = format_ident!("field_{}", index, span = at(ty));
    match &field.default {
        Default::None => quote_spanned!(at(ty)=> <#ty as P::FieldType>::or_absent(#local, pull)?),
        Default::Own | Default::Value(_) => {
            let maker = maker("default", index);
            quote!(#local.unwrap_or_else(#maker))
        }
    }
}

fn record(ident: &Ident, fields: &[Field], closed: bool, made: &TokenStream) -> TokenStream {
    let names = fields.iter().map(|field| &field.name);
    let aliases = fields
        .iter()
        .enumerate()
        .flat_map(|(index, field)| field.aliases.iter().map(move |alias| quote!((#alias, #index))));
    let locals: Vec<Ident> = fields
        .iter()
        .enumerate()
        .map(|(index, field)| format_ident!("field_{}", index, span = at(&field.ty)))
        .collect();
    let types: Vec<TokenStream> = fields
        .iter()
        .map(|field| {
            let ty = &field.ty;
            quote_spanned!(at(ty)=> #ty)
        })
        .collect();
    let index = 0..fields.len();
    let reads = fields.iter().zip(&locals).map(|(field, local)| {
        let ty = &field.ty;
        quote_spanned!(at(ty)=> #local = P::Some(<#ty as P::FieldType>::read(pull)?))
    });
    let encode = encode(ident, fields);
    let checked = if fields.is_empty() {
        quote!(P::Ok(#made))
    } else {
        quote! {
            let value = #made;
            if keeps(&value) { P::Ok(value) } else { P::Err(pull.refuse(P::Why::Unfit)) }
        }
    };
    quote! {
        static NAMES: P::Names =
            P::Names { own: &[#(#names),*], aliases: &[#(#aliases),*], closed: #closed };

        impl P::Decode for #ident {
            fn decode<R: P::Pull + ?Sized>(pull: &mut R) -> P::Read<#ident> {
                let mut at = pull.record()?;
                #(let mut #locals: P::Option<#types> = P::None;)*
                while let P::Some(index) = pull.field(&NAMES, &mut at)? {
                    match index {
                        #(#index => #reads,)*
                        _ => return P::Err(pull.refuse(P::Why::Unfit)),
                    }
                }
                #checked
            }
        }
        #encode
    }
}

fn encode(ident: &Ident, fields: &[Field]) -> TokenStream {
    let always = fields.iter().filter(|field| is_always_written(field)).count();
    let optional = fields.iter().filter(|field| !is_always_written(field));
    let counted = optional.map(|field| {
        let (name, ty) = (&field.ident, &field.ty);
        quote_spanned!(at(ty)=> + P::usize::from(nulls || !<#ty as P::FieldType>::left_out(&self.#name)))
    });
    // Once a field is always written, those behind it are known not to be first.
    let certain = fields.iter().position(is_always_written).unwrap_or(fields.len());
    let members = fields.iter().enumerate().map(|(index, field)| {
        let (ident, name, ty) = (&field.ident, &field.name, &field.ty);
        let member = match index {
            0 => quote!(first_member),
            _ if index > certain => quote!(next_member),
            _ => quote!(member),
        };
        let json = LitStr::new(&format!(",{}:", json_text(&name.value())), name.span());
        let write = quote_spanned! {at(ty)=>
            push.#member(&P::Key { name: #name, json: #json });
            <#ty as P::FieldType>::write(&self.#ident, push);
        };
        if is_always_written(field) {
            write
        } else {
            quote_spanned!(at(ty)=> if nulls || !<#ty as P::FieldType>::left_out(&self.#ident) { #write })
        }
    });
    let nulls = if always == fields.len() { TokenStream::new() } else { quote!(let nulls = push.nulls();) };
    quote! {
        impl P::Encode for #ident {
            fn encode<W: P::Push + ?Sized>(&self, push: &mut W) {
                #nulls
                if push.record(#always #(#counted)*) {
                    #(#members)*
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
        impl P::Decode for #ident {
            fn decode<R: P::Pull + ?Sized>(pull: &mut R) -> P::Read<#ident> {
                match pull.text()? {
                    #(#names => P::Ok(#ident::#idents),)*
                    _ => P::Err(pull.refuse(P::Why::Unfit)),
                }
            }
        }
        impl P::Encode for #ident {
            fn encode<W: P::Push + ?Sized>(&self, push: &mut W) {
                push.str(match self { #(#ident::#idents => #names,)* });
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

/// Whether the field is never left out: its type is always there, or something else than nothing would
/// stand for it when it is read again.
fn is_always_written(field: &Field) -> bool {
    !matches!(field.default, Default::None) || is_always_there(&field.ty)
}

/// Whether the type is known, as it is spelled, to be never left out.
fn is_always_there(ty: &Type) -> bool {
    const KNOWN: [&str; 15] =
        ["bool", "String", "u8", "u16", "u32", "u64", "usize", "i8", "i16", "i32", "i64", "isize", "f32", "f64", "Vec"];
    match ty {
        Type::Path(path) => path.path.segments.last().is_some_and(|last| KNOWN.iter().any(|known| last.ident == known)),
        _ => false,
    }
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
