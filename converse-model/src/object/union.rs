//! One of several classes.

use std::sync::Arc;

use super::{Builtin, Class, Error, Object, Result};
use crate::{ClassRef, Kind, Shape, Sub, Text, Type};

/// One of several classes: flat, each class once, equal to any other of the same classes in whatever order. An object
/// is an instance of it if it is one of a member.
#[derive(Debug, Clone)]
pub struct Union(Arc<[Class]>);

impl Union {
    /// The union of these: classes, unions, or `None`. Of one class, that class.
    ///
    /// # Errors
    /// If something else is among them, or nothing is.
    pub fn of<T: Into<Object>>(members: impl IntoIterator<Item = T>) -> Result<Object> {
        let mut classes: Vec<Class> = Vec::new();
        for member in members {
            match member.into() {
                Object::Class(class) => add(&mut classes, &class),
                Object::None => add(&mut classes, Builtin::None.class()),
                Object::Union(union) => union.members().iter().for_each(|class| add(&mut classes, class)),
                other => return Err(Error::Type(format!("Union[arg, ...]: each arg must be a type. Got {other}."))),
            }
        }
        match classes.as_slice() {
            [] => Err(Error::Type("Cannot take a Union of no types.".into())),
            [only] => Ok(only.into()),
            several => Ok(Object::Union(Union(several.into()))),
        }
    }

    /// `one | other`, or that this is for others to say.
    pub(super) fn either(one: &Object, other: &Object) -> Result<Object> {
        let suits = |object: &Object| matches!(object, Object::Class(_) | Object::None | Object::Union(_));
        if suits(one) && suits(other) { Union::of([one, other]) } else { Ok(Object::NotImplemented) }
    }

    /// The union as the type of a field or of a reply, under a name that it has there: one of the classes, written as
    /// `{"Class": {…}}`. With `None` in it, it may be left out; of one class beside `None`, it is that class.
    ///
    /// # Errors
    /// If a class has no shape.
    pub fn field_type(&self, name: impl Into<Text>) -> Result<Type> {
        let none = Builtin::None.class();
        let mut references = Vec::new();
        for class in self.members().iter().filter(|class| *class != none) {
            match class.field_type()? {
                Type::Class(reference) => references.push(reference),
                other => return Ok(other),
            }
        }
        let held = match <[ClassRef; 1]>::try_from(references) {
            Ok([only]) => Type::Class(only),
            Err(several) => {
                let kind = Kind::Union(several.into());
                Type::Class(ClassRef::Shared(Arc::new(Shape { name: name.into(), doc: Text::Static(""), kind })))
            }
        };
        let optional = self.members().contains(none);
        Ok(if optional { Type::Optional(Sub::Shared(Arc::new(held))) } else { held })
    }

    /// The classes, in the order in which they came.
    pub fn members(&self) -> &[Class] {
        &self.0
    }
}

fn add(classes: &mut Vec<Class>, class: &Class) {
    if !classes.contains(class) {
        classes.push(class.clone());
    }
}

impl PartialEq for Union {
    fn eq(&self, other: &Union) -> bool {
        self.0.len() == other.0.len() && self.0.iter().all(|class| other.0.contains(class))
    }
}

impl Eq for Union {}
