//! When two values are the same one: in sets, in lists of unique items, among the keys of a map.

use std::collections::BTreeMap;

use converse_model::{Choice, Default, Field, Kind, Payload, Shape, Tagging, Type, Value};

use super::{Document, forms, kinds, number, rules, shown};

/// A value, such that two of one type are the same if, and only if, these are equal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Same {
    Absent,
    Null,
    Bool(bool),
    Whole(i128),
    /// The bits of a double; zero has no sign.
    Float(u64),
    Text(String),
    List(Vec<Same>),
    Map(BTreeMap<String, Same>),
}

/// What a good value of this type is.
pub(crate) fn of(ty: &Type, document: &Document) -> Same {
    match (ty, document) {
        (Type::Optional(_), Document::Null) => Same::Null,
        (Type::Optional(inner) | Type::Secret(inner), _) => of(inner, document),
        (Type::Int { min, max }, Document::Number(text)) => Same::Whole(number::int(text, *min, *max).unwrap()),
        (Type::Float { bits: 32 }, Document::Number(text)) => float(f64::from(number::single(text))),
        (Type::Float { .. }, Document::Number(text)) => float(number::double(text)),
        (Type::Format(format), Document::Text(text)) => Same::Text(forms::meaning(*format, text).unwrap()),
        (Type::Bytes, Document::Text(text)) => Same::Text(format!("{:?}", forms::base64(text).unwrap())),
        (Type::Set(item), Document::List(items)) => {
            let mut all: Vec<Same> = items.iter().map(|one| of(item, one)).collect();
            all.sort();
            Same::List(all)
        }
        (Type::List(item) | Type::Array { item, .. }, Document::List(items)) => {
            Same::List(items.iter().map(|one| of(item, one)).collect())
        }
        (Type::Tuple(types), Document::List(items)) => Same::List(tuple(types, items)),
        (Type::Map { key, value }, Document::Map(members)) => {
            Same::Map(members.iter().map(|(name, one)| (name_of(key, name), of(value, one))).collect())
        }
        (Type::Class(class), _) => of_shape(class.shape().unwrap(), document),
        _ => plain(document),
    }
}

fn tuple(types: &[Type], items: &[Document]) -> Vec<Same> {
    types.iter().zip(items).map(|(ty, one)| of(ty, one)).collect()
}

fn float(value: f64) -> Same {
    Same::Float((value + 0.0).to_bits())
}

/// What the key of a map means, for a good key.
pub(crate) fn name_of(key: &Type, name: &str) -> String {
    match key {
        Type::Format(format) => forms::meaning(*format, name).unwrap_or_else(|| name.to_owned()),
        _ => name.to_owned(),
    }
}

/// A value of any type.
fn plain(document: &Document) -> Same {
    match document {
        Document::Null => Same::Null,
        Document::Bool(value) => Same::Bool(*value),
        Document::Number(text) => match text.parse::<i128>() {
            Ok(value) if (i128::from(i64::MIN)..=i128::from(u64::MAX)).contains(&value) => Same::Whole(value),
            _ => number::int(text, i128::MIN, i128::MAX).map_or_else(|_| float(number::double(text)), Same::Whole),
        },
        Document::Text(text) => Same::Text(text.clone()),
        Document::List(items) => Same::List(items.iter().map(plain).collect()),
        Document::Map(members) => Same::Map(members.iter().map(|(name, one)| (name.clone(), plain(one))).collect()),
    }
}

/// What a good value of this shape is.
pub(crate) fn of_shape(shape: &Shape, document: &Document) -> Same {
    match (&shape.kind, document) {
        (Kind::Record { fields, .. }, Document::Map(members)) => Same::Map(record(fields, members)),
        (Kind::Union(classes), Document::Map(members)) => {
            let (name, one) = &members[0];
            let class = classes.iter().find(|class| class.name() == name).unwrap();
            Same::Map(BTreeMap::from([(name.clone(), of_shape(class.shape().unwrap(), one))]))
        }
        (Kind::Choice(choice), _) => of_choice(choice, document),
        _ => plain(document),
    }
}

fn record(fields: &[Field], members: &[(String, Document)]) -> BTreeMap<String, Same> {
    let value = |field: &Field| match members.iter().find(|(name, _)| field.is_called(name)) {
        Some((_, one)) => of(&field.ty, &rules::kept(field, one)),
        None => match &field.default {
            Default::None if matches!(shown(&field.ty), Type::Optional(inner) if matches!(shown(inner), Type::Optional(_))) => {
                Same::Absent
            }
            Default::None => Same::Null,
            default => of(&field.ty, &document_of(&default.value().unwrap())),
        },
    };
    fields.iter().map(|field| (field.name.to_string(), value(field))).collect()
}

fn of_choice(choice: &Choice, document: &Document) -> Same {
    let get = |name: &str, members: &[(String, Document)]| {
        members.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
    };
    let (name, payload) = match (&choice.tagging, document) {
        (Tagging::External, Document::Map(members)) => (members[0].0.clone(), Some(members[0].1.clone())),
        (Tagging::External, Document::Text(name)) => (name.clone(), None),
        (Tagging::Internal { tag }, Document::Map(members)) => {
            let Some(Document::Text(name)) = get(tag, members) else { panic!("a choice without its tag") };
            let rest = members.iter().filter(|(key, _)| *key != **tag).cloned().collect();
            (name, Some(Document::Map(rest)))
        }
        (Tagging::Adjacent { tag, content }, Document::Map(members)) => {
            let Some(Document::Text(name)) = get(tag, members) else { panic!("a choice without its tag") };
            (name, get(content, members))
        }
        (Tagging::Untagged, _) => {
            let kind = kinds::of_document(document);
            let variant = choice.variants.iter().find(|variant| kinds::of_payload(&variant.payload, kind)).unwrap();
            (variant.name.to_string(), Some(document.clone()))
        }
        _ => panic!("{document:?} is no good choice"),
    };
    let variant = choice.variants.iter().find(|variant| variant.name == *name).unwrap();
    let held = match (&variant.payload, payload) {
        (Payload::One(ty), Some(one)) => of(ty, &one),
        (Payload::Tuple(types), Some(Document::List(items))) => Same::List(tuple(types, &items)),
        (Payload::Record(fields), Some(Document::Map(members))) => Same::Map(record(fields, &members)),
        _ => Same::Null,
    };
    Same::Map(BTreeMap::from([(name, held)]))
}

/// A default, as it would be sent.
pub(crate) fn document_of(value: &Value) -> Document {
    match value {
        Value::None => Document::Null,
        Value::Bool(value) => Document::Bool(*value),
        Value::Int(value) => Document::Number(value.to_string()),
        Value::Float(value) => Document::Number(format!("{value:e}")),
        Value::Str(text) => Document::Text(text.to_string()),
        Value::Bytes(bytes) => panic!("{bytes:?} is the default of a type that is no JSON"),
        Value::List(items) => Document::List(items.iter().map(document_of).collect()),
        Value::Map(members) => {
            Document::Map(members.iter().map(|(name, one)| (name.to_string(), document_of(one))).collect())
        }
    }
}
