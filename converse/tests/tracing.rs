//! Traces: what a handler is told, what is told of a message, and what goes on to the next server.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    clippy::indexing_slicing,
    dead_code,
    missing_docs,
    reason = "a test"
)]

#[path = "identity/server.rs"]
mod server;

use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock};

use converse::{App, Client, Config, Context, Result, State, message, respond};
use server::{Server, Talk};

/// What handlers are told.
#[message]
#[derive(Debug)]
struct Told {
    trace: Option<String>,
}

#[message]
struct Ask {}

#[respond]
fn ask(_: Ask, context: Context) -> Told {
    Told { trace: context.trace().map(|trace| trace.to_string()) }
}

/// Is answered later, by a thread of its own.
#[message]
struct Later {}

#[respond]
async fn later(_: Later, context: Context) -> Told {
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    Told { trace: context.trace().map(|trace| trace.to_string()) }
}

/// Asks another server.
#[message]
struct Forward {}

struct Next(OnceLock<Client>);

#[respond]
async fn forward(_: Forward, next: State<Next>, context: Context) -> Result<Told> {
    let client = next.0.get().expect("another server");
    Ok(client.call(Ask {}).trace(context.trace()).await?)
}

#[message]
struct Refused {
    number: u8,
}

#[respond]
fn refused(_: Refused) {}

/// Keeps its thread.
#[message]
struct Block {}

#[respond]
fn block(_: Block) {
    std::thread::sleep(std::time::Duration::from_secs(1));
}

fn app() -> App {
    App::linked().state(Next(OnceLock::new()))
}

const SENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const OTHER: &str = "00-11111111111111111111111111111111-2222222222222222-00";

/// What a log was told, for the whole of this program.
#[derive(Clone, Default)]
struct Said(Arc<Mutex<Vec<u8>>>);

impl Write for Said {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Said {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    /// The line that tells of this message, once it is there.
    fn line(&self, what: &str) -> String {
        self.line_with(&[what, "answered"])
    }

    /// The line that has all of these parts, once it is there.
    fn line_with(&self, parts: &[&str]) -> String {
        let begun = std::time::Instant::now();
        loop {
            let text = self.text();
            if let Some(line) = text.lines().find(|line| parts.iter().all(|part| line.contains(part))) {
                return line.to_owned();
            }
            assert!(begun.elapsed() < std::time::Duration::from_mins(1), "nothing is told of {parts:?}: {text}");
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
    }
}

/// All of it in one test, as a log is the whole program's.
#[test]
fn traces() {
    let server = Server::start(app, Config::default());
    unheard(&server);
    let said = Said::default();
    let to = said.clone();
    let log = tracing_subscriber::fmt().with_env_filter("converse::message=debug,converse_app=warn").with_ansi(false);
    log.with_writer(move || to.clone()).init();
    let server = Server::start(app, Config::default());
    heard(&server, &said);
}

/// Where nobody listens, a handler is told what was sent.
fn unheard(server: &Server) {
    let told = |trace: &str| format!("{{\"Told\":{{\"trace\":\"{trace}\"}}}}");
    let nothing = "{\"Told\":{}}";
    let (mut line, mut socket) = (server.lines(), server.websocket(&[]));
    for class in ["Ask", "Later"] {
        let message = format!("{{\"{class}\":{{}},\"$trace\":\"{SENT}\"}}");
        assert_eq!(line.say(&message), told(SENT));
        assert_eq!(socket.say(&message), told(SENT));
        assert!(server.http("POST /", &[("traceparent", OTHER)], &message).ends_with(&told(SENT)), "its own first");
        let empty = format!("{{\"{class}\":{{}}}}");
        assert!(server.http("POST /", &[("traceparent", OTHER)], &empty).ends_with(&told(OTHER)));
        let bare = server.http(&format!("POST /{class}"), &[("traceparent", OTHER)], "{}");
        assert!(bare.ends_with(&format!("{{\"trace\":\"{OTHER}\"}}")), "{bare}");
        let twice = [("traceparent", SENT), ("traceparent", OTHER)];
        assert!(server.http("POST /", &twice, &empty).ends_with(nothing), "nobody chooses");
        for wrong in ["", "00", &SENT.to_uppercase(), &SENT.replace("b7ad6b7169203331", "0000000000000000")] {
            assert_eq!(line.say(&format!("{{\"$trace\":\"{wrong}\",\"{class}\":{{}}}}")), nothing, "{wrong}");
        }
    }
}

/// Where somebody does, each message is a step of its own, and is told of.
fn heard(server: &Server, said: &Said) {
    const OF_SENT: &str = "00-0af7651916cd43dd8448eb211c80319c-";
    let (mut line, mut socket) = (server.lines(), server.websocket(&[]));
    for (id, class) in [(1, "Ask"), (2, "Later")] {
        let reply = line.say(&format!("{{\"{class}\":{{}},\"$trace\":\"{SENT}\",\"$id\":{id}}}"));
        assert!(reply.contains(OF_SENT) && !reply.contains(SENT), "{reply}");
        let told = said.line(&format!("id=\"{id}\""));
        let step = reply.split('-').nth(2).unwrap();
        for part in [
            format!("class=\"{class}\""),
            "transport=\"tcp\"".to_owned(),
            "trace_id=0af7651916cd43dd8448eb211c80319c".to_owned(),
            format!("span_id={step}"),
            "parent_id=\"b7ad6b7169203331\"".to_owned(),
            "code=\"ok\" micros=".to_owned(),
        ] {
            assert!(told.contains(&part), "{part} in {told}");
        }
    }
    assert!(socket.say("{\"Ask\":{},\"$id\":\"new\"}").contains("\"trace\":\"00-"), "one of its own");
    socket.say("{\"Refused\":{\"number\":\"canary\"},\"$id\":\"refused\"}");
    assert!(said.line("id=\"refused\"").contains("code=\"validation\""));
    socket.say("{\"No\\nsuch\":{},\"$id\":\"stranger\"}");
    assert!(said.line("id=\"stranger\"").contains("code=\"unknown_class\""));
    server.http("POST /Ask", &[("traceparent", OTHER)], "{}");
    said.line("trace_id=11111111111111111111111111111111");
    assert!(!said.text().contains("canary"));
    line.say("{\"Block\":{}}");
    said.line_with(&["class=\"Block\"", "write #[respond(blocking)]"]);
    going_on(server);
}

/// A client within a handler sends the handler's own step.
fn going_on(next: &Server) {
    let url = format!("tcp://{}", next.tcp);
    let (trace, reply) = converse::block_on(async {
        let state = Next(OnceLock::new());
        assert!(state.0.set(Client::connect(&url).await.unwrap()).is_ok());
        let engine = App::linked().state(state).build().unwrap();
        let message = format!("{{\"Forward\":{{}},\"$trace\":\"{SENT}\"}}");
        (SENT, String::from_utf8(engine.handle(message.as_bytes()).await).unwrap())
    });
    assert!(reply.contains(&trace[..36]) && !reply.contains(trace), "{reply}");
}
