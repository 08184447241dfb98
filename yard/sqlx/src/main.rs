//! Committed rows a second with sqlx on SQLite: one commit each, `synchronous=FULL`, into the file that is named.
//!
//! A line that is read says how many tasks write and for how many milliseconds; the line that answers says rows a second.
//! The tasks share one connection, for SQLite takes one writer: more would wait for its lock in turns, and longer.

use std::io::BufRead;
use std::time::{Duration, Instant};

use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

const TABLE: &str = "CREATE TABLE signin (id INTEGER PRIMARY KEY AUTOINCREMENT, username TEXT NOT NULL, \
                     password TEXT NOT NULL, at REAL NOT NULL) STRICT";
const INSERT: &str = "INSERT INTO signin (username, password, at) VALUES (?1, ?2, ?3)";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("the first argument names a file")?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let pool = runtime.block_on(open(&path))?;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let (tasks, time) = line.split_once(' ').ok_or("a line is <tasks> <milliseconds>")?;
        println!("{}", runtime.block_on(rows(&pool, tasks.parse()?, Duration::from_millis(time.parse()?)))?);
    }
    Ok(())
}

async fn open(path: &str) -> sqlx::Result<SqlitePool> {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let options = options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
    sqlx::query(TABLE).execute(&pool).await?;
    Ok(pool)
}

async fn rows(pool: &SqlitePool, tasks: usize, time: Duration) -> sqlx::Result<f64> {
    let begun = Instant::now();
    let tasks: Vec<_> = (0..tasks)
        .map(|_| {
            let pool = pool.clone();
            tokio::spawn(async move {
                let mut count = 0_u32;
                while begun.elapsed() < time {
                    sqlx::query(INSERT).bind("josh").bind("basketball").bind(1.5).execute(&pool).await?;
                    count += 1;
                }
                Ok::<u32, sqlx::Error>(count)
            })
        })
        .collect();
    let mut count = 0;
    for task in tasks {
        count += task.await.expect("a task that does not panic")?;
    }
    Ok(f64::from(count) / begun.elapsed().as_secs_f64())
}
