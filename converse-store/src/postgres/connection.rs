//! A connection to a database of PostgreSQL: a session, and the runtime in which its bytes come and go.

use tokio::runtime::{Builder, Runtime};
use tokio_postgres::{Client, SimpleQueryMessage};

use super::catalog;
use super::dialect::PostgresDialect;
use super::failure::{failure, unopened};
use super::session::Session;
use super::tls::Tls;
use super::url::Place;
use crate::engine::{Access, Connection, Failure};
use crate::migrate::{Change, Existing};
use crate::sql::changed;
use crate::{Answer, Durability, Op};

/// The oldest server that is served: what is older gets no mending any more.
const OLDEST: u32 = 13;

/// How many statements are sent at once, at most.
const AT_ONCE: usize = 256;

/// How long the start waits for other processes that start, and may be changing tables.
const PATIENCE_AT_START: &str = "30s";

/// What a session is told first. A process that stands still within a transaction is thrown out of it: one that goes on
/// says something every tenth of a second.
const SETTINGS: &str = "SET default_transaction_isolation = 'read committed'; SET lock_timeout = '5s'; \
    SET idle_in_transaction_session_timeout = '10s'; SET client_min_messages = 'warning'; SET standard_conforming_strings = on";

const ABOUT: &str = "SELECT current_setting('server_version_num'), current_setting('server_version'), \
    current_setting('server_encoding'), coalesce((SELECT oid::text FROM pg_namespace WHERE nspname = current_schema()), ''), \
    current_setting('fsync'), pg_is_in_recovery()::text";

pub(super) struct PostgresConnection {
    runtime: Runtime,
    session: Session,
}

impl PostgresConnection {
    pub(super) fn open(place: &Place, access: Access, durability: Durability) -> Result<PostgresConnection, Failure> {
        let runtime = Builder::new_current_thread().enable_io().enable_time().build();
        let runtime = runtime.map_err(|error| Failure::Broken(format!("the system gives no resources: {error}")))?;
        let session = runtime.block_on(session(place, access, durability))?;
        Ok(PostgresConnection { runtime, session })
    }
}

async fn session(place: &Place, access: Access, durability: Durability) -> Result<Session, Failure> {
    let cannot = |why: String| Failure::Broken(format!("{place} cannot be opened: {why}"));
    let tls = Tls::of(&place.encryption).map_err(cannot)?;
    let (client, connection) = place.config.connect(tls).await.map_err(|error| unopened(&error, place))?;
    // Its end is seen by the client.
    tokio::spawn(async move { drop(connection.await) });
    let commits = match durability {
        Durability::Full => "on",
        Durability::Fast => "off",
    };
    let reads = if access == Access::Read { "on" } else { "off" };
    let settings =
        format!("{SETTINGS}; SET synchronous_commit = '{commits}'; SET default_transaction_read_only = {reads}");
    client.batch_execute(&settings).await.map_err(|error| unopened(&error, place))?;
    let schema = checked(&client, place, access, durability).await?;
    Ok(Session::new(client, schema))
}

/// Looks whether the server is one that keeps what it is given; returns the number of the schema.
async fn checked(client: &Client, place: &Place, access: Access, durability: Durability) -> Result<i32, Failure> {
    let cannot = |why: String| Failure::Broken(format!("{place} cannot be used: {why}"));
    let messages = client.simple_query(ABOUT).await.map_err(|error| unopened(&error, place))?;
    let about = messages.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some((0..row.len()).map(|at| row.get(at).unwrap_or_default()).collect()),
        _ => None,
    });
    let about: Vec<&str> = about.unwrap_or_default();
    let [number, version, encoding, schema, fsync, recovers] = *about.as_slice() else {
        return Err(cannot("it does not say what it is; is it PostgreSQL?".to_owned()));
    };
    if number.parse::<u32>().is_ok_and(|number| number / 10_000 < OLDEST) {
        return Err(cannot(format!("it is PostgreSQL {version}, and {OLDEST} or newer is needed")));
    }
    if encoding != "UTF8" {
        return Err(cannot(format!(
            "its texts are in {encoding}, and must be in UTF-8: make it with `createdb -E UTF8 -T template0`"
        )));
    }
    let Ok(schema) = schema.parse::<u32>() else {
        return Err(cannot(
            "no schema of its search_path is there; make one, or name one with ?options=-csearch_path%3Dpublic"
                .to_owned(),
        ));
    };
    if access == Access::Write && recovers == "true" {
        return Err(cannot(
            "it is a standby, which only reads; name the primary, or all of them with target_session_attrs=read-write"
                .to_owned(),
        ));
    }
    if access == Access::Write && durability == Durability::Full && fsync == "off" {
        tracing::warn!("the server of {place} has fsync = off: what it says it has kept may be lost with the power");
    }
    Ok(schema.cast_signed())
}

impl Connection for PostgresConnection {
    fn begin(&mut self) -> Result<(), Failure> {
        self.session.want();
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Failure> {
        self.runtime.block_on(self.session.commit())
    }

    fn roll_back(&mut self) -> Result<(), Failure> {
        self.runtime.block_on(self.session.roll_back())
    }

    fn run(&mut self, op: &Op) -> Result<Answer, Failure> {
        let answer = self.run_all(&[op]).pop();
        answer.unwrap_or_else(|| Err(Failure::Broken("there is no answer".to_owned())))
    }

    fn run_all(&mut self, ops: &[&Op]) -> Vec<Result<Answer, Failure>> {
        self.runtime.block_on(self.session.run_all(ops))
    }

    fn at_once(&self) -> usize {
        AT_ONCE
    }

    fn is_lost(&mut self) -> bool {
        self.runtime.block_on(async {
            // Once for the system's word, and once for whom it concerns.
            tokio::task::yield_now().await;
            tokio::task::yield_now().await;
            self.session.client.is_closed()
        })
    }

    fn is_awaited(&mut self) -> bool {
        self.runtime.block_on(self.session.is_awaited())
    }

    fn begin_changes(&mut self) -> Result<(), Failure> {
        self.runtime.block_on(self.session.begin_changes(PATIENCE_AT_START))
    }

    fn existing(&mut self) -> Result<Vec<Existing>, Failure> {
        self.runtime.block_on(catalog::existing(&self.session.client)).map_err(|error| failure(&error, None))
    }

    fn change(&mut self, change: &Change) -> Result<(), Failure> {
        let map = match change {
            Change::CreateIndex(map, _) => Some(&**map),
            _ => None,
        };
        let sql = changed(change, &PostgresDialect);
        self.runtime.block_on(self.session.client.batch_execute(&sql)).map_err(|error| failure(&error, map))
    }
}
