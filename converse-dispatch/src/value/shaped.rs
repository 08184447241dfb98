//! Writes an untyped value as its class would: what may be left out is, and what may not is not.

use converse_model::{ClassRef, Default, Field, Kind, Shape, Text, Type, Value};
use converse_wire::{Encode, Push};

use super::Dynamic;

/// A complete value of a class.
pub(crate) struct Shaped<'v>(pub(crate) &'v Shape, pub(crate) &'v Value);

/// A value of a field's type.
struct Typed<'v>(&'v Type, &'v Value);

impl Encode for Shaped<'_> {
    fn encode<P: Push + ?Sized>(&self, push: &mut P) {
        match (&self.0.kind, self.1) {
            (Kind::Record { fields, .. }, Value::Map(members)) => record(fields, members, push),
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

/// A record's members are its fields, in their order.
fn record<P: Push + ?Sized>(fields: &[Field], members: &[(Text, Value)], push: &mut P) {
    let nulls = push.nulls();
    let written = fields.iter().zip(members).filter(|(field, (_, value))| {
        // Nothing is left out where nothing is also what stands for it when it is read again.
        nulls || *value != Value::None || !matches!(field.default, Default::None)
    });
    if push.map(written.clone().count()) {
        for (field, (name, value)) in written {
            push.key(name);
            Typed(&field.ty, value).encode(push);
        }
        push.end_map();
    }
}

impl Encode for Typed<'_> {
    fn encode<P: Push + ?Sized>(&self, push: &mut P) {
        match (self.0, self.1) {
            (Type::Optional(inner) | Type::Secret(inner), value) => Typed(inner, value).encode(push),
            (Type::List(inner), Value::List(items)) => {
                if push.list(items.len()) {
                    for item in items {
                        push.item();
                        Typed(inner, item).encode(push);
                    }
                    push.end_list();
                }
            }
            (Type::Map(inner), Value::Map(members)) => {
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
            #[allow(clippy::cast_possible_truncation, reason = "the value came from 32 bits, or goes there")]
            (Type::Float { bits: 32 }, Value::Float(value)) => push.f32(*value as f32),
            (_, value) => Dynamic(value).encode(push),
        }
    }
}
