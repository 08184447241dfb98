//! Classes that were compiled, as objects: their fields are members of their instances, and nothing else is.

use std::sync::Arc;

use super::{Call, Class, Error, Instance, Namespace, Object, Result, special};
use crate::{ClassRef, Field, Kind, Shape, Text, Type, Value, complete, report};

/// The shape of a class: part of the program, or made at run time.
#[derive(Clone)]
pub(super) enum ShapeOf {
    Static(&'static Shape),
    Shared(Arc<Shape>),
}

/// The shape of a class that has fields of its own, or bases that have: theirs, those of the most general class first,
/// then its own, of which each takes the place of one of the same name.
pub(super) fn inherited(name: &Text, bases: &[Class], body: &mut Namespace) -> Option<ShapeOf> {
    let own = std::mem::take(&mut body.fields);
    let above: Vec<&Shape> = bases.iter().filter_map(Class::shape).collect();
    if own.is_empty() && above.is_empty() {
        return None;
    }
    let mut fields: Vec<Field> = Vec::new();
    for field in above.iter().rev().flat_map(|shape| shape.fields()).chain(&own) {
        match fields.iter_mut().find(|there| there.name == field.name) {
            Some(there) => *there = field.clone(),
            None => fields.push(field.clone()),
        }
    }
    let first = above.iter().find_map(|shape| match &shape.kind {
        Kind::Record { closed, check, .. } => Some((*closed, *check)),
        _ => None,
    });
    let (closed, check) = first.unwrap_or_default();
    let doc = match body.get(special::DOC) {
        Some(Object::Str(doc)) => doc.clone(),
        _ => Text::Static(""),
    };
    let kind = Kind::Record { fields: fields.into(), closed, check };
    Some(ShapeOf::Shared(Arc::new(Shape { name: name.clone(), doc, kind })))
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
    /// What the class's values are, if it, or a class above it, was compiled or given a shape.
    pub fn shape(&self) -> Option<&Shape> {
        self.body().shape.as_ref().map(ShapeOf::get)
    }

    /// The type of fields that hold a value of the class, if it has a shape.
    pub fn as_type(&self) -> Option<Type> {
        Some(Type::Class(match self.body().shape.as_ref()? {
            ShapeOf::Static(shape) => ClassRef::Known(shape),
            ShapeOf::Shared(shape) => ClassRef::Shared(Arc::clone(shape)),
        }))
    }

    /// The type of fields that refer to a row of the class, if it has a shape: the row's key.
    pub fn as_reference(&self) -> Option<Type> {
        match self.as_type()? {
            Type::Class(class) => Some(Type::Ref(class)),
            _ => None,
        }
    }

    /// An instance of a class that has a shape, with the fields that a map holds. A secret is there as it is.
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
