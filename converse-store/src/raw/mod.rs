//! Statements of a program's own, in the SQL of its database.

mod read;
mod words;

use std::borrow::Cow;

use converse_dispatch::to_value;
use converse_model::Typed;
use converse_wire::{Decode, Encode};

use crate::table::unexpected;
use crate::{Answer, Cell, Kind, Op, Store, StoreError};

/// A statement in the SQL of the database: [`Store::sql`].
#[must_use = "nothing is done until `rows`, `first` or `execute` is awaited"]
pub struct RawSql {
    store: Store,
    text: Cow<'static, str>,
    parameters: Result<Vec<Cell>, StoreError>,
}

/// What may be a parameter: whatever may be a field, by value or by reference, and texts.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a parameter of a statement",
    label = "not a value that a column holds",
    note = "a parameter is whatever may be a field of a table, by value or by reference, or a `&str`"
)]
pub trait Bind<By> {
    /// The value as a column holds it.
    ///
    /// # Errors
    /// Why no column can.
    fn cell(self) -> Result<Cell, StoreError>;
}

/// How a value is given to [`RawSql::bind`], so that each type has one way.
#[doc(hidden)]
pub mod by {
    pub struct Value;
    pub struct Reference;
    pub struct Text;
}

impl<V: Typed + Encode> Bind<by::Value> for V {
    fn cell(self) -> Result<Cell, StoreError> {
        bound(&self)
    }
}

impl<V: Typed + Encode> Bind<by::Reference> for &V {
    fn cell(self) -> Result<Cell, StoreError> {
        bound(self)
    }
}

impl Bind<by::Text> for &str {
    fn cell(self) -> Result<Cell, StoreError> {
        Kind::Text.cell(&to_value(self)).map_err(|why| StoreError::Misfit(format!("a parameter is none: {}", why.0)))
    }
}

fn bound<V: Typed + Encode>(value: &V) -> Result<Cell, StoreError> {
    let (kind, _) = Kind::of(&V::TYPE);
    match to_value(value) {
        converse_model::Value::None => Ok(Cell::Null),
        value => kind.cell(&value).map_err(|why| StoreError::Misfit(format!("a parameter is none: {}", why.0))),
    }
}

impl RawSql {
    pub(crate) fn new(store: Store, text: Cow<'static, str>) -> RawSql {
        RawSql { store, text, parameters: Ok(Vec::new()) }
    }

    /// Gives the next parameter its value: `?1`, `?2`, … in SQLite (or `?`), `$1`, `$2`, … in PostgreSQL. It lies in
    /// the statement as it would in a column.
    pub fn bind<By>(mut self, value: impl Bind<By>) -> RawSql {
        self.parameters = self.parameters.and_then(|mut parameters| {
            parameters.push(value.cell()?);
            Ok(parameters)
        });
        self
    }

    /// The rows that the statement gives. Each is read as a tuple, column by column; as a `#[value]` or a `#[table]`, by
    /// the names of the columns (as the class's own table has them); or, where there is one column, as what it holds.
    ///
    /// # Errors
    /// [`StoreError::Refused`] if the database, or the store, does not run it; [`StoreError::Misfit`] if its rows are not
    /// of this type; and what a [`Table`](crate::Table) fails with.
    pub async fn rows<T: Typed + Decode>(self) -> Result<Vec<T>, StoreError> {
        let (names, rows, _) = self.run().await?;
        rows.iter().map(|row| read::row(&names, row)).collect()
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    /// As [`rows`](Self::rows).
    pub async fn first<T: Typed + Decode>(self) -> Result<Option<T>, StoreError> {
        let (names, rows, _) = self.run().await?;
        rows.first().map(|row| read::row(&names, row)).transpose()
    }

    /// Runs the statement, and returns how many rows it changed. In a handler it is part of the handler's work, as all
    /// that tables do.
    ///
    /// # Errors
    /// As [`rows`](Self::rows).
    pub async fn execute(self) -> Result<u64, StoreError> {
        self.run().await.map(|(.., changed)| changed)
    }

    async fn run(self) -> Result<(Vec<String>, Vec<Vec<Cell>>, u64), StoreError> {
        let writes = words::writes(&self.text)
            .map_err(|why| StoreError::Refused(format!("{why}, in the statement `{}`", self.text)))?;
        let op = Op::Sql { text: self.text.as_ref().into(), parameters: self.parameters?, writes };
        match self.store.run(op).await {
            Ok(Answer::Table { names, rows, changed }) => Ok((names, rows, changed)),
            Ok(other) => Err(unexpected(&other)),
            Err(StoreError::Refused(why)) => {
                Err(StoreError::Refused(format!("{why}, in the statement `{}`", self.text)))
            }
            Err(other) => Err(other),
        }
    }
}
