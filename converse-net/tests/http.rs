//! HTTP/1.1, byte by byte: what a client library would hide is what matters here.

#![allow(clippy::unwrap_used, missing_docs)]

mod toy;

use std::time::{Duration, Instant};

use converse_net::{Listen, NetLimits, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::sleep;
use toy::Toy;
use toy::running::{Running, exchange, quick};

const JSON: &str = "content-type: application/json\r\n";

async fn running() -> Running {
    Running::start(Toy::default(), NetLimits::default()).await
}

/// One request on a connection of its own; the answer's head is in lower case.
async fn ask(running: &Running, line: &str, headers: &str, body: &str) -> (String, String) {
    let length = body.len();
    let request =
        format!("{line} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}");
    split(&exchange(running.http, request).await)
}

fn split(answer: &str) -> (String, String) {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_lowercase(), body.to_owned())
}

fn is(head: &str, status: u16) -> bool {
    head.starts_with(&format!("http/1.1 {status} "))
}

#[tokio::test]
async fn an_envelope_is_answered_by_an_envelope() {
    let running = running().await;
    let (head, body) = ask(&running, "POST /", JSON, "{\"A\":1}").await;
    assert!(is(&head, 200) && head.contains("content-type: application/json"), "{head}");
    assert_eq!(body, "{\"A\":1}");
    let (head, body) = ask(&running, "POST /", JSON, "{\"sleep 20\":1}").await;
    assert!(is(&head, 200), "{head}");
    assert_eq!(body, "{\"sleep 20\":1}");
}

#[tokio::test]
async fn a_bare_body_is_answered_by_a_bare_body() {
    let running = running().await;
    let (head, body) = ask(&running, "POST /Anything?x=1", JSON, "{\"a\":1}").await;
    assert!(is(&head, 200) && head.contains("converse-class: echo"), "{head}");
    assert_eq!(body, "{\"a\":1}");
    let (head, body) = ask(&running, "POST /Quiet", JSON, "{}").await;
    assert!(is(&head, 204) && body.is_empty(), "{head}");
    let (head, body) = ask(&running, "POST /Refused", JSON, "{}").await;
    assert!(is(&head, 503) && head.contains("retry-after: 2"), "{head}");
    assert!(head.contains("content-type: application/problem+json"), "{head}");
    assert!(body.contains("\"code\":\"overloaded\"") && body.contains("\"retry_after_ms\":1500"), "{body}");
}

#[tokio::test]
async fn only_json_is_read() {
    let running = running().await;
    for headers in ["", "content-type: text/plain\r\n", "content-type: application/json\r\ncontent-encoding: gzip\r\n"]
    {
        let (head, body) = ask(&running, "POST /", headers, "{}").await;
        assert!(is(&head, 415), "{head}");
        assert_eq!(body, "{\"Fault\":\"unsupported_media\"}");
        let (head, body) = ask(&running, "POST /A", headers, "{}").await;
        assert!(is(&head, 415) && body.starts_with("{\"type\":\"about:blank\""), "{head}{body}");
    }
    assert_eq!(running.toy.started(), 0);
}

#[tokio::test]
async fn a_large_body_is_refused_unread() {
    let running = Running::start(Toy::limited(10), NetLimits::default()).await;
    let head = format!("POST / HTTP/1.1\r\nhost: a\r\n{JSON}");
    let answer = exchange(running.http, format!("{head}content-length: 99999999999\r\n\r\n")).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    let chunked = format!("{head}transfer-encoding: chunked\r\n\r\n8\r\n12345678\r\n8\r\n12345678\r\n");
    let answer = exchange(running.http, chunked).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[tokio::test]
async fn slow_heads_and_bodies_end() {
    let running = Running::start(Toy::default(), quick()).await;
    exchange(running.http, "POST / HTTP/1.1\r\nhos").await;
    let answer =
        exchange(running.http, format!("POST / HTTP/1.1\r\nhost: a\r\n{JSON}content-length: 9\r\n\r\n{{")).await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.ends_with("{\"Fault\":\"too_slow\"}"), "{answer}");
}

