//! Rows of a class that is known by its name alone: values, and columns by the names of their fields.

use converse_model::{Value, complete, report};

use crate::filter::{Filter, OrderBy, Place, Set};
use crate::row::{Kept, breaks, no_longer};
use crate::{Cell, StoreError, TableMap, Test};

/// The columns of a class that is known by its name: `tickets.find(|t| t.field("title").eq("late"))`.
pub struct Fields(());

/// A column of a class that is known by its name. What it is compared with is a value of its field; that the class has
/// such a field is seen when the rows are asked for.
#[derive(Debug, Clone)]
pub struct NamedColumn(Place);

impl Fields {
    /// The column of the field with this name.
    pub fn field(&self, name: impl Into<String>) -> NamedColumn {
        NamedColumn(Place::Named(name.into()))
    }
}

impl NamedColumn {
    /// Rows with this value; [`Value::None`] is one.
    pub fn eq(self, value: impl Into<Value>) -> Filter<Value> {
        self.0.compares(Test::Eq, value.into())
    }

    /// Rows with another value.
    pub fn ne(self, value: impl Into<Value>) -> Filter<Value> {
        self.0.compares(Test::Ne, value.into())
    }

    /// Rows with a value below this one. Nothing is below no value and above none.
    pub fn lt(self, value: impl Into<Value>) -> Filter<Value> {
        self.0.compares(Test::Lt, value.into())
    }

    /// Rows with this value or one below it.
    pub fn le(self, value: impl Into<Value>) -> Filter<Value> {
        self.0.compares(Test::Le, value.into())
    }

    /// Rows with a value above this one.
    pub fn gt(self, value: impl Into<Value>) -> Filter<Value> {
        self.0.compares(Test::Gt, value.into())
    }

    /// Rows with this value or one above it.
    pub fn ge(self, value: impl Into<Value>) -> Filter<Value> {
        self.0.compares(Test::Ge, value.into())
    }

    /// Rows with one of these values.
    pub fn is_in<V: Into<Value>>(self, values: impl IntoIterator<Item = V>) -> Filter<Value> {
        self.0.among(values.into_iter().map(Into::into).collect())
    }

    /// Rows in which it is nothing.
    pub fn is_none(self) -> Filter<Value> {
        self.0.nothing(false)
    }

    /// Rows in which it is something.
    pub fn is_some(self) -> Filter<Value> {
        self.0.nothing(true)
    }

    /// Rows whose text begins with this one, to the letter.
    pub fn starts_with(self, text: &str) -> Filter<Value> {
        self.0.has(text, true)
    }

    /// Rows whose text has this one in it, to the letter.
    pub fn contains(self, text: &str) -> Filter<Value> {
        self.0.has(text, false)
    }

    /// Orders rows by this column, the least first; nothing is below all values.
    pub fn asc(self) -> OrderBy<Value> {
        OrderBy::of(self.0, false)
    }

    /// Orders rows by this column, the greatest first.
    pub fn desc(self) -> OrderBy<Value> {
        OrderBy::of(self.0, true)
    }

    /// Puts this value into the column, of every row that is found.
    pub fn to(self, value: impl Into<Value>) -> Set<Value> {
        Set::of(self.0, value.into())
    }
}

impl Kept for Value {
    type Columns = Fields;
    const IS_WHOLE: bool = false;

    fn columns() -> &'static Fields {
        &Fields(())
    }

    fn to_cells(&self, map: &TableMap) -> Result<Vec<Cell>, StoreError> {
        let Some(shape) = map.shape.shape() else { return map.row(self) };
        let wrong = report(shape, self);
        if !wrong.is_empty() {
            return Err(breaks(map, &wrong));
        }
        map.row(&complete(shape, self.clone()))
    }

    fn of_cells(map: &TableMap, cells: &[Cell]) -> Result<Value, StoreError> {
        let value = map.value(cells)?;
        let Some(shape) = map.shape.shape() else { return Ok(value) };
        let wrong = report(shape, &value);
        if wrong.is_empty() { Ok(complete(shape, value)) } else { Err(no_longer(map, &wrong)) }
    }
}
