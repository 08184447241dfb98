//! Hooks that fail, panic, wait and hang, around handlers of every kind.

use std::time::Duration;

use converse::{
    Answered, App, Config, Error, Inject, Result, Scope, State, View, after, before, message, protocol, respond,
};

use crate::Log;
use crate::server::{Server, Talk};

/// What each stage is to do.
#[protocol]
struct Tried {
    before: String,
    handler: String,
    after: String,
}

/// Its handler is done at once.
#[message]
struct Try {
    #[field(default)]
    before: String,
    #[field(default)]
    handler: String,
    #[field(default)]
    after: String,
}

/// Its handler may wait.
#[message]
struct TryLater {
    #[field(default)]
    before: String,
    #[field(default)]
    handler: String,
    #[field(default)]
    after: String,
}

/// Its handler has a thread of the pool.
#[message]
struct TryBlocking {
    #[field(default)]
    before: String,
    #[field(default)]
    handler: String,
    #[field(default)]
    after: String,
}

#[message]
struct Tidy {
    #[field(default = false)]
    argument: bool,
}

fn at_once(what: &str) -> Result<()> {
    match what {
        "fail" => Err(Error::new("a secret of the house")),
        "panic" => panic!("a secret of the house"),
        _ => Ok(()),
    }
}

async fn stage(what: &str) -> Result<()> {
    match what {
        "wait" => tokio::time::sleep(Duration::from_millis(2)).await,
        "hang" => std::future::pending().await,
        _ => {}
    }
    at_once(what)
}

#[before(Tried)]
async fn first(message: View<Tried>, log: State<Log>) -> Result<()> {
    log.add("before");
    stage(&message.before).await
}

#[after(Tried)]
async fn last(message: View<Tried>, answered: Answered, log: State<Log>) -> Result<()> {
    log.add(format!("after {}", answered.fault().map_or(answered.class(), |fault| &fault.code)));
    stage(&message.after).await
}

/// It is run before `last`, and what becomes of it is no matter of that.
#[after(Tried, order = 1)]
fn careless(message: View<Tried>) -> Result<()> {
    at_once(&message.after)
}

#[respond]
fn try_at_once(message: Try, log: State<Log>) -> Result<()> {
    log.add("handler");
    at_once(&message.handler)
}

#[respond]
async fn try_later(message: TryLater, log: State<Log>) -> Result<()> {
    log.add("handler");
    stage(&message.handler).await
}

#[respond(blocking)]
fn try_blocking(message: TryBlocking, log: State<Log>) -> Result<()> {
    log.add("handler");
    at_once(&message.handler)
}

/// Something that a hook asks for, and that cannot be made of every message.
struct Fragile;

impl Inject for Fragile {
    fn inject(scope: &Scope<'_>) -> Result<Fragile, Error> {
        if scope.peer.transport() == "memory" { Err(Error::new("not over memory")) } else { Ok(Fragile) }
    }
}

#[before(Tidy)]
fn tidy_first(_message: View<Tidy>, log: State<Log>) {
    log.add("tidy first");
}

#[before(Tidy, order = 1)]
fn tidy_breaks(_message: View<Tidy>, _fragile: Fragile, log: State<Log>) {
    log.add("never");
}

#[after(Tidy)]
fn tidy_never(_message: View<Tidy>, _fragile: Fragile, log: State<Log>) {
    log.add("never");
}

#[after(Tidy, order = -1)]
fn tidy_last(_message: View<Tidy>, answered: Answered, log: State<Log>) {
    log.add(format!("tidy last {}", answered.class()));
}

#[respond]
fn tidy(message: Tidy, log: State<Log>) {
    log.add(format!("never {}", message.argument));
}

const CLASSES: [&str; 3] = ["Try", "TryLater", "TryBlocking"];

