//! What is promised of JSON lines alone: where a message ends, and what ends the connection.

use crate::running::Running;
use crate::wire::tcp::Tcp;
use crate::wire::{Carrier, Received};

const PING: &str = "{\"Ping\":{}}\n";

fn pong() -> Received {
    Received::Reply(r#"{"Pong":{}}"#.to_owned(), None)
}

/// How many handlers of this mark have begun.
async fn begun(running: &Running, mark: &str) -> String {
    let mut wire = Carrier::Handle.connect(running).await;
    wire.send(format!(r#"{{"HowMany":{{"mark":"{mark}"}}}}"#).as_bytes()).await;
    match wire.receive().await {
        Received::Reply(reply, _) => reply,
        other => unreachable!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_is_no_object_ends_the_connection_and_nothing_behind_it_runs() {
    let running = Running::start().await;
    let first = ["POST / HTTP/1.1", "GET / HTTP/1.1", "[1]", "\"a\"", "1", "null", "}", "\u{feff}{}", "\0", "#"];
    for (at, line) in first.iter().enumerate() {
        let mark = format!("behind {at}");
        let behind = format!(r#"{{"Slow":{{"milliseconds":0,"mark":"{mark}"}}}}"#);
        let mut tcp = Tcp::connect(&running).await;
        tcp.send_raw(format!("{line}\r\nHost: localhost\r\n\r\n{behind}\n{behind}\n").as_bytes()).await;
        let Received::Reply(reply, _) = tcp.receive().await else { panic!("{line}: no fault came") };
        assert!(reply.starts_with(r#"{"Fault":{"code":"bad_envelope""#), "{line}: {reply}");
        assert_eq!(tcp.receive().await, Received::Ended(None), "{line}");
        assert_eq!(begun(&running, &mark).await, r#"{"SoMany":{"begun":0,"finished":0}}"#, "{line}");
    }
    println!("{} first lines that are no objects", first.len());
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_before_is_still_answered() {
    let running = Running::start().await;
    let mut tcp = Tcp::connect(&running).await;
    tcp.send_raw(format!("{PING}nope\n{PING}").as_bytes()).await;
    assert_eq!(tcp.receive().await, pong());
    assert!(matches!(tcp.receive().await, Received::Reply(fault, _) if fault.contains("bad_envelope")));
    assert_eq!(tcp.receive().await, Received::Ended(None));
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_end_in_every_way() {
    let running = Running::start().await;
    let mut tcp = Tcp::connect(&running).await;
    tcp.send_raw(b"\r\n\n  \t\n{\"Ping\":{}}\r\n\n{\"Ping\":{}}\n{\"Ping\":{}}\n").await;
    for _ in 0..3 {
        assert_eq!(tcp.receive().await, pong(), "empty lines carry nothing");
    }
    for piece in PING.as_bytes().chunks(3) {
        tcp.send_raw(piece).await;
        tokio::task::yield_now().await;
    }
    assert_eq!(tcp.receive().await, pong(), "a message in pieces");
    tcp.send_raw(b"{\"Ping\":\n").await;
    assert!(matches!(tcp.receive().await, Received::Reply(fault, _) if fault.contains("bad_json")), "half a message");
    tcp.send_raw(PING.trim_end().as_bytes()).await;
    tcp.finish().await;
    assert_eq!(tcp.receive().await, pong(), "the last line needs no end");
    assert_eq!(tcp.receive().await, Received::Ended(None));
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_messages_in_one_write() {
    let running = Running::start().await;
    let mut tcp = Tcp::connect(&running).await;
    let lines: Vec<String> = (0..1000).map(|id| format!("{{\"$id\":{id},\"Ping\":{{}}}}\n")).collect();
    tcp.send_raw(lines.concat().as_bytes()).await;
    for id in 0..1000 {
        assert_eq!(tcp.receive().await, Received::Reply(format!("{{\"$id\":{id},\"Pong\":{{}}}}"), None));
    }
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_without_end_is_refused_once_it_is_too_long() {
    let running = Running::start().await;
    let mut tcp = Tcp::connect(&running).await;
    tcp.send_raw(&[b"{\"Ping\":".as_slice(), &b" ".repeat(1 << 20)].concat()).await;
    assert!(matches!(tcp.receive().await, Received::Reply(fault, _) if fault.contains("too_large")));
    assert_eq!(tcp.receive().await, Received::Ended(None));
    running.stop().await;
}
