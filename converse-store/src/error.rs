//! Why a row could not be read or kept.

use std::fmt;

use converse_dispatch::{Fault, FaultKind, FaultSource};

/// Why a row could not be read or kept. With `?` in a handler the client is told what it may know; the rest is
/// `internal`, and in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreError {
    /// Another row has a value that no two rows may have. The handler may go on: nothing was changed.
    Taken {
        /// The table.
        table: String,
        /// The columns of which no two rows may have the same values.
        columns: Vec<String>,
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

    /// Whether others changed the same rows meanwhile.
    pub fn is_conflict(&self) -> bool {
        matches!(self, StoreError::Conflict(_))
    }

    /// What a client is told; none of what only the program's owner can mend.
    fn fault(&self) -> Option<Fault> {
        Some(match self {
            StoreError::Taken { .. } => {
                Fault::of(FaultKind::TAKEN, "there is one with these values already; choose others")
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
            StoreError::Taken { table, columns } => {
                write!(f, "another row of the table {table} has the same {}", columns.join(", "))
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
