//! Rows in a file of SQLite, which is in the box.

mod connection;
mod dialect;
mod references;

use std::path::{Path, PathBuf};

use crate::engine::{Access, Connection, Engine, Failure};
use crate::{ColumnMap, Durability};
use connection::SqliteConnection;
use dialect::SqliteDialect;

/// A file of SQLite.
#[derive(Debug, Clone)]
pub struct Sqlite {
    path: PathBuf,
    durability: Durability,
}

impl Sqlite {
    /// The file at this path, which is made if it is not there.
    pub fn new(path: &Path, durability: Durability) -> Sqlite {
        // A program may change its working directory later.
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        Sqlite { path, durability }
    }
}

impl Engine for Sqlite {
    fn name(&self) -> &'static str {
        "sqlite"
    }

    fn place(&self) -> String {
        format!("sqlite://{}", self.path.display())
    }

    fn connect(&self, access: Access) -> Result<Box<dyn Connection>, Failure> {
        let opened = SqliteConnection::open(&self.path, access, self.durability);
        match opened {
            Ok(connection) => Ok(Box::new(connection)),
            Err(Failure::Broken(why) | Failure::Refused(why)) => Err(Failure::Broken(format!(
                "{} cannot be opened: {why}; name another place with --store sqlite://PATH",
                self.path.display()
            ))),
            Err(taken) => Err(taken),
        }
    }

    fn type_of(&self, column: &ColumnMap) -> String {
        SqliteDialect::ty(column).to_owned()
    }
}
