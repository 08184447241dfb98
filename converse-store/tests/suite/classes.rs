//! The classes that are kept in these tests.

use converse::{Secret, table, value};

#[table]
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Person {
    #[field(primary_key, max_length = 20)]
    pub(crate) name: String,
    #[field(unique, lowercase)]
    pub(crate) mail: Option<String>,
    #[field(index, ge = 0)]
    pub(crate) age: Option<i32>,
    pub(crate) word: Secret<String>,
    #[field(default)]
    pub(crate) tags: Vec<String>,
}

pub(crate) fn person(name: &str, age: impl Into<Option<i32>>) -> Person {
    Person { name: name.into(), mail: None, age: age.into(), word: format!("{name}s word").into(), tags: Vec::new() }
}

#[table]
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    #[field(primary_key, auto)]
    pub(crate) id: u64,
    pub(crate) text: String,
}

#[table]
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ticket {
    #[field(primary_key, auto)]
    pub(crate) id: String,
    #[field(version)]
    pub(crate) version: u32,
    pub(crate) seats: u32,
}

#[value]
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Small,
    Large,
}

#[value]
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Spot {
    pub(crate) x: f64,
    pub(crate) label: Option<String>,
}

/// A key of two fields.
#[table(rename_all = "camelCase")]
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Booking {
    #[field(primary_key)]
    pub(crate) room_number: u16,
    #[field(primary_key)]
    pub(crate) day: String,
    pub(crate) kind: Kind,
    pub(crate) spot: Spot,
}
