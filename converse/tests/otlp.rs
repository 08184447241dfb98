//! Traces reach a collector: OTLP over HTTP, read here by a small collector of our own.

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

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use converse::{App, Config, Error, Result, Secret, message, respond};
use serde_json::Value;
use server::{Server, Talk};

const CANARY: &str = "canary-51c2";

#[message]
struct Quick {
    number: u8,
}

#[respond]
fn quick(_: Quick) {}

#[message]
struct Slow {
    password: Secret<String>,
}

#[respond]
async fn slow(slow: Slow) -> Result<()> {
    tokio::time::sleep(Duration::from_millis(20)).await;
    if slow.password.expose().ends_with("fails") { Err(Error::new("on purpose")) } else { Ok(()) }
}

/// Takes requests one after another, and hands out what they were.
fn collector() -> (SocketAddr, Receiver<(String, Value)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, (told, received)) = (listener.local_addr().unwrap(), channel());
    std::thread::spawn(move || {
        for socket in listener.incoming() {
            let mut reader = BufReader::new(socket.unwrap());
            let (mut head, mut length) = (String::new(), 0);
            while !head.ends_with("\r\n\r\n") {
                let before = head.len();
                assert!(reader.read_line(&mut head).unwrap() > 0, "{head}");
                if let Some(value) = head[before..].to_lowercase().strip_prefix("content-length: ") {
                    length = value.trim().parse().unwrap();
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            // Handed out before it is answered: who was answered may look at once for what came.
            if told.send((head, serde_json::from_slice(&body).unwrap())).is_err() {
                return;
            }
            reader.get_mut().write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").unwrap();
        }
    });
    (address, received)
}

fn config(collector: SocketAddr) -> Config {
    Config { otlp: Some(format!("http://{collector}").parse().unwrap()), ..Config::default() }
}

fn spans(requests: &Receiver<(String, Value)>) -> Vec<Value> {
    let mut all = Vec::new();
    while let Ok((head, body)) = requests.try_recv() {
        assert!(head.starts_with("POST /v1/traces HTTP/1.1\r\n"), "{head}");
        assert!(head.contains("content-type: application/json\r\n"), "{head}");
        let resource = &body["resourceSpans"][0];
        assert_eq!(resource["resource"]["attributes"][0]["key"], "service.name");
        assert!(!body.to_string().contains(CANARY), "{body}");
        all.extend(resource["scopeSpans"][0]["spans"].as_array().unwrap().iter().cloned());
    }
    all
}

fn attribute<'v>(span: &'v Value, key: &str) -> &'v Value {
    let all = span["attributes"].as_array().unwrap();
    &all.iter().find(|attribute| attribute["key"] == key).unwrap()["value"]["stringValue"]
}

fn nanos(span: &Value, key: &str) -> u128 {
    span[key].as_str().unwrap().parse().unwrap()
}

#[test]
fn every_message_of_a_recorded_trace_is_a_span() {
    const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
    let (address, requests) = collector();
    let server = Server::start(App::linked, config(address));
    let (mut line, mut socket) = (server.lines(), server.websocket(&[]));
    line.say(&format!("{{\"Quick\":{{\"number\":1}},\"$trace\":\"00-{TRACE}-b7ad6b7169203331-01\"}}"));
    line.say(&format!("{{\"Quick\":{{\"number\":1}},\"$trace\":\"00-{TRACE}-b7ad6b7169203331-00\"}}"));
    socket.say(&format!("{{\"Quick\":{{\"number\":\"{CANARY}\"}}}}"));
    socket.say(&format!("{{\"Slow\":{{\"password\":\"{CANARY}\"}},\"$auth\":\"{CANARY}\"}}"));
    server.http("POST /Slow", &[("x-api-key", CANARY)], &format!("{{\"password\":\"{CANARY} fails\"}}"));
    line.say(&format!("{{\"{CANARY}\":{{}}}}"));
    drop((line, socket));
    // What waits is sent when the server stops.
    drop(server);

    let spans = spans(&requests);
    let names: Vec<&str> = spans.iter().map(|span| span["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Quick", "Quick", "Slow", "Slow", "(unknown)"], "and not that of which nobody wants a record");
    assert_eq!((&spans[0]["traceId"], &spans[0]["parentSpanId"]), (&TRACE.into(), &"b7ad6b7169203331".into()));
    let codes: Vec<_> = spans.iter().map(|span| attribute(span, "converse.code")).collect();
    assert_eq!(codes, ["ok", "validation", "ok", "internal", "unknown_class"]);
    let transports: Vec<_> = spans.iter().map(|span| attribute(span, "converse.transport")).collect();
    assert_eq!(transports, ["tcp", "websocket", "websocket", "http", "tcp"]);
    let failed: Vec<bool> = spans.iter().map(|span| span["status"]["code"] == 2).collect();
    assert_eq!(failed, [false, false, false, true, false], "what a client did wrong is no error here");
    for span in &spans {
        let took = nanos(span, "endTimeUnixNano") - nanos(span, "startTimeUnixNano");
        assert!(span["name"] != "Slow" || took >= 20_000_000, "{span}");
        assert_eq!((span["spanId"].as_str().unwrap().len(), &span["kind"]), (16, &2.into()));
    }
}

#[test]
fn nobody_waits_for_a_collector_that_is_not_there() {
    // Held and not listened to: who connects is refused, and nobody else is given it.
    let nobody = tokio::net::TcpSocket::new_v4().unwrap();
    nobody.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let server = Server::start(App::linked, config(nobody.local_addr().unwrap()));
    let mut line = server.lines();
    for _ in 0..10_000 {
        assert_eq!(line.say("{\"Quick\":{\"number\":1}}"), "{\"Done\":{}}");
    }
}
