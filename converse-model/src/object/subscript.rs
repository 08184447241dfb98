//! Subscription: `object[key]`, where the key is a name, a place or a range.

use super::{Class, Error, Object, Result, call, special};
use crate::Text;

impl Class {
    /// `class[key]`: as the metaclass's `__getitem__` has it, or else the class's own `__class_getitem__`.
    ///
    /// # Errors
    /// If neither is there, and their own.
    pub fn item(&self, key: impl Into<Object>) -> Result<Object> {
        Object::from(self).item(key)
    }
}

impl Object {
    /// `object[key]`.
    ///
    /// # Errors
    /// If its class has no `__getitem__`; if nothing is at the key.
    pub fn item(&self, key: impl Into<Object>) -> Result<Object> {
        let key = key.into();
        match self {
            Object::Tuple(items) => sequence(items, &key, "tuple").map(|found| found.into_object(Object::Tuple)),
            Object::List(items) => sequence(items, &key, "list").map(|found| found.into_object(Object::List)),
            Object::Map(members) => {
                let found = if let Object::Str(name) = &key { members.get(name).cloned() } else { None };
                found.ok_or_else(|| Error::Key(key.to_string()))
            }
            Object::Str(text) => text_item(text, &key),
            other => of_class(other, &key),
        }
    }
}

fn of_class(object: &Object, key: &Object) -> Result<Object> {
    if let Some(method) = call::special(object, special::GETITEM)? {
        return method.call([key]);
    }
    match object {
        Object::Class(class) => match class.find(special::CLASS_GETITEM) {
            Some(_) => class.invoke(special::CLASS_GETITEM, [key]),
            None => Err(Error::Type(format!("type '{}' is not subscriptable", class.name()))),
        },
        other => Err(Error::Type(format!("'{}' object is not subscriptable", other.class().name()))),
    }
}

enum Found {
    One(Object),
    Range(Vec<Object>),
}

impl Found {
    fn into_object(self, several: fn(std::sync::Arc<[Object]>) -> Object) -> Object {
        match self {
            Found::One(object) => object,
            Found::Range(objects) => several(objects.into()),
        }
    }
}

fn sequence(items: &[Object], key: &Object, kind: &'static str) -> Result<Found> {
    match key {
        Object::Int(_) | Object::Bool(_) => {
            let found = place(key.int()?, items.len()).and_then(|place| items.get(place));
            let beyond = match kind {
                "tuple" => "tuple index out of range",
                _ => "list index out of range",
            };
            found.cloned().map(Found::One).ok_or(Error::Index(beyond))
        }
        Object::Slice(from, to) => {
            let (from, to) = range(*from, *to, items.len());
            Ok(Found::Range(items.get(from..to).unwrap_or_default().to_vec()))
        }
        other => {
            let key = other.class().name();
            Err(Error::Type(format!("{kind} indices must be integers or slices, not {key}")))
        }
    }
}

fn text_item(text: &Text, key: &Object) -> Result<Object> {
    let letters: Vec<char> = text.chars().collect();
    match key {
        Object::Int(number) => {
            let letter = place(*number, letters.len()).and_then(|place| letters.get(place));
            letter.map(|letter| letter.to_string().into()).ok_or(Error::Index("string index out of range"))
        }
        Object::Slice(from, to) => {
            let (from, to) = range(*from, *to, letters.len());
            Ok(letters.get(from..to).unwrap_or_default().iter().collect::<String>().into())
        }
        other => Err(Error::Type(format!("string indices must be integers, not '{}'", other.class().name()))),
    }
}

/// A place from the start, of one that may count from the end.
fn place(number: i128, length: usize) -> Option<usize> {
    let from_end = if number < 0 { i128::try_from(length).ok()? } else { 0 };
    usize::try_from(number + from_end).ok()
}

/// Both bounds from the start, within the length, the first not beyond the second.
fn range(from: Option<i64>, to: Option<i64>, length: usize) -> (usize, usize) {
    let within = |bound: i64| {
        let distance = usize::try_from(bound.unsigned_abs()).unwrap_or(usize::MAX);
        if bound < 0 { length.saturating_sub(distance) } else { distance.min(length) }
    };
    let to = to.map_or(length, within);
    (from.map_or(0, within).min(to), to)
}
