//! Values without a compiled type: what the shape validator reads, and what run-time classes hold.

use crate::Text;

/// A value of no particular compiled type.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// Nothing: JSON's `null`.
    #[default]
    None,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i128),
    /// A number with a fraction or an exponent; infinite where the text was out of range.
    Float(f64),
    /// A text.
    Str(Text),
    /// Bytes, from a format that has them.
    Bytes(Vec<u8>),
    /// A list.
    List(Vec<Value>),
    /// Named members in the order in which they came; a name may stand twice until it is checked.
    Map(Vec<(Text, Value)>),
}

impl Value {
    /// The member of a map with this name, if this is a map that has it.
    pub fn get(&self, name: &str) -> Option<&Value> {
        match self {
            Value::Map(members) => members.iter().find(|(key, _)| key == name).map(|(_, value)| value),
            _ => None,
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Value {
        Value::Bool(value)
    }
}

impl From<i128> for Value {
    fn from(value: i128) -> Value {
        Value::Int(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Value {
        Value::Float(value)
    }
}

impl From<&'static str> for Value {
    fn from(value: &'static str) -> Value {
        Value::Str(Text::Static(value))
    }
}

impl From<String> for Value {
    fn from(value: String) -> Value {
        Value::Str(value.into())
    }
}
