//! A class whose values are rows, and its columns as filters name them.

use std::marker::PhantomData;

use converse_dispatch::{from_value, to_value};
use converse_model::report::Report;
use converse_model::{Classed, Typed, Value};
use converse_wire::{Decode, Encode};

use crate::filter::{Filter, OrderBy, Place, Set};
use crate::{Cell, StoreError, TableMap, Test};

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
        self.place().compares(Test::Eq, value.untyped())
    }

    /// Rows with another value.
    pub fn ne(self, value: impl Comparand<V>) -> Filter<R> {
        self.place().compares(Test::Ne, value.untyped())
    }

    /// Rows with a value below this one. `None` is below no value and above none.
    pub fn lt(self, value: impl Comparand<V>) -> Filter<R> {
        self.place().compares(Test::Lt, value.untyped())
    }

    /// Rows with this value or one below it.
    pub fn le(self, value: impl Comparand<V>) -> Filter<R> {
        self.place().compares(Test::Le, value.untyped())
    }

    /// Rows with a value above this one.
    pub fn gt(self, value: impl Comparand<V>) -> Filter<R> {
        self.place().compares(Test::Gt, value.untyped())
    }

    /// Rows with this value or one above it.
    pub fn ge(self, value: impl Comparand<V>) -> Filter<R> {
        self.place().compares(Test::Ge, value.untyped())
    }

    /// Rows with one of these values.
    pub fn is_in<C: Comparand<V>>(self, values: impl IntoIterator<Item = C>) -> Filter<R> {
        self.place().among(values.into_iter().map(Comparand::untyped).collect())
    }

    /// Orders rows by this column, the least first; `None` is below all values.
    pub fn asc(self) -> OrderBy<R> {
        OrderBy::of(self.place(), false)
    }

    /// Orders rows by this column, the greatest first.
    pub fn desc(self) -> OrderBy<R> {
        OrderBy::of(self.place(), true)
    }

    /// Puts this value into the column, of every row that is found.
    pub fn to(self, value: impl Comparand<V>) -> Set<R> {
        Set::of(self.place(), value.untyped())
    }

    fn place(self) -> Place {
        Place::At(self.0)
    }
}

impl<R: Row, V: Typed> TableColumn<R, Option<V>> {
    /// Rows in which it is `None`.
    pub fn is_none(self) -> Filter<R> {
        self.place().nothing(false)
    }

    /// Rows in which it is `Some`.
    pub fn is_some(self) -> Filter<R> {
        self.place().nothing(true)
    }
}

/// A type whose values are texts, or may be.
pub trait Textual {}

impl Textual for String {}
impl Textual for Option<String> {}

impl<R: Row, V: Typed + Textual> TableColumn<R, V> {
    /// Rows whose text begins with this one, to the letter.
    pub fn starts_with(self, text: &str) -> Filter<R> {
        self.place().has(text, true)
    }

    /// Rows whose text has this one in it, to the letter.
    pub fn contains(self, text: &str) -> Filter<R> {
        self.place().has(text, false)
    }
}

/// What a table keeps: values of a class that has one (each [`Row`]), or, where the class is known by its name alone,
/// [`Value`]s.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no table",
    label = "not a table",
    note = "write `#[table]` above its declaration, or `#[message(table)]` if it is sent as well"
)]
pub trait Kept: Sized + Send + 'static {
    /// The columns by name.
    type Columns: 'static;

    /// Whether a value that is put in is as it is kept; else it may lack what its class completes.
    const IS_WHOLE: bool;

    /// The columns by name.
    fn columns() -> &'static Self::Columns;

    /// The value as a row.
    ///
    /// # Errors
    /// A value that breaks the rules of its class, or that no row can hold.
    fn to_cells(&self, map: &TableMap) -> Result<Vec<Cell>, StoreError>;

    /// A row as a value.
    ///
    /// # Errors
    /// A row that does not fit its class any more.
    fn of_cells(map: &TableMap, cells: &[Cell]) -> Result<Self, StoreError>;
}

#[diagnostic::do_not_recommend]
impl<R: Row> Kept for R {
    type Columns = R::Columns;
    const IS_WHOLE: bool = true;

    fn columns() -> &'static R::Columns {
        R::COLUMNS
    }

    fn to_cells(&self, map: &TableMap) -> Result<Vec<Cell>, StoreError> {
        let value = to_value(self);
        if !self.fits() {
            return Err(breaks(map, &converse_model::report(R::SHAPE, &value)));
        }
        map.row(&value)
    }

    fn of_cells(map: &TableMap, cells: &[Cell]) -> Result<R, StoreError> {
        let value = map.value(cells)?;
        from_value(&value).map_err(|_| no_longer(map, &converse_model::report(R::SHAPE, &value)))
    }
}

/// A value that breaks the rules of its class.
pub(crate) fn breaks(map: &TableMap, report: &Report) -> StoreError {
    StoreError::Misfit(format!("a row of {} breaks the rules of its class: {report}", map.name))
}

/// A row that does not fit its class any more.
pub(crate) fn no_longer(map: &TableMap, report: &Report) -> StoreError {
    StoreError::Misfit(format!(
        "a row of {} does not fit its class {} any more: {report}; loosen the rule, or change the rows",
        map.name, map.class
    ))
}
