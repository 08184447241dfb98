//! The changes that lead from what is there to what the classes want, or why there is no safe way.

use std::sync::Arc;

use converse_model::OnDelete;

use super::Allowed;
use super::change::{Change, Existing, ExistingColumn};
use crate::engine::Engine;
use crate::{ColumnMap, IndexMap, TableMap};

/// The changes, in the order in which they can be made.
///
/// # Errors
/// Everything that could lose something, each with the attribute or the setting that allows it; and the changes that
/// would be made besides.
pub(super) fn plan(
    engine: &dyn Engine,
    tables: &[Arc<TableMap>],
    existing: &[Existing],
    allowed: &Allowed,
) -> Result<Vec<Change>, String> {
    let mut plan = Plan { engine, tables, allowed, changes: Vec::new(), references: Vec::new(), refused: Vec::new() };
    for map in tables {
        plan.table(map, existing);
    }
    // Two tables may refer to one another: first all of them are there.
    plan.changes.append(&mut plan.references);
    if plan.refused.is_empty() {
        return Ok(plan.changes);
    }
    let mut text = String::from("the tables are not those of the classes, and not everything can be changed safely:");
    for refused in &plan.refused {
        text.push_str("\n  ");
        text.push_str(refused);
    }
    for change in &plan.changes {
        text.push_str("\n  it would also ");
        text.push_str(&change.to_string());
    }
    text.push_str("\nnothing was changed");
    Err(text)
}

struct Plan<'p> {
    engine: &'p dyn Engine,
    tables: &'p [Arc<TableMap>],
    allowed: &'p Allowed,
    changes: Vec<Change>,
    references: Vec<Change>,
    refused: Vec<String>,
}

