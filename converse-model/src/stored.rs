//! What a declaration says about keeping values of its class: data, which the store reads.

use std::sync::Arc;

use crate::{Default, Field, Text, TextFormat, Type, Value};

/// Whether values of a class are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    /// Whether values are rows of a table.
    pub table: bool,
    /// Whether every message of the class that takes effect is kept in a journal.
    pub journal: Option<Journal>,
    /// The name of the class whose table this was before; empty if there was none.
    pub renamed_from: &'static str,
}

impl Stored {
    /// Nothing is kept.
    pub const NOT: Stored = Stored { table: false, journal: None, renamed_from: "" };

    /// Whether anything is.
    pub const fn is_kept(&self) -> bool {
        self.table || self.journal.is_some()
    }
}

/// What a journal keeps of secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Journal {
    /// There are none: a class that has one must say what becomes of it.
    NoSecrets,
    /// They are left out.
    Omit,
    /// They are kept as they are.
    Plain,
}

/// What is said of a field's column.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools, reason = "each is a word of the declaration, and they stand alone")]
pub struct Column {
    /// Whether it is the row's key, or a part of it.
    pub primary_key: bool,
    /// Whether no two rows have the same value.
    pub unique: bool,
    /// Whether rows are often looked for by it.
    pub index: bool,
    /// Whether the store makes the value of a new row: the next number, or a UUID of version 7 (RFC 9562).
    pub auto: bool,
    /// Whether it counts the changes of its row, so that none is overwritten unseen.
    pub version: bool,
    /// What becomes of a row when the one that it refers to is deleted.
    pub on_delete: OnDelete,
    /// The name that the field had before; empty if it had no other.
    pub renamed_from: Text,
}

/// What becomes of a row when the one that it refers to is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnDelete {
    /// It keeps that one from being deleted.
    Refuse,
    /// It is deleted as well.
    Cascade,
    /// It refers to nothing from then on.
    SetNone,
}

impl Column {
    /// A column of which nothing is said.
    pub const PLAIN: Column = Column {
        primary_key: false,
        unique: false,
        index: false,
        auto: false,
        version: false,
        on_delete: OnDelete::Refuse,
        renamed_from: Text::Static(""),
    };
}

/// What is said of the column of a field of a class that is made while the program runs.
impl Field {
    /// By this a row is found; on several fields, by all of them together.
    #[must_use]
    pub fn primary_key(mut self) -> Field {
        self.column.primary_key = true;
        self
    }

    /// The store makes the key of a new row that has none: it need not be sent.
    #[must_use]
    pub fn auto(mut self) -> Field {
        self.column.auto = true;
        if matches!(self.default, Default::None) {
            self.default = Default::Value(Arc::new(match &self.ty {
                Type::Int { .. } => Value::Int(0),
                Type::Format(TextFormat::Uuid) => Value::from("00000000-0000-0000-0000-000000000000"),
                _ => Value::from(""),
            }));
        }
        self
    }

    /// No two rows have the same value.
    #[must_use]
    pub fn unique(mut self) -> Field {
        self.column.unique = true;
        self
    }

    /// Rows are often looked for by it.
    #[must_use]
    pub fn index(mut self) -> Field {
        self.column.index = true;
        self
    }

    /// What becomes of a row when the one that this refers to, a [`Type::Ref`], is deleted.
    #[must_use]
    pub fn on_delete(mut self, on_delete: OnDelete) -> Field {
        self.column.on_delete = on_delete;
        self
    }
}
