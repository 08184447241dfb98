//! A message read as something that its class conforms to: a base, a protocol, a union.

use std::any::TypeId;
use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use converse_model::object::Class;
use converse_model::{ClassRef, Classed, Entry, Kind, Shape, Value};
use converse_wire::{Decode, Pull, Result as Read, Why};

use crate::explain::refused;
use crate::value::from_value;
use crate::{Answerable, AnyMessage, Error};

/// A message as its class has it: valid, under its fields' own names, with its defaults.
#[derive(Clone)]
pub struct Viewed {
    entry: Arc<Entry>,
    value: Arc<Value>,
}

impl Viewed {
    pub(crate) fn new(entry: &Arc<Entry>, value: Value) -> Viewed {
        Viewed { entry: Arc::clone(entry), value: Arc::new(value) }
    }

    /// The message's class.
    pub fn entry(&self) -> &Arc<Entry> {
        &self.entry
    }

    /// The message, as its class has it.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The message as one of a type that its class was found to suit.
    ///
    /// # Errors
    /// What is wrong with it by the rules that this type has beyond those of the message's class: what a client is told.
    pub(crate) fn read<T: Classed + Decode>(&self) -> Result<T, Error> {
        let Some(shape) = read_as(self.entry.class(), T::SHAPE) else {
            let what = format!("{} has no class for {}", T::NAME, self.entry.name());
            return Err(Error::new(what));
        };
        let value = self.as_of(shape);
        let read = match &T::SHAPE.kind {
            Kind::Union(_) => from_value(&Value::Map(vec![(shape.name.clone(), value.clone().into_owned())])),
            _ => from_value(&value),
        };
        read.map_err(|_| refused(self.entry.name(), shape, &value).into())
    }

    /// The message, its class forgotten by the compiler.
    pub(crate) fn message(&self) -> AnyMessage {
        AnyMessage::valid(Arc::clone(&self.entry), (*self.value).clone())
    }

    /// The value, without what a class that refuses unknown members does not know.
    fn as_of(&self, shape: &Shape) -> Cow<'_, Value> {
        match (&shape.kind, &*self.value) {
            (Kind::Record { fields, closed: true, .. }, Value::Map(members)) => {
                let known = members.iter().filter(|(name, _)| fields.iter().any(|field| field.name == *name));
                Cow::Owned(Value::Map(known.cloned().collect()))
            }
            (_, value) => Cow::Borrowed(value),
        }
    }
}

/// As what a message of a class is read where something is asked for: for a union that is the nearest class along the
/// MRO that is of the union, if there is one.
pub(crate) fn read_as<'s>(class: &Class, asked: &'s Shape) -> Option<&'s Shape> {
    match &asked.kind {
        Kind::Union(members) => class
            .mro()
            .find_map(|above| members.iter().find(|member| member.name() == above.name().as_str()))
            .and_then(ClassRef::shape),
        _ => Some(asked),
    }
}

/// A message, seen as an `X` that its class conforms to: its members are read as those of `X`.
///
/// `X` is a base of the class, a protocol, or a union that has the class among its own. A hook takes one as its
/// first argument, and so does a handler that answers all that derive from `X`.
pub struct View<X> {
    of: X,
    viewed: Viewed,
}

impl<X> View<X> {
    /// The message's own class.
    pub fn class(&self) -> &Class {
        self.viewed.entry.class()
    }

    /// The name of the message's own class on the wire.
    pub fn name(&self) -> &str {
        self.viewed.entry.name()
    }

    /// The whole message as the type of its own class, if that is `M`.
    pub fn downcast<M: Classed + Decode>(&self) -> Option<M> {
        if self.viewed.entry.type_id() == Some(TypeId::of::<M>()) { self.viewed.read().ok() } else { None }
    }

    /// The whole message, its class forgotten by the compiler.
    pub fn message(&self) -> AnyMessage {
        self.viewed.message()
    }

    /// What is seen, by itself.
    pub fn into_inner(self) -> X {
        self.of
    }
}

impl<X> Deref for View<X> {
    type Target = X;
    fn deref(&self) -> &X {
        &self.of
    }
}

impl<X: fmt::Debug> fmt::Debug for View<X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("View").field(&self.name()).field(&self.of).finish()
    }
}

/// As what a hook reads a message.
#[diagnostic::on_unimplemented(
    message = "a hook cannot read a message as `{Self}`",
    label = "this is no view of a message",
    note = "the first argument of a hook is `View<X>`, where X is a message, a protocol or a union, or `AnyMessage`"
)]
pub trait OfViewed: Sized + Send + 'static {
    /// What a class must have for it; none if any will do.
    const READS: Option<&'static Shape>;

    /// Reads the message.
    ///
    /// # Errors
    /// What is wrong with it by rules that its own class does not have. That the class suits is looked at before.
    fn of_viewed(viewed: &Viewed) -> Result<Self, Error>;
}

impl<X: Classed + Decode + Send> OfViewed for View<X> {
    const READS: Option<&'static Shape> = Some(X::SHAPE);

    fn of_viewed(viewed: &Viewed) -> Result<View<X>, Error> {
        Ok(View { of: viewed.read()?, viewed: viewed.clone() })
    }
}

impl OfViewed for AnyMessage {
    const READS: Option<&'static Shape> = None;

    fn of_viewed(viewed: &Viewed) -> Result<AnyMessage, Error> {
        Ok(viewed.message())
    }
}

impl<X: Classed + Decode + Send> Answerable for View<X> {
    type Class = X;
    const VIEWED: bool = true;

    fn read_body<P: Pull + ?Sized>(_: &mut Option<View<X>>, pull: &mut P) -> Read<()> {
        // A view is of a whole message, and is never read by itself.
        Err(pull.refuse(Why::Unfit))
    }

    fn of_viewed(viewed: &Viewed) -> Result<View<X>, Error> {
        <View<X> as OfViewed>::of_viewed(viewed)
    }
}
