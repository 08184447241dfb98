//! The tables of a program, and who may use them.

use std::any::TypeId;
use std::borrow::Cow;
use std::future::Future;
use std::pin::pin;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;

use converse_dispatch::oneshot;
use converse_dispatch::{Error, Inject, Keeper, Missing, Scope, States};
use converse_model::{Message, Value};

use crate::engine::{Access, Connection, Engine, Failure};
use crate::keys::{KeeperOf, Keys};
use crate::link::Link;
use crate::migrate::{Allowed, Report, migrate};
use crate::readers::Readers;
use crate::row::Row;
use crate::schema::Tables;
use crate::unit::{Threads, Work, gone};
use crate::writer::{Following, Request, Writer};
use crate::{Answer, Journal, Op, RawSql, Schema, StoreError, Table, TableMap};

/// The tables of a program.
///
/// As an argument of a handler it is part of the handler's work: what is written is kept when the handler's reply is
/// sent, and not before. One that was cloned out of a [`State`](converse_dispatch::State), or that a program opened
/// itself, keeps each write at once.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
    /// The handler whose work it is.
    work: Option<Arc<Work>>,
}

struct Inner {
    schema: Schema,
    tables: Arc<Tables>,
    threads: Arc<Threads>,
    keys: Arc<Keys>,
    place: String,
}

impl Store {
    /// Opens a database, brings its tables up to those of the classes, and starts the threads that use it.
    ///
    /// # Errors
    /// The database cannot be opened, or its tables cannot be brought up without losing what is in them; the text
    /// says what to do.
    pub fn open(engine: Arc<dyn Engine>, schema: Schema, allowed: &Allowed) -> Result<(Store, Report), StoreError> {
        let tables = Arc::new(Tables::of(&schema));
        let opened = || -> Result<(Box<dyn Connection>, Report, Readers), Failure> {
            let mut connection = engine.connect(Access::Write)?;
            let report = migrate(&*engine, &mut *connection, &schema.tables, allowed)?;
            Ok((connection, report, Readers::start(&engine, &tables)?))
        };
        // A thread that runs futures may not wait for what an engine awaits; this one may.
        let opened = std::thread::scope(|scope| scope.spawn(opened).join());
        let ended = |_| Err(Failure::Broken("the thread that opens the database ended".to_owned()));
        let (connection, report, readers) = opened.unwrap_or_else(ended).map_err(StoreError::at_start)?;
        let (requests, asked) = mpsc::channel();
        let place = engine.place();
        let writer = Writer::new(Link::new(engine, Access::Write, connection), Arc::clone(&tables), asked);
        std::thread::Builder::new()
            .name("converse-write".to_owned())
            .spawn(move || writer.run())
            .map_err(|error| StoreError::Unavailable(format!("no thread can be started: {error}")))?;
        let threads = Arc::new(Threads { readers, requests, begun: AtomicUsize::new(0) });
        let keys = Arc::new(on_this_thread(Keys::open(Arc::clone(&threads)))?);
        Ok((Store { inner: Arc::new(Inner { schema, tables, threads, keys, place }), work: None }, report))
    }

    /// What knows which `$idempotency_key`s there were, for a dispatcher.
    pub fn keeper(&self) -> Arc<dyn Keeper> {
        Arc::new(KeeperOf(Arc::clone(&self.inner.keys)))
    }

    /// Where the rows are kept, for a person.
    pub fn place(&self) -> &str {
        &self.inner.place
    }

    /// The table of a class.
    ///
    /// # Errors
    /// The class is not among those of the application.
    pub fn table<R: Row>(&self) -> Result<Table<R>, StoreError> {
        match self.map(TypeId::of::<R>()) {
            Some(map) => Ok(Table::new(map, self.clone())),
            None => Err(StoreError::Refused(format!("{} is not among the classes of the application", R::NAME))),
        }
    }

    /// The table of a class by its name, also of one that was made while the program runs ([`Keeps`](crate::Keeps)): its
    /// rows are [`Value`]s, by the names of fields. A class that was removed has its table still.
    ///
    /// # Errors
    /// No class of this name has a table.
    pub fn table_of(&self, class: &str) -> Result<Table<Value>, StoreError> {
        match self.inner.tables.of_class(class) {
            Some(map) => Ok(Table::new(map, self.clone())),
            None => Err(StoreError::Refused(format!("no class called {class} has a table, or none yet"))),
        }
    }

    pub(crate) fn tables(&self) -> &Tables {
        &self.inner.tables
    }

    /// Brings a table up to its class, and waits for it on this thread. Handlers that have written are waited for, and
    /// taken out after 100 ms.
    pub(crate) fn follow(&self, table: &Arc<TableMap>) -> Result<(), StoreError> {
        let (done, followed) = oneshot::channel();
        self.inner.threads.ask(Request::Follow(Following { table: Arc::clone(table), done }))?;
        on_this_thread(followed).unwrap_or_else(|| Err(gone()))
    }

