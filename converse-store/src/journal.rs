//! The messages of a class that took effect, one row each: `#[message(journal)]`.
//!
//! A journal is written by a hook, the last before the handler, as a part of the handler's work: so a message is in the
//! journal if, and only if, what it did is kept.

use std::any::TypeId;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::SystemTime;

use converse_dispatch::{Error, HookRun, Inject, Missing, Scope, States, Viewed, from_value};
use converse_model::{Definition, Journal as Secrets, Message, Problem, Text, Type, Value};
use converse_wire::Decode;

use crate::instant::instant;
use crate::map::plain_column;
use crate::schema::{classes_in, types_of};
use crate::table::unexpected;
use crate::{Answer, Auto, Cell, ColumnMap, Cond, Kind, Op, Order, Store, StoreError, TableMap, Test};

/// The columns of a journal that are no field's: when the message came, from whom, and under which key.
const OWN: [(&str, Kind, bool); 4] = [
    ("_id", Kind::Int, false),
    ("_at", Kind::Instant, false),
    ("_principal", Kind::Text, true),
    ("_key", Kind::Text, true),
];

/// How messages of a class lie in their journal.
#[derive(Debug)]
pub struct JournalMap(pub(crate) Arc<TableMap>);

impl JournalMap {
    /// The journal of a class.
    ///
    /// # Errors
    /// All that keeps its messages out of one.
    pub(crate) fn of(definition: &Definition, secrets: Secrets) -> Result<JournalMap, Vec<Problem>> {
        let mut map = TableMap::of(definition)?;
        let mut problems = Vec::new();
        let is_secret =
            |name: &Text| definition.shape.field(name).is_some_and(|field| holds_secret(&field.ty, &mut Vec::new()));
        if let (Secrets::NoSecrets, Some(column)) =
            (secrets, map.columns.iter().find(|column| is_secret(&column.field)))
        {
            problems.push(Problem {
                what: format!(
                    "`{}` ({}) has a journal and the secret `{}`, and does not say what becomes of it",
                    definition.shape.name, definition.origin, column.field
                ),
                remedy:
                    "write `journal = \"omit\"` to leave secrets out, or `journal = \"plain\"` to keep them as they are"
                        .to_owned(),
            });
        }
        if let Some(column) = map.columns.iter().find(|column| OWN.iter().any(|(name, ..)| *name == column.name)) {
            problems.push(Problem {
                what: format!(
                    "the field `{}.{}` has the name of a journal's own column",
                    definition.shape.name, column.field
                ),
                remedy: "rename it".to_owned(),
            });
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        if secrets == Secrets::Omit {
            map.columns.retain(|column| !is_secret(&column.field));
        }
        for column in &mut map.columns {
            // What was said is kept as it was said, whatever becomes of what it refers to, and a field that comes later was
            // not said before.
            (column.nullable, column.default, column.refers) = (true, None, None);
        }
        let own = OWN.map(|(name, kind, nullable)| ColumnMap {
            nullable,
            auto: (name == "_id").then_some(Auto::Sequence),
            ..plain_column(name, kind)
        });
        map.columns.splice(0..0, own);
        map.key = vec![0];
        map.indexes.clear();
        Ok(JournalMap(Arc::new(map)))
    }

    /// A message as a row.
    fn row(&self, message: &Value, scope: &Scope<'_>) -> Result<Vec<Cell>, StoreError> {
        let text = |text: Option<&str>| text.map_or(Cell::Null, |text| Cell::Text(text.to_owned()));
        let principal = scope.principal();
        let mut row = vec![
            Cell::Null,
            Cell::Text(instant(SystemTime::now())),
            text(principal.as_ref().map(converse_dispatch::Principal::id)),
            text(scope.idempotency_key()),
        ];
        row.extend(self.0.row_of(message, OWN.len())?);
        Ok(row)
    }
}

/// Whether a value of this type holds a secret, however deep.
fn holds_secret(ty: &Type, seen: &mut Vec<String>) -> bool {
    if ty.is_secret() {
        return true;
    }
    let mut classes = Vec::new();
    classes_in(ty, &mut |class| classes.push(class.clone()));
    classes.iter().any(|class| {
        if seen.iter().any(|name| name == class.name()) {
            return false;
        }
        seen.push(class.name().to_owned());
        class.shape().is_some_and(|shape| types_of(shape).into_iter().any(|ty| holds_secret(ty, seen)))
    })
}

/// The hook that writes the journal of a class: for generated code.
///
/// # Errors
/// A message that no row can hold.
pub fn record(message: &Viewed, scope: &Scope<'_>) -> Result<HookRun, Error> {
    let Some(map) = message.entry().slot::<JournalMap>() else {
        // A class that derives from the journalled one, and has no journal itself.
        return Ok(Box::new(|_| Box::pin(async { Ok(()) })));
    };
    let row = map.row(message.value(), scope)?;
    let (store, table) = (Store::of(scope)?, Arc::clone(&map.0));
    Ok(Box::new(move |_| {
        Box::pin(async move {
            match store.run(Op::Insert { table, row, upsert: false }).await? {
                Answer::Inserted(Some(id)) => store.recorded(id),
                other => return Err(unexpected(&other).into()),
            }
            Ok(())
        })
    }))
}

/// The number of the message in the journal of its class: an argument of its handler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recorded(u64);

impl Recorded {
    /// The number, which no other message of the class has; a later one has a greater number.
    pub fn id(self) -> u64 {
        self.0
    }
}

impl Inject for Recorded {
    fn inject(scope: &Scope<'_>) -> Result<Recorded, Error> {
        let none =
            || Error::new("a handler asks for `Recorded`, and its class has no journal; write #[message(journal)]");
        Store::of(scope)?.is_recorded().map(Recorded).ok_or_else(none)
    }

