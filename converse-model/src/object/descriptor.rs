//! Members that are more than they look: class methods, static methods, properties.

use std::sync::Arc;

use super::{Args, Function, Object, Result, special};

/// A member that says itself what is read from it.
#[derive(Debug, Clone, PartialEq)]
pub enum Descriptor {
    /// A function that gets the class first, wherever it is read from.
    Class(Function),
    /// A function that gets nothing first.
    Static(Function),
    /// Functions that are called when an instance's attribute is read, set or deleted.
    Property(Arc<Property>),
}

/// An attribute of instances that is a function. It is equal to itself only.
#[derive(Debug, Clone, Default)]
pub struct Property {
    get: Option<Function>,
    set: Option<Function>,
    delete: Option<Function>,
}

impl Property {
    /// A property that is read by this function.
    pub fn new(get: Function) -> Property {
        Property { get: Some(get), ..Property::default() }
    }

    /// The same, read by this function.
    #[must_use]
    pub fn getter(&self, get: Function) -> Property {
        Property { get: Some(get), ..self.clone() }
    }

    /// The same, set by this function: of the instance, and the object.
    #[must_use]
    pub fn setter(&self, set: Function) -> Property {
        Property { set: Some(set), ..self.clone() }
    }

    /// The same, deleted by this function.
    #[must_use]
    pub fn deleter(&self, delete: Function) -> Property {
        Property { delete: Some(delete), ..self.clone() }
    }

    pub(super) fn functions(&self) -> impl Iterator<Item = &Function> {
        [&self.get, &self.set, &self.delete].into_iter().flatten()
    }

    pub(super) fn read(&self, this: &Object) -> Option<Result<Object>> {
        self.get.as_ref().map(|get| get.call(&Args::from([this])))
    }

    pub(super) fn write(&self, this: &Object, object: &Object) -> Option<Result<Object>> {
        self.set.as_ref().map(|set| set.call(&Args::from([this, object])))
    }

    pub(super) fn remove(&self, this: &Object) -> Option<Result<Object>> {
        self.delete.as_ref().map(|delete| delete.call(&Args::from([this])))
    }
}

impl PartialEq for Property {
    fn eq(&self, other: &Property) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Object {
    /// The functions of which this is made, if it is a function or made of some.
    pub(super) fn functions(&self) -> Vec<&Function> {
        match self {
            Object::Function(function)
            | Object::Descriptor(Descriptor::Class(function) | Descriptor::Static(function)) => vec![function],
            Object::Method(method) => vec![&method.function],
            Object::Descriptor(Descriptor::Property(property)) => property.functions().collect(),
            _ => Vec::new(),
        }
    }

    /// Whether a class with this member is abstract.
    ///
    /// # Errors
    /// Those of an instance's own `__isabstractmethod__`.
    pub fn is_abstract(&self) -> Result<bool> {
        match self {
            Object::Instance(_) | Object::Class(_) => match self.get(special::ABSTRACT) {
                Ok(answer) => answer.truth(),
                Err(error) if error.kind() == super::ErrorKind::Attribute => Ok(false),
                Err(error) => Err(error),
            },
            other => Ok(other.functions().into_iter().any(Function::is_abstract)),
        }
    }
}
