//! The rules of fields, beyond their types.

use std::cell::RefCell;
use std::collections::HashMap;

use converse_model::{Constraint, Field, Num, Transform, Type};
use regex::Regex;

use super::number::{self, Held};
use super::{Document, forms, programs, same};

/// What is kept of what was sent.
pub(crate) fn kept(field: &Field, document: &Document) -> Document {
    let Document::Text(text) = document else { return document.clone() };
    if !matches!(field.ty.bare(), Type::Text) {
        return document.clone();
    }
    let kept = field.transforms.iter().fold(text.clone(), |text, transform| match transform {
        Transform::Trim => text.trim_matches(char::is_whitespace).to_owned(),
        Transform::Lowercase => text.to_lowercase(),
        Transform::Uppercase => text.to_uppercase(),
    });
    Document::Text(kept)
}

/// The rule that a constraint's violation is told as, and whether a value of the right type keeps it.
pub(crate) fn rule(class: &str, field: &Field, constraint: &Constraint, document: &Document) -> (&'static str, bool) {
    let code_points = || text(document).chars().count();
    let number = || held(field.ty.bare(), document);
    match constraint {
        Constraint::MinLength(least) => ("string_too_short", code_points() >= *least as usize),
        Constraint::MaxLength(most) => ("string_too_long", code_points() <= *most as usize),
        Constraint::Pattern(pattern) => ("string_pattern_mismatch", found(pattern.as_str(), text(document))),
        Constraint::Ge(bound) => ("greater_than_equal", number().compare(*bound).is_ge()),
        Constraint::Gt(bound) => ("greater_than", number().compare(*bound).is_gt()),
        Constraint::Le(bound) => ("less_than_equal", number().compare(*bound).is_le()),
        Constraint::Lt(bound) => ("less_than", number().compare(*bound).is_lt()),
        Constraint::MinItems(least) => ("too_short", count(document) >= *least as usize),
        Constraint::MaxItems(most) => ("too_long", count(document) <= *most as usize),
        Constraint::MultipleOf(of) => ("multiple_of", number().is_multiple_of(nonzero(*of))),
        Constraint::UniqueItems => ("unique_items", are_unique(field.ty.bare(), document)),
        Constraint::Format(format) => (forms::rule(*format), forms::meaning(*format, text(document)).is_some()),
        Constraint::Custom(_) => ("value_error", programs::field_holds(class, &field.name, document)),
    }
}

fn nonzero(of: Num) -> Num {
    assert!(of != Num::Int(0) && of != Num::Float(0.0), "a multiple of nothing");
    of
}

fn text(document: &Document) -> &str {
    let Document::Text(text) = document else { panic!("{document:?} is no text") };
    text
}

fn held(ty: &Type, document: &Document) -> Held {
    let Document::Number(text) = document else { panic!("{document:?} is no number") };
    match ty {
        Type::Int { min, max } => Held::Whole(number::int(text, *min, *max).unwrap()),
        Type::Float { bits: 32 } => Held::Single(number::single(text)),
        Type::Float { .. } => Held::Double(number::double(text)),
        other => panic!("{other:?} is no type of numbers"),
    }
}

fn count(document: &Document) -> usize {
    match document {
        Document::List(items) => items.len(),
        Document::Map(members) => members.len(),
        other => panic!("{other:?} has no items"),
    }
}

fn are_unique(ty: &Type, document: &Document) -> bool {
    let (Type::List(item), Document::List(items)) = (ty, document) else { return true };
    let all: Vec<_> = items.iter().map(|document| same::of(item, document)).collect();
    !all.iter().enumerate().any(|(at, one)| all[..at].contains(one))
}

/// Whether a pattern of the portable subset is found in a text: its classes of one letter are those of ASCII.
fn found(pattern: &str, text: &str) -> bool {
    let ascii = [
        (r"\d", "[0-9]"),
        (r"\w", "[0-9A-Za-z_]"),
        (r"\s", r"[\t\n\x0B\f\r ]"),
        (r"\D", "[^0-9]"),
        (r"\W", "[^0-9A-Za-z_]"),
        (r"\S", r"[^\t\n\x0B\f\r ]"),
    ];
    thread_local! {
        static COMPILED: RefCell<HashMap<String, Regex>> = RefCell::default();
    }
    COMPILED.with_borrow_mut(|compiled| {
        let regex = compiled.entry(pattern.to_owned()).or_insert_with(|| {
            let rust = ascii.iter().fold(pattern.to_owned(), |pattern, (class, rust)| pattern.replace(class, rust));
            Regex::new(&rust).unwrap()
        });
        regex.is_match(text)
    })
}
