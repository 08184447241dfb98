//! Why a row could not be read or kept.

use std::fmt;

use converse_dispatch::{Fault, FaultKind, FaultSource};

use crate::schema::Tables;
use crate::{Failure, TableMap};

/// Why a row could not be read or kept. With `?` in a handler the client is told what it may know; the rest is
/// `internal`, and in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreError {
    /// Another row has a value that no two rows may have. The handler may go on: nothing was changed.
    Taken {
        /// The table; empty where the statement is raw SQL.
        table: String,
        /// The columns of which no two rows may have the same values.
        columns: Vec<String>,
    },
    /// A row refers to one that is not there. The handler may go on: nothing was changed.
    Dangling {
        /// The class of the row that was to be put in, and its field; empty where the statement is raw SQL.
        field: String,
    },
    /// A row that was to be deleted is referred to by others. The handler may go on: nothing was changed.
    InUse {
        /// The class of a row that refers to it, and its field; empty where the statement is raw SQL.
        field: String,
    },
    /// Others changed the same rows meanwhile, and what this handler did is not kept.
    Conflict(&'static str),
    /// More handlers want to write than there is room for.
    Overloaded,
    /// The database cannot be read or written: its disk is full, or failed, or it is gone.
    Unavailable(String),
    /// A row does not fit its class, or a value not its column.
    Misfit(String),
    /// The database refuses a statement.
    Refused(String),
}

impl StoreError {
    /// Whether another row has a value that no two rows may have.
    pub fn is_taken(&self) -> bool {
        matches!(self, StoreError::Taken { .. })
    }

    /// Whether a row refers to one that is not there.
    pub fn is_dangling(&self) -> bool {
        matches!(self, StoreError::Dangling { .. })
    }

    /// Whether a row cannot be deleted because others refer to it.
    pub fn is_in_use(&self) -> bool {
        matches!(self, StoreError::InUse { .. })
    }

    /// Whether others changed the same rows meanwhile.
    pub fn is_conflict(&self) -> bool {
        matches!(self, StoreError::Conflict(_))
    }

    /// What a failure of a database means to those who asked it for something.
    pub(crate) fn of(failure: Failure, table: Option<&TableMap>, tables: &Tables) -> StoreError {
        let name = table.map_or("", |table| &table.name);
        match failure {
            Failure::Taken(columns) => StoreError::Taken { table: name.to_owned(), columns },
            Failure::Dangling(column) => StoreError::Dangling { field: tables.field(name, &column) },
            Failure::InUse { table, column } => StoreError::InUse { field: tables.field(&table, &column) },
            Failure::Contended(why) => {
                tracing::warn!("the store gives way to other programs: {why}");
                StoreError::Conflict("other programs that use the database held it for too long")
            }
            Failure::Refused(why) => StoreError::Refused(why),
            Failure::Broken(why) => StoreError::Unavailable(why),
        }
    }

    /// The same for the start of a program, where nothing is asked for.
    pub(crate) fn at_start(failure: Failure) -> StoreError {
        match failure {
            Failure::Refused(why) => StoreError::Refused(why),
            other => StoreError::Unavailable(other.to_string()),
        }
    }

    /// What a client is told; none of what only the program's owner can mend.
    fn fault(&self) -> Option<Fault> {
        Some(match self {
            StoreError::Taken { .. } => {
                Fault::of(FaultKind::TAKEN, "there is one with these values already; choose others")
            }
            StoreError::Dangling { .. } => {
                Fault::of(FaultKind::DANGLING, "it refers to something that is not there; refer to something else")
            }
            StoreError::InUse { .. } => {
                Fault::of(FaultKind::IN_USE, "it cannot be deleted while others refer to it; delete those first")
            }
            StoreError::Conflict(_) => {
                Fault::of(FaultKind::CONFLICT, "others changed the same meanwhile, and nothing was done; send it again")
                    .with_retry_after_ms(10)
            }
            StoreError::Overloaded => {
                Fault::of(FaultKind::OVERLOADED, "too much waits to be kept; send it again a little later")
                    .with_retry_after_ms(250)
            }
            StoreError::Unavailable(why) => {
                tracing::error!("the store is not available: {why}");
                Fault::of(FaultKind::UNAVAILABLE, "nothing can be kept at the moment; send it again a little later")
                    .with_retry_after_ms(1000)
            }
            StoreError::Misfit(_) | StoreError::Refused(_) => return None,
        })
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StoreError::Taken { table, columns } if table.is_empty() => {
                write!(f, "another row has the same {}", columns.join(", "))
            }
            StoreError::Taken { table, columns } => {
                write!(f, "another row of the table {table} has the same {}", columns.join(", "))
            }
            StoreError::Dangling { field } if field.is_empty() => f.write_str("a row refers to one that is not there"),
            StoreError::Dangling { field } => write!(f, "`{field}` refers to a row that is not there"),
            StoreError::InUse { field } if field.is_empty() => {
                f.write_str("a row cannot be deleted, for others refer to it")
            }
            StoreError::InUse { field } => {
                write!(f, "the row cannot be deleted, for `{field}` of another refers to it")
            }
            StoreError::Conflict(why) => write!(f, "others changed the same rows meanwhile: {why}"),
            StoreError::Overloaded => f.write_str("too many handlers wait to write"),
            StoreError::Unavailable(why) => write!(f, "the database is not available: {why}"),
            StoreError::Misfit(what) => f.write_str(what),
            StoreError::Refused(why) => write!(f, "the database refuses a statement: {why}"),
        }
    }
}

impl std::error::Error for StoreError {}

converse_dispatch::inventory::submit! {
    FaultSource::some::<StoreError>(|error| error.downcast_ref::<StoreError>().and_then(StoreError::fault))
}
