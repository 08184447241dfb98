//! Any value at all, as a field.

use std::ops::Deref;

use converse_model::{Kinds, Type, Typed, Value};
use converse_wire::{Decode, Encode, Pull, Push, Result, Why};

use crate::value::{Dynamic, read_value};

/// Any value that a format can hold: `null`, a number, a text, a list, an object.
///
/// A key that stands twice is refused, and so is a number that overflows a float. A whole number beyond
/// 64 bits is written as the nearest float.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Any(pub Value);

impl Deref for Any {
    type Target = Value;
    fn deref(&self) -> &Value {
        &self.0
    }
}

impl From<Value> for Any {
    fn from(value: Value) -> Any {
        Any(value)
    }
}

impl Typed for Any {
    const TYPE: Type = Type::Any;
    const KINDS: Kinds = Kinds::ALL;
    const LABEL: &'static str = "any";
}

impl Decode for Any {
    fn decode<P: Pull + ?Sized>(pull: &mut P) -> Result<Any> {
        let value = read_value(pull)?;
        if sound(&value) { Ok(Any(value)) } else { Err(pull.refuse(Why::Unfit)) }
    }
}

impl Encode for Any {
    fn encode<P: Push + ?Sized>(&self, push: &mut P) {
        Dynamic(&self.0).encode(push);
    }
}

/// Whether no key stands twice and every number is in range, at any depth.
fn sound(value: &Value) -> bool {
    match value {
        Value::List(items) => items.iter().all(sound),
        Value::Map(members) => {
            let mut seen = std::collections::HashSet::with_capacity(members.len());
            members.iter().all(|(name, value)| seen.insert(name.as_str()) && sound(value))
        }
        Value::Float(value) => value.is_finite(),
        _ => true,
    }
}
