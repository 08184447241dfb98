//! A connection to a file of SQLite.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, Value as SqlValue, ValueRef};
use rusqlite::{Error, ErrorCode, OpenFlags, Row, ToSql, ffi};

use super::dialect::{DECIMAL, SqliteDialect, great};
use super::references::{self, Reference};
use crate::engine::{Access, Connection, Failure};
use crate::migrate::{Change, Existing, ExistingColumn};
use crate::sql::{Parameter, Statement, changed, is_to_be_made};
use crate::{Answer, Cell, Durability, Kind, Op, TableMap};

/// How long a write waits for those of other processes.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long the start waits for other processes that start, and may be changing tables.
const PATIENCE_AT_START: Duration = Duration::from_secs(30);

pub(super) struct SqliteConnection(rusqlite::Connection);

impl SqliteConnection {
    pub(super) fn open(path: &Path, access: Access, durability: Durability) -> Result<SqliteConnection, Failure> {
        if access == Access::Write {
            private(path)?;
        }
        let flags = match access {
            Access::Write => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
            Access::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
        };
        let connection =
            rusqlite::Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX).map_err(failure)?;
        connection.busy_timeout(PATIENCE).map_err(failure)?;
        connection.set_prepared_statement_cache_capacity(256);
        connection.create_collation(DECIMAL, crate::decimal::order).map_err(failure)?;
        // Else a column that is not there would be a text to SQLite.
        for switch in [DbConfig::SQLITE_DBCONFIG_DQS_DML, DbConfig::SQLITE_DBCONFIG_DQS_DDL] {
            connection.set_db_config(switch, false).map_err(failure)?;
        }
        // It does not look at references unless it is told to, each connection for itself.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, true).map_err(failure)?;
        let connection = SqliteConnection(connection);
        if access == Access::Write {
            connection.write_ahead()?;
            let level = match durability {
                Durability::Full => "FULL",
                Durability::Fast => "NORMAL",
            };
            // The sync of macOS ends in the disk's own memory, unless it is asked for more.
            let settings = format!("PRAGMA synchronous={level}; PRAGMA fullfsync=1; PRAGMA checkpoint_fullfsync=1;");
            connection.0.execute_batch(&settings).map_err(failure)?;
            connection.settle(path)?;
        }
        Ok(connection)
    }

    /// Switches the file to a log that is written ahead. Where several processes start at once it is refused to all
    /// but one, without the patience that other statements have.
    fn write_ahead(&self) -> Result<(), Failure> {
        let start = Instant::now();
        loop {
            match self.0.query_row("PRAGMA journal_mode=WAL", [], |row| row.get::<_, String>(0)) {
                Ok(mode) if mode == "wal" => return Ok(()),
                Ok(mode) => return Err(Failure::Broken(format!("its journal is {mode}, and cannot be made a log"))),
                Err(error) if is_busy(&error) && start.elapsed() < PATIENCE_AT_START => {
                    std::thread::sleep(Duration::from_millis(10));
                }
                Err(error) => return Err(failure(error)),
            }
        }
    }

    /// Makes safe what stands in the log. A process that was killed may have written there what never reached the disk,
    /// and a system that failed to sync does not try again; but whoever opens the file reads it, and takes it for kept.
    ///
    /// So it is copied to its place and synced. Where a full disk, or others who read, stand in the way of that, the log
    /// itself is synced.
    fn settle(&self, path: &Path) -> Result<(), Failure> {
        let checkpoint = self.0.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
            Ok((row.get::<_, i64>("log")?, row.get::<_, i64>("checkpointed")?))
        });
        match checkpoint {
            Ok((in_log, copied)) if in_log >= 0 && copied == in_log => Ok(()),
            Ok(_) => sync_log(path),
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DiskFull) => sync_log(path),
            Err(error) => Err(failure(error)),
        }
    }

    fn execute(&self, text: &str) -> Result<(), Failure> {
        let mut statement = self.0.prepare_cached(text).map_err(failure)?;
        statement.execute([]).map(drop).map_err(failure)
    }

    fn texts(&self, sql: &str, parameter: &str) -> Result<Vec<String>, Failure> {
        let mut statement = self.0.prepare(sql).map_err(failure)?;
        let rows = statement.query_map([parameter], |row| row.get(0)).map_err(failure)?;
        rows.collect::<Result<_, _>>().map_err(failure)
    }
}

/// Makes the file, if it is not there, for its owner's eyes only: it holds what is secret. SQLite gives those beside it
/// the same permissions.
fn private(path: &Path) -> Result<(), Failure> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(Failure::Broken(error.to_string())),
    }
}

/// Waits until the log, as far as it is written, is on the disk.
fn sync_log(path: &Path) -> Result<(), Failure> {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let synced = std::fs::OpenOptions::new().write(true).open(log).and_then(|log| log.sync_all());
    match synced {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Failure::Broken(error.to_string())),
        _ => Ok(()),
    }
}

