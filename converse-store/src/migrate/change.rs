//! What is there, and what becomes of it.

use std::fmt;
use std::sync::Arc;

use converse_model::OnDelete;

use crate::{ColumnMap, IndexMap, TableMap};

/// A table that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Existing {
    /// The name.
    pub name: String,
    /// The columns.
    pub columns: Vec<ExistingColumn>,
    /// The names of its indexes.
    pub indexes: Vec<String>,
}

/// A column that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExistingColumn {
    /// The name.
    pub name: String,
    /// The type, as [`Engine::type_of`](crate::Engine::type_of) calls it.
    pub ty: String,
    /// Whether it may hold nothing.
    pub nullable: bool,
    /// Whether rows get a value for it that give none.
    pub has_default: bool,
    /// Whether it is a part of the key.
    pub is_key: bool,
    /// To which table's rows it refers, and what becomes of it when such a row is deleted.
    pub refers: Option<(String, OnDelete)>,
}

impl Existing {
    /// A table that is as its class has it.
    pub(crate) fn of(map: &TableMap, indexes: Vec<String>, ty: impl Fn(&ColumnMap) -> String) -> Existing {
        let columns = map.columns.iter().enumerate().map(|(at, column)| ExistingColumn {
            name: column.name.clone(),
            ty: ty(column),
            nullable: column.nullable,
            has_default: column.default.is_some(),
            is_key: map.key.contains(&at),
            refers: column.refers.as_ref().map(|refers| (refers.table.clone(), refers.on_delete)),
        });
        Existing { name: map.name.clone(), columns: columns.collect(), indexes }
    }

    pub(crate) fn column(&self, name: &str) -> Option<&ExistingColumn> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// A change of the tables.
#[derive(Debug, Clone)]
pub enum Change {
    /// A new table, without its indexes.
    CreateTable(Arc<TableMap>),
    /// Another name for a table.
    RenameTable(String, Arc<TableMap>),
    /// A new column, which may hold nothing or has a default.
    AddColumn(Arc<TableMap>, usize),
    /// Another name for a column.
    RenameColumn(String, Arc<TableMap>, usize),
    /// From now on a new column refers to rows that are there: the last that is done, when all tables are there. Where a
    /// column is declared with it, nothing is left to do.
    AddReference(Arc<TableMap>, usize),
    /// A new index.
    CreateIndex(Arc<TableMap>, IndexMap),
    /// A column less.
    DropColumn(String, String),
    /// An index less.
    DropIndex(String),
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |map: &TableMap, at: &usize| {
            let column = map.columns.get(*at).map_or("", |column| &column.name);
            format!("{}.{column}", map.name)
        };
        match self {
            Change::CreateTable(map) => {
                let columns: Vec<&str> = map.columns.iter().map(|column| &*column.name).collect();
                write!(f, "create the table {} ({})", map.name, columns.join(", "))
            }
            Change::RenameTable(from, map) => write!(f, "rename the table {from} to {}", map.name),
            Change::AddColumn(map, at) => write!(f, "add the column {}", name(map, at)),
            Change::RenameColumn(from, map, at) => {
                write!(f, "rename the column {}.{from} to {}", map.name, name(map, at))
            }
            Change::AddReference(map, at) => {
                let refers = map.columns.get(*at).and_then(|column| column.refers.as_ref());
                write!(f, "let {} refer to {}", name(map, at), refers.map_or("", |refers| &refers.table))
            }
            Change::CreateIndex(map, index) => {
                let unique = if index.unique { "unique " } else { "" };
                write!(f, "create the {unique}index {} of {}", index.name, name(map, &index.column))
            }
            Change::DropColumn(table, column) => write!(f, "drop the column {table}.{column}"),
            Change::DropIndex(index) => write!(f, "drop the index {index}"),
        }
    }
}
