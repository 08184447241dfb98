//! Values within values: lists, maps, boxes, and classes that hold themselves.

use std::collections::BTreeMap;

use converse::{message, respond, value};

/// Where somebody lives.
#[value]
pub(crate) struct Address {
    #[field(min_length = 1)]
    street: String,
    zip: Option<String>,
}

/// Somebody.
#[value]
pub(crate) struct Person {
    name: String,
    #[field(default)]
    addresses: Vec<Address>,
}

/// One value of each way in which values nest.
#[message]
pub(crate) struct Household {
    head: Person,
    #[field(default)]
    by_room: BTreeMap<String, Person>,
    best: Option<Box<Address>>,
    matrix: Option<Vec<Vec<i64>>>,
    sparse: Option<Vec<Option<i64>>>,
    maybe: Option<BTreeMap<String, Option<bool>>>,
}

#[respond]
impl Household {
    fn respond(self) -> Household {
        self
    }
}

/// Holds more of itself, in a list, a box and a map.
#[value]
pub(crate) struct Tree {
    #[field(default)]
    children: Vec<Tree>,
    next: Option<Box<Tree>>,
    #[field(default)]
    named: BTreeMap<String, Tree>,
}

impl Tree {
    fn count(&self) -> u64 {
        let next = self.next.as_deref().map_or(0, Tree::count);
        let children: u64 = self.children.iter().map(Tree::count).sum();
        let named: u64 = self.named.values().map(Tree::count).sum();
        1 + next + children + named
    }
}

/// A tree, to be counted.
#[message]
pub(crate) struct Forest {
    stem: Tree,
}

/// How many trees there were.
#[message]
pub(crate) struct Counted {
    trees: u64,
}

#[respond]
impl Forest {
    fn respond(self) -> Counted {
        Counted::new(self.stem.count())
    }
}
