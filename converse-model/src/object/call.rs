//! Calling: functions, classes, and instances whose class says how.

use super::{Args, Class, Descriptor, Error, Object, Result, attribute, special};

impl Object {
    /// Calls this.
    ///
    /// # Errors
    /// If it is not callable, and its own.
    pub fn call(&self, args: impl Into<Args>) -> Result<Object> {
        let args = args.into();
        match self {
            Object::Function(function) | Object::Descriptor(Descriptor::Static(function)) => function.call(&args),
            Object::Method(method) => method.function.call_on(&method.this, args),
            Object::Class(called) => class(called, args),
            other => match self::special(other, special::CALL)? {
                Some(method) => method.call(args),
                None => Err(Error::NotCallable(other.class().name().clone())),
            },
        }
    }

    /// Whether this can be called.
    pub fn is_callable(&self) -> bool {
        match self {
            Object::Function(_) | Object::Method(_) | Object::Class(_) | Object::Descriptor(Descriptor::Static(_)) => {
                true
            }
            Object::Instance(instance) => instance.class().find(special::CALL).is_some(),
            _ => false,
        }
    }
}

/// Calls a class as its metaclass has it.
pub(super) fn class(called: &Class, args: Args) -> Result<Object> {
    let this = Object::Class(called.clone());
    match called.metaclass().find(special::CALL) {
        Some(Object::Function(function)) => function.call_on(&this, args),
        Some(other) => attribute::bind(other, &this)?.call(args),
        None => Err(Error::NotCallable(called.metaclass().name().clone())),
    }
}

/// The method of this name that an object's class has, bound to the object: how Python looks up what a syntax
/// stands for, past the object's own attributes.
pub(super) fn special(object: &Object, name: &str) -> Result<Option<Object>> {
    match object.class().find(name) {
        Some(found) => attribute::bind(found, object).map(Some),
        None => Ok(None),
    }
}
