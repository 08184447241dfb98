//! References between the rows of tables in memory: the verdicts are those of a database.

use std::collections::{BTreeMap, BTreeSet};

use converse_model::OnDelete;

use super::Tables;
use super::rows::{Key, Overlay};
use super::translate::Places;
use crate::engine::Failure;
use crate::{Answer, Assign, Cell, Cond, Op, TableMap};

/// What a statement of the program's own is answered.
const NO_SQL: &str = "memory has no SQL: look for rows with `Table::find`, or keep them in a database, with \
     `--store sqlite://PATH`, in a test with `App::linked().build_with(Config { store: \"sqlite://…\".into(), … })`";

type Overlays = BTreeMap<String, Overlay>;

/// Does what is asked of one table, and to others what follows from it. After a failure the overlays are of no use.
pub(super) fn run(tables: &Tables, overlays: &mut Overlays, op: &Op) -> Result<Answer, Failure> {
    let Some(map) = op.table() else {
        return Err(Failure::Refused(NO_SQL.to_owned()));
    };
    let Some(table) = tables.get(&map.name) else {
        return Err(Failure::Refused(format!("there is no table {}", map.name)));
    };
    if let Some(places) = Places::of(map, table.map())? {
        let op = places.op(op, table.map(), |row| table.known(row, overlays.get(&map.name)));
        return run(tables, overlays, &op).map(|answer| places.answer(answer));
    }
    let overlay = overlays.entry(map.name.clone()).or_insert_with(|| table.overlay());
    if let Op::Delete { filter, .. } = op {
        let gone = table.keys(filter, overlay);
        let answer = table.run(op, overlay)?;
        follow(tables, overlays, &map.name, gone)?;
        return Ok(answer);
    }
    let answer = table.run(op, overlay)?;
    match op {
        Op::Insert { row, .. } => refer(tables, overlays, map, row.iter().enumerate())?,
        Op::Update { set, .. } if answer != Answer::Count(0) => {
            let set = set.iter().filter_map(|assign| match assign {
                Assign::To(at, cell) => Some((*at, cell)),
                Assign::Bump(_) => None,
            });
            refer(tables, overlays, map, set)?;
        }
        _ => {}
    }
    Ok(answer)
}

/// Whether these cells refer to rows that are there.
fn refer<'o>(
    tables: &Tables,
    overlays: &Overlays,
    map: &TableMap,
    cells: impl Iterator<Item = (usize, &'o Cell)>,
) -> Result<(), Failure> {
    for (at, cell) in cells {
        let Some(column) = map.columns.get(at) else { continue };
        let (Some(refers), false) = (&column.refers, *cell == Cell::Null) else { continue };
        if !is_there(tables, overlays, &refers.table, &Key::of(column.kind, cell)) {
            return Err(Failure::Dangling(column.name.clone()));
        }
    }
    Ok(())
}

fn is_there(tables: &Tables, overlays: &Overlays, table: &str, key: &Key) -> bool {
    tables.get(table).is_some_and(|rows| rows.has(key, overlays.get(table)))
}

/// A column of rows that refer to one that is deleted, and keep it.
struct Kept {
    table: String,
    column: usize,
    to: String,
    keys: BTreeSet<Key>,
}

/// What follows from rows that are deleted: for those that refer to them, and for those that refer to these.
fn follow(tables: &Tables, overlays: &mut Overlays, table: &str, gone: BTreeSet<Key>) -> Result<(), Failure> {
    let mut deleted = vec![(table.to_owned(), gone)];
    let mut kept = Vec::new();
    while let Some((to, gone)) = deleted.pop() {
        if gone.is_empty() {
            continue;
        }
        for (name, rows) in tables {
            for (at, column) in rows.map().columns.iter().enumerate() {
                let Some(refers) = column.refers.as_ref().filter(|refers| refers.table == to) else { continue };
                let overlay = overlays.entry(name.clone()).or_insert_with(|| rows.overlay());
                match refers.on_delete {
                    OnDelete::Refuse => {
                        kept.push(Kept { table: name.clone(), column: at, to: to.clone(), keys: gone.clone() });
                    }
                    OnDelete::Cascade => deleted.push((name.clone(), rows.delete(&among(at, &gone), overlay))),
                    OnDelete::SetNone => {
                        rows.update(&[Assign::To(at, Cell::Null)], &among(at, &gone), overlay)?;
                    }
                }
            }
        }
    }
    // Those that were deleted meanwhile keep nothing.
    for Kept { table, column, to, keys } in kept {
        let Some(rows) = tables.get(&table) else { continue };
        let gone: BTreeSet<Key> = keys.into_iter().filter(|key| !is_there(tables, overlays, &to, key)).collect();
        let overlay = overlays.entry(table.clone()).or_insert_with(|| rows.overlay());
        if !rows.keys(&among(column, &gone), overlay).is_empty() {
            let column = rows.map().columns.get(column).map_or_else(String::new, |column| column.name.clone());
            return Err(Failure::InUse { table, column });
        }
    }
    Ok(())
}

/// The rows whose column is one of these.
fn among(column: usize, keys: &BTreeSet<Key>) -> Cond {
    Cond::In { column, cells: keys.iter().filter_map(Key::only).collect(), not: false }
}
