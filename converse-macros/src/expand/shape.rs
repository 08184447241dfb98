//! The shape of a class, as a constant.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Expr, Lit, UnOp};

use super::codec::{Scope, transforms};
use super::{at, stored};
use crate::ast::{Class, Constraint, Field, Kind, Payload, Tagging, Variant};

pub(crate) fn shape(class: &Class) -> TokenStream {
    let doc = &class.doc;
    let closed = class.closed;
    let kind = match &class.kind {
        Kind::Unit | Kind::Record(_) => {
            let scope = Scope::of_class(class);
            let (fields, draft) = (fields(&scope, class.fields()), scope.draft());
            let check = match &class.validate {
                None => quote!(__P::None),
                Some(path) => {
                    quote_spanned!(at(path)=> __P::Some(|value| __P::check_whole(value, |pull| __P::placed(pull, __P::record::<#draft, _>), |it| #path(it))))
                }
            };
            quote!(__P::Kind::Record { fields: #fields, closed: #closed, check: #check })
        }
        Kind::Enum(variants) => {
            let variants = variants.iter().enumerate().map(|(index, variant)| self::variant(class, index, variant));
            quote!(__P::Kind::Enum(__P::Seq::Static(&[#(#variants),*])))
        }
        Kind::Choice(tagging, variants) => {
            let tagging = self::tagging(tagging);
            let variants = variants.iter().enumerate().map(|(index, variant)| self::variant(class, index, variant));
            quote!(__P::Kind::Choice(__P::Choice { tagging: #tagging, variants: __P::Seq::Static(&[#(#variants),*]) }))
        }
        Kind::Union(variants) => {
            let classes = variants
                .iter()
                .map(|(_, ty)| quote_spanned!(at(ty)=> __P::ClassRef::Static(<#ty as __P::Classed>::shape)));
            quote!(__P::Kind::Union(__P::Seq::Static(&[#(#classes),*])))
        }
    };
    quote!(__P::Shape { name: __P::Text::Static(<Self as __P::Classed>::NAME), doc: __P::Text::Static(#doc), kind: #kind })
}

fn tagging(tagging: &Tagging) -> TokenStream {
    match tagging {
        Tagging::External => quote!(__P::Tagging::External),
        Tagging::Internal(tag) => quote!(__P::Tagging::Internal { tag: __P::Text::Static(#tag) }),
        Tagging::Adjacent(tag, content) => {
            quote!(__P::Tagging::Adjacent { tag: __P::Text::Static(#tag), content: __P::Text::Static(#content) })
        }
        Tagging::Untagged => quote!(__P::Tagging::Untagged),
    }
}

fn variant(class: &Class, index: usize, variant: &Variant) -> TokenStream {
    let (name, doc) = (&variant.name, &variant.doc);
    let payload = match &variant.payload {
        Payload::Unit => quote!(__P::Payload::Unit),
        Payload::One(ty) => quote_spanned!(at(ty)=> __P::Payload::One(<#ty as __P::FieldType>::FIELD)),
        Payload::Tuple(types) => {
            let types = types.iter().map(|ty| quote_spanned!(at(ty)=> <#ty as __P::FieldType>::FIELD));
            quote!(__P::Payload::Tuple(__P::Seq::Static(&[#(#types),*])))
        }
        Payload::Record(inner) => {
            let fields = fields(&Scope::of_variant(class, index), inner);
            quote!(__P::Payload::Record(#fields))
        }
    };
    quote!(__P::Variant { name: __P::Text::Static(#name), doc: __P::Text::Static(#doc), payload: #payload })
}

fn fields(scope: &Scope<'_>, fields: &[Field]) -> TokenStream {
    let fields = fields.iter().enumerate().map(|(index, field)| self::field(scope, index, field));
    quote!(__P::Seq::Static(&[#(#fields),*]))
}

/// A field: what is not said of it is not written.
fn field(scope: &Scope<'_>, index: usize, field: &Field) -> TokenStream {
    let (name, ty) = (&field.name, &field.ty);
    let mut said = TokenStream::new();
    if !field.aliases.is_empty() {
        let aliases = &field.aliases;
        said.extend(quote!(aliases: __P::Seq::Static(&[#(__P::Text::Static(#aliases)),*]),));
    }
    if !field.doc.is_empty() {
        let doc = &field.doc;
        said.extend(quote!(doc: __P::Text::Static(#doc),));
    }
    if field.coerce {
        said.extend(quote!(coerce: true,));
    }
    if !field.transforms.is_empty() {
        let transforms = transforms(field);
        said.extend(quote!(transforms: __P::Seq::Static(&[#(#transforms),*]),));
    }
    if !field.constraints.is_empty() {
        let constraints = field.constraints.iter().map(|constraint| rule(scope, index, field, constraint));
        said.extend(quote!(constraints: __P::Seq::Static(&[#(#constraints),*]),));
    }
    if let Some(message) = &field.message {
        said.extend(quote!(message: __P::Text::Static(#message),));
    }
    if field.deprecated {
        said.extend(quote!(deprecated: true,));
    }
    said.extend(stored::of_field(field));
    let made = |maker: &str| {
        let (ty, maker) = (&field.ty, scope.maker(maker, index));
        quote_spanned!(at(ty)=> __P::Default::Made(|| __P::to_value::<#ty>(&#maker())))
    };
    let mut examples = Vec::new();
    for (what, maker, _) in field.given() {
        let made = made(&maker);
        if what == "default" {
            said.extend(quote!(default: #made,));
        } else {
            examples.push(made);
        }
    }
    if !examples.is_empty() {
        said.extend(quote!(examples: __P::Seq::Static(&[#(#examples),*]),));
    }
    let ty = quote_spanned!(at(ty)=> <#ty as __P::FieldType>::FIELD);
    quote!(__P::Field { name: __P::Text::Static(#name), ty: #ty, #said ..__P::Field::PLAIN })
}

/// The constraint as data.
fn rule(scope: &Scope<'_>, index: usize, field: &Field, constraint: &Constraint) -> TokenStream {
    let argument = argument(constraint);
    match constraint.word.to_string().as_str() {
        "min_length" => quote!(__P::Constraint::MinLength(#argument)),
        "max_length" => quote!(__P::Constraint::MaxLength(#argument)),
        "min_items" => quote!(__P::Constraint::MinItems(#argument)),
        "max_items" => quote!(__P::Constraint::MaxItems(#argument)),
        "ge" => quote!(__P::Constraint::Ge(#argument)),
        "gt" => quote!(__P::Constraint::Gt(#argument)),
        "le" => quote!(__P::Constraint::Le(#argument)),
        "lt" => quote!(__P::Constraint::Lt(#argument)),
        "multiple_of" => quote!(__P::Constraint::MultipleOf(#argument)),
        "unique_items" => quote!(__P::Constraint::UniqueItems),
        "email" => quote!(__P::Constraint::Format(__P::TextFormat::Email)),
        "url" => quote!(__P::Constraint::Format(__P::TextFormat::Url)),
        "validate" => {
            let (ty, path) = (&field.ty, &constraint.argument);
            quote_spanned!(at(path)=> __P::Constraint::Custom(|value| __P::check_field::<#ty, _>(value, |it| #path(it))))
        }
        _ => {
            let pattern = scope.pattern(index);
            quote!(__P::Constraint::Pattern(__P::PatternRef::Static(&#pattern)))
        }
    }
}

/// What the constraint was given, as its check takes it.
pub(crate) fn argument(constraint: &Constraint) -> TokenStream {
    let argument = &constraint.argument;
    match constraint.word.to_string().as_str() {
        "ge" | "gt" | "le" | "lt" | "multiple_of" => {
            if is_float(argument) {
                quote!(__P::Num::Float(#argument))
            } else {
                quote!(__P::Num::Int(#argument))
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
