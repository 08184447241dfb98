//! Sets, arrays, tuples, maps by keys that are no texts, any value, and classes with parameters.

use std::collections::{BTreeMap, BTreeSet};

use converse::{Any, message, respond, value};
use uuid::Uuid;

/// Lists of every kind.
#[message]
pub(crate) struct Lists {
    tags: Option<BTreeSet<String>>,
    point: Option<[f64; 2]>,
    pair: Option<(String, u8)>,
    #[field(unique_items)]
    once: Option<Vec<f64>>,
    #[field(unique_items)]
    various: Option<Vec<Any>>,
    rows: Option<Vec<Vec<Option<bool>>>>,
}

#[respond]
impl Lists {
    fn respond(self) -> Lists {
        self
    }
}

/// What a map may be sorted by.
#[value(rename_all = "kebab-case")]
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Shade {
    /// A name of two words.
    DarkRed,
    /// Has another name on the wire.
    #[field(rename = "BLUE")]
    Blue,
}

/// Maps by keys of every kind.
#[message]
#[allow(clippy::struct_field_names, reason = "what they are sorted by is all that tells them apart")]
pub(crate) struct Keyed {
    by_text: Option<BTreeMap<String, u8>>,
    by_number: Option<BTreeMap<i32, u8>>,
    by_name: Option<BTreeMap<Shade, u8>>,
    by_id: Option<BTreeMap<Uuid, u8>>,
}

#[respond]
impl Keyed {
    fn respond(self) -> Keyed {
        self
    }
}

/// Keeps whatever it is given.
#[message]
pub(crate) struct Keep {
    value: Any,
}

#[respond]
impl Keep {
    fn respond(self) -> Keep {
        self
    }
}

/// One of a longer list.
#[value]
pub(crate) struct Entry {
    n: u8,
}

/// A page of a longer list.
#[message]
pub(crate) struct Page<T> {
    #[field(max_items = 2)]
    items: Vec<T>,
    #[field(default = 1)]
    number: u32,
    next: Option<T>,
}

/// What a parameter may be inside.
#[value]
pub(crate) enum Either<A, B> {
    /// The first parameter.
    Left(A),
    /// The second.
    Right { value: B },
}

#[respond]
impl Page<Entry> {
    fn respond(self) -> Page<Either<Entry, String>> {
        let items = self.items.into_iter().map(Either::Left).collect();
        Page { items, number: self.number, next: self.next.map(|_| Either::Right { value: "next".to_owned() }) }
    }
}
