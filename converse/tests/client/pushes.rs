//! What a server sends of its own accord.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use converse::Client;
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

use crate::classes::{Nothing, Said};
use crate::toy::{Toy, id};

/// Pushes these envelopes before it answers.
async fn pushing(envelopes: &'static [&'static str]) -> Toy {
    Toy::start(move |_, _, line| {
        Some(format!("{}\n{{\"$id\":{},\"Done\":{{}}}}\n", envelopes.join("\n"), id(line)).into_bytes())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn handlers_and_streams_get_what_is_pushed_in_order() {
    let toy = pushing(&[
        r#"{"$push":"rooms/1","Said":{"text":"one"}}"#,
        r#"{"Said":{"text":"two"},"$push":true,"$new":[1]}"#,
        r#"{"$push":true,"Said":{"text":"much too long"}}"#,
        r#"{"$push":true,"NeverHeardOf":{}}"#,
        r#"{"$push":"rooms/1","Said":{"text":"three"}}"#,
    ])
    .await;
    let client = Client::connect(&toy.url).await.unwrap();
    let (sender, mut heard) = mpsc::unbounded_channel();
    client.on::<Said>(move |said| sender.send(said.text).unwrap());
    let mut pushed = client.pushed();
    let () = client.call(Nothing::new()).await.unwrap();
    for expected in ["one", "two", "three"] {
        assert_eq!(timeout(Duration::from_mins(1), heard.recv()).await.unwrap().unwrap(), expected);
    }
    for (topic, text) in [(Some("rooms/1"), "one"), (None, "two"), (Some("rooms/1"), "three")] {
        let push = timeout(Duration::from_mins(1), pushed.next()).await.unwrap().unwrap();
        assert_eq!(push.topic.as_deref(), topic);
        assert_eq!(push.message.downcast::<Said>(), Some(Said::new(text)));
    }
    // The long one is missed by the handler and by the stream, the unknown one by the stream.
    assert_eq!(client.missed(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_wants_disturbs_nobody() {
    let toy = pushing(&[r#"{"$push":true,"Said":{"text":"one"}}"#]).await;
    let client = Client::connect(&toy.url).await.unwrap();
    for _ in 0..10 {
        let () = client.call(Nothing::new()).await.unwrap();
    }
    while client.missed() < 10 {
        sleep(Duration::from_millis(1)).await;
    }
}

// One of the threads is kept by a handler, on a machine with one core too.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn slow_and_panicking_handlers_delay_no_reply() {
    let toy = pushing(&[r#"{"$push":true,"Said":{"text":"one"}}"#; 30]).await;
    let client = Client::connect(&toy.url).await.unwrap();
    let heard = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&heard);
    client.on::<Said>(move |_| {
        let mut counted = counted.lock().unwrap_or_else(PoisonError::into_inner);
        *counted += 1;
        assert!(*counted > 1, "on purpose");
        std::thread::sleep(Duration::from_millis(20));
    });
    // Three times as many as wait for the handlers, which would take a minute for all of them.
    for _ in 0..100 {
        let () = client.call(Nothing::new()).timeout(Duration::from_mins(1)).await.unwrap();
    }
    assert!(client.missed() > 100, "missed {}", client.missed());
    while *heard.lock().unwrap_or_else(PoisonError::into_inner) < 3 {
        sleep(Duration::from_millis(1)).await;
    }
}
