//! Whether values of one class can be read as those of another: they have its fields, of types that suit.

use crate::{Default, Field, Kind, Name, Seq, Shape, Sub, Type};

/// The first field that a class asks for and another lacks, and whether that has one of the name, of a type that
/// does not suit. A field that may be absent may be lacking.
pub fn lacks<'a>(shape: &Shape, asked: &'a Shape) -> Option<(&'a Field, bool)> {
    asked.fields().iter().find_map(|field| match shape.field(&field.name) {
        Some(given) => (!suits(&given.ty, &field.ty)).then_some((field, true)),
        None => field.is_required().then_some((field, false)),
    })
}

/// Whether every value of the one type is one of the other.
fn suits(given: &Type, asked: &Type) -> bool {
    match (given, asked) {
        (_, Type::Any) => true,
        (Type::Secret(given), Type::Secret(asked)) => suits(given, asked),
        // What must stay hidden does; what need not may.
        (Type::Secret(_), _) => false,
        (given, Type::Secret(asked)) => suits(given, asked),
        (Type::Optional(given), Type::Optional(asked)) => suits(given, asked),
        (Type::Optional(_), _) => false,
        (given, Type::Optional(asked)) => suits(given, asked),
        (Type::Bool, Type::Bool)
        | (Type::Char | Type::Format(_) | Type::Text, Type::Text)
        | (Type::Char, Type::Char)
        | (Type::Bytes, Type::Bytes) => true,
        (Type::Format(given), Type::Format(asked)) => given == asked,
        (Type::Int { min, max }, Type::Int { min: least, max: most }) => least <= min && max <= most,
        (Type::Float { bits }, Type::Float { bits: most }) => bits <= most,
        (Type::Array { item: given, length }, Type::Array { item: asked, length: other }) => {
            length == other && suits(given, asked)
        }
        (Type::Set(given), Type::Set(asked))
        | (Type::List(given) | Type::Set(given) | Type::Array { item: given, .. }, Type::List(asked)) => {
            suits(given, asked)
        }
        (Type::Tuple(given), Type::Tuple(asked)) => {
            given.len() == asked.len() && given.iter().zip(asked.iter()).all(|(given, asked)| suits(given, asked))
        }
        (Type::Map { key, value }, Type::Map { key: asked, value: of }) => suits(key, asked) && suits(value, of),
        (Type::Class(given), Type::Class(asked)) => given.name() == asked.name(),
        _ => false,
    }
}

/// Fails, when it is evaluated at compile time, if a class lacks a field that another asks for: with the names of
/// all three. That the types suit is looked at when a registry is built, as far as it is not seen here.
///
/// # Panics
/// In that case: at compile time that is the error which the author of the class reads.
#[allow(clippy::panic, reason = "a compile error")]
pub const fn assert_extends(shape: &Shape, asked: &Shape, how: &str) {
    let mut rest = fields(asked);
    while let [field, others @ ..] = rest {
        rest = others;
        match find(fields(shape), field.name.as_const()) {
            Some(given) if !alike(&given.ty, &field.ty) => {
                let what = sentence(shape, how, asked).push(", whose field `").push(field.name.as_const());
                panic!("{}", what.push("` is of another type there").as_str());
            }
            None if required(field) => {
                let what = sentence(shape, how, asked).push(", and lacks its field `").push(field.name.as_const());
                panic!("{}", what.push("`: add it").as_str());
            }
            _ => {}
        }
    }
}

const fn sentence(shape: &Shape, how: &str, asked: &Shape) -> Name {
    Name::new("`").push(shape.name.as_const()).push("` ").push(how).push(" `").push(asked.name.as_const()).push("`")
}

const fn fields(shape: &Shape) -> &[Field] {
    match &shape.kind {
        Kind::Record { fields: Seq::Static(fields), .. } => fields,
        _ => &[],
    }
}

const fn find<'f>(mut fields: &'f [Field], name: &str) -> Option<&'f Field> {
    while let [field, others @ ..] = fields {
        if equal(field.name.as_const().as_bytes(), name.as_bytes()) {
            return Some(field);
        }
        fields = others;
    }
    None
}

const fn equal(mut one: &[u8], mut other: &[u8]) -> bool {
    while let ([first, ones @ ..], [second, others @ ..]) = (one, other) {
        if *first != *second {
            return false;
        }
        (one, other) = (ones, others);
    }
    one.is_empty() && other.is_empty()
}

/// Whether the types are of one kind, as far as the compiler sees.
const fn alike(given: &Type, asked: &Type) -> bool {
    match (given, asked) {
        (_, Type::Any) => true,
        (Type::Secret(Sub::Static(given)), Type::Secret(Sub::Static(asked)))
        | (Type::Optional(Sub::Static(given)), Type::Optional(Sub::Static(asked))) => alike(given, asked),
        (Type::Secret(_) | Type::Optional(_), _) => false,
        (given, Type::Secret(Sub::Static(asked)) | Type::Optional(Sub::Static(asked))) => alike(given, asked),
        (Type::Bool, Type::Bool)
        | (Type::Char | Type::Format(_) | Type::Text, Type::Text)
        | (Type::Char, Type::Char)
        | (Type::Format(_), Type::Format(_))
        | (Type::Bytes, Type::Bytes)
        | (Type::Int { .. }, Type::Int { .. })
        | (Type::Float { .. }, Type::Float { .. })
        | (Type::Array { .. }, Type::Array { .. })
        | (Type::Set(_), Type::Set(_))
        | (Type::List(_) | Type::Set(_) | Type::Array { .. }, Type::List(_))
        | (Type::Tuple(_), Type::Tuple(_))
        | (Type::Map { .. }, Type::Map { .. })
        | (Type::Class(_), Type::Class(_)) => true,
        _ => false,
    }
}

const fn required(field: &Field) -> bool {
    matches!(field.default, Default::None) && !matches!(field.ty, Type::Optional(_))
}
