//! The rows of a class.

use std::any::TypeId;
use std::borrow::Borrow;
use std::marker::PhantomData;
use std::sync::Arc;

use converse_dispatch::{Error, Inject, Missing, Scope, States, to_value};
use converse_model::Value;
use converse_wire::Encode;

use crate::auto::{NIL, uuid7};
use crate::find::Find;
use crate::row::Kept;
use crate::store::missing;
use crate::{Answer, Assign, Auto, Cell, Cond, Filter, Op, Row, Store, StoreError, TableMap, Test};

/// The rows of a class: an argument of handlers, `users: Table<User>`.
///
/// What a handler writes is kept together, when its reply is sent: a success reply says that it is safe. If the
/// handler fails, or its reply cannot be written, nothing of it is kept.
pub struct Table<R: Kept> {
    map: Arc<TableMap>,
    store: Store,
    rows: PhantomData<fn() -> R>,
}

impl<R: Kept> Clone for Table<R> {
    fn clone(&self) -> Table<R> {
        Table { map: Arc::clone(&self.map), store: self.store.clone(), rows: PhantomData }
    }
}

impl<R: Kept> Table<R> {
    pub(crate) fn new(map: Arc<TableMap>, store: Store) -> Table<R> {
        Table { map, store, rows: PhantomData }
    }

    /// Puts a new row in, and gives it back as it is kept: with the key that was made, if it has an `auto` one.
    ///
    /// # Errors
    /// [`StoreError::Taken`] if there is a row with this key, or with the same value in a `unique` column: then
    /// nothing was changed. A row that breaks the rules of its class, and what keeps the store from doing it.
    pub async fn insert(&self, row: R) -> Result<R, StoreError> {
        let mut cells = row.to_cells(&self.map)?;
        let is_made = self.make_key(&mut cells)?;
        let is_changed = is_made || self.map.columns.iter().any(|column| !column.transforms.is_empty());
        let op = Op::Insert { table: Arc::clone(&self.map), row: cells.clone(), upsert: false };
        let made = match self.store.run(op).await? {
            Answer::Inserted(made) => made,
            other => return Err(unexpected(&other)),
        };
        if let (Some(made), Some(cell)) = (made, self.map.key.first().and_then(|at| cells.get_mut(*at))) {
            *cell = Cell::Int(made);
        }
        if is_changed || !R::IS_WHOLE { R::of_cells(&self.map, &cells) } else { Ok(row) }
    }

    /// Puts a row in, or changes the row with this key into it.
    ///
    /// # Errors
    /// As [`insert`](Self::insert), but for the key.
    pub async fn upsert(&self, row: &R) -> Result<(), StoreError> {
        let mut cells = row.to_cells(&self.map)?;
        self.make_key(&mut cells)?;
        let op = Op::Insert { table: Arc::clone(&self.map), row: cells, upsert: true };
        self.store.run(op).await.map(drop)
    }

    /// Changes the row with this one's key into this one, and gives it back as it is kept; `None` if there is no
    /// such row.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the row has a `version`, and others changed it since this one was read; else as
    /// [`insert`](Self::insert).
    pub async fn update(&self, row: &R) -> Result<Option<R>, StoreError> {
        let mut cells = row.to_cells(&self.map)?;
        let key = self.key_is(&self.map.key_of(&cells));
        let filter = match self.version(&cells) {
            Some((column, cell)) => Cond::All(vec![key.clone(), Cond::Is(column, Test::Eq, cell)]),
            None => key.clone(),
        };
        let set = cells.iter().enumerate().filter(|(at, _)| !self.map.key.contains(at));
        let set = set.map(|(at, cell)| self.assign(at, cell.clone())).collect();
        let op = Op::Update { table: Arc::clone(&self.map), set, filter };
        if self.count(op).await? > 0 {
            if let Some((column, Cell::Int(version))) = self.version(&cells)
                && let Some(cell) = cells.get_mut(column)
            {
                *cell = Cell::Int(version.wrapping_add(1));
            }
            return R::of_cells(&self.map, &cells).map(Some);
        }
        let is_there = Op::Count { table: Arc::clone(&self.map), filter: key, limit: Some(1) };
        match self.map.version {
            Some(_) if self.count(is_there).await? > 0 => {
                Err(StoreError::Conflict("the row has another version than when it was read"))
            }
            _ => Ok(None),
        }
    }