    fn missing(states: &States) -> Option<Missing> {
        crate::store::missing(states, "`Recorded`", None)
    }
}

/// The journal of a class: an argument of handlers, or `store.journal::<Note>()`.
pub struct Journal<M> {
    map: Arc<TableMap>,
    store: Store,
    messages: PhantomData<fn() -> M>,
}

/// A message of a journal.
#[derive(Clone, PartialEq)]
pub struct JournalEntry {
    /// Its number.
    pub id: u64,
    /// When it was taken, by the clock of the server.
    pub at: String,
    /// The id of the principal who sent it, if they were known.
    pub principal: Option<String>,
    /// Its `$idempotency_key`.
    pub key: Option<String>,
    /// What is kept of it.
    pub value: Value,
}

/// Prints all but the message, which may hold secrets.
impl std::fmt::Debug for JournalEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let JournalEntry { id, at, principal, key, .. } = self;
        write!(f, "JournalEntry({id} at {at} from {principal:?} under {key:?})")
    }
}

impl JournalEntry {
    /// The message.
    ///
    /// # Errors
    /// If it does not fit its class: because that was changed, or because its secrets were left out.
    pub fn message<M: Message + Decode>(&self) -> Result<M, StoreError> {
        from_value(&self.value).map_err(|_| {
            let report = converse_model::report(M::SHAPE, &self.value);
            StoreError::Misfit(format!("the message {} of {} does not fit its class: {report}", self.id, M::NAME))
        })
    }
}

impl<M: Message> Journal<M> {
    pub(crate) fn new(map: Arc<TableMap>, store: Store) -> Journal<M> {
        Journal { map, store, messages: PhantomData }
    }

    /// The messages behind this number, in the order in which they took effect; at most so many. From 0 on these are
    /// all.
    ///
    /// # Errors
    /// What keeps the store from reading.
    pub async fn after(&self, id: u64, most: u64) -> Result<Vec<JournalEntry>, StoreError> {
        let id = Cell::Int(i64::try_from(id).unwrap_or(i64::MAX));
        self.select(Cond::Is(0, Test::Gt, id), Some(most)).await
    }

    /// The messages of a time, the second instant not included.
    ///
    /// # Errors
    /// As [`after`](Self::after).
    pub async fn between(&self, from: SystemTime, until: SystemTime) -> Result<Vec<JournalEntry>, StoreError> {
        let at = |test, time| Cond::Is(1, test, Cell::Text(instant(time)));
        self.select(Cond::All(vec![at(Test::Ge, from), at(Test::Lt, until)]), None).await
    }

    /// The messages that came under this `$idempotency_key`.
    ///
    /// # Errors
    /// As [`after`](Self::after).
    pub async fn with_key(&self, key: &str) -> Result<Vec<JournalEntry>, StoreError> {
        self.select(Cond::Is(3, Test::Eq, Cell::Text(key.to_owned())), None).await
    }

    /// How many there are.
    ///
    /// # Errors
    /// As [`after`](Self::after).
    pub async fn count(&self) -> Result<u64, StoreError> {
        let op = Op::Count { table: Arc::clone(&self.map), filter: Cond::All(Vec::new()), limit: None };
        match self.store.run(op).await? {
            Answer::Count(count) => Ok(count),
            other => Err(unexpected(&other)),
        }
    }

    async fn select(&self, filter: Cond, limit: Option<u64>) -> Result<Vec<JournalEntry>, StoreError> {
        let order = vec![Order { column: 0, descending: false }];
        match self.store.run(Op::Select { table: Arc::clone(&self.map), filter, order, limit }).await? {
            Answer::Rows(rows) => rows.iter().map(|row| self.entry(row)).collect(),
            other => Err(unexpected(&other)),
        }
    }

    fn entry(&self, row: &[Cell]) -> Result<JournalEntry, StoreError> {
        let text = |at: usize| match row.get(at) {
            Some(Cell::Text(text)) => Some(text.clone()),
            _ => None,
        };
        let id = match row.first() {
            Some(Cell::Int(id)) => id.unsigned_abs(),
            _ => return Err(StoreError::Misfit(format!("a message of {} has no number", self.map.name))),
        };
        let value = self.map.value_of(row, OWN.len())?;
        Ok(JournalEntry { id, at: text(1).unwrap_or_default(), principal: text(2), key: text(3), value })
    }
}

impl<M: Message> Inject for Journal<M> {
    fn inject(scope: &Scope<'_>) -> Result<Journal<M>, Error> {
        Ok(Store::of(scope)?.journal()?)
    }

    fn missing(states: &States) -> Option<Missing> {
        crate::store::missing(states, &format!("a `Journal<{}>`", M::NAME), Some((TypeId::of::<M>(), M::NAME)))
    }
}
