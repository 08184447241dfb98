//! A class whose values are rows, and its columns as filters name them.

use std::marker::PhantomData;

use converse_dispatch::{from_value, to_value};
use converse_model::{Classed, Typed, Value};
use converse_wire::{Decode, Encode};

use crate::filter::{Filter, OrderBy, Set};
use crate::{Cell, ColumnMap, Cond, Kind, Order, StoreError, TableMap, Test};

/// A class whose values are rows of a table: what `#[table]` and `#[message(table)]` implement.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no table",
    label = "not a table",
    note = "write `#[table]` above its declaration, or `#[message(table)]` if it is sent as well"
)]
pub trait Row: Classed + Decode + Encode + Send + Sync {
    /// The key: the type of one field, or a tuple of several.
    type Key: Encode;
    /// The columns by name.
    type Columns: 'static;
    /// The columns by name.
    const COLUMNS: &'static Self::Columns;
}

/// A column of a table of `R`, which holds values of `V`.
pub struct TableColumn<R, V>(usize, PhantomData<fn() -> (R, V)>);

impl<R, V> Clone for TableColumn<R, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R, V> Copy for TableColumn<R, V> {}

impl<R, V> TableColumn<R, V> {
    /// The column of the field at this place: for generated code.
    pub const fn at(index: usize) -> TableColumn<R, V> {
        TableColumn(index, PhantomData)
    }
}

/// What a column's values are compared with: values of its type, what they are made of, or what is in an `Option`.
#[diagnostic::on_unimplemented(
    message = "a column of `{V}` is not compared with `{Self}`",
    label = "not a value of the column"
)]
pub trait Comparand<V> {
    /// The value, untyped.
    fn untyped(self) -> Value;
}

impl<V: Encode> Comparand<V> for V {
    fn untyped(self) -> Value {
        to_value(&self)
    }
}

impl<V: Encode> Comparand<V> for &V {
    fn untyped(self) -> Value {
        to_value(self)
    }
}

impl<V: Encode> Comparand<Option<V>> for V {
    fn untyped(self) -> Value {
        to_value(&self)
    }
}

impl Comparand<String> for &str {
    fn untyped(self) -> Value {
        to_value(self)
    }
}

impl Comparand<Option<String>> for &str {
    fn untyped(self) -> Value {
        to_value(self)
    }
}

impl<R: Row, V: Typed> TableColumn<R, V> {
    /// Rows with this value; `None` is one.
    pub fn eq(self, value: impl Comparand<V>) -> Filter<R> {
        self.is(Test::Eq, value.untyped())
    }

    /// Rows with another value.
    pub fn ne(self, value: impl Comparand<V>) -> Filter<R> {
        self.is(Test::Ne, value.untyped())
    }

    /// Rows with a value below this one. `None` is below no value and above none.
    pub fn lt(self, value: impl Comparand<V>) -> Filter<R> {
        self.is(Test::Lt, value.untyped())
    }

    /// Rows with this value or one below it.
    pub fn le(self, value: impl Comparand<V>) -> Filter<R> {
        self.is(Test::Le, value.untyped())
    }

    /// Rows with a value above this one.
    pub fn gt(self, value: impl Comparand<V>) -> Filter<R> {
        self.is(Test::Gt, value.untyped())
    }

    /// Rows with this value or one above it.
    pub fn ge(self, value: impl Comparand<V>) -> Filter<R> {
        self.is(Test::Ge, value.untyped())
    }

    /// Rows with one of these values.
    pub fn is_in<C: Comparand<V>>(self, values: impl IntoIterator<Item = C>) -> Filter<R> {
        let values: Vec<Value> = values.into_iter().map(Comparand::untyped).collect();
        let column = self.0;
        Filter::of(move |map| {
            let at = map.column(column)?;
            let cells: Result<Vec<Cell>, StoreError> = values.iter().map(|value| cell(map, at, value)).collect();
            let (nothing, cells): (Vec<Cell>, Vec<Cell>) = cells?.into_iter().partition(|cell| *cell == Cell::Null);
            let some = Cond::In { column, cells, not: false };
            Ok(if nothing.is_empty() { some } else { Cond::Any(vec![some, Cond::Null { column, not: false }]) })
        })
    }

