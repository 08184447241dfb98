//! converse: a message whose handler inserts a row, from clients in memory.

use std::time::Instant;

use converse::{App, Client, Config, Result, Table, message, respond, table};
use tokio::runtime::{Builder, Runtime};

use crate::{Side, TURN};

#[table]
struct Signin {
    #[field(primary_key, auto)]
    id: u64,
    username: String,
    password: String,
    at: f64,
}

#[message]
struct SignIn {
    #[field(min_length = 1, max_length = 64)]
    username: String,
    password: String,
    at: f64,
}

#[message]
struct SignedIn {
    id: u64,
}

#[respond]
impl SignIn {
    async fn respond(self, signins: Table<Signin>) -> Result<SignedIn> {
        let row = signins.insert(Signin::new(self.username, self.password, self.at)).await?;
        Ok(SignedIn::new(row.id))
    }
}

/// Clients of an engine with this store, each with a connection of its own and one call at a time.
pub(crate) fn side(store: &str, connections: usize) -> Side {
    let runtime: Runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let (engine, clients) = runtime.block_on(async {
        let engine = App::linked().build_with(Config { store: store.into(), ..Config::default() }).expect("an app");
        let mut clients = Vec::new();
        for _ in 0..connections {
            clients.push(engine.client().connect().await.expect("a client"));
        }
        (engine, clients)
    });
    Box::new(move |_| {
        // It lives as long as its clients.
        let _ = &engine;
        runtime.block_on(calls(&clients))
    })
}

/// Calls a second.
async fn calls(clients: &[Client]) -> f64 {
    let begun = Instant::now();
    let tasks: Vec<_> = clients
        .iter()
        .cloned()
        .map(|client| {
            tokio::spawn(async move {
                let mut count = 0_u32;
                while begun.elapsed() < TURN {
                    let call = client.call(SignIn::new("josh", "basketball", 1.5));
                    let _: SignedIn = call.await.expect("a reply");
                    count += 1;
                }
                count
            })
        })
        .collect();
    let mut count = 0;
    for task in tasks {
        count += task.await.expect("a count");
    }
    f64::from(count) / begun.elapsed().as_secs_f64()
}
