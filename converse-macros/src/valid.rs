//! What can be known to be wrong before the compiler looks at types: every mistake, each at its token.

mod stored;

use syn::spanned::Spanned;
use syn::{Expr, Lit, UnOp};

use crate::ast::{Class, Constraint, Default, Errors, Field, Kind, Payload, Role, Tagging, Variant};

pub(crate) fn check(class: &Class, errors: &mut Errors) {
    check_name(&class.name, errors);
    stored::check(class, errors);
    let mut names: Vec<(String, &syn::LitStr)> = Vec::new();
    for field in class.fields() {
        for name in std::iter::once(&field.name).chain(&field.aliases) {
            unique(name, &mut names, "field", errors);
        }
        check_field(field, errors);
    }
    if let Kind::Choice(tagging, variants) = &class.kind {
        check_choice(tagging, variants, errors);
    }
    if let Kind::Enum(variants) | Kind::Choice(_, variants) = &class.kind {
        if variants.is_empty() {
            errors.push(syn::Error::new(class.ident.span(), "an enum without names has no values"));
        }
        let mut names = Vec::new();
        for variant in variants {
            unique(&variant.name, &mut names, "name of this enum", errors);
        }
    }
    if let (Role::Union, Kind::Union(variants)) = (class.role, &class.kind)
        && variants.is_empty()
    {
        errors.push(syn::Error::new(class.ident.span(), "a union of no messages has no values"));
    }
}

/// What a tag can stand beside, and what else a choice cannot be.
fn check_choice(tagging: &Tagging, variants: &[Variant], errors: &mut Errors) {
    if let Tagging::Adjacent(tag, content) = tagging
        && tag.value() == content.value()
    {
        errors.push(syn::Error::new(
            content.span(),
            "`content` names the value, and needs a `tag` of another name beside it",
        ));
    }
    for variant in variants {
        match (&variant.payload, tagging) {
            (Payload::Tuple(_), Tagging::Internal(_)) => {
                let message = "a tag stands among named fields: write them in the variant, `Circle { radius: f64 }`, or give the value a member of its own with `content = \"…\"`";
                errors.push(syn::Error::new(variant.ident.span(), message));
            }
            (Payload::Tuple(types), _) if types.len() > 6 => {
                errors.push(syn::Error::new(variant.ident.span(), "a variant holds at most six values without names"));
            }
            (Payload::Record(fields), _) => {
                let mut names = Vec::new();
                for field in fields {
                    for name in std::iter::once(&field.name).chain(&field.aliases) {
                        unique(name, &mut names, "field", errors);
                    }
                    if let Tagging::Internal(tag) = tagging
                        && field.name.value() == tag.value()
                    {
                        errors.push(syn::Error::new(field.name.span(), "the enum's tag has this name"));
                    }
                    check_field(field, errors);
                }
            }
            _ => {}
        }
    }
}

/// A class's name is one that every language can spell.
fn check_name(name: &syn::LitStr, errors: &mut Errors) {
    let text = name.value();
    let mut bytes = text.bytes();
    let first = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic());
    if !first || !bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        let message = "a class's name is a letter, then letters, digits and `_`, so that every language can spell it; give it such a name on the wire with `name = \"…\"`";
        errors.push(syn::Error::new(name.span(), message));
    }
    if text == "Fault" || text == "Done" {
        let message =
            format!("`{text}` is converse's own class; call this one something else, here or with `name = \"…\"`");
        errors.push(syn::Error::new(name.span(), message));
    }
}

fn unique<'c>(name: &'c syn::LitStr, names: &mut Vec<(String, &'c syn::LitStr)>, what: &str, errors: &mut Errors) {
    let text = name.value();
    if let Some((_, first)) = names.iter().find(|(known, _)| *known == text) {
        let mut error = syn::Error::new(name.span(), format!("`{text}` is the {what} of another already"));
        error.combine(syn::Error::new(first.span(), "it is this one"));
        errors.push(error);
    }
    names.push((text, name));
}

fn check_field(field: &Field, errors: &mut Errors) {
    for constraint in &field.constraints {
        if let Err(error) = check_argument(constraint) {
            errors.push(error);
        }
    }
    check_order(field, errors);
    for (what, _, given) in field.given() {
        let Default::Value(value) = given else { continue };
        for constraint in field.constraints.iter().filter(|constraint| breaks(value, constraint)) {
            let message = format!("the {what} breaks the field's own rule `{}`; change one of them", constraint.word);
            errors.push(syn::Error::new(value.span(), message));
        }
    }
}

/// The argument is what the constraint takes: a count, a number or a text.
fn check_argument(constraint: &Constraint) -> syn::Result<()> {
    let word = constraint.word.to_string();
    let argument = &constraint.argument;
    let (fits, wanted) = match word.as_str() {
        "min_length" | "max_length" | "min_items" | "max_items" => {
            let count = |n: f64| n >= 0.0 && n.fract() == 0.0 && n <= f64::from(u32::MAX);
            (number(argument).is_some_and(count), "a count from 0 to 4294967295")
        }
        "validate" => (matches!(argument, Expr::Path(_)), "a function: validate = check"),
        "email" | "url" | "unique_items" => (true, ""),
        "multiple_of" => (number(argument).is_some_and(|of| of > 0.0), "a number above 0"),
        "pattern" => (text(argument).is_some(), "a text, best a raw one: r\"^[a-z]+$\""),
        _ => (number(argument).is_some(), "a number"),
    };
    if fits {
        return Ok(());
    }
    Err(syn::Error::new(argument.span(), format!("`{word}` takes {wanted}")))
}

/// A lower bound is not above its upper one.
fn check_order(field: &Field, errors: &mut Errors) {
    let of = |word: &str| field.constraints.iter().find(|constraint| constraint.word == word);
    for (low, high) in [("min_length", "max_length"), ("min_items", "max_items"), ("ge", "le"), ("gt", "lt")] {
        if let (Some(low), Some(high)) = (of(low), of(high))
            && let (Some(least), Some(most)) = (number(&low.argument), number(&high.argument))
            && least > most
        {
            let message = format!("no value is both `{}` {least} and `{}` {most}", low.word, high.word);
            errors.push(syn::Error::new(high.argument.span(), message));
        }
    }
}

/// Whether a default that is written out breaks the constraint. Others are looked at when the program
/// starts.
fn breaks(default: &Expr, constraint: &Constraint) -> bool {
    let Some(bound) = number(&constraint.argument) else { return false };
    let word = constraint.word.to_string();
    #[allow(clippy::cast_precision_loss, reason = "no literal has 2^53 characters")]
    if let Some(text) = text(default) {
        let length = text.chars().count() as f64;
        return match word.as_str() {
            "min_length" => length < bound,
            "max_length" => length > bound,
            _ => false,
        };
    }
    let Some(value) = number(default) else { return false };
    match word.as_str() {
        "ge" => value < bound,
        "gt" => value <= bound,
        "le" => value > bound,
        "lt" => value >= bound,
        _ => false,
    }
}

/// The value of a numeric literal, signed or not.
fn number(expression: &Expr) -> Option<f64> {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(value) => value.base10_parse().ok(),
            Lit::Float(value) => value.base10_parse().ok(),
            _ => None,
        },
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => number(&unary.expr).map(|value| -value),
        Expr::Group(group) => number(&group.expr),
        _ => None,
    }
}

fn text(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        Expr::Group(group) => text(&group.expr),
        _ => None,
    }
}
