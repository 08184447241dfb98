//! What is said to the server, and when: transactions that begin with their first statement, and statements that fail
//! without taking the others of their transaction with them.

use std::collections::HashMap;
use std::future::Future;
use std::time::Duration;

use tokio_postgres::{Client, Error, Row, Statement};

use super::ask::{Ask, likes};
use super::failure::{failure, failure_of};
use super::flight::{Reply, Step, fly, prepare};
use crate::engine::Failure;
use crate::{Answer, Op};

/// The first half of the number of the lock by which processes take turns; the second is that of the schema.
const TURNS: i32 = 0x636f_6e76;

/// How many statements stay prepared.
const PREPARED: usize = 256;

/// How long the server may take for what is sent to it at once.
const PATIENCE: Duration = Duration::from_mins(1);

/// Back to where a statement failed was begun, as if it had not been.
const BACK: &str = "ROLLBACK TO SAVEPOINT converse; RELEASE SAVEPOINT converse";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Transaction {
    None,
    /// It begins with what is asked next.
    Wanted,
    Begun,
}

pub(super) struct Session {
    pub(super) client: Client,
    prepared: HashMap<String, Statement>,
    transaction: Transaction,
    /// The statements that begin a transaction once no other process writes.
    begin: String,
}

/// Why several things were not done, and what has become of them: nothing.
enum Undone {
    /// The transaction could not be begun, or is gone.
    All(Failure),
    /// The one at this place failed.
    One(usize, Failure),
}

/// What a statement gave: rows, and how many it changed.
type Done = (Vec<Row>, u64);

impl Session {
    /// A session that takes turns with others by this number.
    pub(super) fn new(client: Client, turn: i32) -> Session {
        let begin = format!("BEGIN; SELECT pg_advisory_xact_lock({TURNS}, {turn})");
        Session { client, prepared: HashMap::new(), transaction: Transaction::None, begin }
    }

    pub(super) fn want(&mut self) {
        self.transaction = Transaction::Wanted;
    }

    /// Begins a transaction in which tables are changed; others that do are awaited for so long.
    pub(super) async fn begin_changes(&mut self, patience: &str) -> Result<(), Failure> {
        let begin = self.begin.replacen("BEGIN;", &format!("BEGIN; SET LOCAL lock_timeout = '{patience}';"), 1);
        self.client.batch_execute(&begin).await.map_err(|error| failure(&error, None))?;
        self.transaction = Transaction::Begun;
        Ok(())
    }

    pub(super) async fn commit(&mut self) -> Result<(), Failure> {
        // A transaction that is broken says so by the first word; to the second it would only answer ROLLBACK.
        self.end("SAVEPOINT converse; COMMIT").await
    }

    pub(super) async fn roll_back(&mut self) -> Result<(), Failure> {
        self.end("ROLLBACK").await
    }

    async fn end(&mut self, text: &str) -> Result<(), Failure> {
        if std::mem::replace(&mut self.transaction, Transaction::None) != Transaction::Begun {
            return Ok(());
        }
        within(self.client.batch_execute(text))
            .await?
            .map_err(|error| Failure::Broken(failure(&error, None).to_string()))
    }

    /// Whether another session waits for this one.
    pub(super) async fn is_awaited(&self) -> bool {
        const ASKED: &str =
            "SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)) LIMIT 1";
        self.transaction == Transaction::Begun
            && within(self.client.query(ASKED, &[])).await.is_ok_and(|asked| asked.is_ok_and(|rows| !rows.is_empty()))
    }

    /// Does several things, one after another.
    pub(super) async fn run_all(&mut self, ops: &[&Op]) -> Vec<Result<Answer, Failure>> {
        let asks: Vec<Ask<'_>> = ops.iter().map(|op| Ask::of(op)).collect();
        let mut answers = Vec::with_capacity(asks.len());
        for (ask, done) in asks.iter().zip(self.done_in_turn(&asks).await) {
            let answer = done.and_then(|(rows, count)| ask.answer(&rows, count));
            answers.push(match answer {
                Ok(Some(answer)) => Ok(answer),
                Ok(None) => Err(self.taken(ask.op).await),
                Err(failure) => Err(failure),
            });
        }
        answers
    }

