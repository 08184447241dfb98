//! Filters, orders and changes: made of columns, read when the table is known.

use std::marker::PhantomData;

use converse_model::{Shape, Value};

use crate::row::Kept;
use crate::{Assign, Cell, ColumnMap, Cond, Kind, Order, StoreError, TableMap, Test};

type Read = Box<dyn FnOnce(&TableMap) -> Result<Cond, StoreError> + Send>;

/// Which rows of `R` are meant: `u.username.eq("josh").and(u.age.gt(18))`.
#[must_use = "a filter does nothing until it is given to `find`"]
pub struct Filter<R>(Read, PhantomData<fn() -> R>);

impl<R: Kept> Filter<R> {
    pub(crate) fn of(read: impl FnOnce(&TableMap) -> Result<Cond, StoreError> + Send + 'static) -> Filter<R> {
        Filter(Box::new(read), PhantomData)
    }

    pub(crate) fn read(self, map: &TableMap) -> Result<Cond, StoreError> {
        (self.0)(map)
    }

    /// Rows of which both hold.
    pub fn and(self, other: Filter<R>) -> Filter<R> {
        Filter::of(|map| Ok(Cond::All(vec![self.read(map)?, other.read(map)?])))
    }

    /// Rows of which one of the two holds, or both.
    pub fn or(self, other: Filter<R>) -> Filter<R> {
        Filter::of(|map| Ok(Cond::Any(vec![self.read(map)?, other.read(map)?])))
    }

    /// All other rows.
    #[allow(clippy::should_implement_trait, reason = "it reads from left to right, as `and` and `or` do")]
    pub fn not(self) -> Filter<R> {
        Filter::of(|map| Ok(self.read(map)?.negated()))
    }
}

/// Which column: by its place in its class, or by the name of its field.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    At(usize),
    Named(String),
}

impl Place {
    fn of(&self, map: &TableMap) -> Result<usize, StoreError> {
        match self {
            Place::At(at) => Ok(*at),
            Place::Named(field) => map.place(field),
        }
    }

    /// Rows whose column compares so with a value.
    pub(crate) fn compares<R: Kept>(self, test: Test, value: Value) -> Filter<R> {
        Filter::of(move |map| {
            let column = self.of(map)?;
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

    /// Rows whose column is one of these values.
    pub(crate) fn among<R: Kept>(self, values: Vec<Value>) -> Filter<R> {
        Filter::of(move |map| {
            let column = self.of(map)?;
            let at = map.column(column)?;
            let cells: Result<Vec<Cell>, StoreError> = values.iter().map(|value| cell(map, at, value)).collect();
            let (nothing, cells): (Vec<Cell>, Vec<Cell>) = cells?.into_iter().partition(|cell| *cell == Cell::Null);
            let some = Cond::In { column, cells, not: false };
            Ok(if nothing.is_empty() { some } else { Cond::Any(vec![some, Cond::Null { column, not: false }]) })
        })
    }

    /// Rows whose column is nothing; or something.
    pub(crate) fn nothing<R: Kept>(self, not: bool) -> Filter<R> {
        Filter::of(move |map| Ok(Cond::Null { column: self.of(map)?, not }))
    }

    /// Rows whose text has this one in it, or begins with it.
    pub(crate) fn has<R: Kept>(self, text: &str, start: bool) -> Filter<R> {
        let text = text.to_owned();
        Filter::of(move |map| {
            let column = self.of(map)?;
            let at = map.column(column)?;
            if at.kind != Kind::Text || text.contains('\0') {
                return Err(map.misfit(at, "only texts begin with a text, or have one in them, and none has NUL"));
            }
            Ok(Cond::Has { column, text, start, not: false })
        })
    }
}

fn cell(map: &TableMap, column: &ColumnMap, value: &Value) -> Result<Cell, StoreError> {
    column.cell(value).map_err(|why| map.misfit(column, why))
}

/// In which order rows come: `u.age.desc().then(u.username.asc())`.
#[must_use = "an order does nothing until it is given to `order`"]
pub struct OrderBy<R>(Vec<(Place, bool)>, PhantomData<fn() -> R>);

impl<R: Kept> OrderBy<R> {
    pub(crate) fn of(place: Place, descending: bool) -> OrderBy<R> {
        OrderBy(vec![(place, descending)], PhantomData)
    }

    /// Where rows are the same in this order, by that one.
    pub fn then(mut self, other: OrderBy<R>) -> OrderBy<R> {
        self.0.extend(other.0);
        self
    }

    /// The columns, down to the key, so that no two rows are the same.
    pub(crate) fn read(order: Option<OrderBy<R>>, map: &TableMap) -> Result<Vec<Order>, StoreError> {
        let mut columns = Vec::new();
        for (place, descending) in order.map(|order| order.0).unwrap_or_default() {
            let column = place.of(map)?;
            let at = map.column(column)?;
            if !at.kind.is_ordered() {
                return Err(map.misfit(at, "it is kept as JSON, and has no order; order the rows in the program"));
            }
            columns.push(Order { column, descending });
        }
        for key in &map.key {
            if columns.iter().all(|known| known.column != *key) {
                columns.push(Order { column: *key, descending: false });
            }
        }
        Ok(columns)
    }
}

/// A change of one column: `u.age.to(19)`.
#[must_use = "a change does nothing until it is given to `update`"]
pub struct Set<R>(Place, Value, PhantomData<fn() -> R>);

impl<R: Kept> Set<R> {
    pub(crate) fn of(place: Place, value: Value) -> Set<R> {
        Set(place, value, PhantomData)
    }

    /// The column and its cell.
    pub(crate) fn read(&self, map: &TableMap) -> Result<Assign, StoreError> {
        let at = self.0.of(map)?;
        let column = map.column(at)?;
        if map.key.contains(&at) || map.version == Some(at) {
            return Err(map.misfit(column, "keys and versions are not changed by hand"));
        }
        let field = map.shape.shape().map(Shape::fields).and_then(|fields| fields.get(at));
        let issues = field.map(|field| converse_model::report_field(field, &self.1));
        if let Some(issue) = issues.and_then(|report| report.issues.into_iter().next()) {
            return Err(map.misfit(column, &format!("it {}", issue.message)));
        }
        let cell = cell(map, column, &self.1)?;
        if cell == Cell::Null && !column.nullable {
            return Err(map.misfit(column, "nothing is no value of the column"));
        }
        map.is_searched(at, &cell)?;
        Ok(Assign::To(at, cell))
    }
}
