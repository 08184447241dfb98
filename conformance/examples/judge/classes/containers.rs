//! Lists, sets, tuples, maps, any value, and classes in classes.

use std::collections::{BTreeMap, BTreeSet};

use converse::{Any, message, value};

use super::enums::Colour;

#[message]
pub(crate) struct Lists {
    #[field(min_items = 1, max_items = 3)]
    few: Vec<i64>,
    rows: Vec<Vec<bool>>,
    gaps: Option<Vec<Option<u8>>>,
}

#[message]
pub(crate) struct Maps {
    #[field(min_items = 1, max_items = 3)]
    counts: BTreeMap<String, i64>,
    nested: Option<BTreeMap<String, BTreeMap<String, bool>>>,
    corners: Option<BTreeMap<String, Corner>>,
}

#[value]
pub(crate) struct Corner {
    #[field(ge = 0)]
    x: f64,
}

#[message]
pub(crate) struct Keys {
    by_number: BTreeMap<u8, String>,
    by_name: BTreeMap<Colour, bool>,
}

#[message]
pub(crate) struct Sets {
    tags: BTreeSet<String>,
    #[field(unique_items, max_items = 4)]
    once: Vec<i64>,
}

#[message]
pub(crate) struct Weights {
    #[field(unique_items)]
    weights: Vec<f64>,
}

#[message]
pub(crate) struct Tuples {
    pair: (String, u8),
    point: [f64; 2],
    mixed: Option<(bool, Vec<i64>, Corner)>,
}

#[message]
pub(crate) struct Anything {
    what: Any,
    more: Option<Vec<Any>>,
}

#[message]
pub(crate) struct Tree {
    name: String,
    #[field(default)]
    children: Vec<Tree>,
    next: Option<Box<Tree>>,
    named: Option<BTreeMap<String, Tree>>,
}

#[message]
pub(crate) struct Household {
    head: Person,
    by_room: BTreeMap<String, Person>,
    best: Option<Address>,
}

#[value]
pub(crate) struct Person {
    #[field(min_length = 1)]
    name: String,
    #[field(default, max_items = 2)]
    addresses: Vec<Address>,
}

#[value]
pub(crate) struct Address {
    street: String,
    #[field(pattern = "^[0-9]{5}$")]
    zip: Option<String>,
}
