//! The shape of a class, as a constant.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Expr, Lit, UnOp};

use super::at;
use super::codec::{Scope, transforms};
use crate::ast::{Class, Constraint, Default, Field, Kind, Payload, Tagging, Variant};

pub(crate) fn shape(class: &Class) -> TokenStream {
    let doc = &class.doc;
    let closed = class.closed;
    let kind = match &class.kind {
        Kind::Unit | Kind::Record(_) => {
            let fields = fields(&Scope::of_class(class), class.fields());
            let check = match &class.validate {
                None => quote!(P::None),
                Some(path) => {
                    quote_spanned!(at(path)=> P::Some(|value| P::check_whole(value, |pull| read(pull), |it| #path(it))))
                }
            };
            quote!(P::Kind::Record { fields: #fields, closed: #closed, check: #check })
        }
        Kind::Enum(variants) => {
            let variants = variants.iter().enumerate().map(|(index, variant)| self::variant(class, index, variant));
            quote!(P::Kind::Enum(P::Seq::Static(&[#(#variants),*])))
        }
        Kind::Choice(tagging, variants) => {
            let tagging = self::tagging(tagging);
            let variants = variants.iter().enumerate().map(|(index, variant)| self::variant(class, index, variant));
            quote!(P::Kind::Choice(P::Choice { tagging: #tagging, variants: P::Seq::Static(&[#(#variants),*]) }))
        }
        Kind::Union(variants) => {
            let classes = variants
                .iter()
                .map(|(_, ty)| quote_spanned!(at(ty)=> P::ClassRef::Static(|| <#ty as P::Classed>::SHAPE)));
            quote!(P::Kind::Union(P::Seq::Static(&[#(#classes),*])))
        }
    };
    quote!(P::Shape { name: P::Text::Static(<Self as P::Classed>::NAME), doc: P::Text::Static(#doc), kind: #kind })
}

fn tagging(tagging: &Tagging) -> TokenStream {
    match tagging {
        Tagging::External => quote!(P::Tagging::External),
        Tagging::Internal(tag) => quote!(P::Tagging::Internal { tag: P::Text::Static(#tag) }),
        Tagging::Adjacent(tag, content) => {
            quote!(P::Tagging::Adjacent { tag: P::Text::Static(#tag), content: P::Text::Static(#content) })
        }
        Tagging::Untagged => quote!(P::Tagging::Untagged),
    }
}

fn variant(class: &Class, index: usize, variant: &Variant) -> TokenStream {
    let (name, doc) = (&variant.name, &variant.doc);
    let payload = match &variant.payload {
        Payload::Unit => quote!(P::Payload::Unit),
        Payload::One(ty) => quote_spanned!(at(ty)=> P::Payload::One(<#ty as P::FieldType>::FIELD)),
        Payload::Tuple(types) => {
            let types = types.iter().map(|ty| quote_spanned!(at(ty)=> <#ty as P::FieldType>::FIELD));
            quote!(P::Payload::Tuple(P::Seq::Static(&[#(#types),*])))
        }
        Payload::Record(inner) => {
            let fields = fields(&Scope::of_variant(class, index), inner);
            quote!(P::Payload::Record(#fields))
        }
    };
    quote!(P::Variant { name: P::Text::Static(#name), doc: P::Text::Static(#doc), payload: #payload })
}

fn fields(scope: &Scope<'_>, fields: &[Field]) -> TokenStream {
    let fields = fields.iter().enumerate().map(|(index, field)| self::field(scope, index, field));
    quote!(P::Seq::Static(&[#(#fields),*]))
}

fn field(scope: &Scope<'_>, index: usize, field: &Field) -> TokenStream {
    let (name, doc, ty) = (&field.name, &field.doc, &field.ty);
    let aliases = &field.aliases;
    let constraints = field.constraints.iter().map(|constraint| rule(scope, index, field, constraint));
    let transforms = transforms(field);
    let message = field.message.as_ref().map_or(quote!(""), |message| quote!(#message));
    let deprecated = field.deprecated;
    let default = made(scope, "default", index, field, &field.default);
    let example = made(scope, "example", index, field, &field.example);
    let ty = quote_spanned!(at(ty)=> <#ty as P::FieldType>::FIELD);
    quote! {
        P::Field {
            name: P::Text::Static(#name),
            aliases: P::Seq::Static(&[#(P::Text::Static(#aliases)),*]),
            doc: P::Text::Static(#doc),
            ty: #ty,
            transforms: P::Seq::Static(&[#(#transforms),*]),
            constraints: P::Seq::Static(&[#(#constraints),*]),
            message: P::Text::Static(#message),
            deprecated: #deprecated,
            default: #default,
            example: #example,
        }
    }
}

/// A default or an example, as data.
fn made(scope: &Scope<'_>, what: &str, index: usize, field: &Field, given: &Default) -> TokenStream {
    if let Default::None = given {
        return quote!(P::Default::None);
    }
    let (ty, maker) = (&field.ty, scope.maker(what, index));
    quote_spanned!(at(ty)=> P::Default::Made(|| P::to_value::<#ty>(&#maker())))
}

/// The constraint as data.
fn rule(scope: &Scope<'_>, index: usize, field: &Field, constraint: &Constraint) -> TokenStream {
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
        "multiple_of" => quote!(P::Constraint::MultipleOf(#argument)),
        "unique_items" => quote!(P::Constraint::UniqueItems),
        "email" => quote!(P::Constraint::Format(P::TextFormat::Email)),
        "url" => quote!(P::Constraint::Format(P::TextFormat::Url)),
        "validate" => {
            let (ty, path) = (&field.ty, &constraint.argument);
            quote_spanned!(at(path)=> P::Constraint::Custom(|value| P::check_field::<#ty, _>(value, |it| #path(it))))
        }
        _ => {
            let pattern = scope.pattern(index);
            quote!(P::Constraint::Pattern(P::PatternRef::Static(&#pattern)))
        }
    }
}

/// What the constraint was given, as its check takes it.
pub(crate) fn argument(constraint: &Constraint) -> TokenStream {
    let argument = &constraint.argument;
    match constraint.word.to_string().as_str() {
        "ge" | "gt" | "le" | "lt" | "multiple_of" => {
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