    /// All at once as long as none fails: else those before it, and then those behind it.
    async fn done_in_turn(&mut self, asks: &[Ask<'_>]) -> Vec<Result<Done, Failure>> {
        let mut results = Vec::with_capacity(asks.len());
        let mut rest = asks;
        while let Some((first, _)) = rest.split_first() {
            let mut failed = None;
            let mut now = rest;
            if self.transaction == Transaction::None {
                now = std::slice::from_ref(first);
            }
            let done = loop {
                match self.together(now).await {
                    Ok(done) => break done,
                    Err(Undone::All(failure)) => {
                        results.extend(rest.iter().map(|_| Err(failure.clone())));
                        return results;
                    }
                    Err(Undone::One(at, failure)) => {
                        failed = Some(failure);
                        now = now.split_at(at).0;
                    }
                }
            };
            results.extend(done.into_iter().map(Ok));
            results.extend(failed.map(Err));
            rest = asks.split_at(results.len()).1;
        }
        results
    }

    /// Does all of these at once, or none of them.
    async fn together(&mut self, asks: &[Ask<'_>]) -> Result<Vec<Done>, Undone> {
        if asks.is_empty() {
            return Ok(Vec::new());
        }
        let opening = match self.transaction {
            Transaction::None => None,
            Transaction::Wanted => Some(format!("{}; SAVEPOINT converse", self.begin)),
            Transaction::Begun => Some("SAVEPOINT converse".to_owned()),
        };
        let mut opening = opening.as_deref().map(Step::Plain);
        let mut prepared = self.prepared(asks);
        if prepared.iter().any(Option::is_none) {
            // A statement that cannot be prepared fails as one that cannot be run.
            if let Some(opening) = opening.take() {
                let replies = within(fly(&self.client, &[opening])).await.map_err(Undone::All)?;
                self.opened(replies).await?;
            }
            self.prepare(asks).await?;
            prepared = self.prepared(asks);
        }
        let is_opening = opening.is_some();
        let is_closing = self.transaction != Transaction::None;
        let mut steps: Vec<Step<'_>> = opening.into_iter().collect();
        let statements = prepared.into_iter().flatten().zip(asks);
        steps.extend(statements.map(|(statement, ask)| Step::Prepared(statement, &ask.parameters)));
        steps.extend(is_closing.then_some(Step::Plain("RELEASE SAVEPOINT converse")));
        let mut replies = within(fly(&self.client, &steps)).await.map_err(Undone::All)?;
        if is_opening {
            let others = replies.split_off(1);
            self.opened(replies).await?;
            replies = others;
        }
        let mut done = Vec::with_capacity(replies.len());
        for (at, reply) in replies.into_iter().enumerate() {
            match reply {
                Ok(reply) => done.push(reply),
                Err(error) => return Err(self.back(at, asks, &error).await),
            }
        }
        done.truncate(asks.len());
        Ok(done)
    }

    /// Undoes what was begun together with one that failed.
    async fn back(&mut self, at: usize, asks: &[Ask<'_>], error: &Error) -> Undone {
        let Some(ask) = asks.get(at) else { return Undone::All(Failure::Broken(failure(error, None).to_string())) };
        let table = ask.op.table().map(|table| &**table);
        self.undone(at, failure_of(error, table, ask.op.deletes())).await
    }

    /// Undoes what was begun together with the one at this place, which failed so.
    async fn undone(&self, at: usize, failure: Failure) -> Undone {
        match failure {
            broken @ Failure::Broken(_) => Undone::All(broken),
            failure if self.transaction == Transaction::None => Undone::One(at, failure),
            failure => match within(self.client.batch_execute(BACK)).await {
                Ok(Ok(())) => Undone::One(at, failure),
                _ => Undone::All(Failure::Broken("the transaction is lost".to_owned())),
            },
        }
    }

    /// Notes that the transaction has begun, if it has.
    async fn opened(&mut self, replies: Vec<Reply>) -> Result<(), Undone> {
        let Some(Err(error)) = replies.into_iter().next() else {
            self.transaction = Transaction::Begun;
            return Ok(());
        };
        let why = failure(&error, None);
        // One that is not begun may be so later.
        let is_well = self.transaction == Transaction::Wanted
            && matches!(why, Failure::Contended(_))
            && self.client.batch_execute("ROLLBACK").await.is_ok();
        Err(Undone::All(if is_well { why } else { Failure::Broken(why.to_string()) }))
    }

    /// The statements that are prepared already.
    fn prepared(&self, asks: &[Ask<'_>]) -> Vec<Option<Statement>> {
        asks.iter().map(|ask| self.prepared.get(&ask.text).cloned()).collect()
    }

    /// Prepares the others.
    async fn prepare(&mut self, asks: &[Ask<'_>]) -> Result<(), Undone> {
        if self.prepared.len() > PREPARED {
            self.prepared.clear();
        }
        let mut news: Vec<(usize, &Ask<'_>)> = Vec::new();
        for (at, ask) in asks.iter().enumerate() {
            if !self.prepared.contains_key(&ask.text) && news.iter().all(|(_, new)| new.text != ask.text) {
                news.push((at, ask));
            }
        }
        let texts = news.iter().map(|(_, new)| (&*new.text, &*new.types));
        let statements = within(prepare(&self.client, texts)).await.map_err(Undone::All)?;
        for ((at, new), statement) in news.into_iter().zip(statements) {
            match statement {
                Ok(statement) if statement.params().len() != new.parameters.len() => {
                    let (wanted, given) = (statement.params().len(), new.parameters.len());
                    let why = format!("it has {wanted} parameters, and {given} are given");
                    return Err(self.undone(at, Failure::Refused(why)).await);
                }
                Ok(statement) => drop(self.prepared.insert(new.text.clone(), statement)),
                Err(error) => return Err(self.back(at, asks, &error).await),
            }
        }
        Ok(())
    }

    /// Which columns of a new row another has already.
    async fn taken(&mut self, op: &Op) -> Failure {
        let likes = likes(op);
        for (columns, like) in &likes {
            let counted = match self.done_in_turn(&[Ask::of(like)]).await.pop() {
                Some(Ok((rows, _))) => rows,
                Some(Err(failure)) => return failure,
                None => Vec::new(),
            };
            if counted.first().is_some_and(|row| row.try_get::<_, i64>(0).is_ok_and(|count| count > 0)) {
                return Failure::Taken(columns.clone());
            }
        }
        // Others may have taken it out since, or it is taken in a column that only a newer program knows.
        Failure::Taken(likes.into_iter().next().map(|(columns, _)| columns).unwrap_or_default())
    }
}

/// Awaits the server, but not forever.
async fn within<F: Future>(future: F) -> Result<F::Output, Failure> {
    let late = || Failure::Broken(format!("the server has not answered within {} s", PATIENCE.as_secs()));
    tokio::time::timeout(PATIENCE, future).await.map_err(|_| late())
}