    /// Orders rows by this column, the least first; `None` is below all values.
    pub fn asc(self) -> OrderBy<R> {
        OrderBy::of(Order { column: self.0, descending: false })
    }

    /// Orders rows by this column, the greatest first.
    pub fn desc(self) -> OrderBy<R> {
        OrderBy::of(Order { column: self.0, descending: true })
    }

    /// Puts this value into the column, of every row that is found.
    pub fn to(self, value: impl Comparand<V>) -> Set<R> {
        Set::of(self.0, value.untyped())
    }

    fn is(self, test: Test, value: Value) -> Filter<R> {
        let column = self.0;
        Filter::of(move |map| {
            let at = map.column(column)?;
            if !at.kind.is_ordered() && !matches!((test, &value), (Test::Eq | Test::Ne, Value::None)) {
                return Err(map.misfit(at, "it is kept as JSON, and cannot be compared; compare it in the program"));
            }
            Ok(match (cell(map, at, &value)?, test) {
                (Cell::Null, Test::Eq) => Cond::Null { column, not: false },
                (Cell::Null, Test::Ne) => Cond::Null { column, not: true },
                // Nothing compares with no value.
                (Cell::Null, _) => Cond::Any(Vec::new()),
                (cell, test) => Cond::Is(column, test, cell),
            })
        })
    }

    fn has(self, text: &str, start: bool) -> Filter<R> {
        let (column, text) = (self.0, text.to_owned());
        Filter::of(move |map| {
            let at = map.column(column)?;
            if at.kind != Kind::Text || text.contains('\0') {
                return Err(map.misfit(at, "only texts begin with a text, or have one in them, and none has NUL"));
            }
            Ok(Cond::Has { column, text: text.clone(), start, not: false })
        })
    }
}

impl<R: Row, V: Typed> TableColumn<R, Option<V>> {
    /// Rows in which it is `None`.
    pub fn is_none(self) -> Filter<R> {
        let column = self.0;
        Filter::of(move |_| Ok(Cond::Null { column, not: false }))
    }

    /// Rows in which it is `Some`.
    pub fn is_some(self) -> Filter<R> {
        let column = self.0;
        Filter::of(move |_| Ok(Cond::Null { column, not: true }))
    }
}

/// A type whose values are texts, or may be.
pub trait Textual {}

impl Textual for String {}
impl Textual for Option<String> {}

impl<R: Row, V: Typed + Textual> TableColumn<R, V> {
    /// Rows whose text begins with this one, to the letter.
    pub fn starts_with(self, text: &str) -> Filter<R> {
        self.has(text, true)
    }

    /// Rows whose text has this one in it, to the letter.
    pub fn contains(self, text: &str) -> Filter<R> {
        self.has(text, false)
    }
}

fn cell(map: &TableMap, column: &ColumnMap, value: &Value) -> Result<Cell, StoreError> {
    column.cell(value).map_err(|why| map.misfit(column, why))
}

/// A value of a class as a row.
pub(crate) fn to_row<R: Row>(map: &TableMap, value: &R) -> Result<Vec<Cell>, StoreError> {
    if !value.fits() {
        let report = converse_model::report(R::SHAPE, &to_value(value));
        return Err(StoreError::Misfit(format!("a row of {} breaks the rules of its class: {report}", map.name)));
    }
    map.row(&to_value(value))
}

/// A row as a value of its class.
pub(crate) fn from_row<R: Row>(map: &TableMap, row: &[Cell]) -> Result<R, StoreError> {
    let value = map.value(row)?;
    from_value(&value).map_err(|_| {
        let report = converse_model::report(R::SHAPE, &value);
        StoreError::Misfit(format!(
            "a row of {} does not fit its class {} any more: {report}; loosen the rule, or change the rows",
            map.name, map.class
        ))
    })
}