impl Connection for SqliteConnection {
    fn begin(&mut self) -> Result<(), Failure> {
        self.execute("BEGIN IMMEDIATE").map_err(broken)
    }

    fn commit(&mut self) -> Result<(), Failure> {
        self.execute("COMMIT").map_err(broken)
    }

    fn roll_back(&mut self) -> Result<(), Failure> {
        self.execute("ROLLBACK").map_err(broken)
    }

    fn run(&mut self, op: &Op) -> Result<Answer, Failure> {
        match self.answer(op) {
            // Which reference it is, SQLite does not say.
            Err(Failure::Dangling(_)) => Err(references::broken(&self.0, op)?),
            other => other,
        }
    }

    fn begin_changes(&mut self) -> Result<(), Failure> {
        self.0.busy_timeout(PATIENCE_AT_START).map_err(failure)?;
        let begun = self.begin();
        self.0.busy_timeout(PATIENCE).map_err(failure)?;
        begun
    }

    fn existing(&mut self) -> Result<Vec<Existing>, Failure> {
        let names = self.texts(
            "SELECT name FROM sqlite_schema WHERE type = ?1 AND name NOT LIKE 'sqlite~_%' ESCAPE '~'",
            "table",
        )?;
        let tables = names.into_iter().map(|name| {
            let indexes = self.texts("SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = ?1", &name)?;
            Ok(Existing { columns: self.columns(&name)?, name, indexes })
        });
        tables.collect()
    }

    fn change(&mut self, change: &Change) -> Result<(), Failure> {
        if let Change::AddReference(..) = change {
            // The column was declared with it.
            return Ok(());
        }
        let sql = changed(change, &SqliteDialect);
        self.0.execute_batch(&sql).map_err(failure)
    }
}

impl SqliteConnection {
    fn answer(&self, op: &Op) -> Result<Answer, Failure> {
        let statement = Statement::of(op, &SqliteDialect);
        let mut prepared = self.0.prepare_cached(&statement.text).map_err(failure)?;
        let parameters = rusqlite::params_from_iter(&statement.parameters);
        match op {
            Op::Insert { table, row, .. } => {
                prepared.execute(parameters).map_err(failure)?;
                let is_made = row.iter().enumerate().any(|(at, cell)| is_to_be_made(table, at, cell));
                Ok(Answer::Inserted(is_made.then(|| self.0.last_insert_rowid())))
            }
            Op::Update { .. } | Op::Delete { .. } => {
                let changed = prepared.execute(parameters).map_err(failure)?;
                Ok(Answer::Count(changed as u64))
            }
            Op::Count { .. } => {
                let count: i64 = prepared.query_row(parameters, |row| row.get(0)).map_err(failure)?;
                Ok(Answer::Count(count.unsigned_abs()))
            }
            Op::Sql { writes, .. } => {
                if !writes && !prepared.readonly() {
                    return Err(Failure::Refused("it writes, and begins like a statement that reads".to_owned()));
                }
                let names: Vec<String> = prepared.column_names().map(str::to_owned).collect();
                let before = self.0.total_changes();
                let mut rows = prepared.query(parameters).map_err(failure)?;
                let mut found = Vec::new();
                while let Some(row) = rows.next().map_err(failure)? {
                    found.push((0..names.len()).map(|at| native(row, at)).collect::<Result<_, _>>()?);
                }
                drop(rows);
                let changed = if self.0.total_changes() == before { 0 } else { self.0.changes() };
                if *writes && self.0.is_autocommit() {
                    // Nothing of what was done in it may be called safe.
                    return Err(Failure::Broken("a statement ended the transaction of others".to_owned()));
                }
                Ok(Answer::Table { names, rows: found, changed })
            }
            Op::Select { table, .. } => {
                let mut rows = prepared.query(parameters).map_err(failure)?;
                let mut found = Vec::new();
                while let Some(row) = rows.next().map_err(failure)? {
                    found.push(read(table, row)?);
                }
                Ok(Answer::Rows(found))
            }
        }
    }

    fn columns(&self, table: &str) -> Result<Vec<ExistingColumn>, Failure> {
        let references = references::of(&self.0, table)?;
        let sql = "SELECT name, type, \"notnull\", dflt_value IS NOT NULL, pk FROM pragma_table_xinfo(?1)";
        let mut statement = self.0.prepare(sql).map_err(failure)?;
        let rows = statement.query_map([table], |row| {
            let (must_be, key): (bool, i64) = (row.get(2)?, row.get(4)?);
            let name: String = row.get(0)?;
            Ok(ExistingColumn {
                refers: references.iter().find(|refers| refers.column == name).map(Reference::existing),
                name,
                ty: row.get(1)?,
                // A key of one integer is never nothing, and does not say so.
                nullable: !must_be && key == 0,
                has_default: row.get(3)?,
                is_key: key > 0,
            })
        });
        rows.map_err(failure)?.collect::<Result<_, _>>().map_err(failure)
    }
}

