//! The two ways of a request, the plain one and hyper's: a client cannot tell which of them answers.

#![allow(clippy::unwrap_used, missing_docs)]

mod toy;

use std::time::Duration;

use converse_net::{Access, NetLimits};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::sleep;
use toy::Toy;
use toy::running::{Running, exchange};

const JSON: &str = "content-type: application/json\r\n";
const HOST: &str = "host: a\r\n";
/// A request that is not plain: hyper has the connection from here on.
const HEALTH: &str = "GET /livez HTTP/1.1\r\nhost: a\r\n\r\n";
const LAST: &str = "GET /livez HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";

async fn running() -> Running {
    let access = Access {
        hosts: vec!["a".to_owned()],
        origins: vec!["https://app.example".to_owned()],
        trusted_proxies: vec!["127.0.0.1".parse().unwrap()],
        metrics: Vec::new(),
    };
    Running::start_with(Toy::limited(60_000), NetLimits::default(), access).await
}

fn post(path: &str, headers: &str, body: &str) -> String {
    format!("POST {path} HTTP/1.1\r\n{headers}content-length: {}\r\n\r\n{body}", body.len())
}

/// All that came, without dates.
fn undated(answer: &str) -> String {
    answer.split_inclusive("\r\n").filter(|line| !line.starts_with("date: ")).collect()
}

#[tokio::test]
async fn both_ways_answer_alike() {
    let running = running().await;
    let usual = format!("{HOST}{JSON}");
    let with = |more: &str| format!("{usual}{more}\r\n");
    let large = "x".repeat(70_000);
    let requests = [
        post("/", &usual, "{\"A\":1}"),
        post("/?a=b", &usual, ""),
        post("/Anything", &usual, "{\"a\":1}"),
        post("/Quiet", &usual, "{}"),
        post("/Refused", &usual, "{}"),
        post("/", &usual, "{\"sleep 20\":1}"),
        post("/", &usual, "{\"large 100000\":1}"),
        post("/", &usual, "{\"cookie\":1}"),
        post("/", &usual, &"x".repeat(50_000)),
        post("/", &usual, &large),
        post("/Large", &usual, &large),
        post("/", HOST, "{}"),
        post("/A", HOST, "{}"),
        post("/", &format!("{HOST}content-type: text/plain\r\n"), "{}"),
        post("/", &with(JSON.trim_end()), "{}"),
        post("/", &with("content-encoding: gzip"), "{}"),
        post("/", &with("accept: text/html"), "{}"),
        post("/A", &with("accept: text/html"), "{}"),
        post("/", &with("accept: application/cbor"), "{\"A\":1}"),
        post("/", &with("idempotency-key: \"\""), "{}"),
        post("/A", &with("idempotency-key: \"\""), "{}"),
        post("/", &with("origin: https://app.example"), "{\"A\":1}"),
        post("/", &with("origin: https://app.example"), "{\"sleep 20\":1}"),
        post("/", &with("origin: https://other.example"), "{\"A\":1}"),
        post("/", &with("x-forwarded-for: 192.0.2.7"), "{\"who\":1}"),
        post("/", &with("connection: Keep-Alive"), "{\"A\":1}"),
        post("/", &with("X-Unknown:   a b\t "), "{\"A\":1}"),
        post("/", &with("x: \u{e9}"), "{\"A\":1}"),
        post("/", JSON, "{}"),
        post("/", &format!("{HOST}{usual}"), "{}"),
        post("/", &format!("host: b\r\n{JSON}"), "{}"),
        post("/", &format!("host: a b\r\n{JSON}"), "{}"),
        post("/ws", &usual, "{}"),
        post("/livez", &usual, "{}"),
        post("/a/b", &usual, "{}"),
        post("/\u{e9}", &usual, "{}"),
        post("/a b", &usual, "{}"),
        post("*", &usual, "{}"),
        post("http://a/", &usual, "{\"A\":1}"),
        post("/", &format!("{usual}{}", "x: y\r\n".repeat(40)), "{\"A\":1}"),
        post("/", &format!("{usual}{}", "x: y\r\n".repeat(120)), "{\"A\":1}"),
        post("/", &with(&format!("x: {}", "y".repeat(20_000))), "{\"A\":1}"),
        post("/", &with("x: a\0b"), "{}"),
        post("/", &with("content-length: 2"), "{}"),
        post("/", &with("expect: 100-continue"), "{\"A\":1}"),
        post("/", &with("transfer-encoding: chunked"), "0\r\n\r\n"),
    ];
    for request in requests {
        let before = running.toy.started();
        let plain = exchange(running.http, format!("{request}{LAST}")).await;
        let ran = running.toy.started() - before;
        let hyper = exchange(running.http, format!("{HEALTH}{request}{LAST}")).await;
        let (_, hyper) = hyper.split_once("ok").unwrap();
        let shown: String = request.chars().take(300).collect();
        assert!(!plain.is_empty(), "{shown}");
        assert_eq!(undated(&plain), undated(hyper), "{shown}");
        assert_eq!(running.toy.started() - before, 2 * ran, "{shown}");
    }
}

#[tokio::test]
async fn requests_keep_their_order_from_one_way_to_the_other() {
    let running = running().await;
    let usual = format!("{HOST}{JSON}");
    let many: String = (0..500).map(|number| post("/", &usual, &format!("{{\"A\":{number}}}"))).collect();
    let waits = post("/", &usual, "{\"sleep 50\":1}");
    let answer = exchange(running.http, format!("{many}{waits}{many}{HEALTH}{many}{LAST}")).await;
    let bodies: Vec<&str> =
        answer.split("\r\n\r\n").skip(1).map(|rest| rest.split("HTTP/1.1").next().unwrap()).collect();
    let numbers = || (0..500).map(|number| format!("{{\"A\":{number}}}"));
    let expected: Vec<String> = numbers()
        .chain(["{\"sleep 50\":1}".to_owned()])
        .chain(numbers())
        .chain(["ok".to_owned()])
        .chain(numbers())
        .chain(["ok".to_owned()])
        .collect();
    assert_eq!(bodies, expected);
}

#[tokio::test]
async fn a_body_may_come_behind_its_head() {
    let running = running().await;
    let (head, body) = (format!("POST / HTTP/1.1\r\n{HOST}{JSON}content-length: 7\r\n\r\n"), "{\"A\":1}");
    for pause in [1, 300] {
        let mut socket = TcpStream::connect(running.http).await.unwrap();
        socket.set_nodelay(true).unwrap();
        for part in [&head[..20], &head[20..], &body[..3], &body[3..], LAST] {
            socket.write_all(part.as_bytes()).await.unwrap();
            sleep(Duration::from_millis(pause)).await;
        }
        let mut answer = String::new();
        socket.read_to_string(&mut answer).await.unwrap();
        assert!(answer.contains(body) && answer.ends_with("ok"), "{answer}");
    }
}

#[tokio::test]
async fn who_goes_while_a_handler_waits_gives_the_place_back() {
    let running = running().await;
    let mut socket = TcpStream::connect(running.http).await.unwrap();
    let request = post("/", &format!("{HOST}{JSON}"), "{\"wait\":1}");
    socket.write_all(request.as_bytes()).await.unwrap();
    while running.toy.started() == 0 {
        sleep(Duration::from_millis(1)).await;
    }
    running.until_connections(1).await;
    drop(socket);
    running.until_connections(0).await;
    assert_eq!(running.toy.finished(), 0);
    running.toy.open();
    while running.toy.finished() == 0 {
        sleep(Duration::from_millis(1)).await;
    }
}