/// A message of a class, its reply, and what was done for it.
async fn tried(class: &str, before: &str, handler: &str, after: &str) -> (String, Vec<String>) {
    let log = Log::default();
    // Where nothing hangs nothing is late, however busy the machine is.
    let hangs = [before, handler, after].contains(&"hang");
    let handler_timeout = if hangs { Duration::from_millis(80) } else { Duration::from_mins(1) };
    let config = Config { handler_timeout, ..Config::default() };
    let app = App::linked().state(log.clone()).build_with(config).unwrap();
    let body = format!(r#"{{"before":"{before}","handler":"{handler}","after":"{after}"}}"#);
    let reply = app.handle(format!(r#"{{"$id":5,"{class}":{body}}}"#).as_bytes()).await;
    let reply = String::from_utf8(reply).unwrap();
    assert!(reply.starts_with(r#"{"$id":5,"#), "{reply}");
    assert!(!reply.contains("secret"), "{reply}");
    (reply, log.take())
}

#[tokio::test]
async fn all_stages_run_in_their_order_whoever_waits() {
    for class in CLASSES {
        for before in ["", "wait"] {
            for after in ["", "wait", "fail", "panic"] {
                let (reply, done) = tried(class, before, "", after).await;
                assert_eq!(reply, r#"{"$id":5,"Done":{}}"#, "what comes after does not change the reply");
                assert_eq!(done, ["before", "handler", "after Done"], "{class} {before} {after}");
            }
        }
    }
}

#[tokio::test]
async fn what_comes_after_is_told_of_every_end() {
    for class in CLASSES {
        for before in ["", "wait"] {
            for handler in ["fail", "panic"] {
                let (reply, done) = tried(class, before, handler, "").await;
                assert!(reply.contains(r#""code":"internal""#), "{reply}");
                assert_eq!(done, ["before", "handler", "after internal"], "{class} {before} {handler}");
            }
        }
        for before in ["fail", "panic"] {
            let (reply, done) = tried(class, before, "", "").await;
            assert!(reply.contains(r#""code":"internal""#), "{reply}");
            assert_eq!(done, ["before", "after internal"], "{class} {before}");
        }
    }
}

#[tokio::test]
async fn each_stage_has_its_deadline() {
    for class in ["Try", "TryLater"] {
        let (reply, done) = tried(class, "hang", "", "").await;
        assert!(reply.contains(r#""code":"timeout""#) && reply.contains(r#""executed":false"#), "{reply}");
        assert_eq!(done, ["before", "after timeout"]);
        let (reply, done) = tried(class, "", "", "hang").await;
        assert_eq!(reply, r#"{"$id":5,"Done":{}}"#);
        assert_eq!(done, ["before", "handler", "after Done"]);
    }
    let (reply, done) = tried("TryLater", "wait", "hang", "").await;
    assert!(reply.contains(r#""code":"timeout""#) && !reply.contains("executed"), "{reply}");
    assert_eq!(done, ["before", "handler", "after timeout"]);
}

#[test]
fn a_hook_whose_argument_cannot_be_made_ends_with_that_at_its_turn() {
    let (app, log) = crate::app();
    let reply = crate::ask(&app, r#"{"Tidy":{}}"#);
    assert!(reply.contains(r#""code":"internal""#) && !reply.contains("not over memory"), "{reply}");
    assert_eq!(log.take(), ["tidy first", "tidy last Fault"]);
}

/// A program whose handlers may take 100 ms.
fn server(log: &Log, config: Config) -> Server {
    let log = log.clone();
    Server::start(move || App::linked().state(log), config)
}

#[test]
fn a_message_that_waits_in_a_hook_is_counted_once() {
    let log = Log::default();
    let server = server(&log, Config::default());
    let mut line = server.lines();
    for message in [
        r#"{"Try":{"before":"wait"}}"#,
        r#"{"Try":{"before":"wait","after":"wait"}}"#,
        r#"{"TryLater":{"before":"wait"}}"#,
    ] {
        assert_eq!(line.say(message), r#"{"Done":{}}"#);
    }
    assert!(line.say(r#"{"Try":{"before":"fail"}}"#).contains("internal"));
    let metrics = server.http("GET /metrics", &[], "");
    for sample in [
        r#"converse_messages_total{class="Try"} 3"#,
        r#"converse_messages_total{class="TryLater"} 1"#,
        r#"converse_faults_total{class="Try",code="internal"} 1"#,
        r#"converse_handler_seconds_count{class="TryLater"} 1"#,
        r#"converse_in_flight{class="Try"} 0"#,
        r#"converse_in_flight{class="TryLater"} 0"#,
    ] {
        assert!(metrics.lines().any(|line| line == sample), "{sample}\n{metrics}");
    }
}

#[test]
fn a_message_that_waits_in_a_hook_has_a_place_among_those_in_flight() {
    let log = Log::default();
    let config = Config { max_in_flight: 1, handler_timeout: Duration::from_secs(5), ..Config::default() };
    let server = server(&log, config);
    let (mut line, mut other) = (server.lines(), server.lines());
    line.send("{\"Try\":{\"before\":\"hang\"}}\n");
    let waits = || server.http("GET /metrics", &[], "").contains("converse_in_flight{class=\"Try\"} 1\n");
    while !waits() {}
    assert!(other.say(r#"{"TryLater":{}}"#).contains(r#""code":"overloaded""#));
    assert!(other.say(r#"{"Try":{"before":"wait"}}"#).contains(r#""code":"overloaded""#));
    assert_eq!(other.say(r#"{"Try":{}}"#), r#"{"Done":{}}"#, "what does not wait needs no place");
    assert!(line.hear().contains(r#""code":"timeout""#));
    assert_eq!(other.say(r#"{"TryLater":{"before":"wait"}}"#), r#"{"Done":{}}"#);
}

#[test]
fn what_has_begun_goes_on_while_a_server_drains() {
    let log = Log::default();
    let server = server(&log, Config::default());
    let mut line = server.lines();
    line.send("{\"Try\":{\"before\":\"wait\",\"after\":\"wait\"}}\n");
    while log.0.lock().unwrap().is_empty() {}
    drop(server);
    assert_eq!(line.hear(), r#"{"Done":{}}"#);
    assert_eq!(log.take(), ["before", "handler", "after Done"]);
}
