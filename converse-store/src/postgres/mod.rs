//! Rows in a database of PostgreSQL.

mod ask;
mod catalog;
mod cells;
mod connection;
mod dialect;
mod failure;
mod flight;
mod session;
mod tls;
mod url;

use crate::engine::{Access, Connection, Engine, Failure};
use crate::{ColumnMap, Durability};
use connection::PostgresConnection;
use dialect::PostgresDialect;
use url::Place;

/// A database of PostgreSQL, version 13 or newer, in UTF-8. The tables are in the first schema of its `search_path`.
#[derive(Debug, Clone)]
pub struct Postgres {
    place: Place,
    durability: Durability,
}

impl Postgres {
    /// The database at a place: what follows `postgres://` in its URL. A password that is not in it is taken from the
    /// variable `PGPASSWORD`.
    ///
    /// # Errors
    /// What the URL should be; nothing of it is repeated, because it may hold a password.
    pub fn new(rest: &str, durability: Durability) -> Result<Postgres, &'static str> {
        Ok(Postgres { place: Place::read(rest)?, durability })
    }
}

impl Engine for Postgres {
    fn name(&self) -> &'static str {
        "postgres"
    }

    fn place(&self) -> String {
        self.place.to_string()
    }

    fn connect(&self, access: Access) -> Result<Box<dyn Connection>, Failure> {
        Ok(Box::new(PostgresConnection::open(&self.place, access, self.durability)?))
    }

    fn readers(&self) -> usize {
        // A read is mostly the way to the server and back.
        4
    }

    fn type_of(&self, column: &ColumnMap) -> String {
        PostgresDialect::ty(column.kind).to_owned()
    }
}