    /// The rows that fit: `users.find(|u| u.username.eq("josh"))`, to be ordered, limited, read, counted, changed or
    /// taken out.
    pub fn find(&self, filter: impl FnOnce(&'static R::Columns) -> Filter<R>) -> Find<R> {
        Find::new(self.clone(), filter(R::columns()))
    }

    /// All rows.
    pub fn all(&self) -> Find<R> {
        self.select(Cond::All(Vec::new()))
    }

    fn select(&self, cond: Cond) -> Find<R> {
        Find::new(self.clone(), Filter::of(move |_| Ok(cond)))
    }

    pub(crate) fn map(&self) -> &Arc<TableMap> {
        &self.map
    }

    pub(crate) async fn run(&self, op: Op) -> Result<Answer, StoreError> {
        self.store.run(op).await
    }

    /// How many rows there were, or were changed.
    pub(crate) async fn count(&self, op: Op) -> Result<u64, StoreError> {
        match self.store.run(op).await? {
            Answer::Count(count) => Ok(count),
            other => Err(unexpected(&other)),
        }
    }

    /// What becomes of a column when a whole row is changed.
    fn assign(&self, at: usize, cell: Cell) -> Assign {
        if self.map.version == Some(at) { Assign::Bump(at) } else { Assign::To(at, cell) }
    }

    fn version(&self, cells: &[Cell]) -> Option<(usize, Cell)> {
        let column = self.map.version?;
        Some((column, cells.get(column)?.clone()))
    }

    /// Makes the key of a new row that has none yet; true if it was, or is the next number.
    fn make_key(&self, cells: &mut [Cell]) -> Result<bool, StoreError> {
        let Some(at) = self.map.key.first().copied() else { return Ok(false) };
        let (Some(cell), auto) = (cells.get_mut(at), self.map.column(at)?.auto) else { return Ok(false) };
        let made = match (auto, &cell) {
            (Some(Auto::Sequence), Cell::Int(0)) => Cell::Null,
            (Some(Auto::Uuid7), Cell::Text(text)) if text.is_empty() || text == NIL => Cell::Text(uuid7()?),
            _ => return Ok(false),
        };
        *cell = made;
        Ok(true)
    }

    /// The condition that a row has this key: a list of its parts, where they are several.
    fn with_key(&self, key: Value) -> Result<Cond, StoreError> {
        let parts = match key {
            Value::List(parts) if self.map.key.len() > 1 => parts,
            one => vec![one],
        };
        if parts.len() != self.map.key.len() {
            let why = format!(
                "the key of {} has {} parts, and {} are given",
                self.map.class,
                self.map.key.len(),
                parts.len()
            );
            return Err(StoreError::Misfit(why));
        }
        let columns = self.map.key.iter().zip(&parts);
        let cells: Result<Vec<Cell>, StoreError> = columns
            .map(|(at, part)| {
                let column = self.map.column(*at)?;
                column.cell(part).map_err(|why| self.map.misfit(column, why))
            })
            .collect();
        Ok(self.key_is(&cells?))
    }

    async fn delete_one(&self, key: Value) -> Result<bool, StoreError> {
        let op = Op::Delete { table: Arc::clone(&self.map), filter: self.with_key(key)? };
        Ok(self.count(op).await? > 0)
    }

    fn key_is(&self, cells: &[Cell]) -> Cond {
        let parts = self.map.key.iter().zip(cells);
        Cond::All(parts.map(|(at, cell)| Cond::Is(*at, Test::Eq, cell.clone())).collect())
    }
}

impl<R: Row> Table<R> {
    /// The row with this key: `users.get("josh")`; a tuple where several fields are the key.
    ///
    /// # Errors
    /// A row that no longer fits its class, and what keeps the store from reading.
    pub async fn get<K: Encode + ?Sized>(&self, key: &K) -> Result<Option<R>, StoreError>
    where
        R::Key: Borrow<K>,
    {
        self.select(self.with_key(to_value(key))?).first().await
    }

    /// Takes the row with this key out; false if there is none.
    ///
    /// # Errors
    /// What keeps the store from doing it.
    pub async fn delete<K: Encode + ?Sized>(&self, key: &K) -> Result<bool, StoreError>
    where
        R::Key: Borrow<K>,
    {
        self.delete_one(to_value(key)).await
    }
}

/// The rows of a class that is known by its name: [`Store::table_of`].
impl Table<Value> {
    /// The row with this key; a list where several fields are the key.
    ///
    /// # Errors
    /// A row that no longer fits its class, and what keeps the store from reading.
    pub async fn get(&self, key: impl Into<Value>) -> Result<Option<Value>, StoreError> {
        self.select(self.with_key(key.into())?).first().await
    }

    /// Takes the row with this key out; false if there is none.
    ///
    /// # Errors
    /// What keeps the store from doing it.
    pub async fn delete(&self, key: impl Into<Value>) -> Result<bool, StoreError> {
        self.delete_one(key.into()).await
    }

    /// The name of the class.
    pub fn class(&self) -> &str {
        &self.map.class
    }
}

/// An answer to something that was not asked: a defect of an engine.
pub(crate) fn unexpected(answer: &Answer) -> StoreError {
    StoreError::Refused(format!("the database answered {answer:?}, which is no answer to what it was asked"))
}

impl<R: Row> Inject for Table<R> {
    fn inject(scope: &Scope<'_>) -> Result<Table<R>, Error> {
        Ok(Store::of(scope)?.table()?)
    }

    fn missing(states: &States) -> Option<Missing> {
        missing(states, &format!("a `Table<{}>`", R::NAME), Some((TypeId::of::<R>(), R::NAME)))
    }
}
