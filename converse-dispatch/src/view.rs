//! A message read as something that its class conforms to: a base, a protocol, a union.

use std::any::TypeId;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use converse_model::object::Class;
use converse_model::{ClassRef, Classed, Entry, Kind, Shape, Value};
use converse_wire::{Decode, Pull, Result as Read, Why};

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

    /// The value as one of a type that the class was found to suit.
    pub(crate) fn read<T: Decode>(&self) -> Option<T> {
        from_value(&self.value).ok()
    }

    /// The message, its class forgotten by the compiler.
    pub(crate) fn message(&self) -> AnyMessage {
        AnyMessage::valid(Arc::clone(&self.entry), (*self.value).clone())
    }

    /// The value as one of a union: of the nearest class along the MRO that is of the union.
    fn among<T: Decode>(&self, members: &[ClassRef]) -> Option<T> {
        let mut names = self.entry.class().mro().map(Class::name);
        let name = names.find(|name| members.iter().any(|member| member.name() == name.as_str()))?;
        from_value(&Value::Map(vec![(name.clone(), (*self.value).clone())])).ok()
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
        if self.viewed.entry.type_id() == Some(TypeId::of::<M>()) { self.viewed.read() } else { None }
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
    /// If the class does not suit, which is looked at before it is asked.
    fn of_viewed(viewed: &Viewed) -> Result<Self, Error>;
}

impl<X: Classed + Decode + Send> OfViewed for View<X> {
    const READS: Option<&'static Shape> = Some(X::SHAPE);

    fn of_viewed(viewed: &Viewed) -> Result<View<X>, Error> {
        let of = match &X::SHAPE.kind {
            Kind::Union(members) => viewed.among(members),
            _ => viewed.read(),
        };
        let no = || Error::new(format!("a message of the class {} cannot be read as {}", viewed.entry.name(), X::NAME));
        of.ok_or_else(no).map(|of| View { of, viewed: viewed.clone() })
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

    fn of_viewed(viewed: &Viewed) -> Option<View<X>> {
        <View<X> as OfViewed>::of_viewed(viewed).ok()
    }
}
