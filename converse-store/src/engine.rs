//! The seam of engines: what a database must be able to do.

use std::fmt;

use crate::migrate::{Change, Existing};
use crate::{Answer, Op};

/// A kind of database, at a place.
pub trait Engine: Send + Sync + 'static {
    /// The name: `memory`, `sqlite`.
    fn name(&self) -> &'static str;

    /// Where it is, for a person; without any password.
    fn place(&self) -> String;

    /// Whether its tables outlive the program, so that somebody wants to know how they change.
    fn is_lasting(&self) -> bool {
        true
    }

    /// Opens a connection. It waits for the database, and so do its connections: a thread that runs futures must not call
    /// them.
    ///
    /// # Errors
    /// Why it cannot be opened.
    fn connect(&self, access: Access) -> Result<Box<dyn Connection>, Failure>;

    /// How many connections read at a time.
    fn readers(&self) -> usize {
        2
    }

    /// The type that a column has in this database, by which a change of it is seen.
    fn type_of(&self, column: &crate::ColumnMap) -> String;
}

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// The one that writes.
    Write,
    /// One of those that read what is committed.
    Read,
}

/// A connection to a database, used by one thread at a time.
pub trait Connection: Send {
    /// Begins a transaction.
    ///
    /// # Errors
    /// Why it cannot; the connection is closed then.
    fn begin(&mut self) -> Result<(), Failure>;

    /// Ends the transaction; what it did is safe against power loss when this returns.
    ///
    /// # Errors
    /// Why nobody knows whether it is; the connection is closed then.
    fn commit(&mut self) -> Result<(), Failure>;

    /// Ends the transaction and undoes what it did.
    ///
    /// # Errors
    /// Why it cannot; the connection is closed then, which undoes it as well.
    fn roll_back(&mut self) -> Result<(), Failure>;

    /// Does what is asked: within the transaction if one was begun.
    ///
    /// # Errors
    /// [`Failure`]; unless it is broken, nothing was changed, and the transaction goes on.
    fn run(&mut self, op: &Op) -> Result<Answer, Failure>;

    /// Does several things, each as [`run`](Self::run) does: the answers are those of one after another. Behind one
    /// that broke the connection nothing is done.
    fn run_all(&mut self, ops: &[&Op]) -> Vec<Result<Answer, Failure>> {
        let mut answers = Vec::with_capacity(ops.len());
        let mut broken = None;
        for op in ops {
            let answer = broken.clone().map_or_else(|| self.run(op), Err);
            if let Err(failure @ Failure::Broken(_)) = &answer {
                broken = Some(failure.clone());
            }
            answers.push(answer);
        }
        answers
    }

    /// How many things [`run_all`](Self::run_all) does in about the time of one. Where that is one, who asks waits
    /// for nobody else's.
    fn at_once(&self) -> usize {
        1
    }

    /// Whether the connection was lost while nobody used it.
    fn is_lost(&mut self) -> bool {
        false
    }

    /// Whether another process waits for what this transaction holds. It is asked now and then of a transaction that
    /// takes long.
    fn is_awaited(&mut self) -> bool {
        false
    }

    /// Begins a transaction in which tables may be changed, once no other process does.
    ///
    /// # Errors
    /// As [`begin`](Self::begin).
    fn begin_changes(&mut self) -> Result<(), Failure>;

    /// The tables that are there.
    ///
    /// # Errors
    /// Why they cannot be read.
    fn existing(&mut self) -> Result<Vec<Existing>, Failure>;

    /// Changes a table.
    ///
    /// # Errors
    /// Why it cannot.
    fn change(&mut self, change: &Change) -> Result<(), Failure>;
}

/// Why a database did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Failure {
    /// Another row has the same values in these columns.
    Taken(Vec<String>),
    /// The row refers, by this column, to one that is not there; empty if that is not known.
    Dangling(String),
    /// A row that was to be deleted is referred to, by this column of this table; empty if that is not known.
    InUse {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// Other programs hold what it needs, or wait for it and are waited for: asked again later, it may be done.
    Contended(String),
    /// The statement cannot be run as it is.
    Refused(String),
    /// The connection is of no use any more: the disk is full or failed, or the database is gone.
    Broken(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Taken(columns) => write!(f, "{} are taken", columns.join(", ")),
            Failure::Dangling(column) => write!(f, "{column} refers to a row that is not there"),
            Failure::InUse { table, column } => write!(f, "{table}.{column} refers to a row that was to be deleted"),
            Failure::Contended(why) | Failure::Refused(why) | Failure::Broken(why) => f.write_str(why),
        }
    }
}
