//! What an object holds: how many, which ones, whether one of them is this.

use super::{Class, Error, Object, Result, call, special};

/// What a class without end would give: more than a list that fits.
const MOST: i128 = 1 << 24;

impl Class {
    /// The length, as the metaclass has it.
    ///
    /// # Errors
    /// As for [`Object::length`].
    pub fn length(&self) -> Result<usize> {
        Object::from(self).length()
    }

    /// What iterating over the class gives, as the metaclass has it.
    ///
    /// # Errors
    /// As for [`Object::items`].
    pub fn items(&self) -> Result<Vec<Object>> {
        Object::from(self).items()
    }

    /// Whether something is in the class, as the metaclass has it.
    ///
    /// # Errors
    /// As for [`Object::holds`].
    pub fn holds(&self, object: impl Into<Object>) -> Result<bool> {
        Object::from(self).holds(object)
    }
}

impl Object {
    /// How many objects this holds; of a text, how many code points.
    ///
    /// # Errors
    /// If its class has no `__len__`, or one that gives no length.
    pub fn length(&self) -> Result<usize> {
        match self {
            Object::Tuple(items) | Object::List(items) => Ok(items.len()),
            Object::Map(members) => Ok(members.len()),
            Object::Str(text) => Ok(text.chars().count()),
            Object::Bytes(bytes) => Ok(bytes.len()),
            other => match call::special(other, special::LEN)? {
                Some(method) => usize::try_from(method.call(())?.int()?)
                    .map_err(|_| Error::Value("__len__() should return >= 0".into())),
                None => Err(Error::Type(format!("object of type '{}' has no len()", other.class().name()))),
            },
        }
    }

    /// What iterating over this gives, all of it: what its class's `__iter__` returns, or else what `__getitem__` has
    /// at 0, 1, 2, … until there is nothing.
    ///
    /// # Errors
    /// If its class has neither.
    pub fn items(&self) -> Result<Vec<Object>> {
        match self {
            Object::Tuple(items) | Object::List(items) => Ok(items.to_vec()),
            Object::Map(members) => Ok(members.names().map(|name| name.clone().into()).collect()),
            Object::Str(text) => Ok(text.chars().map(|letter| letter.to_string().into()).collect()),
            other => match call::special(other, special::ITER)? {
                Some(method) => listed(&method.call(())?),
                None => by_place(other),
            },
        }
    }

    /// Whether this holds something equal: what its class's `__contains__` says, or else whether it is among what
    /// iterating gives. A text holds the texts within it.
    ///
    /// # Errors
    /// If its class says neither.
    pub fn holds(&self, object: impl Into<Object>) -> Result<bool> {
        let object = object.into();
        match self {
            Object::Map(members) => Ok(matches!(&object, Object::Str(name) if members.contains(name))),
            Object::Str(text) => Ok(text.contains(object.text()?.as_str())),
            other => match call::special(other, special::CONTAINS)? {
                Some(method) => method.call([object])?.truth(),
                None => Ok(other.items()?.contains(&object)),
            },
        }
    }
}

fn listed(given: &Object) -> Result<Vec<Object>> {
    match given {
        Object::Tuple(_) | Object::List(_) | Object::Map(_) | Object::Str(_) => given.items(),
        other => {
            let kind = other.class().name();
            Err(Error::Type(format!("iter() returned non-iterator of type '{kind}': give a list of all items")))
        }
    }
}

fn by_place(object: &Object) -> Result<Vec<Object>> {
    let Some(item) = call::special(object, special::GETITEM)? else {
        return Err(Error::Type(format!("'{}' object is not iterable", object.class().name())));
    };
    let mut items = Vec::new();
    for place in 0..MOST {
        match item.call([place]) {
            Ok(found) => items.push(found),
            Err(Error::Index(_)) => return Ok(items),
            Err(error) => return Err(error),
        }
    }
    Err(Error::Runtime("__getitem__ gives an item at every place".into()))
}