    /// The journal of a class.
    ///
    /// # Errors
    /// The class is not among those of the application, or has no journal.
    pub fn journal<M: Message>(&self) -> Result<Journal<M>, StoreError> {
        match self.map(TypeId::of::<M>()) {
            Some(map) if M::STORED.journal.is_some() => Ok(Journal::new(map, self.clone())),
            _ => Err(StoreError::Refused(format!("{} has no journal; write #[message(journal)] above it", M::NAME))),
        }
    }

    /// A statement in the SQL of the database, as a part of the handler's work if there is one:
    /// `store.sql("SELECT username, count(*) FROM note WHERE at > ?1 GROUP BY 1").bind(at).rows::<(String, u64)>().await?`.
    ///
    /// It is one statement that reads or changes rows; what ends transactions, or changes tables or settings, is refused.
    /// What comes from elsewhere is a parameter, never a part of the text. Memory has no SQL.
    pub fn sql(&self, text: impl Into<Cow<'static, str>>) -> RawSql {
        RawSql::new(self.clone(), text.into())
    }

    /// The message that the handler answers is in its journal, under this number.
    pub(crate) fn recorded(&self, id: i64) {
        if let Some(work) = &self.work {
            work.recorded(id.unsigned_abs());
        }
    }

    /// The number of the message that the handler answers.
    pub(crate) fn is_recorded(&self) -> Option<u64> {
        self.work.as_ref()?.is_recorded()
    }

    fn map(&self, of: TypeId) -> Option<Arc<TableMap>> {
        self.inner.schema.by_type.get(&of).cloned()
    }

    /// Does several things while no other handler writes: what is read in it is still so when it ends. It should be
    /// short, because the others wait; after 100 ms it fails while they do.
    ///
    /// If `work` fails, nothing that it did is kept. In a handler what it did is kept with the reply, and if the
    /// handler had written before, all of it goes when `work` fails, and the handler can only fail as well.
    ///
    /// # Errors
    /// What `work` fails with, or why the store could not do it.
    pub async fn transaction<T, E, F, Fut>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(Store) -> Fut,
        Fut: Future<Output = Result<T, E>>,
        E: From<StoreError>,
    {
        if let Some(unit) = &self.work {
            return unit.transaction(|| work(self.clone())).await;
        }
        let unit = Work::new(Arc::clone(&self.inner.threads));
        let store = Store { inner: Arc::clone(&self.inner), work: Some(Arc::clone(&unit)) };
        let done = unit.transaction(|| work(store)).await?;
        unit.keep().await?;
        Ok(done)
    }

    /// Does what is asked, as a part of the handler's work if there is one.
    pub(crate) async fn run(&self, op: Op) -> Result<Answer, StoreError> {
        if let Some(work) = &self.work {
            return work.run(op).await;
        }
        if !op.is_write() {
            return self.inner.threads.readers.run(op).await;
        }
        let work = Work::new(Arc::clone(&self.inner.threads));
        let answer = work.run(op).await?;
        work.keep().await?;
        Ok(answer)
    }

    /// Puts rows in and waits for it on this thread: for the start of a program, and for tests.
    ///
    /// # Errors
    /// As [`Table::insert`].
    pub fn seed<R: Row>(&self, rows: impl IntoIterator<Item = R>) -> Result<(), StoreError> {
        let table = self.table::<R>()?;
        for row in rows {
            on_this_thread(table.insert(row))?;
        }
        Ok(())
    }

    /// The store that the application opened, as a part of a handler's work.
    pub(crate) fn of(scope: &Scope<'_>) -> Result<Store, Error> {
        let store = scope.states.get::<Store>().ok_or_else(|| Error::new("the application has no store"))?;
        let work = scope.unit(|| Work::new(Arc::clone(&store.inner.threads)))?;
        Ok(Store { inner: Arc::clone(&store.inner), work: Some(work) })
    }
}

/// What is missing for an argument that needs a table of this class, or any.
pub(crate) fn missing(states: &States, asked: &str, class: Option<(TypeId, &str)>) -> Option<Missing> {
    let store = states.get::<Store>();
    let there = store.is_some_and(|store| class.is_none_or(|(of, _)| store.map(of).is_some()));
    if there {
        return None;
    }
    Some(match class {
        Some((_, name)) => Missing {
            what: format!("{asked}, and {name} is not among the classes of the application"),
            remedy: "leave it in, or give the handler something else".to_owned(),
        },
        None => Missing {
            what: format!("{asked}, and no class of the application has a table"),
            remedy: "write #[table] above the declaration of what is to be kept".to_owned(),
        },
    })
}

impl Inject for Store {
    fn inject(scope: &Scope<'_>) -> Result<Store, Error> {
        Store::of(scope)
    }

    fn missing(states: &States) -> Option<Missing> {
        missing(states, "a `Store`", None)
    }
}

/// Polls a future on this thread until it is done.
pub(crate) fn on_this_thread<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => std::thread::park(),
        }
    }
}
