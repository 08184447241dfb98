//! Named objects in the order in which they came: a class's body, an instance's attributes, keyword arguments.

use std::fmt;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Object;
use super::compiled::ShapeOf;
use crate::{Field, Slots, Text};

/// Named objects, each name once, in the order in which the names first came.
#[derive(Clone, Default)]
pub struct Namespace {
    members: FxHashMap<Text, (u64, Object)>,
    next: u64,
    /// The shape that a class of this body has; it goes with the body through a metaclass's hands.
    pub(super) shape: Option<ShapeOf>,
    /// The fields that it has beside those of its bases, and what outer crates hang on it; they go the same way.
    pub(super) fields: Vec<Field>,
    pub(super) slots: Option<Arc<Slots>>,
}

impl Namespace {
    /// An empty one.
    pub fn new() -> Namespace {
        Namespace::default()
    }

    /// The object of this name.
    #[inline]
    pub fn get(&self, name: &str) -> Option<&Object> {
        self.members.get(name).map(|(_, object)| object)
    }

    /// Whether there is an object of this name.
    pub fn contains(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    /// Puts an object under a name; a name that is there keeps its place. Returns what was there.
    pub fn set(&mut self, name: impl Into<Text>, object: impl Into<Object>) -> Option<Object> {
        let object = object.into();
        let name = name.into();
        if let Some((_, held)) = self.members.get_mut(name.as_str()) {
            return Some(std::mem::replace(held, object));
        }
        self.members.insert(name, (self.next, object));
        self.next += 1;
        None
    }

    /// Puts an object under a name that is not taken.
    pub fn set_default(&mut self, name: impl Into<Text>, object: impl Into<Object>) {
        let name = name.into();
        if !self.contains(&name) {
            self.set(name, object);
        }
    }

    /// Takes the object of this name out.
    pub fn remove(&mut self, name: &str) -> Option<Object> {
        self.members.remove(name).map(|(_, object)| object)
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The names, in no order.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.members.keys().map(Text::as_str)
    }

    /// Names and objects, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&Text, &Object)> {
        let mut members: Vec<_> = self.members.iter().collect();
        members.sort_unstable_by_key(|(_, (place, _))| *place);
        members.into_iter().map(|(name, (_, object))| (name, object))
    }

    /// The names, in their order.
    pub fn names(&self) -> impl Iterator<Item = &Text> {
        self.iter().map(|(name, _)| name)
    }
}

impl<N: Into<Text>, V: Into<Object>> FromIterator<(N, V)> for Namespace {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(members: I) -> Namespace {
        let mut namespace = Namespace::new();
        for (name, object) in members {
            namespace.set(name, object);
        }
        namespace
    }
}

impl<N: Into<Text>, V: Into<Object>, const C: usize> From<[(N, V); C]> for Namespace {
    fn from(members: [(N, V); C]) -> Namespace {
        members.into_iter().collect()
    }
}

/// As Python compares dicts: the order does not count.
impl PartialEq for Namespace {
    fn eq(&self, other: &Namespace) -> bool {
        self.len() == other.len()
            && self.members.iter().all(|(name, (_, object))| other.get(name).is_some_and(|held| held == object))
    }
}

/// As Python prints a dict: `{'name': 42}`.
impl fmt::Display for Namespace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (at, (name, object)) in self.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(f, "{comma}{}: {object}", Object::Str(name.clone()))?;
        }
        f.write_str("}")
    }
}

impl fmt::Debug for Namespace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
