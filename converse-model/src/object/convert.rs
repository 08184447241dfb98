//! From Rust's values to objects and back.

use std::sync::Arc;

use super::{Class, Descriptor, Error, Function, Instance, Namespace, Object, Property, Result, Union};
use crate::{Text, Value};

macro_rules! objects {
    ($($from:ty => |$value:ident| $object:expr;)+) => {$(
        impl From<$from> for Object {
            fn from($value: $from) -> Object {
                $object
            }
        }
    )+};
}

objects! {
    () => |_nothing| Object::None;
    bool => |truth| Object::Bool(truth);
    i32 => |number| Object::Int(number.into());
    i64 => |number| Object::Int(number.into());
    i128 => |number| Object::Int(number);
    u32 => |number| Object::Int(number.into());
    u64 => |number| Object::Int(number.into());
    f64 => |number| Object::Float(number);
    &'static str => |text| Object::Str(Text::Static(text));
    String => |text| Object::Str(text.into());
    Text => |text| Object::Str(text);
    Namespace => |members| Object::Map(Arc::new(members));
    Function => |function| Object::Function(function);
    Descriptor => |descriptor| Object::Descriptor(descriptor);
    Property => |property| Object::Descriptor(Descriptor::Property(Arc::new(property)));
    Class => |class| Object::Class(class);
    &Class => |class| Object::Class(class.clone());
    Union => |union| Object::Union(union);
    Instance => |instance| Object::Instance(instance);
    &Object => |object| object.clone();
    Vec<Object> => |items| Object::List(items.into());
}

impl<T: Into<Object>> From<Option<T>> for Object {
    fn from(value: Option<T>) -> Object {
        value.map_or(Object::None, Into::into)
    }
}

impl From<Value> for Object {
    fn from(value: Value) -> Object {
        match value {
            Value::None => Object::None,
            Value::Bool(truth) => Object::Bool(truth),
            Value::Int(number) => Object::Int(number),
            Value::Float(number) => Object::Float(number),
            Value::Str(text) => Object::Str(text),
            Value::Bytes(bytes) => Object::Bytes(bytes.into()),
            Value::List(items) => Object::List(items.into_iter().map(Object::from).collect()),
            Value::Map(members) => Object::from(members.into_iter().collect::<Namespace>()),
        }
    }
}

impl Object {
    /// The places from one on and up to another, which is not among them; negative ones count from the end.
    pub fn slice(from: impl Into<Option<i64>>, to: impl Into<Option<i64>>) -> Object {
        Object::Slice(from.into(), to.into())
    }

    /// A tuple of these objects.
    pub fn tuple<T: Into<Object>>(items: impl IntoIterator<Item = T>) -> Object {
        Object::Tuple(items.into_iter().map(Into::into).collect())
    }

    /// A list of these objects.
    pub fn list<T: Into<Object>>(items: impl IntoIterator<Item = T>) -> Object {
        Object::List(items.into_iter().map(Into::into).collect())
    }

    fn expected(&self, what: &str) -> Error {
        Error::Type(format!("expected {what}, got an object of '{}'", self.class().name()))
    }

    /// The class that this is.
    ///
    /// # Errors
    /// If it is none.
    pub fn as_class(&self) -> Result<&Class> {
        match self {
            Object::Class(class) => Ok(class),
            other => Err(other.expected("a class")),
        }
    }

    /// The text that this is.
    ///
    /// # Errors
    /// If it is none.
    pub fn text(&self) -> Result<&Text> {
        match self {
            Object::Str(text) => Ok(text),
            other => Err(other.expected("a text")),
        }
    }

    /// The whole number that this is.
    ///
    /// # Errors
    /// If it is none.
    pub fn int(&self) -> Result<i128> {
        match self {
            Object::Int(number) => Ok(*number),
            Object::Bool(truth) => Ok(i128::from(*truth)),
            other => Err(other.expected("a whole number")),
        }
    }

    /// The items of the tuple or list that this is.
    ///
    /// # Errors
    /// If it is neither.
    pub fn sequence(&self) -> Result<&Arc<[Object]>> {
        match self {
            Object::Tuple(items) | Object::List(items) => Ok(items),
            other => Err(other.expected("a tuple or a list")),
        }
    }

    /// The named objects that this is.
    ///
    /// # Errors
    /// If it is none.
    pub fn namespace(&self) -> Result<&Arc<Namespace>> {
        match self {
            Object::Map(members) => Ok(members),
            other => Err(other.expected("named objects")),
        }
    }

    /// The value without classes and functions that this is: what can stand in a message.
    ///
    /// # Errors
    /// If this, or something inside, is a class, a function or an instance.
    pub fn value(&self) -> Result<Value> {
        Ok(match self {
            Object::None => Value::None,
            Object::Bool(truth) => Value::Bool(*truth),
            Object::Int(number) => Value::Int(*number),
            Object::Float(number) => Value::Float(*number),
            Object::Str(text) => Value::Str(text.clone()),
            Object::Bytes(bytes) => Value::Bytes(bytes.to_vec()),
            Object::Tuple(items) | Object::List(items) => {
                Value::List(items.iter().map(Object::value).collect::<Result<_>>()?)
            }
            Object::Map(members) => Value::Map(
                members.iter().map(|(name, object)| Ok((name.clone(), object.value()?))).collect::<Result<_>>()?,
            ),
            other => return Err(other.expected("a value that a message can hold")),
        })
    }
}
