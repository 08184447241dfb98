//! What is asked of a database, as data: every engine reads the same.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use crate::{Cell, TableMap};

/// One thing that is asked of a database.
#[derive(Debug, Clone)]
pub enum Op {
    /// A new row, its cells in the order of the columns. A key that is nothing is the next number.
    Insert {
        /// The table.
        table: Arc<TableMap>,
        /// The cells.
        row: Vec<Cell>,
        /// Whether a row with this key is changed into this one.
        upsert: bool,
    },
    /// Other cells in every row that fits.
    Update {
        /// The table.
        table: Arc<TableMap>,
        /// What becomes of which column.
        set: Vec<Assign>,
        /// Which rows.
        filter: Cond,
    },
    /// No row that fits any more.
    Delete {
        /// The table.
        table: Arc<TableMap>,
        /// Which rows.
        filter: Cond,
    },
    /// The rows that fit.
    Select {
        /// The table.
        table: Arc<TableMap>,
        /// Which rows.
        filter: Cond,
        /// In which order.
        order: Vec<Order>,
        /// How many at most.
        limit: Option<u64>,
    },
    /// How many rows fit.
    Count {
        /// The table.
        table: Arc<TableMap>,
        /// Which rows.
        filter: Cond,
        /// How many are counted at most.
        limit: Option<u64>,
    },
    /// What a statement of the program's own does, in the SQL of the database: one statement, which neither begins nor
    /// ends a transaction, nor changes tables.
    Sql {
        /// The statement.
        text: Arc<str>,
        /// Its parameters, in their order.
        parameters: Vec<Cell>,
        /// Whether it may change rows. One that may not, and does, is refused by the engine.
        writes: bool,
    },
}

impl Op {
    /// The table; none of a statement of the program's own.
    pub fn table(&self) -> Option<&Arc<TableMap>> {
        match self {
            Op::Insert { table, .. }
            | Op::Update { table, .. }
            | Op::Delete { table, .. }
            | Op::Select { table, .. }
            | Op::Count { table, .. } => Some(table),
            Op::Sql { .. } => None,
        }
    }

    /// Whether it may delete rows, and what refers to them is in its way.
    pub(crate) fn deletes(&self) -> bool {
        match self {
            Op::Delete { .. } => true,
            // Of a statement of the program's own its first word tells.
            Op::Sql { text, .. } => text.trim_start().get(..6).is_some_and(|word| word.eq_ignore_ascii_case("delete")),
            _ => false,
        }
    }

    /// Whether it may change rows.
    pub fn is_write(&self) -> bool {
        matches!(self, Op::Insert { .. } | Op::Update { .. } | Op::Delete { .. } | Op::Sql { writes: true, .. })
    }
}

/// What becomes of a column.
#[derive(Debug, Clone)]
pub enum Assign {
    /// This cell.
    To(usize, Cell),
    /// One more than before.
    Bump(usize),
}

/// By which column rows are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// The column.
    pub column: usize,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// Which rows fit. It is either true or false of a row: nothing is a value like others, below all.
#[derive(Debug, Clone)]
pub enum Cond {
    /// All of these hold; true of every row if there are none.
    All(Vec<Cond>),
    /// One of these holds; true of no row if there are none.
    Any(Vec<Cond>),
    /// The column compares so with a cell that is something.
    Is(usize, Test, Cell),
    /// The column is one of these, which are something; or none of these.
    In {
        /// The column.
        column: usize,
        /// The cells.
        cells: Vec<Cell>,
        /// Whether it is none of them.
        not: bool,
    },
    /// The column is nothing; or something.
    Null {
        /// The column.
        column: usize,
        /// Whether it is something.
        not: bool,
    },
    /// The column's text has this in it; or not.
    Has {
        /// The column.
        column: usize,
        /// The text.
        text: String,
        /// Whether it begins with it.
        start: bool,
        /// Whether it has it not.
        not: bool,
    },
}

/// How a cell compares with another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Test {
    /// The same.
    Eq,
    /// Another, or nothing.
    Ne,
    /// Something below.
    Lt,
    /// Something below, or the same.
    Le,
    /// Above.
    Gt,
    /// Above, or the same.
    Ge,
}

impl Cond {
    /// The condition that holds of all other rows.
    #[must_use]
    pub fn negated(self) -> Cond {
        let all = |conds: Vec<Cond>| conds.into_iter().map(Cond::negated).collect();
        match self {
            Cond::All(conds) => Cond::Any(all(conds)),
            Cond::Any(conds) => Cond::All(all(conds)),
            Cond::Is(column, Test::Eq, cell) => Cond::Is(column, Test::Ne, cell),
            Cond::Is(column, Test::Ne, cell) => Cond::Is(column, Test::Eq, cell),
            Cond::Is(column, Test::Lt, cell) => Cond::or_nothing(column, Test::Ge, cell),
            Cond::Is(column, Test::Le, cell) => Cond::or_nothing(column, Test::Gt, cell),
            Cond::Is(column, Test::Gt, cell) => Cond::or_nothing(column, Test::Le, cell),
            Cond::Is(column, Test::Ge, cell) => Cond::or_nothing(column, Test::Lt, cell),
            Cond::In { column, cells, not } => Cond::In { column, cells, not: !not },
            Cond::Null { column, not } => Cond::Null { column, not: !not },
            Cond::Has { column, text, start, not } => Cond::Has { column, text, start, not: !not },
        }
    }

    fn or_nothing(column: usize, test: Test, cell: Cell) -> Cond {
        Cond::Any(vec![Cond::Is(column, test, cell), Cond::Null { column, not: false }])
    }

    /// The rows that come behind this one in this order.
    pub fn behind(order: &[Order], row: &[Cell]) -> Cond {
        let mut same = Vec::new();
        let mut any = Vec::new();
        for Order { column, descending } in order {
            let (column, cell) = (*column, row.get(*column).cloned().unwrap_or(Cell::Null));
            let here = match (&cell, descending) {
                (Cell::Null, false) => Some(Cond::Null { column, not: true }),
                (Cell::Null, true) => None,
                (_, false) => Some(Cond::Is(column, Test::Gt, cell.clone())),
                (_, true) => Some(Cond::or_nothing(column, Test::Lt, cell.clone())),
            };
            if let Some(here) = here {
                any.push(Cond::All(same.iter().cloned().chain([here]).collect()));
            }
            same.push(match cell {
                Cell::Null => Cond::Null { column, not: false },
                cell => Cond::Is(column, Test::Eq, cell),
            });
        }
        Cond::Any(any)
    }
}

/// What a database answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The rows, their cells in the order of the columns.
    Rows(Vec<Vec<Cell>>),
    /// How many rows there were, or were changed.
    Count(u64),
    /// What a statement of the program's own gave: the names of its columns, its rows, and how many it changed. Their
    /// cells are of the database's kinds: a truth may be a number.
    Table {
        /// The names of the columns.
        names: Vec<String>,
        /// The rows.
        rows: Vec<Vec<Cell>>,
        /// How many rows were changed.
        changed: u64,
    },
    /// The row is there; the number that was made for its key, if one was.
    Inserted(Option<i64>),
}

impl Answer {
    /// A number by which the same answer is known again. Which key was made is no part of it: an insert that is
    /// done again is given the key.
    pub(crate) fn digest(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        match self {
            Answer::Rows(rows) => rows.hash(&mut hasher),
            Answer::Count(count) => count.hash(&mut hasher),
            Answer::Table { rows, changed, .. } => (rows, changed).hash(&mut hasher),
            Answer::Inserted(_) => "inserted".hash(&mut hasher),
        }
        hasher.finish()
    }
}
