//! Several statements on their way at once: all are sent before the first is answered, so that they cost one way to the
//! server and back.

use std::future::Future;
use std::pin::Pin;
use std::task::Poll;

use futures_util::TryStreamExt;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Error, Row, Statement};

use crate::sql::Parameter;

/// The rows that a statement gave, and how many it changed.
pub(super) type Reply = Result<(Vec<Row>, u64), Error>;

/// A part of a flight.
pub(super) enum Step<'s> {
    /// Statements without values.
    Plain(&'s str),
    /// A prepared statement, and its values.
    Prepared(Statement, &'s [Parameter<'s>]),
}

/// Sends all, in this order, and awaits what they are answered. Each succeeds or fails by itself: within a transaction
/// those behind one that failed fail as well.
pub(super) async fn fly(client: &Client, steps: &[Step<'_>]) -> Vec<Reply> {
    in_order(steps.iter().map(|step| send(client, step))).await
}

/// Prepares all.
pub(super) async fn prepare<'t>(
    client: &Client,
    texts: impl Iterator<Item = (&'t str, &'t [Type])>,
) -> Vec<Result<Statement, Error>> {
    in_order(texts.map(|(text, types)| client.prepare_typed(text, types))).await
}

async fn send(client: &Client, step: &Step<'_>) -> Reply {
    match step {
        Step::Plain(text) => client.batch_execute(text).await.map(|()| (Vec::new(), 0)),
        Step::Prepared(statement, parameters) => {
            let mut stream = Box::pin(client.query_raw(statement, parameters.iter().copied()).await?);
            let mut rows = Vec::new();
            while let Some(row) = stream.try_next().await? {
                rows.push(row);
            }
            Ok((rows, stream.rows_affected().unwrap_or(0)))
        }
    }
}

/// Runs futures side by side. Each is begun before the next, and so sends what it sends before that does; they end in
/// the same order, as the server answers in it.
async fn in_order<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut running: Vec<Pin<Box<F>>> = futures.map(Box::pin).collect();
    let mut outputs: Vec<Option<F::Output>> = running.iter().map(|_| None).collect();
    let (mut begun, mut done) = (false, 0);
    std::future::poll_fn(|context| {
        for (future, output) in running.iter_mut().zip(&mut outputs).skip(done) {
            if output.is_none() {
                match future.as_mut().poll(context) {
                    Poll::Ready(ready) => *output = Some(ready),
                    Poll::Pending if begun => break,
                    Poll::Pending => {}
                }
            }
        }
        begun = true;
        done += outputs.iter().skip(done).take_while(|output| output.is_some()).count();
        if done == outputs.len() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    outputs.into_iter().flatten().collect()
}
