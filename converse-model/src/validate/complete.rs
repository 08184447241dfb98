//! Valid values as their classes have them.

use super::scalar::integral;
use crate::{Choice, ClassRef, Field, Kind, Payload, Shape, Tagging, Text, TextFormat, Type, Value};

/// A valid value as its class has it: members in declared order under their own names, defaults
/// filled in, and what is no field left out.
pub fn complete(shape: &Shape, value: Value) -> Value {
    match (&shape.kind, value) {
        (Kind::Record { fields, .. }, Value::Map(members)) => Value::Map(record(fields, &members)),
        (Kind::Choice(choice), value) => self::choice(choice, value),
        (Kind::Union(classes), Value::Map(members)) => Value::Map(
            members
                .into_iter()
                .map(|(name, value)| match classes.iter().find(|class| class.name() == name.as_str()) {
                    Some(class) => (name, class_value(class, value)),
                    None => (name, value),
                })
                .collect(),
        ),
        (_, value) => value,
    }
}

fn record(fields: &[Field], members: &[(Text, Value)]) -> Vec<(Text, Value)> {
    fields
        .iter()
        .filter_map(|field| {
            let sent = members.iter().find(|(name, _)| field.is_called(name)).map(|(_, value)| value.clone());
            let sent = sent.map(|value| super::coerced(field, &value).unwrap_or(value));
            let value = match sent {
                Some(value) => super::transformed(field, &value).unwrap_or_else(|| ty(&field.ty, value)),
                // What was not sent and has no default stays away: it is not the same as nothing.
                None => ty(&field.ty, field.default.value()?),
            };
            Some((field.name.clone(), value))
        })
        .collect()
}

fn choice(choice: &Choice, value: Value) -> Value {
    let variant = |name: &Text| choice.variants.iter().find(|variant| variant.name == *name);
    match (&choice.tagging, value) {
        (Tagging::External, Value::Map(members)) => Value::Map(
            members
                .into_iter()
                .map(|(name, value)| match variant(&name) {
                    Some(variant) => (name, payload(&variant.payload, value)),
                    None => (name, value),
                })
                .collect(),
        ),
        (Tagging::Internal { tag }, Value::Map(members)) => {
            let named = members.iter().find(|(name, _)| name == tag).cloned();
            let found = match &named {
                Some((_, Value::Str(name))) => variant(name),
                _ => None,
            };
            let inner = match found.map(|variant| &variant.payload) {
                Some(Payload::Record(fields)) => record(fields, &members),
                Some(Payload::One(Type::Class(class))) => match class.shape() {
                    Some(shape) => record(shape.fields(), &members),
                    None => Vec::new(),
                },
                _ => Vec::new(),
            };
            Value::Map(named.into_iter().chain(inner).collect())
        }
        (Tagging::Adjacent { tag, content }, Value::Map(members)) => {
            let found = match members.iter().find(|(name, _)| name == tag) {
                Some((_, Value::Str(name))) => variant(name),
                _ => None,
            };
            let kept = members.into_iter().filter_map(|(name, value)| match found {
                Some(variant) if name == *content && !matches!(variant.payload, Payload::Unit) => {
                    Some((name, payload(&variant.payload, value)))
                }
                _ => (name == *tag).then_some((name, value)),
            });
            let mut kept: Vec<(Text, Value)> = kept.collect();
            kept.sort_by_key(|(name, _)| name != tag);
            Value::Map(kept)
        }
        (Tagging::Untagged, value) => {
            let kind = value.kinds();
            match choice.variants.iter().find(|variant| variant.payload.kinds().meets(kind)) {
                Some(variant) => payload(&variant.payload, value),
                None => value,
            }
        }
        (_, value) => value,
    }
}

fn payload(payload: &Payload, value: Value) -> Value {
    match (payload, value) {
        (Payload::One(inner), value) => ty(inner, value),
        (Payload::Tuple(types), Value::List(items)) => tuple(types, items),
        (Payload::Record(fields), Value::Map(members)) => Value::Map(record(fields, &members)),
        (_, value) => value,
    }
}

fn tuple(types: &[Type], items: Vec<Value>) -> Value {
    Value::List(types.iter().zip(items).map(|(inner, item)| ty(inner, item)).collect())
}

fn class_value(class: &ClassRef, value: Value) -> Value {
    match class.shape() {
        Some(shape) => complete(shape, value),
        None => value,
    }
}

/// A valid value of a type, as the type has it.
pub(super) fn ty(of: &Type, value: Value) -> Value {
    match (of, value) {
        (Type::Int { .. }, Value::Float(float)) => integral(float).map_or(Value::Float(float), Value::Int),
        #[allow(clippy::cast_precision_loss, reason = "rounded as the type does")]
        (Type::Float { bits }, Value::Int(int)) => ty(&Type::Float { bits: *bits }, Value::Float(int as f64)),
        #[allow(clippy::cast_possible_truncation, reason = "rounded as the type does")]
        (Type::Float { bits: 32 }, Value::Float(float)) => Value::Float(f64::from(float as f32)),
        (Type::Optional(inner) | Type::Secret(inner), value) => ty(inner, value),
        (Type::List(inner) | Type::Set(inner) | Type::Array { item: inner, .. }, Value::List(items)) => {
            Value::List(items.into_iter().map(|item| ty(inner, item)).collect())
        }
        (Type::Tuple(types), Value::List(items)) => tuple(types, items),
        (Type::Map { value: inner, .. }, Value::Map(members)) => {
            Value::Map(members.into_iter().map(|(name, value)| (name, ty(inner, value))).collect())
        }
        (Type::Class(class), value) => class_value(class, value),
        (Type::Ref(class), value) => match class.key() {
            Some(key) => super::transformed(key, &value).unwrap_or_else(|| ty(&key.ty, value)),
            None => value,
        },
        (Type::Format(format), Value::Str(text)) => Value::Str(format.written(&text).into()),
        (Type::Bytes, Value::Str(text)) => Value::Str(TextFormat::Base64.written(&text).into()),
        (_, value) => value,
    }
}
