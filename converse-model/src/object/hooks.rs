//! Functions of a class's body that the class model calls, each with the arguments that it gets.

use super::{Call, Class, Descriptor, Function, Object, Result};

/// What a subclass hook says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hook {
    /// It is a subclass.
    Yes,
    /// It is none.
    No,
    /// That is for the MRO, the registrations and the subclasses to say.
    NotImplemented,
}

impl From<Hook> for Object {
    fn from(hook: Hook) -> Object {
        match hook {
            Hook::Yes => Object::Bool(true),
            Hook::No => Object::Bool(false),
            Hook::NotImplemented => Object::NotImplemented,
        }
    }
}

impl From<bool> for Hook {
    fn from(answer: bool) -> Hook {
        if answer { Hook::Yes } else { Hook::No }
    }
}

/// A class method of a class and another class, or something that pretends to be one.
pub(super) fn subclass_hook(
    name: &'static str,
    hook: impl Fn(&Class, &Class) -> Result<Hook> + Send + Sync + 'static,
) -> Object {
    let code = move |call: &Call<'_>| hook(call.class()?, call.arg(1)?.as_class()?);
    Object::Descriptor(Descriptor::Class(Function::new(name, code)))
}

/// A metaclass's method of a class and an object.
pub(super) fn instance_check(
    name: &'static str,
    check: impl Fn(&Class, &Object) -> Result<bool> + Send + Sync + 'static,
) -> Object {
    Object::Function(Function::new(name, move |call: &Call<'_>| check(call.class()?, call.arg(1)?)))
}

/// A metaclass's method of a class and another class.
pub(super) fn subclass_check(
    name: &'static str,
    check: impl Fn(&Class, &Class) -> Result<bool> + Send + Sync + 'static,
) -> Object {
    Object::Function(Function::new(name, move |call: &Call<'_>| check(call.class()?, call.arg(1)?.as_class()?)))
}
