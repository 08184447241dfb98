//! The first program that somebody writes, from an empty target folder: converse as it comes, against the crates that one
//! puts together by hand for the same. Both take a JSON message over HTTP, keep a row of it in SQLite, which is compiled
//! along, and greet.

use crate::cargo::{Took, Workspace};
use crate::programs::{Program, manifest};

/// The peer's name, and ours.
const NAMES: [&str; 2] = ["axum-hello", "converse-hello"];
/// How often each is built; the median counts.
const ROUNDS: usize = 3;

/// What each takes, the peer first, in turns.
pub(crate) fn measure() -> Result<[Took; 2], String> {
    let workspace = Workspace::write("converse-hello", &programs())?;
    workspace.fetch()?;
    let mut took = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        for (name, took) in NAMES.iter().zip(&mut took) {
            took.push(workspace.build_cold(name)?);
        }
    }
    Ok(took.map(|builds| Took::median(&builds)))
}

pub(crate) fn print([peer, ours]: [Took; 2]) {
    let ratio = ours.processor / peer.processor;
    println!("{:<20} {:>12} {:>9}", "cold debug build", "processor s", "clock s");
    println!("{:<20} {:>12.1} {:>9.1}", "axum serde rusqlite", peer.processor, peer.clock);
    println!("{:<20} {:>12.1} {:>9.1}", "converse", ours.processor, ours.clock);
    println!("{:<20} {ratio:>12.2} {:>9.2}", "ratio", ours.clock / peer.clock);
    println!("figure hello-cold {ratio:.3}");
}

fn programs() -> [Program; 2] {
    let [peer, ours] = NAMES;
    [
        Program { name: peer, manifest: manifest(peer, PEER_DEPENDENCIES), source: PEER.to_owned() },
        Program {
            name: ours,
            manifest: manifest(ours, "converse = { path = \"HOUSE/converse\" }\n"),
            source: OURS.to_owned(),
        },
    ]
}

/// With the features that their own pages have in their first examples.
const PEER_DEPENDENCIES: &str = "\
axum = \"0.8\"
rusqlite = { version = \"0.41\", features = [\"bundled\"] }
serde = { version = \"1\", features = [\"derive\"] }
tokio = { version = \"1\", features = [\"full\"] }
";

const OURS: &str = r#"
use converse::{Result, Table, message, respond, table};

#[message]
struct Hello {
    #[field(min_length = 1, max_length = 64)]
    name: String,
}

#[message]
struct Greeting {
    text: String,
}

#[table]
struct Guest {
    #[field(primary_key, auto)]
    id: i64,
    name: String,
}

#[respond]
impl Hello {
    async fn respond(self, guests: Table<Guest>) -> Result<Greeting> {
        guests.insert(Guest::new(self.name.as_str())).await?;
        Ok(Greeting::new(format!("Hello, {}!", self.name)))
    }
}

fn main() -> std::process::ExitCode {
    converse::main()
}
"#;

const PEER: &str = r#"
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
struct Hello {
    name: String,
}

#[derive(Serialize)]
struct Greeting {
    text: String,
}

type Guests = Arc<Mutex<Connection>>;

async fn hello(State(guests): State<Guests>, Json(hello): Json<Hello>) -> Result<Json<Greeting>, StatusCode> {
    if hello.name.is_empty() || hello.name.chars().count() > 64 {
        return Err(StatusCode::UNPROCESSABLE_ENTITY);
    }
    let name = hello.name.clone();
    let insert = move || match guests.lock() {
        Ok(guests) => guests.execute("INSERT INTO guest (name) VALUES (?1)", [name]).is_ok(),
        Err(_) => false,
    };
    match tokio::task::spawn_blocking(insert).await {
        Ok(true) => Ok(Json(Greeting { text: format!("Hello, {}!", hello.name) })),
        _ => Err(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let guests = Connection::open("hello.db")?;
    guests.execute("CREATE TABLE IF NOT EXISTS guest (id INTEGER PRIMARY KEY, name TEXT NOT NULL)", [])?;
    let app = Router::new().route("/", post(hello)).with_state(Arc::new(Mutex::new(guests)));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:7117").await?;
    axum::serve(listener, app).await?;
    Ok(())
}
"#;
