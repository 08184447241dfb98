//! rusqlite by hand: one connection, a prepared statement, so many rows in a commit.

use std::path::Path;
use std::time::Instant;

use rusqlite::{Connection, params};

use crate::{Side, TURN};

const TABLE: &str = "CREATE TABLE signin (id INTEGER PRIMARY KEY AUTOINCREMENT, username TEXT NOT NULL, \
                     password TEXT NOT NULL, at REAL NOT NULL) STRICT";
const INSERT: &str = "INSERT INTO signin (username, password, at) VALUES (?1, ?2, ?3)";

/// However many connections the others have: SQLite takes one writer.
pub(crate) fn side(path: &Path, group: u32) -> Side {
    let connection = Connection::open(path).expect("a file");
    connection.query_row("PRAGMA journal_mode=WAL", [], |row| row.get::<_, String>(0)).expect("a log");
    connection.execute_batch("PRAGMA synchronous=FULL").expect("a setting");
    connection.execute_batch(TABLE).expect("a table");
    Box::new(move |_| rows(&connection, group))
}

/// Rows a second.
fn rows(connection: &Connection, group: u32) -> f64 {
    let mut insert = connection.prepare_cached(INSERT).expect("a statement");
    let begun = Instant::now();
    let mut count = 0_u32;
    while begun.elapsed() < TURN {
        connection.execute_batch("BEGIN IMMEDIATE").expect("a transaction");
        for _ in 0..group {
            insert.execute(params!["josh", "basketball", 1.5]).expect("a row");
        }
        connection.execute_batch("COMMIT").expect("a commit");
        count += group;
    }
    f64::from(count) / begun.elapsed().as_secs_f64()
}
