//! Writes an untyped value as its class would: what may be left out is, and what may not is not.

use converse_model::{Choice, ClassRef, Field, Kind, Payload, Shape, Tagging, Text, Type, Value};
use converse_wire::{Encode, Push};

use super::Dynamic;

/// A complete value of a class.
pub(crate) struct Shaped<'v>(pub(crate) &'v Shape, pub(crate) &'v Value);

/// A value of a field's type.
struct Typed<'v>(&'v Type, &'v Value);

impl Encode for Shaped<'_> {
    fn encode<P: Push + ?Sized>(&self, push: &mut P) {
        match (&self.0.kind, self.1) {
            (Kind::Record { fields, .. }, Value::Map(members)) => record(&[], fields, members, push),
            (Kind::Choice(choice), value) => self::choice(choice, value, push),
            (Kind::Union(classes), Value::Map(members)) => {
                if push.map(members.len()) {
                    for (name, value) in members {
                        push.key(name);
                        let class = classes.iter().find(|class| class.name() == name.as_str());
                        match class.and_then(ClassRef::shape) {
                            Some(shape) => Shaped(shape, value).encode(push),
                            None => Dynamic(value).encode(push),
                        }
                    }
                    push.end_map();
                }
            }
            (_, value) => Dynamic(value).encode(push),
        }
    }
}

/// Writes a value of a class of named fields behind a tag.
pub(crate) fn write_tagged<P: Push + ?Sized>(shape: &Shape, tag: (Text, Value), value: &Value, push: &mut P) {
    if let Value::Map(members) = value {
        record(&[tag], shape.fields(), members, push);
    }
}

/// Some members as they are, then a record's fields in their order.
fn record<P: Push + ?Sized>(before: &[(Text, Value)], fields: &[Field], members: &[(Text, Value)], push: &mut P) {
    let nulls = push.nulls();
    let sent = |field: &Field| members.iter().find(|(name, _)| *name == field.name).map(|(_, value)| value);
    let written = fields.iter().filter_map(|field| match sent(field) {
        Some(Value::None) if !nulls && !field.keeps_null() => None,
        Some(value) => Some((field, value)),
        None => nulls.then_some((field, &Value::None)),
    });
    if push.map(before.len() + written.clone().count()) {
        for (name, value) in before {
            push.key(name);
            Dynamic(value).encode(push);
        }
        for (field, value) in written {
            push.key(&field.name);
            Typed(&field.ty, value).encode(push);
        }
        push.end_map();
    }
}

fn choice<P: Push + ?Sized>(choice: &Choice, value: &Value, push: &mut P) {
    let named = |name: &Text| choice.variants.iter().find(|variant| variant.name == *name);
    match (&choice.tagging, value) {
        (Tagging::External, Value::Map(members)) => {
            if push.map(members.len()) {
                for (name, value) in members {
                    push.key(name);
                    payload(named(name).map(|variant| &variant.payload), value, push);
                }
                push.end_map();
            }
        }
        // A complete value has its tag first.
        (Tagging::Internal { .. }, Value::Map(members)) => {
            let Some((tag @ (_, Value::Str(name)), rest)) = members.split_first() else {
                return Dynamic(value).encode(push);
            };
            let before = std::slice::from_ref(tag);
            match named(name).map(|variant| &variant.payload) {
                Some(Payload::Record(fields)) => record(before, fields, rest, push),
                Some(Payload::One(Type::Class(class))) => {
                    record(before, class.shape().map_or(&[], Shape::fields), rest, push);
                }
                _ => record(before, &[], &[], push),
            }
        }
        (Tagging::Adjacent { .. }, Value::Map(members)) => {
            let found = match members.first() {
                Some((_, Value::Str(name))) => named(name).map(|variant| &variant.payload),
                _ => None,
            };
            if push.map(members.len()) {
                for (at, (name, value)) in members.iter().enumerate() {
                    push.key(name);
                    payload(if at == 0 { None } else { found }, value, push);
                }
                push.end_map();
            }
        }
        (Tagging::Untagged, value) => {
            let kind = value.kinds();
            let found = choice.variants.iter().find(|variant| variant.payload.kinds().meets(kind));
            payload(found.map(|variant| &variant.payload), value, push);
        }
        (_, value) => Dynamic(value).encode(push),
    }
}

fn payload<P: Push + ?Sized>(payload: Option<&Payload>, value: &Value, push: &mut P) {
    match (payload, value) {
        (Some(Payload::One(ty)), value) => Typed(ty, value).encode(push),
        (Some(Payload::Tuple(types)), Value::List(items)) => tuple(types, items, push),
        (Some(Payload::Record(fields)), Value::Map(members)) => record(&[], fields, members, push),
        (_, value) => Dynamic(value).encode(push),
    }
}

fn tuple<P: Push + ?Sized>(types: &[Type], items: &[Value], push: &mut P) {
    if push.list(items.len()) {
        for (ty, item) in types.iter().zip(items) {
            push.item();
            Typed(ty, item).encode(push);
        }
        push.end_list();
    }
}

impl Encode for Typed<'_> {
    fn encode<P: Push + ?Sized>(&self, push: &mut P) {
        match (self.0, self.1) {
            (Type::Optional(inner) | Type::Secret(inner), value) => Typed(inner, value).encode(push),
            (Type::Tuple(types), Value::List(items)) => tuple(types, items, push),
            (Type::List(inner) | Type::Set(inner) | Type::Array { item: inner, .. }, Value::List(items)) => {
                if push.list(items.len()) {
                    for item in items {
                        push.item();
                        Typed(inner, item).encode(push);
                    }
                    push.end_list();
                }
            }
            (Type::Map { value: inner, .. }, Value::Map(members)) => {
                if push.map(members.len()) {
                    for (name, value) in members {
                        push.key(name);
                        Typed(inner, value).encode(push);
                    }
                    push.end_map();
                }
            }
            (Type::Class(class), value) => match class.shape() {
                Some(shape) => Shaped(shape, value).encode(push),
                None => Dynamic(value).encode(push),
            },
            (Type::Ref(class), value) => match class.key() {
                Some(key) => Typed(&key.ty, value).encode(push),
                None => Dynamic(value).encode(push),
            },
            #[allow(clippy::cast_possible_truncation, reason = "the value came from 32 bits, or goes there")]
            (Type::Float { bits: 32 }, Value::Float(value)) => push.f32(*value as f32),
            (_, value) => Dynamic(value).encode(push),
        }
    }
}
