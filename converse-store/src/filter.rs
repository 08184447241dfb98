//! Typed filters, orders and changes: made of columns, read when the table is known.

use std::marker::PhantomData;

use converse_model::Value;

use crate::row::Row;
use crate::{Assign, Cell, Cond, Order, StoreError, TableMap};

type Read = Box<dyn FnOnce(&TableMap) -> Result<Cond, StoreError> + Send>;

/// Which rows of `R` are meant: `u.username.eq("josh").and(u.age.gt(18))`.
#[must_use = "a filter does nothing until it is given to `find`"]
pub struct Filter<R>(Read, PhantomData<fn() -> R>);

impl<R: Row> Filter<R> {
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

/// In which order rows come: `u.age.desc().then(u.username.asc())`.
#[must_use = "an order does nothing until it is given to `order`"]
pub struct OrderBy<R>(Vec<Order>, PhantomData<fn() -> R>);

impl<R: Row> OrderBy<R> {
    pub(crate) fn of(order: Order) -> OrderBy<R> {
        OrderBy(vec![order], PhantomData)
    }

    /// Where rows are the same in this order, by that one.
    pub fn then(mut self, other: OrderBy<R>) -> OrderBy<R> {
        self.0.extend(other.0);
        self
    }

    /// The columns, down to the key, so that no two rows are the same.
    pub(crate) fn read(order: Option<OrderBy<R>>, map: &TableMap) -> Result<Vec<Order>, StoreError> {
        let mut columns = order.map(|order| order.0).unwrap_or_default();
        for Order { column, .. } in &columns {
            let column = map.column(*column)?;
            if !column.kind.is_ordered() {
                return Err(map.misfit(column, "it is kept as JSON, and has no order; order the rows in the program"));
            }
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
pub struct Set<R>(usize, Value, PhantomData<fn() -> R>);

impl<R: Row> Set<R> {
    pub(crate) fn of(column: usize, value: Value) -> Set<R> {
        Set(column, value, PhantomData)
    }

    /// The column and its cell.
    pub(crate) fn read(&self, map: &TableMap) -> Result<Assign, StoreError> {
        let column = map.column(self.0)?;
        if map.key.contains(&self.0) || map.version == Some(self.0) {
            return Err(map.misfit(column, "keys and versions are not changed by hand"));
        }
        let issues = R::SHAPE.fields().get(self.0).map(|field| converse_model::report_field(field, &self.1));
        if let Some(issue) = issues.and_then(|report| report.issues.into_iter().next()) {
            return Err(map.misfit(column, &format!("it {}", issue.message)));
        }
        let cell = column.cell(&self.1).map_err(|why| map.misfit(column, why))?;
        if cell == Cell::Null && !column.nullable {
            return Err(map.misfit(column, "nothing is no value of the column"));
        }
        map.is_searched(self.0, &cell)?;
        Ok(Assign::To(self.0, cell))
    }
}
