//! Reading, setting and deleting attributes: the class's properties first, then the object's own, then the rest of
//! the class.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::{Class, Descriptor, Error, ErrorKind, Method, Namespace, Object, Result, cache, recent, special};
use crate::Text;

impl Object {
    /// The attribute of this name.
    ///
    /// # Errors
    /// If there is none, and those of a property.
    pub fn get(&self, name: &str) -> Result<Object> {
        match self {
            Object::Class(class) => get_of_class(class, name),
            Object::Super(parent) => parent.get(name),
            other => get_of_instance(other, name),
        }
    }

    /// Whether there is an attribute of this name. A property is read to find out, as Python does.
    ///
    /// # Errors
    /// Those of a property, but for its having no such attribute.
    pub fn has(&self, name: &str) -> Result<bool> {
        present(self.get(name))
    }

    /// Sets an attribute.
    ///
    /// # Errors
    /// If the object accepts none of this name, and those of a property.
    pub fn set(&self, name: impl Into<Text>, object: impl Into<Object>) -> Result<()> {
        match self {
            Object::Class(class) => set_of_class(class, name.into(), object.into()),
            other => set_of_instance(other, name.into(), object.into()),
        }
    }

    /// Deletes an attribute of the object's own.
    ///
    /// # Errors
    /// If it has none of this name, and those of a property.
    pub fn delete(&self, name: &str) -> Result<()> {
        match self {
            Object::Class(class) => delete_of_class(class, name),
            other => delete_of_instance(other, name),
        }
    }

    /// Calls the attribute of this name.
    ///
    /// # Errors
    /// If there is none, and its own.
    pub fn invoke(&self, name: &str, args: impl Into<super::Args>) -> Result<Object> {
        // A method needs not be bound to be called at once.
        if let Object::Instance(instance) = self
            && let Some(function) = instance.class().find_function(name)
            && instance.own(name).is_none()
        {
            return function.call_on(self, args.into());
        }
        self.get(name)?.call(args)
    }
}

/// What reading an attribute gave, as an answer to whether there is one.
pub(super) fn present(read: Result<Object>) -> Result<bool> {
    match read {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::Attribute => Ok(false),
        Err(error) => Err(error),
    }
}

/// A member of a class, as it is read from an instance.
pub(super) fn bind(member: Object, this: &Object) -> Result<Object> {
    Ok(match member {
        Object::Function(function) => method(this.clone(), function),
        Object::Descriptor(Descriptor::Class(function)) => method(this.class().into(), function),
        Object::Descriptor(Descriptor::Static(function)) => Object::Function(function),
        Object::Descriptor(Descriptor::Property(property)) => {
            return property.read(this).unwrap_or_else(|| Err(refused("unreadable attribute")));
        }
        other => other,
    })
}

/// A member of a class, as it is read from the class.
pub(super) fn bind_to_class(member: Object, class: &Class) -> Object {
    match member {
        Object::Descriptor(Descriptor::Class(function)) => method(class.into(), function),
        Object::Descriptor(Descriptor::Static(function)) => Object::Function(function),
        other => other,
    }
}

fn method(this: Object, function: super::Function) -> Object {
    Object::Method(Arc::new(Method { this, function }))
}

fn get_of_instance(this: &Object, name: &str) -> Result<Object> {
    let class = this.class();
    if let Object::Instance(instance) = this
        && !instance.had(name)
        && let Some(key) = recent::Key::new(class.id(), name, cache::version())
        && let Some(data) = recent::data(key)
    {
        return Ok(data);
    }
    let found = class.find(name);
    if !matches!(found, Some(Object::Descriptor(Descriptor::Property(_))))
        && let Object::Instance(instance) = this
        && let Some(own) = instance.own(name)
    {
        return Ok(own);
    }
    match found {
        Some(member) => bind(member, this),
        None => fact(this, name)
            .ok_or_else(|| Error::NoAttribute { class: class.name().clone(), name: name.to_owned().into() }),
    }
}

/// What is true of every object of a kind, under Python's names.
fn fact(this: &Object, name: &str) -> Option<Object> {
    match (this, name) {
        (_, "__class__") => Some(this.class().into()),
        (Object::Instance(instance), "__dict__") => Some(instance.vars().into()),
        (Object::Function(function), "__name__") => Some(function.name().clone().into()),
        (Object::Function(function), special::QUALNAME) => Some(function.qualname().clone().into()),
        (Object::Method(method), "__func__") => Some(method.function.clone().into()),
        (Object::Method(method), "__self__") => Some(method.this.clone()),
        (Object::Method(method), name) => fact(&Object::Function(method.function.clone()), name),
        (Object::Function(_) | Object::Descriptor(_), special::ABSTRACT) => {
            this.is_abstract().ok().filter(|is_abstract| *is_abstract).map(Object::Bool)
        }
        _ => None,
    }
}

pub(super) fn get_of_class(class: &Class, name: &str) -> Result<Object> {
    if let Some(fact) = class_fact(class, name) {
        return Ok(fact);
    }
    let of_metaclass = class.metaclass().find(name);
    if let Some(Object::Descriptor(Descriptor::Property(_))) = &of_metaclass {
        return bind_of_metaclass(of_metaclass, class, name);
    }
    match class.find(name) {
        Some(member) => Ok(bind_to_class(member, class)),
        None => bind_of_metaclass(of_metaclass, class, name),
    }
}