impl Plan<'_> {
    fn table(&mut self, map: &Arc<TableMap>, existing: &[Existing]) {
        let named = |name: &str| existing.iter().find(|existing| existing.name == name);
        let before = Some(&map.renamed_from).filter(|name| !name.is_empty()).and_then(|name| named(name));
        let is_there = match (named(&map.name), before) {
            (Some(table), _) => Some(table),
            (None, Some(table)) => {
                self.changes.push(Change::RenameTable(table.name.clone(), Arc::clone(map)));
                Some(table)
            }
            (None, None) => None,
        };
        let Some(table) = is_there else {
            if let Some(other) = existing.iter().find(|other| other.name.eq_ignore_ascii_case(&map.name)) {
                self.refused.push(format!(
                    "there is a table {}, and {} would be the same to some databases; rename one of them",
                    other.name, map.name
                ));
            }
            self.changes.push(Change::CreateTable(Arc::clone(map)));
            let indexes = map.indexes.iter().map(|index| Change::CreateIndex(Arc::clone(map), index.clone()));
            self.changes.extend(indexes);
            (0..map.columns.len()).for_each(|at| self.reference(map, at));
            return;
        };
        for (at, column) in map.columns.iter().enumerate() {
            self.column(map, at, column, table);
        }
        self.key(map, table);
        self.left_over(map, table);
        self.indexes(map, table);
    }

    fn column(&mut self, map: &Arc<TableMap>, at: usize, column: &ColumnMap, table: &Existing) {
        let name = format!("{}.{}", map.name, column.name);
        let before = Some(&column.renamed_from).filter(|name| !name.is_empty()).and_then(|name| table.column(name));
        let is_there = match (table.column(&column.name), before) {
            (Some(there), _) => there,
            (None, Some(there)) => {
                self.changes.push(Change::RenameColumn(there.name.clone(), Arc::clone(map), at));
                there
            }
            (None, None) => {
                if column.nullable || column.default.is_some() {
                    self.changes.push(Change::AddColumn(Arc::clone(map), at));
                    self.reference(map, at);
                } else if let Some(refers) = &column.refers {
                    self.refused.push(format!(
                        "{name} is new, and rows that are there refer to no {}: make the field an `Option<Ref<{}>>`, or say \
                         what it was before with `#[field(renamed_from = \"…\")]`",
                        refers.table, refers.class
                    ));
                } else {
                    self.refused.push(format!(
                        "{name} is new, and rows that are there have no value for it: make the field an `Option`, give it \
                         `#[field(default = …)]`, or say what it was before with `#[field(renamed_from = \"…\")]`"
                    ));
                }
                return;
            }
        };
        let ty = self.engine.type_of(column);
        if is_there.ty != ty {
            self.refused.push(format!(
                "{name} holds {} in the database, and the field makes it {ty}: give the new field another name, copy what \
                 the old one held, and drop that later",
                is_there.ty
            ));
        }
        self.referring(&name, column, is_there);
        if is_there.nullable != column.nullable {
            let (there, wanted) = if column.nullable {
                ("must hold something", "take the `Option` away")
            } else {
                ("may hold nothing", "make it an `Option`")
            };
            self.refused.push(format!(
                "{name} {there} in the database, and not so in the class: {wanted}, or give the field another name"
            ));
        }
    }

    /// A new column's reference.
    fn reference(&mut self, map: &Arc<TableMap>, at: usize) {
        if map.columns.get(at).is_some_and(|column| column.refers.is_some()) {
            self.references.push(Change::AddReference(Arc::clone(map), at));
        }
    }

    /// A column that is there refers to the rows that its field does. One that refers to more than its field does no
    /// harm: a newer program may have made it.
    fn referring(&mut self, name: &str, column: &ColumnMap, is_there: &ExistingColumn) {
        let Some(wanted) = &column.refers else { return };
        let before = self.tables.iter().find(|map| map.name == wanted.table).map_or("", |map| &map.renamed_from);
        let remedy = "give the new field another name, copy what the old one held, and drop that later";
        match &is_there.refers {
            None => self.refused.push(format!(
                "{name} refers to nothing in the database, and the field makes it refer to {}: {remedy}",
                wanted.table
            )),
            Some((table, _)) if *table != wanted.table && table != before => self.refused.push(format!(
                "{name} refers to {table} in the database, and the field makes it refer to {}: {remedy}",
                wanted.table
            )),
            Some((_, there)) if *there != wanted.on_delete => self.refused.push(format!(
                "{name} says `on_delete = \"{}\"` in the database, and the field says \"{}\": say the same, or {remedy}",
                word(*there),
                word(wanted.on_delete)
            )),
            Some(_) => {}
        }
    }

    fn key(&mut self, map: &TableMap, table: &Existing) {
        let renamed = |column: &ColumnMap| table.column(&column.name).or_else(|| table.column(&column.renamed_from));
        let wanted: Vec<&str> = map
            .key
            .iter()
            .filter_map(|at| map.columns.get(*at))
            .filter_map(renamed)
            .map(|there| &*there.name)
            .collect();
        let there: Vec<&str> =
            table.columns.iter().filter(|column| column.is_key).map(|column| &*column.name).collect();
        let same = wanted.len() == map.key.len()
            && there.len() == wanted.len()
            && there.iter().all(|key| wanted.contains(key));
        if !same {
            self.refused.push(format!(
                "the key of {} is ({}) in the database, and another in the class: leave it, or make a new table of another name",
                map.name,
                there.join(", ")
            ));
        }
    }

    /// Columns that the class has no field for.
    fn left_over(&mut self, map: &Arc<TableMap>, table: &Existing) {
        let is_known = |there: &ExistingColumn| {
            map.columns.iter().any(|column| {
                column.name == there.name || (column.renamed_from == there.name && table.column(&column.name).is_none())
            })
        };
        for there in table.columns.iter().filter(|there| !is_known(there)) {
            let name = format!("{}.{}", map.name, there.name);
            let allow = format!("drop_column:{name}");
            if self.allowed.0.contains(&allow) && !there.is_key {
                self.changes.push(Change::DropColumn(map.name.clone(), there.name.clone()));
            } else if !there.nullable && !there.has_default && !there.is_key {
                // Others may stay: a newer program may need them, and new rows can do without.
                self.refused.push(format!(
                    "{name} must hold something, and the class has no such field: say which one it is now with \
                     `#[field(renamed_from = \"{}\")]`, or drop it, and what it holds, with `--allow {allow}`",
                    there.name
                ));
            }
        }
    }

    fn indexes(&mut self, map: &Arc<TableMap>, table: &Existing) {
        for index in &map.indexes {
            if !table.indexes.contains(&index.name) {
                self.changes.push(Change::CreateIndex(Arc::clone(map), index.clone()));
            }
        }
        for column in &table.columns {
            for unique in [true, false] {
                self.old_index(map, table, &column.name, unique);
            }
        }
    }

    /// An index that is there under the name of a table's column, and is not one of the class's.
    fn old_index(&mut self, map: &TableMap, table: &Existing, column: &str, unique: bool) {
        let name = IndexMap::name_of(&table.name, column, unique);
        if !table.indexes.contains(&name) || map.indexes.iter().any(|index| index.name == name) {
            return;
        }
        let now = map.columns.iter().position(|now| now.name == column || now.renamed_from == column);
        let is_made_again = map.indexes.iter().any(|index| Some(index.column) == now && index.unique == unique);
        let allow = format!("drop_index:{name}");
        if is_made_again || self.allowed.0.contains(&allow) {
            self.changes.push(Change::DropIndex(name));
        } else if unique {
            self.refused.push(format!(
                "no two rows of {} may have the same {column} in the database, and the class does not say so: write \
                 `#[field(unique)]`, or drop the index with `--allow {allow}`",
                map.name
            ));
        }
    }
}

/// What becomes of a row when the one that it refers to is deleted, as a field says it.
fn word(on_delete: OnDelete) -> &'static str {
    match on_delete {
        OnDelete::Refuse => "refuse",
        OnDelete::Cascade => "cascade",
        OnDelete::SetNone => "set_none",
    }
}
