//! Tables of classes: a value is a row, its fields are columns, and a success reply says that what was written is
//! safe.
//!
//! How a value lies in a table is read off its [`Shape`](converse_model::Shape) and hung on the class, as a
//! [`TableMap`]. A [`Table`] makes [`Op`]s of what a handler asks; they go to the one thread that writes, which lets
//! units share a transaction, or to those that read. An [`Engine`] does them: in memory, in a file of
//! SQLite, in a database of PostgreSQL.
//!
//! This crate knows no socket, and dispatch knows no SQL.

mod auto;
mod cell;
mod decimal;
mod durability;
mod engine;
mod engines;
mod error;
mod filter;
mod find;
mod group;
mod instant;
mod journal;
mod keys;
mod link;
mod live;
mod map;
mod memory;
mod migrate;
mod named;
mod names;
mod op;
#[cfg(feature = "postgres")]
mod postgres;
mod raw;
mod readers;
mod reference;
mod row;
mod schema;
mod sql;
mod sqlite;
mod store;
mod table;
mod unit;
mod writer;

pub use cell::{Cell, Kind, Misfit};
pub use durability::Durability;
pub use engine::{Access, Connection, Engine, Failure};
pub use engines::{ENGINES, EngineRow, engine};
pub use error::StoreError;
pub use filter::{Filter, OrderBy, Set};
pub use find::{Find, Rows};
pub use journal::{Entry, Journal, JournalMap, Recorded, record};
pub use live::{Keeps, LiveTables};
pub use map::{Auto, ColumnMap, IndexMap, Refers, TableMap, tables};
pub use memory::Memory;
pub use migrate::{Allowed, Change, Existing, ExistingColumn, Report};
pub use named::{Fields, NamedColumn};
pub use op::{Answer, Assign, Cond, Op, Order, Test};
#[cfg(feature = "postgres")]
pub use postgres::Postgres;
pub use raw::{Bind, RawSql, by};
pub use reference::{Keyed, MayReferToNone, Ref, Refers as RefersToRow, may_refer_to_none, refers};
pub use row::{Comparand, Kept, Row, TableColumn, Textual};
pub use schema::Schema;
pub use sqlite::Sqlite;
pub use store::Store;
pub use table::Table;
