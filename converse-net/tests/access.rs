//! Hosts, origins and proxies: who may, who may not, and what the log says to the one who can allow it.

#![allow(clippy::unwrap_used, missing_docs)]

mod toy;

use std::io::Write;
use std::sync::{Arc, Mutex};

use converse_net::{Access, NetLimits};
use toy::Toy;
use toy::running::{Running, exchange};

const JSON: &str = "content-type: application/json\r\n";

async fn running() -> Running {
    let access = Access {
        hosts: vec!["api.example".to_owned()],
        origins: vec!["https://app.example".to_owned()],
        trusted_proxies: vec!["127.0.0.1".parse().unwrap()],
        metrics: Vec::new(),
    };
    Running::start_with(Toy::default(), NetLimits::default(), access).await
}

/// One request; the answer is in lower case.
async fn ask(running: &Running, line: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    let request = format!("{line} HTTP/1.1\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}");
    exchange(running.http, request).await.to_lowercase()
}

#[tokio::test]
async fn a_host_that_is_not_ours_reaches_health_alone() {
    let running = running().await;
    let post = |host: &str| (format!("host: {host}\r\n{JSON}"), "{\"A\":1}");
    for host in ["api.example", "localhost", "127.0.0.1:80", "[::1]"] {
        let (headers, body) = post(host);
        let answer = ask(&running, "POST /", &headers, body).await;
        assert!(answer.starts_with("http/1.1 200 "), "{host}: {answer}");
    }
    let started = running.toy.started();
    let (headers, body) = post("rebound.example");
    let answer = ask(&running, "POST /", &headers, body).await;
    assert!(answer.starts_with("http/1.1 421 ") && answer.contains("forbidden_host"), "{answer}");
    let upgrade = "host: rebound.example\r\norigin: http://rebound.example\r\nupgrade: websocket\r\n";
    let answer = ask(&running, "GET /ws", upgrade, "").await;
    assert!(answer.starts_with("http/1.1 421 "), "{answer}");
    assert_eq!(running.toy.started(), started);
    let answer = ask(&running, "GET /readyz", "host: 10.0.0.7.health.example\r\n", "").await;
    assert!(answer.starts_with("http/1.1 200 "), "{answer}");
}

#[tokio::test]
async fn a_named_origin_may_send_and_read() {
    let running = running().await;
    let asks = "host: api.example\r\norigin: https://app.example\r\naccess-control-request-method: POST\r\n\
                access-control-request-headers: content-type\r\n";
    let answer = ask(&running, "OPTIONS /SignIn", asks, "").await;
    assert!(answer.starts_with("http/1.1 204 "), "{answer}");
    for header in [
        "access-control-allow-origin: https://app.example",
        "access-control-allow-credentials: true",
        "access-control-allow-methods: get, post",
        "access-control-allow-headers: accept, authorization, content-type",
        "access-control-max-age: 600",
        "vary: origin, access-control-request-method",
    ] {
        assert!(answer.contains(header), "{header} in {answer}");
    }
    let headers = format!("host: api.example\r\norigin: https://app.example\r\n{JSON}");
    let answer = ask(&running, "POST /SignIn", &headers, "{}").await;
    assert!(answer.starts_with("http/1.1 200 "), "{answer}");
    for header in ["access-control-allow-origin: https://app.example", "access-control-expose-headers: converse-class"]
    {
        assert!(answer.contains(header), "{header} in {answer}");
    }
    assert_eq!(answer.matches("vary: origin").count(), 1, "{answer}");
}

