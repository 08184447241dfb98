//! Messages a second whose reply says that a row is safe against a loss of power, at 1, 8 and 64 connections in memory;
//! against rusqlite with the same row, one commit each and in groups of 100. Both write ahead with `synchronous=FULL`,
//! in one folder: the first argument, which should be on a disk.
//!
//! converse goes the whole way of a message: JSON, checks, handler, unit of work, commit, reply, client.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use converse::{App, Client, Config, Result, Table, message, respond, table};
use rusqlite::{Connection, params};

/// How long one side is measured before it is the other's turn.
const TURN: Duration = Duration::from_millis(400);
const ROUNDS: usize = 9;

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

/// Calls a second of so many clients, each with a connection of its own and one call at a time.
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

const TABLE: &str = "CREATE TABLE signin (id INTEGER PRIMARY KEY AUTOINCREMENT, username TEXT NOT NULL, \
                     password TEXT NOT NULL, at REAL NOT NULL) STRICT";
const INSERT: &str = "INSERT INTO signin (username, password, at) VALUES (?1, ?2, ?3)";

fn open(path: &Path) -> Connection {
    let connection = Connection::open(path).expect("a file");
    connection.query_row("PRAGMA journal_mode=WAL", [], |row| row.get::<_, String>(0)).expect("a log");
    connection.execute_batch("PRAGMA synchronous=FULL").expect("a setting");
    connection.execute_batch(TABLE).expect("a table");
    connection
}

/// Rows a second, so many in a commit.
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

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

async fn measure(folder: &Path) {
    let store = format!("sqlite://{}", folder.join("converse.db").display()).as_str().into();
    let engine = App::linked().build_with(Config { store, ..Config::default() }).expect("an app");
    let single = open(&folder.join("single.db"));
    println!(
        "{:>11} {:>10} {:>10} {:>10} {:>9} {:>9}",
        "connections", "converse/s", "one each/s", "by 100/s", "to one", "to 100"
    );
    for connections in [1, 8, 64] {
        let mut clients = Vec::new();
        for _ in 0..connections {
            clients.push(engine.client().connect().await.expect("a client"));
        }
        let (mut ours, mut ones, mut hundreds, mut to_one, mut to_hundred) = (vec![], vec![], vec![], vec![], vec![]);
        for _ in 0..ROUNDS {
            let our = calls(&clients).await;
            let (one, hundred) = (rows(&single, 1), rows(&single, 100));
            to_one.push(our / one);
            to_hundred.push(our / hundred);
            ours.push(our);
            ones.push(one);
            hundreds.push(hundred);
        }
        println!(
            "{connections:>11} {:>10.0} {:>10.0} {:>10.0} {:>9.2} {:>9.2}",
            median(ours),
            median(ones),
            median(hundreds),
            median(to_one.clone()),
            median(to_hundred)
        );
        println!("figure sqlite-{connections} {:.3}", median(to_one));
    }
}

fn main() {
    let beside = std::env::args().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = beside.join(format!("converse-yard-store-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(measure(&folder));
    let _ = std::fs::remove_dir_all(&folder);
}
