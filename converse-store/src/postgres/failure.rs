//! What an error of the server, or of the way to it, means.

use std::error::Error as _;

use tokio_postgres::Error;
use tokio_postgres::error::{DbError, SqlState};

use super::url::Place;
use crate::engine::Failure;
use crate::names::LONGEST;
use crate::{ColumnMap, Refers, TableMap};

/// What a failed statement means for its connection. What the server says of values is left out: they may be secret.
pub(super) fn failure(error: &Error, map: Option<&TableMap>) -> Failure {
    failure_of(error, map, false)
}

/// The same of a statement that may delete rows.
pub(super) fn failure_of(error: &Error, map: Option<&TableMap>, deletes: bool) -> Failure {
    let Some(said) = error.as_db_error() else { return Failure::Broken(chain(error)) };
    let code = said.code();
    let class = code.code().get(..2).unwrap_or_default();
    match class {
        _ if *code == SqlState::UNIQUE_VIOLATION => Failure::Taken(columns(said, map)),
        _ if *code == SqlState::FOREIGN_KEY_VIOLATION && deletes => in_use(said),
        _ if *code == SqlState::FOREIGN_KEY_VIOLATION => Failure::Dangling(dangling(said, map).unwrap_or_default()),
        // A statement that was prepared for tables that are others now: a new connection prepares it anew.
        _ if *code == SqlState::FEATURE_NOT_SUPPORTED || *code == SqlState::INVALID_SQL_STATEMENT_NAME => {
            Failure::Broken(text(said))
        }
        _ if *code == SqlState::LOCK_NOT_AVAILABLE => Failure::Contended(text(said)),
        "40" => Failure::Contended(text(said)),
        // The connection, the transaction, who we are, resources such as the disk, the operator, the system, a defect.
        "08" | "25" | "28" | "53" | "57" | "58" | "F0" | "XX" => Failure::Broken(text(said)),
        "22" => Failure::Refused(format!("a value is none of its column's ({})", code.code())),
        _ => Failure::Refused(text(said)),
    }
}

fn text(said: &DbError) -> String {
    format!("{} ({})", said.message(), said.code().code())
}

/// The columns of which no two rows may have the same values, by the name of what says so.
fn columns(said: &DbError, map: Option<&TableMap>) -> Vec<String> {
    let name = said.constraint().unwrap_or_default();
    let Some(map) = map else { return vec![name.to_owned()] };
    let named = |at: &usize| map.columns.get(*at).map(|column| column.name.clone());
    match map.indexes.iter().find(|index| index.name == name) {
        Some(index) => named(&index.column).into_iter().collect(),
        None if name.ends_with("_pkey") => map.key.iter().filter_map(named).collect(),
        None => vec![name.to_owned()],
    }
}

/// The column that refers to a row that is not there, by the name of its rule, which the server may have cut off.
fn dangling(said: &DbError, map: Option<&TableMap>) -> Option<String> {
    let (map, name) = (map?, said.constraint()?);
    let is_named = |column: &&ColumnMap| {
        let whole = Refers::name_of(&map.name, &column.name);
        column.refers.is_some() && whole.get(..LONGEST).unwrap_or(&whole) == name
    };
    map.columns.iter().find(is_named).map(|column| column.name.clone())
}

/// The table and the column that keep a row.
fn in_use(said: &DbError) -> Failure {
    let table = said.table().unwrap_or_default();
    let rest = said.constraint().and_then(|name| name.strip_prefix(table)?.strip_prefix('_'));
    let column = rest.and_then(|rest| rest.strip_suffix("_fkey")).unwrap_or_default();
    Failure::InUse { table: table.to_owned(), column: column.to_owned() }
}

/// An error, and what it came from.
fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

/// Why a database cannot be opened, and what to do.
pub(super) fn unopened(error: &Error, place: &Place) -> Failure {
    let (why, remedy) = match error.as_db_error() {
        Some(said) => (text(said), remedy(said.code())),
        None if error.is_closed() => (chain(error), "is it PostgreSQL that answers there?"),
        None => {
            let why = chain(error);
            let remedy = if why.contains("password") {
                "give it as postgres://user:password@…, or in the variable PGPASSWORD"
            } else if why.contains("certificate") {
                "its certificate must be for this host, and of an authority of the system's or of sslrootcert=PATH"
            } else if why.contains("TLS") {
                "let the server speak it (ssl = on), or leave it out with sslmode=disable"
            } else if why.contains("refused") || why.contains("No such file") {
                "is the server running, and at this host and port?"
            } else {
                "is the server there, and can it be reached from here?"
            };
            (why, remedy)
        }
    };
    Failure::Broken(format!("{place} cannot be opened: {why}; {remedy}"))
}

fn remedy(code: &SqlState) -> &'static str {
    if *code == SqlState::INVALID_PASSWORD {
        "give the user's password as postgres://user:password@…, or in the variable PGPASSWORD"
    } else if *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION {
        "name a user that the server knows, and lets in from here (its pg_hba.conf)"
    } else if *code == SqlState::INVALID_CATALOG_NAME {
        "make the database with `createdb`, or name another in the URL"
    } else if *code == SqlState::TOO_MANY_CONNECTIONS {
        "each process takes five connections; raise the server's max_connections"
    } else if *code == SqlState::INSUFFICIENT_PRIVILEGE {
        "grant the user what it needs: CONNECT on the database, USAGE and CREATE on the schema"
    } else if *code == SqlState::CANNOT_CONNECT_NOW {
        "the server starts, ends or recovers; try again a little later"
    } else {
        "the server's log may say more"
    }
}
