//! A server of PostgreSQL for tests: the one that `CONVERSE_TEST_POSTGRES` names, or a private one, which is made with
//! what the machine has installed, and ends with the process that started it.

#[cfg(unix)]
mod private;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};

use tokio_postgres::NoTls;

#[cfg(unix)]
pub use private::{Private, Sync};

/// The variable that names a database in which schemas may come and go.
pub const VARIABLE: &str = "CONVERSE_TEST_POSTGRES";

/// The URL of the database for this process's tests, which is started if there is none yet.
///
/// # Errors
/// Why there is none, and what to do.
pub fn url() -> Result<String, String> {
    static URL: OnceLock<Result<String, String>> = OnceLock::new();
    URL.get_or_init(|| match std::env::var(VARIABLE) {
        Ok(url) if !url.is_empty() => Ok(url),
        _ => started(),
    })
    .clone()
}

#[cfg(unix)]
fn started() -> Result<String, String> {
    // Statics are not dropped; the server's guard sees the end of the process.
    static SERVER: Mutex<Option<Private>> = Mutex::new(None);
    let private = private(Sync::Memory)?;
    let url = private.url();
    *SERVER.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(private);
    Ok(url)
}

#[cfg(not(unix))]
fn started() -> Result<String, String> {
    Err(format!(
        "no private server is made here; name a database in which schemas may come and go: {VARIABLE}=postgres://…"
    ))
}

/// A private server that answers.
///
/// # Errors
/// Why there is none, and what to do.
#[cfg(unix)]
pub fn private(sync: Sync) -> Result<Private, String> {
    let mut private = Private::start(sync)?;
    private.is_up(|url| run_at(url, "SELECT 1"))?;
    Ok(private)
}

/// Runs statements in the database of [`url`].
///
/// # Errors
/// What the server says.
pub fn run(sql: &str) -> Result<(), String> {
    run_at(&url()?, sql)
}

/// Runs statements in a database.
///
/// # Errors
/// What the server says.
pub fn run_at(url: &str, sql: &str) -> Result<(), String> {
    rows(url, sql).map(drop)
}

/// Runs statements in a database, and returns the rows they give, each as texts.
///
/// # Errors
/// What the server says.
pub fn rows(url: &str, sql: &str) -> Result<Vec<Vec<String>>, String> {
    let told = |error: tokio_postgres::Error| match error.as_db_error() {
        Some(said) => said.to_string(),
        None => format!("{error:?}"),
    };
    let run = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.map_err(|error| error.to_string())?.block_on(async {
            let (client, connection) = tokio_postgres::connect(url, NoTls).await.map_err(told)?;
            let connection = tokio::spawn(connection);
            let messages = client.simple_query(sql).await.map_err(told)?;
            drop(client);
            // It has no more to say.
            let _ = connection.await;
            let rows = messages.iter().filter_map(|message| match message {
                tokio_postgres::SimpleQueryMessage::Row(row) => {
                    Some((0..row.len()).map(|at| row.get(at).unwrap_or("NULL").to_owned()).collect())
                }
                _ => None,
            });
            Ok(rows.collect())
        })
    };
    // Who asks may run futures itself.
    std::thread::scope(|scope| scope.spawn(run).join()).unwrap_or_else(|_| Err("the thread ended".to_owned()))
}

/// A schema of one test's own, gone at its end.
pub struct Schema {
    name: String,
    url: String,
}

impl Schema {
    /// A new one, empty.
    ///
    /// # Panics
    /// If there is no server, with what to do.
    #[allow(clippy::panic, reason = "a test that cannot run has failed")]
    pub fn new() -> Schema {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("converse_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let made = url().and_then(|url| run(&format!("CREATE SCHEMA {name}")).map(|()| url));
        let url = made.unwrap_or_else(|why| panic!("{why}"));
        let and = if url.contains('?') { '&' } else { '?' };
        Schema { url: format!("{url}{and}options=-csearch_path%3D{name}"), name }
    }

    /// The URL of the database, in which this schema is the current one.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Default for Schema {
    fn default() -> Schema {
        Schema::new()
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        // A server that is gone has no schema either.
        let _ = run(&format!("DROP SCHEMA IF EXISTS {} CASCADE", self.name));
    }
}
