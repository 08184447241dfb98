//! Which kinds of JSON values a type has: what tells the variants of an untagged choice apart.

use converse_model::{Kind, Payload, Shape, Tagging, Type};

use super::Document;

/// A kind of JSON values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JsonKind {
    Null,
    Bool,
    Number,
    Text,
    List,
    Map,
}

pub(crate) fn of_document(document: &Document) -> JsonKind {
    match document {
        Document::Null => JsonKind::Null,
        Document::Bool(_) => JsonKind::Bool,
        Document::Number(_) => JsonKind::Number,
        Document::Text(_) => JsonKind::Text,
        Document::List(_) => JsonKind::List,
        Document::Map(_) => JsonKind::Map,
    }
}

/// Whether values of this kind may be of this type.
pub(crate) fn of_type(ty: &Type, kind: JsonKind) -> bool {
    match ty {
        Type::Bool => kind == JsonKind::Bool,
        Type::Int { .. } | Type::Float { .. } => kind == JsonKind::Number,
        Type::Text | Type::Char | Type::Format(_) | Type::Bytes => kind == JsonKind::Text,
        Type::Any => true,
        Type::Optional(inner) => kind == JsonKind::Null || of_type(inner, kind),
        Type::Secret(inner) => of_type(inner, kind),
        Type::List(_) | Type::Set(_) | Type::Array { .. } | Type::Tuple(_) => kind == JsonKind::List,
        Type::Map { .. } => kind == JsonKind::Map,
        Type::Class(class) => of_shape(class.shape().unwrap(), kind),
        Type::Ref(class) => of_type(&class.key().unwrap().ty, kind),
    }
}

fn of_shape(shape: &Shape, kind: JsonKind) -> bool {
    match &shape.kind {
        Kind::Record { .. } | Kind::Union(_) => kind == JsonKind::Map,
        Kind::Enum(_) => kind == JsonKind::Text,
        Kind::Choice(choice) => match choice.tagging {
            Tagging::External => matches!(kind, JsonKind::Text | JsonKind::Map),
            Tagging::Internal { .. } | Tagging::Adjacent { .. } => kind == JsonKind::Map,
            Tagging::Untagged => choice.variants.iter().any(|variant| of_payload(&variant.payload, kind)),
        },
    }
}

pub(crate) fn of_payload(payload: &Payload, kind: JsonKind) -> bool {
    match payload {
        Payload::Unit => kind == JsonKind::Null,
        Payload::One(ty) => of_type(ty, kind),
        Payload::Tuple(_) => kind == JsonKind::List,
        Payload::Record(_) => kind == JsonKind::Map,
    }
}
