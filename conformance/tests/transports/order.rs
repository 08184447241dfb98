//! In which order messages run and are answered: one after another without `$id`, concurrently with it.

use std::time::{Duration, Instant};

use crate::running::Running;
use crate::wire::{Carrier, PATIENCE, Received, Wire};

/// The transports whose connections carry several messages at a time.
const CONNECTIONS: [Carrier; 3] = [Carrier::Memory, Carrier::Tcp, Carrier::WebSocket];

fn slow(id: Option<&str>, milliseconds: u64, mark: &str) -> String {
    let id = id.map(|id| format!(r#""$id":"{id}","#)).unwrap_or_default();
    format!(r#"{{{id}"Slow":{{"milliseconds":{milliseconds},"mark":"{mark}"}}}}"#)
}

/// One that waits until its mark is released.
fn held(id: Option<&str>, mark: &str) -> String {
    slow(id, 0, mark).replace(r#""mark""#, r#""held":true,"mark""#)
}

fn slept(id: Option<&str>, mark: &str) -> String {
    let id = id.map(|id| format!(r#""$id":"{id}","#)).unwrap_or_default();
    format!(r#"{{{id}"Slept":{{"mark":"{mark}"}}}}"#)
}

async fn exchange(wire: &mut Wire, sent: &[String]) -> Vec<String> {
    for message in sent {
        wire.send(message.as_bytes()).await;
    }
    let mut replies = Vec::new();
    for _ in sent {
        replies.push(next(wire).await);
    }
    replies
}

async fn next(wire: &mut Wire) -> String {
    match wire.receive().await {
        Received::Reply(reply, _) => reply,
        other => panic!("{other:?} instead of a reply"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_id_in_order() {
    let running = Running::start().await;
    for carrier in CONNECTIONS {
        let mut wire = carrier.connect(&running).await;
        let start = Instant::now();
        let sent = [
            slow(None, 100, "a"),
            r#"{"Ping":{}}"#.to_owned(),
            slow(None, 60, "b"),
            "{\"Nope\":{}}".to_owned(),
            slow(None, 1, "c"),
        ];
        let replies = exchange(&mut wire, &sent).await;
        let took = start.elapsed();
        assert_eq!(replies[0], slept(None, "a"), "{carrier:?}");
        assert_eq!(replies[1], r#"{"Pong":{}}"#, "{carrier:?}");
        assert_eq!(replies[2], slept(None, "b"), "{carrier:?}");
        assert!(replies[3].contains("unknown_class"), "{carrier:?}");
        assert_eq!(replies[4], slept(None, "c"), "{carrier:?}");
        assert!(took >= Duration::from_millis(160), "one after another: {took:?}, {carrier:?}");
    }
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_id_as_they_are_ready() {
    let running = Running::start().await;
    for carrier in CONNECTIONS {
        let mut wire = carrier.connect(&running).await;
        let (a, b) = (format!("a {carrier:?}"), format!("b {carrier:?}"));
        wire.send(held(Some("1"), &a).as_bytes()).await;
        wire.send(held(Some("2"), &b).as_bytes()).await;
        assert_eq!(
            exchange(&mut wire, &[r#"{"$id":"3","Ping":{}}"#.to_owned()]).await,
            [r#"{"$id":"3","Pong":{}}"#],
            "{carrier:?}"
        );
        for (id, mark) in [("2", &b), ("1", &a)] {
            release(&running, mark).await;
            assert_eq!(next(&mut wire).await, slept(Some(id), mark), "{carrier:?}");
        }
    }
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_id_at_the_same_time() {
    let running = Running::start().await;
    for carrier in CONNECTIONS {
        let mut wire = carrier.connect(&running).await;
        let mark = format!("four {carrier:?}");
        for id in 0..4 {
            wire.send(held(Some(&id.to_string()), &mark).as_bytes()).await;
        }
        until(&running, &mark, r#"{"SoMany":{"begun":4,"finished":0}}"#).await;
        release(&running, &mark).await;
        for _ in 0..4 {
            assert!(next(&mut wire).await.contains("Slept"), "{carrier:?}");
        }
    }
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_with_id_holds_up_none_without() {
    let running = Running::start().await;
    for carrier in CONNECTIONS {
        let mut wire = carrier.connect(&running).await;
        let mark = format!("late {carrier:?}");
        wire.send(held(Some("late"), &mark).as_bytes()).await;
        assert_eq!(exchange(&mut wire, &[r#"{"Ping":{}}"#.to_owned()]).await, [r#"{"Pong":{}}"#], "{carrier:?}");
        release(&running, &mark).await;
        assert_eq!(next(&mut wire).await, slept(Some("late"), &mark), "{carrier:?}");
    }
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn at_most_256_at_a_time() {
    let running = Running::start().await;
    for carrier in CONNECTIONS {
        let mut wire = carrier.connect(&running).await;
        let never = |id: usize| format!(r#"{{"$id":{id},"Fail":{{"how":"never"}}}}"#);
        let probe = r#"{"$id":"probe","Ping":{}}"#.to_owned();
        let first = exchange(&mut wire, &(0..255).map(never).chain([probe.clone()]).collect::<Vec<_>>()).await;
        assert_eq!(first[0], r#"{"$id":"probe","Pong":{}}"#, "255 leave room for one: {carrier:?}");
        let then = exchange(&mut wire, &(0..256).map(never).chain([probe]).collect::<Vec<_>>()).await;
        assert!(then[0].contains("timeout"), "256 do not: {}, {carrier:?}", then[0]);
    }
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_started_handler_survives_its_client() {
    let running = Running::start().await;
    for (at, carrier) in [Carrier::Tcp, Carrier::Http, Carrier::WebSocket, Carrier::Memory].into_iter().enumerate() {
        let mark = format!("survivor {at}");
        let mut wire = carrier.connect(&running).await;
        wire.send(held(None, &mark).as_bytes()).await;
        let ran = |finished: u64| format!(r#"{{"SoMany":{{"begun":1,"finished":{finished}}}}}"#);
        until(&running, &mark, &ran(0)).await;
        drop(wire);
        release(&running, &mark).await;
        until(&running, &mark, &ran(1)).await;
    }
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_flight_is_answered_when_the_server_stops() {
    let running = Running::start().await;
    let mut wires = Vec::new();
    for carrier in [Carrier::Tcp, Carrier::Http, Carrier::WebSocket] {
        let mut wire = carrier.connect(&running).await;
        let mark = format!("drained {carrier:?}");
        wire.send(held(None, &mark).as_bytes()).await;
        until(&running, &mark, r#"{"SoMany":{"begun":1,"finished":0}}"#).await;
        wires.push((wire, mark));
    }
    let mut handle = Carrier::Handle.connect(&running).await;
    let stopped = tokio::spawn(running.serving.stop());
    tokio::task::yield_now().await;
    for (wire, mark) in &mut wires {
        exchange(&mut handle, &[format!(r#"{{"Release":{{"mark":"{mark}"}}}}"#)]).await;
        assert_eq!(next(wire).await, slept(None, mark));
    }
    drop(wires);
    assert_eq!(stopped.await.unwrap(), 0, "no connection was cut off");
}

/// Waits until this is how many handlers of a mark have run.
async fn until(running: &Running, mark: &str, wanted: &str) {
    let mut wire = Carrier::Handle.connect(running).await;
    let begun = Instant::now();
    while exchange(&mut wire, &[format!(r#"{{"HowMany":{{"mark":"{mark}"}}}}"#)]).await != [wanted] {
        assert!(begun.elapsed() < PATIENCE, "{mark}: never {wanted}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Lets those go on that are held under this mark.
async fn release(running: &Running, mark: &str) {
    let mut wire = Carrier::Handle.connect(running).await;
    exchange(&mut wire, &[format!(r#"{{"Release":{{"mark":"{mark}"}}}}"#)]).await;
}
