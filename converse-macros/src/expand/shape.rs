//! The shape of a class, as a constant.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Expr, Lit, UnOp};

use super::at;
use super::methods::maker;
use crate::ast::{Class, Constraint, Default, Field, Kind};

pub(crate) fn shape(class: &Class) -> TokenStream {
    let (name, doc) = (&class.name, &class.doc);
    let closed = class.closed;
    let kind = match &class.kind {
        Kind::Unit => quote!(P::Kind::Record { fields: P::Seq::Static(&[]), closed: #closed }),
        Kind::Record(fields) => {
            let fields = fields.iter().enumerate().map(|(index, field)| self::field(index, field));
            quote!(P::Kind::Record { fields: P::Seq::Static(&[#(#fields),*]), closed: #closed })
        }
        Kind::Enum(variants) => {
            let variants = variants.iter().map(|variant| {
                let (name, doc) = (&variant.name, &variant.doc);
                quote!(P::Variant { name: P::Text::Static(#name), doc: P::Text::Static(#doc) })
            });
            quote!(P::Kind::Enum(P::Seq::Static(&[#(#variants),*])))
        }
        Kind::Union(variants) => {
            let classes = variants
                .iter()
                .map(|(_, ty)| quote_spanned!(at(ty)=> P::ClassRef::Static(|| <#ty as P::Classed>::SHAPE)));
            quote!(P::Kind::Union(P::Seq::Static(&[#(#classes),*])))
        }
    };
    quote!(P::Shape { name: P::Text::Static(#name), doc: P::Text::Static(#doc), kind: #kind })
}

fn field(index: usize, field: &Field) -> TokenStream {
    let (name, doc, ty) = (&field.name, &field.doc, &field.ty);
    let aliases = &field.aliases;
    let constraints = field.constraints.iter().map(|constraint| rule(index, constraint));
    let default = made("default", index, field, &field.default);
    let example = made("example", index, field, &field.example);
    let ty = quote_spanned!(at(ty)=> <#ty as P::FieldType>::FIELD);
    quote! {
        P::Field {
            name: P::Text::Static(#name),
            aliases: P::Seq::Static(&[#(P::Text::Static(#aliases)),*]),
            doc: P::Text::Static(#doc),
            ty: #ty,
            constraints: P::Seq::Static(&[#(#constraints),*]),
            default: #default,
            example: #example,
        }
    }
}

/// A default or an example, as data.
fn made(what: &str, index: usize, field: &Field, given: &Default) -> TokenStream {
    if let Default::None = given {
        return quote!(P::Default::None);
    }
    let (ty, maker) = (&field.ty, maker(what, index));
    quote_spanned!(at(ty)=> P::Default::Made(|| P::to_value::<#ty>(&#maker())))
}

/// The constraint as data.
fn rule(index: usize, constraint: &Constraint) -> TokenStream {
    let argument = argument(constraint);
    match constraint.word.to_string().as_str() {
        "min_length" => quote!(P::Constraint::MinLength(#argument)),
        "max_length" => quote!(P::Constraint::MaxLength(#argument)),
        "min_items" => quote!(P::Constraint::MinItems(#argument)),
        "max_items" => quote!(P::Constraint::MaxItems(#argument)),
        "ge" => quote!(P::Constraint::Ge(#argument)),
        "gt" => quote!(P::Constraint::Gt(#argument)),
        "le" => quote!(P::Constraint::Le(#argument)),
        "lt" => quote!(P::Constraint::Lt(#argument)),
        _ => {
            let pattern = pattern_ident(index);
            quote!(P::Constraint::Pattern(P::PatternRef::Static(&#pattern)))
        }
    }
}

/// The static that holds a field's pattern.
pub(crate) fn pattern_ident(index: usize) -> proc_macro2::Ident {
    quote::format_ident!("PATTERN_{}", index)
}

/// What the constraint was given, as its check takes it.
pub(crate) fn argument(constraint: &Constraint) -> TokenStream {
    let argument = &constraint.argument;
    match constraint.word.to_string().as_str() {
        "ge" | "gt" | "le" | "lt" => {
            if is_float(argument) {
                quote!(P::Num::Float(#argument))
            } else {
                quote!(P::Num::Int(#argument))
            }
        }
        _ => quote!(#argument),
    }
}

fn is_float(expression: &Expr) -> bool {
    match expression {
        Expr::Lit(literal) => matches!(literal.lit, Lit::Float(_)),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => is_float(&unary.expr),
        Expr::Group(group) => is_float(&group.expr),
        _ => false,
    }
}
