//! Which reference it was that a statement broke: SQLite says only that it was one.

use converse_model::OnDelete;
use rusqlite::{Connection, params_from_iter};

use super::connection::failure;
use super::dialect::SqliteDialect;
use crate::engine::Failure;
use crate::sql::{Parameter, Statement, quoted};
use crate::{Assign, Cell, Cond, Op, TableMap};

/// How many tables a row that is deleted may take along, one through the other, until nobody asks which one kept it.
const DEEPEST: usize = 16;

/// A column that refers to the rows of a table.
pub(super) struct Reference {
    /// The table of the column.
    table: String,
    pub(super) column: String,
    /// The table that it refers to, and the column of its key.
    to: String,
    key: String,
    on_delete: OnDelete,
}

impl Reference {
    pub(super) fn existing(&self) -> (String, OnDelete) {
        (self.to.clone(), self.on_delete)
    }
}

const COLUMNS: &str = "SELECT tables.name, keys.\"from\", keys.\"table\", coalesce(keys.\"to\", ''), keys.on_delete \
     FROM sqlite_schema AS tables, pragma_foreign_key_list(tables.name) AS keys WHERE tables.type = 'table'";

/// The references of a table's columns.
pub(super) fn of(connection: &Connection, table: &str) -> Result<Vec<Reference>, Failure> {
    list(connection, &format!("{COLUMNS} AND tables.name = ?1"), table)
}

/// The columns of all tables that refer to this one.
fn to(connection: &Connection, table: &str) -> Result<Vec<Reference>, Failure> {
    list(connection, &format!("{COLUMNS} AND keys.\"table\" = ?1 COLLATE NOCASE"), table)
}

fn list(connection: &Connection, sql: &str, table: &str) -> Result<Vec<Reference>, Failure> {
    let mut statement = connection.prepare_cached(sql).map_err(failure)?;
    let rows = statement.query_map([table], |row| {
        let on_delete: String = row.get(4)?;
        Ok(Reference {
            table: row.get(0)?,
            column: row.get(1)?,
            to: row.get(2)?,
            key: row.get(3)?,
            on_delete: match on_delete.as_str() {
                "CASCADE" => OnDelete::Cascade,
                "SET NULL" => OnDelete::SetNone,
                _ => OnDelete::Refuse,
            },
        })
    });
    rows.map_err(failure)?.collect::<Result<_, _>>().map_err(failure)
}

/// What the failure is of a statement that broke a reference, and was undone.
pub(super) fn broken(connection: &Connection, op: &Op) -> Result<Failure, Failure> {
    let dangling = |column: Option<String>| Failure::Dangling(column.unwrap_or_default());
    match op {
        Op::Insert { table, row, .. } => dangling_column(connection, table, row.iter().enumerate()).map(dangling),
        Op::Update { table, set, .. } => {
            let set = set.iter().filter_map(|assign| match assign {
                Assign::To(at, cell) => Some((*at, cell)),
                Assign::Bump(_) => None,
            });
            dangling_column(connection, table, set).map(dangling)
        }
        Op::Delete { table, filter } => {
            let (table, column) = in_use(connection, table, filter)?.unwrap_or_default();
            Ok(Failure::InUse { table, column })
        }
        // Which column it was, nobody can tell.
        Op::Sql { .. } if op.deletes() => Ok(Failure::InUse { table: String::new(), column: String::new() }),
        Op::Select { .. } | Op::Count { .. } | Op::Sql { .. } => Ok(dangling(None)),
    }
}

/// The column whose cell refers to no row.
fn dangling_column<'o>(
    connection: &Connection,
    map: &TableMap,
    cells: impl Iterator<Item = (usize, &'o Cell)>,
) -> Result<Option<String>, Failure> {
    for (at, cell) in cells {
        let Some(column) = map.columns.get(at) else { continue };
        let (Some(refers), false) = (&column.refers, *cell == Cell::Null) else { continue };
        let sql = format!("SELECT 1 FROM {} WHERE {} = ?1", quoted(&refers.table), quoted(&refers.column));
        let mut statement = connection.prepare_cached(&sql).map_err(failure)?;
        if !statement.exists([Parameter::Cell(cell)]).map_err(failure)? {
            return Ok(Some(column.name.clone()));
        }
    }
    Ok(None)
}

/// The table and the column that keep rows from being deleted, or one that would go with them.
fn in_use(connection: &Connection, map: &TableMap, filter: &Cond) -> Result<Option<(String, String)>, Failure> {
    let gone = Statement::only(filter, map, &SqliteDialect);
    // Tables that rows are deleted from, and which: the parameters are the same in all.
    let mut deleted = vec![(map.name.clone(), gone.text.clone())];
    let mut next = 0;
    while let Some((table, gone_here)) = deleted.get(next).cloned() {
        next += 1;
        for Reference { table: child, column, key, on_delete, .. } in to(connection, &table)? {
            let gone_there =
                format!(" WHERE {} IN (SELECT {} FROM {}{gone_here})", quoted(&column), quoted(&key), quoted(&table));
            match on_delete {
                OnDelete::Cascade if deleted.len() < DEEPEST => deleted.push((child, gone_there)),
                OnDelete::SetNone | OnDelete::Cascade => {}
                OnDelete::Refuse => {
                    // Rows that are deleted themselves keep nothing.
                    let also = deleted.iter().filter(|(table, _)| *table == child);
                    let kept =
                        also.map(|(_, gone)| format!(" AND rowid NOT IN (SELECT rowid FROM {}{gone})", quoted(&child)));
                    let sql =
                        format!("SELECT 1 FROM {}{gone_there}{}", quoted(&child), kept.collect::<Vec<_>>().concat());
                    let mut statement = connection.prepare(&sql).map_err(failure)?;
                    if statement.exists(params_from_iter(&gone.parameters)).map_err(failure)? {
                        return Ok(Some((child, column)));
                    }
                }
            }
        }
    }
    Ok(None)
}
