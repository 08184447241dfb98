//! `GET /metrics`: what is counted, and who may read it.

use converse::Config;

use crate::classes::{Gate, app};
use crate::server::{Server, Talk};

/// What HTTP refuses by itself.
fn what_is_no_message_is_counted(server: &Server) {
    const JSON: &str = "content-type: application/json\r\n";
    for (line, headers) in [
        ("GET /nowhere/at/all", String::new()),
        ("GET /Ping", String::new()),
        ("POST /Ping", "content-type: text/plain\r\ncontent-length: 0\r\n".to_owned()),
        ("POST /", format!("{JSON}content-length: 99999999\r\n")),
        ("GET /ws", String::new()),
        ("POST /", format!("{JSON}content-length: 2\r\ncontent-length: 3\r\n")),
    ] {
        server.raw(&format!("{line} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{headers}\r\n"));
    }
    let text = metrics(server);
    for (code, count) in [
        ("not_found", 1),
        ("method_not_allowed", 1),
        ("unsupported_media", 1),
        ("too_large", 1),
        ("upgrade_required", 1),
        ("bad_request", 1),
    ] {
        let sample = format!("converse_faults_total{{class=\"\",code=\"{code}\"}} {count}");
        assert!(text.lines().any(|line| line == sample), "{sample}\n{text}");
    }
}

fn metrics(server: &Server) -> String {
    let response = server.http("GET /metrics", &[], "");
    assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
    assert!(response.contains("content-type: text/plain; version=0.0.4; charset=utf-8\r\n"), "{response}");
    response
}

#[test]
fn all_is_counted() {
    let gate = Gate::closed();
    let server = Server::start(app(&gate), Config::default());
    let (mut line, mut socket) = (server.lines(), server.websocket(&[]));
    for _ in 0..3 {
        line.say("{\"Ping\":{}}");
    }
    socket.say("{\"Ping\":{}}");
    server.http("POST /Ping", &[], "{}");
    line.say("{\"Work\":{\"milliseconds\":\"x\"}}");
    line.say("{\"Work\":{\"milliseconds\":0}}");
    socket.say("{\"canary\\nconverse_messages_total 1\":{}}");
    socket.say("{\"Canary\":{}}");
    socket.say("no envelope");
    line.say("{\"Refuse\":{}}");
    line.send("{\"$id\":1,\"Wait\":{}}\n{\"$id\":2,\"Ping\":{}}\n");
    line.hear();
    let text = metrics(&server);
    for sample in [
        "converse_messages_total{class=\"Ping\"} 6",
        "converse_messages_total{class=\"Work\"} 2",
        "converse_messages_total{class=\"Wait\"} 1",
        "converse_faults_total{class=\"Work\",code=\"validation\"} 1",
        "converse_faults_total{class=\"Refuse\",code=\"sold_out\"} 1",
        "converse_faults_total{class=\"\",code=\"unknown_class\"} 2",
        "converse_faults_total{class=\"\",code=\"bad_json\"} 1",
        // The first of a class on each thread is timed, and one thread serves.
        "converse_handler_seconds_bucket{class=\"Ping\",le=\"+Inf\"} 1",
        "converse_handler_seconds_count{class=\"Wait\"} 0",
        "converse_in_flight{class=\"Wait\"} 1",
        "converse_in_flight{class=\"Ping\"} 0",
        "converse_connections{transport=\"tcp\"} 1",
        "converse_connections{transport=\"websocket\"} 1",
        "converse_connections_total{transport=\"http\"} 3",
        "converse_shed_total{reason=\"queue_delay\"} 0",
        "converse_blocking{state=\"running\"} 0",
        "converse_draining 0",
    ] {
        assert!(text.lines().any(|line| line == sample), "{sample}\n{text}");
    }
    assert!(!text.to_lowercase().contains("canary"), "{text}");
    what_is_no_message_is_counted(&server);
    gate.open(1);
    line.hear();
    let text = metrics(&server);
    assert!(text.contains("converse_handler_seconds_count{class=\"Wait\"} 1\n"), "{text}");
    assert!(text.contains("converse_in_flight{class=\"Wait\"} 0\n"), "{text}");
}

#[test]
fn handlers_that_keep_their_thread_are_named() {
    let server = Server::start(app(&Gate::closed()), Config::default());
    let mut line = server.lines();
    line.say("{\"Work\":{\"milliseconds\":200}}");
    line.say("{\"Doze\":{}}");
    server.http("POST /Doze", &[], "{}");
    for _ in 0..1_000 {
        line.say("{\"Ping\":{}}");
    }
    let text = metrics(&server);
    let stuck = |class: &str| {
        let sample = format!("converse_stuck_total{{class=\"{class}\"}} ");
        let count = text.lines().find_map(|line| line.strip_prefix(&sample));
        count.unwrap_or_else(|| panic!("{sample}\n{text}")).parse::<u64>().unwrap()
    };
    assert!(stuck("Work") >= 1 && stuck("Doze") >= 2, "{text}");
    // On a busy machine anybody may be kept waiting now and then.
    assert!(stuck("Ping") < 10, "{text}");
}

#[test]
fn only_who_runs_the_server_may_read() {
    let elsewhere = Config { metrics: vec!["192.0.2.0/24".parse().unwrap()], ..Config::default() };
    let off = Config { metrics: Vec::new(), ..Config::default() };
    for config in [elsewhere, off] {
        let server = Server::start(app(&Gate::closed()), config);
        let response = server.http("GET /metrics", &[], "");
        assert!(response.starts_with("HTTP/1.1 404 ") && !response.contains("converse_"), "{response}");
    }
    let server = Server::start(app(&Gate::closed()), Config::default());
    let response = server.http("GET /metrics", &[("origin", "http://evil.example")], "");
    assert!(!response.contains("access-control-allow-origin"), "a page of another site cannot read it: {response}");
    let rebound = server.raw("GET /metrics HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n");
    assert!(rebound.starts_with("HTTP/1.1 421 ") && !rebound.contains("converse_"), "{rebound}");
    assert!(server.http("HEAD /metrics", &[], "").starts_with("HTTP/1.1 200 "));
}

#[test]
fn the_page_for_those_who_run_a_server_has_every_name() {
    let server = Server::start(app(&Gate::closed()), Config::default());
    let text = metrics(&server);
    let told: Vec<String> = text
        .lines()
        .filter_map(|line| line.strip_prefix("# HELP "))
        .filter_map(|line| line.split_once(' '))
        .map(|(name, help)| format!("| `{name}` | {help} |"))
        .collect();
    let page = include_str!("../../../docs/operations.md");
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| `converse_")).collect();
    assert!(!told.is_empty());
    assert_eq!(rows, told, "docs/operations.md has other rows; write them as on the right");
}
