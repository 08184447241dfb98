//! Classes that were compiled, as objects: their fields are members of their instances, and nothing else is.

use std::sync::Arc;

use super::{Call, Class, Error, Instance, Namespace, Object, Result};
use crate::{Shape, Value, complete, report};

/// The shape of a class: part of the program, or made at run time.
#[derive(Clone)]
pub(super) enum ShapeOf {
    Static(&'static Shape),
    Shared(Arc<Shape>),
}

impl ShapeOf {
    fn get(&self) -> &Shape {
        match self {
            ShapeOf::Static(shape) => shape,
            ShapeOf::Shared(shape) => shape,
        }
    }
}

impl Class {
    /// What the class's values are, if it was compiled or given a shape.
    pub fn shape(&self) -> Option<&Shape> {
        self.body().shape.as_ref().map(ShapeOf::get)
    }

    /// An instance of a class that has a shape, with the fields that a map holds.
    ///
    /// # Errors
    /// If the class has no shape of fields, or the value breaks its rules: all that is wrong, in one sentence each.
    pub fn instance(&self, value: Value) -> Result<Object> {
        let Some(shape) = self.shape() else {
            return Err(Error::Type(format!("'{}' has no fields: call it, and set attributes", self.name())));
        };
        let wrong = report(shape, &value);
        if !wrong.is_empty() {
            return Err(Error::Value(format!("{}: {wrong}", self.name())));
        }
        let Value::Map(members) = complete(shape, value) else {
            return Err(Error::Type(format!("'{}' is no class of fields", self.name())));
        };
        let mut attributes: Namespace = shape.fields().iter().map(|field| (field.name.clone(), Object::None)).collect();
        for (name, member) in members {
            attributes.set(name, member);
        }
        Ok(Instance::new(self, attributes).into())
    }

    /// What calling a class with a shape gives: fields are arguments by name.
    pub(super) fn with_fields(&self, call: &Call<'_>) -> Result<Object> {
        if !call.rest().is_empty() {
            return Err(Error::Type(format!("{}() takes its fields by name", self.name())));
        }
        let members = call.keywords().iter().map(|(name, object)| Ok((name.clone(), object.value()?)));
        self.instance(Value::Map(members.collect::<Result<_>>()?))
    }
}
