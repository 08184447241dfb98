//! When two values are one: among the items of a set or a list, whatever the texts in which they came.

use super::complete::ty;
use super::scalar::integral;
use crate::{Choice, ClassRef, Field, Kind, Payload, Shape, Tagging, Text, TextFormat, Type, Value};

/// A text that two valid values of this type share if, and only if, they are equal.
pub fn canonical(of: &Type, value: &Value) -> String {
    format!("{:?}", same(of, ty(of, value.clone())))
}

/// A complete value with one form for all that is equal to it.
fn same(of: &Type, value: Value) -> Value {
    match (of, value) {
        // Both zeros are one number.
        (Type::Float { .. }, Value::Float(0.0)) => Value::Float(0.0),
        (Type::Format(format), Value::Str(text)) => Value::Str(format.identity(&text).into()),
        (Type::Bytes, Value::Str(text)) => Value::Str(TextFormat::Base64.identity(&text).into()),
        (Type::Any, value) => any(value),
        (Type::Optional(inner) | Type::Secret(inner), value) => same(inner, value),
        (Type::Set(inner), Value::List(items)) => {
            // A set has no order; the items differ, so their texts do too.
            let mut items: Vec<Value> = items.into_iter().map(|item| same(inner, item)).collect();
            items.sort_by_cached_key(|item| format!("{item:?}"));
            Value::List(items)
        }
        (Type::List(inner) | Type::Array { item: inner, .. }, Value::List(items)) => {
            Value::List(items.into_iter().map(|item| same(inner, item)).collect())
        }
        (Type::Tuple(types), Value::List(items)) => tuple(types, items),
        (Type::Map { key, value: inner }, Value::Map(members)) => in_order(members.into_iter().map(|(name, value)| {
            let name = match same(key, Value::Str(name.clone())) {
                Value::Str(same) => same,
                _ => name,
            };
            (name, same(inner, value))
        })),
        (Type::Class(class), value) => class_value(class, value),
        (Type::Ref(class), value) => match class.key() {
            Some(key) => same(&key.ty, value),
            None => value,
        },
        (_, value) => value,
    }
}

/// 1 and 1.0 are one number, and an object has no order.
fn any(value: Value) -> Value {
    match value {
        Value::Float(float) => integral(float).map_or(Value::Float(float), Value::Int),
        // Written beyond 64 bits, an integer is a float.
        #[allow(clippy::cast_precision_loss, reason = "rounded as it is when it is written")]
        Value::Int(int) if i64::try_from(int).is_err() && u64::try_from(int).is_err() => Value::Float(int as f64),
        Value::List(items) => Value::List(items.into_iter().map(any).collect()),
        Value::Map(members) => in_order(members.into_iter().map(|(name, value)| (name, any(value)))),
        other => other,
    }
}

fn in_order(members: impl Iterator<Item = (Text, Value)>) -> Value {
    let mut members: Vec<(Text, Value)> = members.collect();
    members.sort_by(|(one, _), (other, _)| one.as_str().cmp(other));
    Value::Map(members)
}

fn tuple(types: &[Type], items: Vec<Value>) -> Value {
    Value::List(types.iter().zip(items).map(|(inner, item)| same(inner, item)).collect())
}

fn class_value(class: &ClassRef, value: Value) -> Value {
    match class.shape() {
        Some(shape) => self::shape(shape, value),
        None => value,
    }
}

fn shape(shape: &Shape, value: Value) -> Value {
    match (&shape.kind, value) {
        (Kind::Record { fields, .. }, Value::Map(members)) => Value::Map(record(fields, members).collect()),
        (Kind::Choice(choice), value) => self::choice(choice, value),
        (Kind::Union(classes), Value::Map(members)) => {
            let of_class = |name: &Text| classes.iter().find(|class| class.name() == name.as_str());
            let same = members.into_iter().map(|(name, value)| match of_class(&name) {
                Some(class) => (name, class_value(class, value)),
                None => (name, value),
            });
            Value::Map(same.collect())
        }
        (_, value) => value,
    }
}

/// The members of a complete record; where nothing is what an absent one is, it is absent.
fn record(fields: &[Field], members: Vec<(Text, Value)>) -> impl Iterator<Item = (Text, Value)> {
    members.into_iter().filter_map(|(name, value)| match fields.iter().find(|field| field.name == name) {
        Some(field) if value == Value::None && !field.keeps_null() => None,
        Some(field) => Some((name, same(&field.ty, value))),
        None => Some((name, value)),
    })
}

fn choice(choice: &Choice, value: Value) -> Value {
    let named = |name: &Text| choice.variants.iter().find(|variant| variant.name == *name);
    match (&choice.tagging, value) {
        (Tagging::External, Value::Map(members)) => {
            let same = members.into_iter().map(|(name, value)| match named(&name) {
                Some(variant) => (name, payload(&variant.payload, value)),
                None => (name, value),
            });
            Value::Map(same.collect())
        }
        // A complete value has its tag first.
        (Tagging::Internal { .. } | Tagging::Adjacent { .. }, Value::Map(members)) => {
            let found = match members.first() {
                Some((_, Value::Str(name))) => named(name).map(|variant| &variant.payload),
                _ => None,
            };
            match (&choice.tagging, found) {
                (Tagging::Internal { .. }, Some(Payload::Record(fields))) => {
                    Value::Map(record(fields, members).collect())
                }
                (Tagging::Internal { .. }, Some(Payload::One(Type::Class(class)))) => {
                    Value::Map(record(class.shape().map_or(&[], Shape::fields), members).collect())
                }
                (Tagging::Adjacent { content, .. }, Some(held)) => {
                    let same = members.into_iter().map(|(name, value)| {
                        if name == *content { (name, payload(held, value)) } else { (name, value) }
                    });
                    Value::Map(same.collect())
                }
                _ => Value::Map(members),
            }
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
        (Payload::One(inner), value) => same(inner, value),
        (Payload::Tuple(types), Value::List(items)) => tuple(types, items),
        (Payload::Record(fields), Value::Map(members)) => Value::Map(record(fields, members).collect()),
        (_, value) => value,
    }
}
