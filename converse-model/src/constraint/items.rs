//! How many items a list or map has.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::{Type, Value, canonical};

/// A value that has items, or may hold one that has.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no items to count",
    label = "`min_items` and `max_items` are for lists and maps",
    note = "for the number of characters of a text, write `min_length` and `max_length`"
)]
pub trait HasItems {
    /// How many items there are, if there is something to have them.
    fn items(&self) -> Option<usize>;
}

impl<T> HasItems for Vec<T> {
    fn items(&self) -> Option<usize> {
        Some(self.len())
    }
}

impl<T> HasItems for BTreeSet<T> {
    fn items(&self) -> Option<usize> {
        Some(self.len())
    }
}

impl<T, S> HasItems for HashSet<T, S> {
    fn items(&self) -> Option<usize> {
        Some(self.len())
    }
}

impl<K, V> HasItems for BTreeMap<K, V> {
    fn items(&self) -> Option<usize> {
        Some(self.len())
    }
}

impl<K, V, S> HasItems for HashMap<K, V, S> {
    fn items(&self) -> Option<usize> {
        Some(self.len())
    }
}

impl<T: HasItems> HasItems for Option<T> {
    fn items(&self) -> Option<usize> {
        self.as_ref().and_then(T::items)
    }
}

impl<T: HasItems> HasItems for Box<T> {
    fn items(&self) -> Option<usize> {
        (**self).items()
    }
}

/// Whether there are at least so many items.
#[inline]
pub fn min_items<T: HasItems>(value: &T, bound: u32) -> bool {
    value.items().is_none_or(|count| count >= bound as usize)
}

/// Whether there are at most so many items.
#[inline]
pub fn max_items<T: HasItems>(value: &T, bound: u32) -> bool {
    value.items().is_none_or(|count| count <= bound as usize)
}

/// Whether no two items of a list are equal, whose items are of this type.
pub fn unique(item: &Type, list: &[Value]) -> bool {
    let mut seen = HashSet::with_capacity(list.len());
    list.iter().all(|value| seen.insert(canonical(item, value)))
}

pub(super) fn count(value: &Value) -> Option<usize> {
    match value {
        Value::List(items) => Some(items.len()),
        Value::Map(members) => Some(members.len()),
        _ => None,
    }
}