fn bind_of_metaclass(member: Option<Object>, class: &Class, name: &str) -> Result<Object> {
    match member {
        Some(member) => bind(member, &Object::Class(class.clone())),
        None => Err(Error::NoClassAttribute { class: class.name().clone(), name: name.to_owned().into() }),
    }
}

/// What is true of every class, under Python's names.
fn class_fact(class: &Class, name: &str) -> Option<Object> {
    if !name.starts_with("__") {
        return None;
    }
    Some(match name {
        "__name__" => class.name().clone().into(),
        special::QUALNAME => class.qualname().clone().into(),
        "__class__" => class.metaclass().into(),
        "__bases__" => Object::tuple(class.bases()),
        "__mro__" => Object::tuple(class.mro()),
        "__dict__" => class.vars().into(),
        "__abstractmethods__" => Object::list(class.tracked_abstracts()?.iter().cloned()),
        special::ANNOTATIONS => class.own(name).unwrap_or_else(|| Namespace::new().into()),
        _ => return None,
    })
}

const FACTS: [&str; 7] =
    ["__name__", special::QUALNAME, "__class__", "__bases__", "__mro__", "__dict__", "__abstractmethods__"];

fn fixed(class: &Class, name: &str) -> Error {
    Error::Refused {
        kind: ErrorKind::Type,
        what: format!("cannot set '{name}' attribute of immutable type '{}'", class.name()),
        remedy: "derive a class of your own, and set it there",
    }
}

fn check_not_fact(name: &str) -> Result<()> {
    if FACTS.contains(&name) {
        return Err(Error::Refused {
            kind: ErrorKind::Attribute,
            what: format!("attribute '{name}' of 'type' objects is not writable"),
            remedy: "say it in the class statement",
        });
    }
    Ok(())
}

pub(super) fn set_of_class(class: &Class, name: Text, object: Object) -> Result<()> {
    check_not_fact(&name)?;
    let this = Object::Class(class.clone());
    if let Some(Object::Descriptor(Descriptor::Property(property))) = class.metaclass().find(&name) {
        return wrote(property.write(&this, &object), &this, &name, "setter");
    }
    let refusal = fixed(class, &name);
    if name == special::SUBCLASS_HOOK {
        class.body().answers_for_parents.store(true, Ordering::Relaxed);
    }
    class.change(|members| members.set(name, object)).map(drop).ok_or(refusal)
}

pub(super) fn delete_of_class(class: &Class, name: &str) -> Result<()> {
    check_not_fact(name)?;
    let this = Object::Class(class.clone());
    if let Some(Object::Descriptor(Descriptor::Property(property))) = class.metaclass().find(name) {
        return wrote(property.remove(&this), &this, name, "deleter");
    }
    match class.change(|members| members.remove(name)) {
        None => Err(fixed(class, name)),
        Some(None) => Err(Error::NoClassAttribute { class: class.name().clone(), name: name.to_owned().into() }),
        Some(Some(_)) => Ok(()),
    }
}

fn set_of_instance(this: &Object, name: Text, object: Object) -> Result<()> {
    if let Some(Object::Descriptor(Descriptor::Property(property))) = this.class().find(&name) {
        return wrote(property.write(this, &object), this, &name, "setter");
    }
    match this {
        Object::Instance(instance) if instance.accepts(&name) => {
            instance.set_own(name, object);
            Ok(())
        }
        other => Err(closed(other, &name)),
    }
}

fn delete_of_instance(this: &Object, name: &str) -> Result<()> {
    if let Some(Object::Descriptor(Descriptor::Property(property))) = this.class().find(name) {
        return wrote(property.remove(this), this, name, "deleter");
    }
    match this {
        Object::Instance(instance) if !instance.accepts(name) => Err(closed(this, name)),
        Object::Instance(instance) if instance.delete_own(name) => Ok(()),
        other => Err(Error::NoAttribute { class: other.class().name().clone(), name: name.to_owned().into() }),
    }
}

/// What became of writing through a property, which may have no function for it.
fn wrote(result: Option<Result<Object>>, this: &Object, name: &str, function: &str) -> Result<()> {
    match result {
        Some(result) => result.map(drop),
        None => Err(refused(&format!("property '{name}' of '{}' object has no {function}", this.class().name()))),
    }
}

fn refused(what: &str) -> Error {
    Error::Refused { kind: ErrorKind::Attribute, what: what.to_owned(), remedy: "give the property a function for it" }
}

fn closed(this: &Object, name: &str) -> Error {
    let class = this.class().name();
    let what = if this.class().find(name).is_some() {
        format!("'{class}' object attribute '{name}' is read-only")
    } else {
        format!("'{class}' object has no attribute '{name}'")
    };
    Error::Refused {
        kind: ErrorKind::Attribute,
        what,
        remedy: "its class says which attributes there are: add a slot or a field there, or derive an open class",
    }
}
