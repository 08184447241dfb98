//! From a Rust type to its description: what may be a field, and what is a class.

use std::collections::{BTreeMap, HashMap};

use crate::{Shape, Sub, Type};

/// A Rust type whose values may be fields.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of a message",
    label = "not a field type",
    note = "write `#[message]` or `#[value]` above its declaration, or use one of the built-in field types"
)]
pub trait Typed: 'static {
    /// The description.
    const TYPE: Type;

    /// Whether the value, made by hand, satisfies every constraint within it.
    fn fits(&self) -> bool {
        true
    }
}

/// A Rust type that is a class.
pub trait Classed: Typed {
    /// The name on the wire.
    const NAME: &'static str;
    /// The start of a message of this class in JSON: `{"SignIn":`. A name needs no escapes.
    const HEAD: &'static str;
    /// The description.
    const SHAPE: &'static Shape;
}

/// A class that can be sent on its own.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a message",
    label = "this is not a message",
    note = "write `#[message]` above its declaration"
)]
pub trait Message: Classed + Send + Sync {}

macro_rules! scalar {
    ($($type:ty => $description:expr),+ $(,)?) => {$(
        impl Typed for $type {
            const TYPE: Type = $description;
        }
    )+};
}

scalar! {
    bool => Type::Bool,
    f32 => Type::Float { bits: 32 },
    f64 => Type::Float { bits: 64 },
    String => Type::Text,
}

macro_rules! integers {
    ($($type:ty),+) => {
        scalar! { $($type => Type::Int { min: <$type>::MIN as i128, max: <$type>::MAX as i128 }),+ }
    };
}

integers!(u8, u16, u32, u64, usize, i8, i16, i32, i64, isize);

impl<T: Typed> Typed for Option<T> {
    const TYPE: Type = Type::Optional(Sub::Static(&T::TYPE));

    fn fits(&self) -> bool {
        self.as_ref().is_none_or(T::fits)
    }
}

impl<T: Typed> Typed for Box<T> {
    const TYPE: Type = T::TYPE;

    fn fits(&self) -> bool {
        (**self).fits()
    }
}

impl<T: Typed> Typed for Vec<T> {
    const TYPE: Type = Type::List(Sub::Static(&T::TYPE));

    fn fits(&self) -> bool {
        self.iter().all(T::fits)
    }
}

impl<V: Typed> Typed for BTreeMap<String, V> {
    const TYPE: Type = Type::Map(Sub::Static(&V::TYPE));

    fn fits(&self) -> bool {
        self.values().all(V::fits)
    }
}

impl<V: Typed, S: 'static> Typed for HashMap<String, V, S> {
    const TYPE: Type = Type::Map(Sub::Static(&V::TYPE));

    fn fits(&self) -> bool {
        self.values().all(V::fits)
    }
}