impl ToSql for Parameter<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let borrowed = match self {
            Parameter::Text(text) => ValueRef::Text(text.as_bytes()),
            Parameter::Cell(cell) => match cell {
                Cell::Null => ValueRef::Null,
                Cell::Bool(value) => ValueRef::Integer(i64::from(*value)),
                Cell::Int(value) => ValueRef::Integer(*value),
                Cell::Uint(value) => match great(*value) {
                    Some(text) => return Ok(ToSqlOutput::Owned(SqlValue::Text(text))),
                    None => ValueRef::Integer(value.cast_signed()),
                },
                Cell::Float(value) => ValueRef::Real(*value),
                Cell::Text(text) => ValueRef::Text(text.as_bytes()),
                Cell::Bytes(bytes) => ValueRef::Blob(bytes),
            },
        };
        Ok(ToSqlOutput::Borrowed(borrowed))
    }
}

/// A row's cells, each of its column's kind.
fn read(map: &TableMap, row: &Row<'_>) -> Result<Vec<Cell>, Failure> {
    let cells = map.columns.iter().enumerate().map(|(at, column)| {
        let value = row.get_ref(at).map_err(failure)?;
        cell(column.kind, value)
            .ok_or_else(|| Failure::Refused(format!("{}.{} holds a value of another kind", map.name, column.name)))
    });
    cells.collect()
}

/// A cell of a column that nobody has described.
fn native(row: &Row<'_>, at: usize) -> Result<Cell, Failure> {
    Ok(match row.get_ref(at).map_err(failure)? {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(value) => Cell::Int(value),
        ValueRef::Real(value) => Cell::Float(value),
        ValueRef::Text(text) => match std::str::from_utf8(text) {
            Ok(text) => Cell::Text(text.to_owned()),
            Err(_) => return Err(Failure::Refused("a column holds a text that is not UTF-8".to_owned())),
        },
        ValueRef::Blob(bytes) => Cell::Bytes(bytes.to_vec()),
    })
}

fn cell(kind: Kind, value: ValueRef<'_>) -> Option<Cell> {
    Some(match (kind, value) {
        (_, ValueRef::Null) => Cell::Null,
        (Kind::Bool, ValueRef::Integer(value @ (0 | 1))) => Cell::Bool(value == 1),
        (Kind::Int, ValueRef::Integer(value)) => Cell::Int(value),
        (Kind::Uint, ValueRef::Integer(value)) => Cell::Uint(u64::try_from(value).ok()?),
        (Kind::Uint, ValueRef::Text(text)) => Cell::Uint(std::str::from_utf8(text).ok()?.parse().ok()?),
        (Kind::Float, ValueRef::Real(value)) => Cell::Float(value),
        (Kind::Text | Kind::Decimal | Kind::Instant | Kind::Json, ValueRef::Text(text)) => {
            Cell::Text(std::str::from_utf8(text).ok()?.to_owned())
        }
        (Kind::Bytes, ValueRef::Blob(bytes)) => Cell::Bytes(bytes.to_vec()),
        _ => return None,
    })
}

fn is_busy(error: &Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// What a failed statement means for its connection.
#[allow(clippy::needless_pass_by_value, reason = "what map_err gives")]
pub(super) fn failure(error: Error) -> Failure {
    let Error::SqliteFailure(code, message) = &error else { return Failure::Refused(error.to_string()) };
    let said = message.clone().unwrap_or_else(|| code.to_string());
    match code.code {
        ErrorCode::ConstraintViolation if is_taken(code.extended_code) => Failure::Taken(columns(&said)),
        ErrorCode::ConstraintViolation if code.extended_code == ffi::SQLITE_CONSTRAINT_FOREIGNKEY => {
            Failure::Dangling(String::new())
        }
        ErrorCode::ConstraintViolation
        | ErrorCode::TooBig
        | ErrorCode::TypeMismatch
        | ErrorCode::ParameterOutOfRange
        | ErrorCode::Unknown => Failure::Refused(said),
        _ => Failure::Broken(said),
    }
}

/// A transaction that cannot begin or end takes its connection with it.
fn broken(failure: Failure) -> Failure {
    match failure {
        Failure::Refused(why) => Failure::Broken(why),
        other => other,
    }
}

fn is_taken(code: i32) -> bool {
    [ffi::SQLITE_CONSTRAINT_UNIQUE, ffi::SQLITE_CONSTRAINT_PRIMARYKEY, ffi::SQLITE_CONSTRAINT_ROWID].contains(&code)
}

/// The columns that `UNIQUE constraint failed: user.name, user.age` names.
fn columns(said: &str) -> Vec<String> {
    let names = said.rsplit_once(": ").map_or("", |(_, names)| names).split(", ");
    names.map(|name| name.rsplit_once('.').map_or(name, |(_, column)| column).to_owned()).collect()
}
