//! What is asked of a table by one description of it, in the words of another: a class may be replaced by one of other
//! fields while handlers go on with the one they know.

use std::sync::Arc;

use crate::engine::Failure;
use crate::{Answer, Assign, Cell, Cond, Op, Order, TableMap};

/// Where each column of a description stands in the table.
pub(super) struct Places(Vec<usize>);

impl Places {
    /// None if the table is described in the same order.
    pub(super) fn of(asked: &TableMap, table: &TableMap) -> Result<Option<Places>, Failure> {
        let place = |name: &str| {
            let place = table.columns.iter().position(|column| column.name == name);
            place.ok_or_else(|| Failure::Refused(format!("the table {} has no column {name}", table.name)))
        };
        let places = asked.columns.iter().map(|column| place(&column.name)).collect::<Result<Vec<_>, _>>()?;
        let same = places.len() == table.columns.len() && places.iter().enumerate().all(|(at, place)| at == *place);
        Ok((!same).then_some(Places(places)))
    }

    fn at(&self, at: usize) -> usize {
        self.0.get(at).copied().unwrap_or(at)
    }

    /// The same, asked in the table's words.
    pub(super) fn op(&self, op: &Op, table: &Arc<TableMap>, known: impl FnOnce(&[Cell]) -> Option<Vec<Cell>>) -> Op {
        let table = Arc::clone(table);
        match op {
            Op::Insert { row, upsert, .. } => {
                let new =
                    self.row(row, table.columns.iter().map(|column| column.default.clone().unwrap_or(Cell::Null)));
                let known = if *upsert { known(&new) } else { None };
                // What is not known of a row that is there stays.
                let row = known.map_or(new, |known| self.row(row, known));
                Op::Insert { row, upsert: *upsert, table }
            }
            Op::Update { set, filter, .. } => {
                let set = set.iter().map(|assign| match assign {
                    Assign::To(at, cell) => Assign::To(self.at(*at), cell.clone()),
                    Assign::Bump(at) => Assign::Bump(self.at(*at)),
                });
                Op::Update { table, set: set.collect(), filter: self.cond(filter) }
            }
            Op::Delete { filter, .. } => Op::Delete { table, filter: self.cond(filter) },
            Op::Select { filter, order, limit, .. } => {
                let order = order.iter().map(|order| Order { column: self.at(order.column), ..*order }).collect();
                Op::Select { table, filter: self.cond(filter), order, limit: *limit }
            }
            Op::Count { filter, limit, .. } => Op::Count { table, filter: self.cond(filter), limit: *limit },
            Op::Sql { .. } => op.clone(),
        }
    }

    /// A whole row, of which these cells are known.
    fn row(&self, row: &[Cell], others: impl IntoIterator<Item = Cell>) -> Vec<Cell> {
        let mut whole: Vec<Cell> = others.into_iter().collect();
        for (cell, place) in row.iter().zip(&self.0) {
            if let Some(known) = whole.get_mut(*place) {
                *known = cell.clone();
            }
        }
        whole
    }

    fn cond(&self, cond: &Cond) -> Cond {
        let all = |conds: &[Cond]| conds.iter().map(|cond| self.cond(cond)).collect();
        match cond.clone() {
            Cond::All(conds) => Cond::All(all(&conds)),
            Cond::Any(conds) => Cond::Any(all(&conds)),
            Cond::Is(at, test, cell) => Cond::Is(self.at(at), test, cell),
            Cond::In { column, cells, not } => Cond::In { column: self.at(column), cells, not },
            Cond::Null { column, not } => Cond::Null { column: self.at(column), not },
            Cond::Has { column, text, start, not } => Cond::Has { column: self.at(column), text, start, not },
        }
    }

    /// What the table answered, in the words of the one who asked.
    pub(super) fn answer(&self, answer: Answer) -> Answer {
        match answer {
            Answer::Rows(rows) => {
                let row = |row: &Vec<Cell>| self.0.iter().filter_map(|place| row.get(*place).cloned()).collect();
                Answer::Rows(rows.iter().map(row).collect())
            }
            other => other,
        }
    }
}
