//! Rows that fit a filter: ordered, limited, read, counted, changed or taken out.

use std::future::IntoFuture;
use std::sync::Arc;

use converse_dispatch::BoxFuture;

use crate::filter::{Filter, OrderBy, Set};
use crate::row::Kept;
use crate::table::unexpected;
use crate::{Answer, Assign, Cell, Cond, Op, Order, StoreError, Table, TableMap};

/// How many rows a [`Rows`] fetches at a time.
const FETCHED: u64 = 256;

/// The rows that fit. Awaiting it reads them all: `users.find(|u| u.age.gt(18)).limit(10).await?`.
#[must_use = "nothing is read until it is awaited"]
pub struct Find<R: Kept> {
    table: Table<R>,
    filter: Filter<R>,
    order: Option<OrderBy<R>>,
    after: Option<R>,
    limit: Option<u64>,
}

/// What is read of a [`Find`] once the table is known.
struct Known {
    map: Arc<TableMap>,
    filter: Cond,
    order: Vec<Order>,
    limit: Option<u64>,
}

impl<R: Kept> Find<R> {
    pub(crate) fn new(table: Table<R>, filter: Filter<R>) -> Find<R> {
        Find { table, filter, order: None, after: None, limit: None }
    }

    /// In this order, and by the key where rows are the same in it; by the key alone if none is given.
    pub fn order(mut self, order: impl FnOnce(&'static R::Columns) -> OrderBy<R>) -> Find<R> {
        self.order = Some(order(R::columns()));
        self
    }

    /// At most so many.
    pub fn limit(mut self, rows: u64) -> Find<R> {
        self.limit = Some(rows);
        self
    }

    /// Those behind this row in the order, which need not be there any more: the last of a page asks for the next.
    pub fn after(mut self, row: R) -> Find<R> {
        self.after = Some(row);
        self
    }

    fn read(self) -> Result<(Table<R>, Known), StoreError> {
        let map = Arc::clone(self.table.map());
        let order = OrderBy::read(self.order, &map)?;
        let mut filter = self.filter.read(&map)?;
        if let Some(row) = &self.after {
            filter = Cond::All(vec![filter, Cond::behind(&order, &row.to_cells(&map)?)]);
        }
        Ok((self.table, Known { map, filter, order, limit: self.limit }))
    }

    /// The first of them, if there is one.
    ///
    /// # Errors
    /// A row that no longer fits its class, and what keeps the store from reading.
    pub async fn first(self) -> Result<Option<R>, StoreError> {
        Ok(self.limit(1).await?.pop())
    }

    /// How many there are; at most the limit, if there is one.
    ///
    /// # Errors
    /// What keeps the store from reading.
    pub async fn count(self) -> Result<u64, StoreError> {
        let (table, Known { map, filter, limit, .. }) = self.read()?;
        table.count(Op::Count { table: map, filter, limit }).await
    }

    /// Whether there is one.
    ///
    /// # Errors
    /// As [`count`](Self::count).
    pub async fn exists(self) -> Result<bool, StoreError> {
        Ok(self.limit(1).count().await? > 0)
    }

    /// Changes these columns of each: `.update(|u| [u.age.to(19)])`. Returns how many rows there were. The rows may
    /// not be limited or continued.
    ///
    /// # Errors
    /// A value that breaks the rules of its field, [`StoreError::Taken`], and what keeps the store from doing it.
    pub async fn update<S: IntoIterator<Item = Set<R>>>(
        self,
        set: impl FnOnce(&'static R::Columns) -> S,
    ) -> Result<u64, StoreError> {
        let set: Vec<Set<R>> = set(R::columns()).into_iter().collect();
        let (table, map, filter) = self.whole("changed")?;
        let mut set = set.iter().map(|set| set.read(&map)).collect::<Result<Vec<Assign>, StoreError>>()?;
        if set.is_empty() {
            return Ok(0);
        }
        set.extend(map.version.map(Assign::Bump));
        table.count(Op::Update { table: map, set, filter }).await
    }

    /// Takes them out, and returns how many there were. The rows may not be limited or continued.
    ///
    /// # Errors
    /// What keeps the store from doing it.
    pub async fn delete(self) -> Result<u64, StoreError> {
        let (table, map, filter) = self.whole("taken out")?;
        table.count(Op::Delete { table: map, filter }).await
    }

    /// Reads the rows bit by bit, so that there may be more than fit into memory. Rows that change meanwhile may be
    /// seen as they were or as they are.
    ///
    /// # Errors
    /// A filter or an order that the table cannot have.
    pub fn stream(self) -> Result<Rows<R>, StoreError> {
        let (table, known) = self.read()?;
        Ok(Rows { left: known.limit, table, known, last: None, fetched: Vec::new().into_iter(), is_over: false })
    }

    /// The rows, for what is done to all that fit.
    fn whole(self, what: &str) -> Result<(Table<R>, Arc<TableMap>, Cond), StoreError> {
        if self.limit.is_some() || self.after.is_some() {
            return Err(StoreError::Refused(format!(
                "rows are {what} by a filter alone; leave out `limit` and `after`, or find them first"
            )));
        }
        let (table, Known { map, filter, .. }) = self.read()?;
        Ok((table, map, filter))
    }
}

impl<R: Kept> IntoFuture for Find<R> {
    type Output = Result<Vec<R>, StoreError>;
    type IntoFuture = BoxFuture<Result<Vec<R>, StoreError>>;

    fn into_future(self) -> Self::IntoFuture {
        // What is read of the filter need not wait, and so need not be sent to where it waits.
        let read = self.read();
        Box::pin(async move {
            let (table, Known { map, filter, order, limit }) = read?;
            let rows = select(&table, Op::Select { table: Arc::clone(&map), filter, order, limit }).await?;
            rows.iter().map(|row| R::of_cells(&map, row)).collect()
        })
    }
}

async fn select<R: Kept>(table: &Table<R>, op: Op) -> Result<Vec<Vec<Cell>>, StoreError> {
    match table.run(op).await? {
        Answer::Rows(rows) => Ok(rows),
        other => Err(unexpected(&other)),
    }
}

/// Rows that are read bit by bit: `while let Some(user) = rows.next().await? { … }`.
pub struct Rows<R: Kept> {
    table: Table<R>,
    known: Known,
    /// How many are still to come.
    left: Option<u64>,
    last: Option<Vec<Cell>>,
    fetched: std::vec::IntoIter<Vec<Cell>>,
    is_over: bool,
}

impl<R: Kept> Rows<R> {
    /// The next row; `None` behind the last.
    ///
    /// # Errors
    /// A row that no longer fits its class, and what keeps the store from reading.
    pub async fn next(&mut self) -> Result<Option<R>, StoreError> {
        if self.fetched.as_slice().is_empty() && !self.is_over {
            self.fetch().await?;
        }
        match self.fetched.next() {
            Some(row) => R::of_cells(&self.known.map, &row).map(Some),
            None => Ok(None),
        }
    }

    async fn fetch(&mut self) -> Result<(), StoreError> {
        let Known { map, filter, order, .. } = &self.known;
        let wanted = self.left.map_or(FETCHED, |left| left.min(FETCHED));
        let filter = match &self.last {
            None => filter.clone(),
            Some(last) => Cond::All(vec![filter.clone(), Cond::behind(order, last)]),
        };
        let op = Op::Select { table: Arc::clone(map), filter, order: order.clone(), limit: Some(wanted) };
        let rows = select(&self.table, op).await?;
        let count = rows.len() as u64;
        self.left = self.left.map(|left| left.saturating_sub(count));
        self.is_over = count < wanted || self.left == Some(0);
        self.last = rows.last().cloned().or(self.last.take());
        self.fetched = rows.into_iter();
        Ok(())
    }
}