#[tokio::test]
async fn any_other_origin_learns_nothing() {
    let running = running().await;
    for origin in ["https://evil.example", "null", "http://app.example", "https://app.example.evil.example"] {
        let asks = format!("host: api.example\r\norigin: {origin}\r\naccess-control-request-method: POST\r\n");
        let answer = ask(&running, "OPTIONS /", &asks, "").await;
        assert!(answer.starts_with("http/1.1 403 ") && !answer.contains("access-control"), "{answer}");
        let headers = format!("host: api.example\r\norigin: {origin}\r\n{JSON}");
        let answer = ask(&running, "POST /", &headers, "{\"A\":1}").await;
        assert!(!answer.contains("access-control") && answer.contains("vary: origin"), "{answer}");
        let upgrade = format!(
            "host: api.example\r\norigin: {origin}\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
             sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        );
        let request = format!("GET /ws HTTP/1.1\r\nconnection: upgrade, close\r\n{upgrade}\r\n");
        let answer = exchange(running.http, request).await;
        assert!(answer.starts_with("HTTP/1.1 403 "), "{origin}: {answer}");
    }
    let plain = Running::start(Toy::default(), NetLimits::default()).await;
    let answer = ask(&plain, "POST /", &format!("host: a\r\n{JSON}"), "{\"A\":1}").await;
    assert!(!answer.contains("vary") && !answer.contains("access-control"), "off where nobody is named: {answer}");
}

#[tokio::test]
async fn a_trusted_proxy_says_for_whom_it_asks() {
    let headers = format!("host: 127.0.0.1\r\nx-forwarded-for: 203.0.113.6, 198.51.100.1\r\n{JSON}");
    let answer = ask(&running().await, "POST /", &headers, "{\"who\":1}").await;
    assert!(answer.ends_with("\r\n\r\n198.51.100.1:0"), "{answer}");
    let nobody = Running::start(Toy::default(), NetLimits::default()).await;
    let answer = ask(&nobody, "POST /", &headers, "{\"who\":1}").await;
    assert!(answer.contains("\r\n\r\n127.0.0.1:"), "{answer}");
}

#[tokio::test]
async fn many_come_from_behind_a_proxy() {
    let limits = NetLimits { max_connections_per_address: 1, ..NetLimits::default() };
    let access = Access { trusted_proxies: vec!["127.0.0.0/8".parse().unwrap()], ..Access::default() };
    let running = Running::start_with(Toy::default(), limits, access).await;
    let _first = tokio::net::TcpStream::connect(running.tcp).await.unwrap();
    running.until_connections(1).await;
    let answer = ask(&running, "GET /livez", "host: a\r\n", "").await;
    assert!(answer.starts_with("http/1.1 200 "), "{answer}");
}

/// What is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_says_once_what_would_allow_it() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).with_ansi(false).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    // Where there is one subscriber alone, a place that logs for the first time asks that of its own thread whether anybody
    // listens, and remembers the answer: other tests, whose threads have none, would silence it here. Of two both are asked.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let limits = NetLimits { max_connections_per_address: 1, ..NetLimits::default() };
    let access = Access { trusted_proxies: vec!["192.0.2.1".parse().unwrap()], ..Access::default() };
    let running = Running::start_with(Toy::default(), limits, access).await;
    for _ in 0..3 {
        ask(&running, "POST /", "host: rebound.example:80\r\n", "").await;
        running.until_connections(0).await;
        let asks = "host: 127.0.0.1\r\norigin: https://evil.example\r\naccess-control-request-method: POST\r\n";
        ask(&running, "OPTIONS /", asks, "").await;
        running.until_connections(0).await;
        ask(&running, "POST /", "host: 127.0.0.1\r\nx-forwarded-for: 192.0.2.9\r\n", "").await;
        running.until_connections(0).await;
    }
    let _first = tokio::net::TcpStream::connect(running.tcp).await.unwrap();
    running.until_connections(1).await;
    ask(&running, "GET /livez", "host: a\r\n", "").await;
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for line in [
        "hosts = [\"rebound.example\"]",
        "origins = [\"https://evil.example\"]",
        "trusted_proxies = [\"192.0.2.1\", \"127.0.0.1\"]",
        "max_connections_per_address = 2",
    ] {
        assert_eq!(text.matches(line).count(), 1, "{line} in {text}");
    }
}
