//! Hooks, and who may send what: authentication and rate before the body, roles before the hooks.

use std::time::Duration;

use converse::{
    App, Authenticate, BearerTokens, BoxFuture, Config, Credentials, Principal, Result, State, View, before, message,
    respond,
};

use crate::Log;
use crate::server::{Server, Talk};

/// Only an admin may send it.
#[message(allow = "admin")]
struct Erase {
    table: String,
}

#[before(Erase)]
async fn erasing(message: View<Erase>, who: Principal, log: State<Log>) {
    tokio::time::sleep(Duration::from_millis(2)).await;
    log.add(format!("{} erases {}", who.id(), message.table));
}

#[respond]
fn erase(_message: Erase, who: Principal, log: State<Log>) {
    log.add(format!("erased by {}", who.id()));
}

/// Knows everybody, after a while.
struct Slow(BearerTokens);

impl Authenticate for Slow {
    fn authenticate(&self, credentials: &Credentials) -> BoxFuture<Result<Option<Principal>>> {
        let known = self.0.authenticate(credentials);
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(2)).await;
            known.await
        })
    }
}

fn server(log: &Log, config: Config) -> Server {
    let admin = Principal::new("ada").unwrap().with_role("admin");
    let tokens = BearerTokens::new().with("ada-token", admin).with("josh-token", Principal::new("josh").unwrap());
    let log = log.clone();
    Server::start(move || App::linked().state(log).authenticate(Slow(tokens)), config)
}

#[test]
fn who_waits_for_an_authenticator_and_a_hook_is_known_to_both() {
    let log = Log::default();
    let server = server(&log, Config::default());
    let mut line = server.lines();
    let by_header = [("authorization", "Bearer ada-token")];
    for reply in [
        line.say(r#"{"$auth":"ada-token","Erase":{"table":"users"}}"#),
        server.websocket(&by_header).say(r#"{"Erase":{"table":"users"}}"#),
    ] {
        assert_eq!(reply, r#"{"Done":{}}"#);
    }
    assert_eq!(log.take(), ["ada erases users", "erased by ada"].repeat(2));
    for (message, code) in [
        (r#"{"$auth":"josh-token","Erase":{"table":"users"}}"#, "forbidden"),
        (r#"{"$auth":"josh-token","Erase":{"table":7}}"#, "validation"),
        (r#"{"Erase":{"table":"users"}}"#, "unauthenticated"),
    ] {
        let reply = line.say(message);
        assert!(reply.contains(&format!(r#""code":"{code}""#)), "{reply}");
        assert!(log.take().is_empty(), "{message}");
    }
}

#[test]
fn a_message_that_waits_twice_counts_once_for_its_rate() {
    let log = Log::default();
    let server = server(&log, Config { rate: 1, rate_burst: 4, ..Config::default() });
    let mut line = server.lines();
    for _ in 0..4 {
        assert_eq!(line.say(r#"{"$auth":"ada-token","Erase":{"table":"users"}}"#), r#"{"Done":{}}"#);
    }
    assert_eq!(log.take().len(), 8);
    // It is refused before its body is read, and so before its hooks.
    let reply = (0..30).map(|_| line.say(r#"{"$auth":"ada-token","Erase":{"table":7}}"#));
    assert!(reply.into_iter().any(|reply| reply.contains("rate_limited")));
    assert!(log.take().is_empty());
}
