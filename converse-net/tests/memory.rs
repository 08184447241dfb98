//! The connection loop over the transport in memory.

#![allow(clippy::unwrap_used, missing_docs)]

mod toy;

use std::sync::Arc;
use std::time::Duration;

use converse_net::connect_memory;
use toy::Toy;

async fn settle() {
    tokio::time::sleep(Duration::from_millis(1)).await;
}

#[tokio::test(start_paused = true)]
async fn a_message_is_answered() {
    let client = connect_memory(Arc::new(Toy::default()));
    assert!(client.send("{\"A\":{}}").await);
    assert_eq!(client.recv().await.unwrap(), "{\"A\":{}}");
}

#[tokio::test(start_paused = true)]
async fn many_messages_are_answered_in_order() {
    let client = connect_memory(Arc::new(Toy::default()));
    for number in 0..1_000 {
        assert!(client.send(&format!("{{\"A\":{number}}}")).await);
    }
    for number in 0..1_000 {
        assert_eq!(client.recv().await.unwrap(), format!("{{\"A\":{number}}}"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_without_a_number_holds_back_those_behind_it() {
    let toy = Arc::new(Toy::default());
    let client = connect_memory(Arc::clone(&toy));
    client.send("{\"wait\":{}}").await;
    client.send("{\"B\":{}}").await;
    client.send("{\"$id\":1,\"C\":{}}").await;
    settle().await;
    assert_eq!(toy.started(), 1);
    toy.open();
    assert_eq!(client.recv().await.unwrap(), "{\"wait\":{}}");
    assert_eq!(client.recv().await.unwrap(), "{\"B\":{}}");
    assert_eq!(client.recv().await.unwrap(), "{\"$id\":1,\"C\":{}}");
}

#[tokio::test(start_paused = true)]
async fn numbered_messages_are_answered_as_they_are_ready() {
    let client = connect_memory(Arc::new(Toy::default()));
    for (id, pause) in [(1, 30), (2, 10), (3, 20)] {
        client.send(&format!("{{\"$id\":{id},\"sleep {pause}\":{{}}}}")).await;
    }
    client.send("{\"$id\":4}").await;
    let mut order = Vec::new();
    for _ in 0..4 {
        order.push(client.recv().await.unwrap().chars().nth(7).unwrap());
    }
    assert_eq!(order, ['4', '2', '3', '1']);
}

#[tokio::test(start_paused = true)]
async fn no_more_than_256_messages_are_in_flight() {
    let toy = Arc::new(Toy::default());
    let client = connect_memory(Arc::clone(&toy));
    for id in 0..300 {
        client.send(&format!("{{\"$id\":{id},\"wait\":{{}}}}")).await;
    }
    settle().await;
    assert_eq!(toy.started(), 256);
    toy.open();
    client.recv().await.unwrap();
    settle().await;
    assert_eq!(toy.started(), 257);
    for _ in 1..300 {
        toy.open();
        client.recv().await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn handlers_survive_their_client() {
    let toy = Arc::new(Toy::default());
    let client = connect_memory(Arc::clone(&toy));
    client.send("{\"$id\":1,\"sleep 50\":{}}").await;
    client.send("{\"$id\":2,\"sleep 90\":{}}").await;
    settle().await;
    drop(client);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(toy.finished(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_finished_sending_is_still_answered() {
    let client = connect_memory(Arc::new(Toy::default()));
    client.send("{\"sleep 50\":{}}").await;
    client.send("{\"B\":{}}").await;
    client.finish();
    assert_eq!(client.recv().await.unwrap(), "{\"sleep 50\":{}}");
    assert_eq!(client.recv().await.unwrap(), "{\"B\":{}}");
    assert_eq!(client.recv().await, None);
}

#[tokio::test(start_paused = true)]
async fn a_large_message_is_refused_and_the_next_one_answered() {
    let toy = Arc::new(Toy::limited(16));
    let client = connect_memory(Arc::clone(&toy));
    client.send("{\"A\":\"much too large for this\"}").await;
    client.send("{\"A\":{}}").await;
    assert_eq!(client.recv().await.unwrap(), "{\"Fault\":\"too_large\"}");
    assert_eq!(client.recv().await.unwrap(), "{\"A\":{}}");
    assert_eq!(toy.started(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_slow_reader_stops_the_work_and_is_left_at_last() {
    let toy = Arc::new(Toy::default());
    let client = connect_memory(Arc::clone(&toy));
    for _ in 0..40 {
        client.send("{\"large 100000\":{}}").await;
    }
    settle().await;
    let stalled = toy.started();
    assert!((11..=13).contains(&stalled), "1 MiB is queued, and no more: {stalled}");
    client.recv().await.unwrap();
    tokio::time::sleep(Duration::from_secs(29)).await;
    client.recv().await.unwrap();
    tokio::time::sleep(Duration::from_secs(29)).await;
    assert!(client.send("{}").await, "a reader that takes a little is kept");
    tokio::time::sleep(Duration::from_secs(31)).await;
    assert!(!client.send("{}").await, "one that takes nothing is not");
}