#[tokio::test]
async fn an_idle_connection_ends_later_than_a_slow_head() {
    let limits = NetLimits { idle_timeout: Duration::from_secs(3), ..quick() };
    let running = Running::start(Toy::default(), limits).await;
    let begun = Instant::now();
    assert_eq!(exchange(running.http, "").await, "");
    let first = begun.elapsed();
    assert!((250..2_900).contains(&first.as_millis()), "a connection without a request has the head's time: {first:?}");
    let begun = Instant::now();
    let answer = exchange(running.http, "GET /livez HTTP/1.1\r\nhost: a\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(begun.elapsed().as_millis() >= 3_000, "an idle one is kept: {:?}", begun.elapsed());
}

#[tokio::test]
async fn a_handler_may_take_longer_than_an_idle_connection() {
    let running = Running::start(Toy::default(), quick()).await;
    let (head, body) = ask(&running, "POST /", JSON, "{\"sleep 900\":1}").await;
    assert!(is(&head, 200), "{head}");
    assert_eq!(body, "{\"sleep 900\":1}");
}

#[tokio::test]
async fn one_host_and_no_other_number_of_them() {
    let running = running().await;
    for hosts in ["", "host: a\r\nhost: a\r\n"] {
        let answer = exchange(running.http, format!("GET /livez HTTP/1.1\r\n{hosts}connection: close\r\n\r\n")).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    }
    let answer = exchange(running.http, "GET /livez HTTP/1.0\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.0 200 "), "{answer}");
}

#[tokio::test]
async fn health_and_paths() {
    let running = running().await;
    let (head, body) = ask(&running, "GET /livez", "", "").await;
    assert!(is(&head, 200) && body == "ok", "{head}");
    let (head, body) = ask(&running, "GET /readyz", "", "").await;
    assert!(is(&head, 200) && body == "ready", "{head}");
    let (head, _) = ask(&running, "GET /", "", "").await;
    assert!(is(&head, 405) && head.contains("allow: post"), "{head}");
    let (head, body) = ask(&running, "GET /a/b", "", "").await;
    assert!(is(&head, 404) && body.contains("GET /ws"), "{head}");
    let (head, _) = ask(&running, "GET /ws", "", "").await;
    assert!(is(&head, 426) && head.contains("sec-websocket-version: 13"), "{head}");
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let running = running().await;
    let one = |number: u8| {
        let last = if number == 9 { "connection: close\r\n" } else { "" };
        format!("POST / HTTP/1.1\r\nhost: a\r\n{last}{JSON}content-length: 7\r\n\r\n{{\"A\":{number}}}")
    };
    let answer = exchange(running.http, (1..=9).map(one).collect::<String>()).await;
    let places: Vec<_> = (1..=9).map(|number| answer.find(&format!("{{\"A\":{number}}}")).unwrap()).collect();
    assert!(places.is_sorted());
}

#[tokio::test]
async fn a_handler_survives_its_client_and_the_drain_waits_for_it() {
    let mut running = running().await;
    let body = "{\"wait\":1}";
    let length = body.len();
    let mut socket = TcpStream::connect(running.http).await.unwrap();
    let request = format!("POST / HTTP/1.1\r\nhost: a\r\n{JSON}content-length: {length}\r\n\r\n{body}");
    socket.write_all(request.as_bytes()).await.unwrap();
    running.until_started(1).await;
    drop(socket);
    sleep(Duration::from_millis(50)).await;
    running.stop();
    let toy = std::sync::Arc::clone(&running.toy);
    let ending = tokio::spawn(running.ended());
    sleep(Duration::from_millis(50)).await;
    assert!(!ending.is_finished() && toy.finished() == 0, "the drain waits");
    toy.open();
    assert_eq!(ending.await.unwrap().cut_off, 0);
    assert_eq!(toy.finished(), 1);
}

#[tokio::test]
async fn a_draining_server_still_tells_its_health() {
    let mut running = running().await;
    let mut busy = TcpStream::connect(running.http).await.unwrap();
    let request = format!("POST / HTTP/1.1\r\nhost: a\r\n{JSON}content-length: 10\r\n\r\n{{\"wait\":1}}");
    busy.write_all(request.as_bytes()).await.unwrap();
    let mut idle = TcpStream::connect(running.http).await.unwrap();
    running.until_started(1).await;
    running.until_connections(2).await;
    running.stop();
    assert_eq!(idle.read(&mut [0; 8]).await.unwrap(), 0);
    let (head, body) = ask(&running, "GET /readyz", "", "").await;
    assert!(is(&head, 503) && body == "draining", "{head}");
    let (head, body) = ask(&running, "POST /", JSON, "{\"A\":1}").await;
    assert!(is(&head, 503) && body == "{\"Fault\":\"shutting_down\"}", "{head}");
    let mut answer = String::new();
    running.toy.open();
    busy.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert_eq!(running.ended().await.cut_off, 0);
}

#[tokio::test]
async fn an_address_in_use_is_said_so() {
    let running = running().await;
    let listen = Listen { http: Some(running.http), ..Listen::default() };
    let toy = std::sync::Arc::new(Toy::default());
    let Err(error) = Server::bind(toy, listen, NetLimits::default()).await else {
        unreachable!("two servers on one address");
    };
    let text = error.to_string();
    assert!(text.starts_with(&format!("cannot listen on {} for http: the address is in use", running.http)), "{text}");
}
