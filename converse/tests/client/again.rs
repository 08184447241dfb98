//! Subscriptions that are asked for again, by what a server says to that.

use std::time::Duration;

use converse::{Client, Subscription};
use tokio::sync::mpsc::unbounded_channel;
use tokio::time::timeout;

use crate::classes::Nothing;
use crate::toy::{Toy, id};

fn fault(line: &str, code: &str, retryable: bool) -> Vec<u8> {
    let told = format!("\"code\":\"{code}\",\"message\":\"on purpose\",\"retryable\":{retryable},\"executed\":false");
    format!("{{\"$id\":{},\"Fault\":{{{told}}}}}\n", id(line)).into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_told_and_what_may_pass_is_asked_again() {
    let toy = Toy::start(|connection, at, line| match (connection, at) {
        // It ends with the second line, and so does the connection after that.
        (0 | 2, 1) | (1, 2) => None,
        (1, 0) => Some(fault(line, "overloaded", true)),
        (2, 0) => Some(fault(line, "forbidden", false)),
        _ => Some(format!("{{\"$id\":{},\"Done\":{{}}}}\n", id(line)).into_bytes()),
    })
    .await;
    let client = Client::connect(&toy.url).await.unwrap();
    let kept: Subscription<()> = client.subscribe(Nothing::new()).await.unwrap();
    let (renewed, mut renewals) = unbounded_channel();
    kept.on_renewed(move |told| renewed.send(told.map_err(|error| error.code().to_owned())).unwrap());
    for expected in [Ok(()), Err("forbidden".to_owned()), Ok(())] {
        // Whoever sends now has the connection end.
        let lost: Result<(), _> = client.call(Nothing::new()).await;
        assert_eq!(lost.unwrap_err().code(), "connection_lost");
        assert_eq!(timeout(Duration::from_mins(1), renewals.recv()).await.unwrap().unwrap(), expected);
    }
    let lines = toy.lines();
    let first = &lines[2];
    assert!(lines[3] == *first && lines[5] == *first && lines[7] == *first, "the same message each time: {lines:?}");
    assert!(id(first).starts_with("-9223372036854775"), "{first}");
    assert_eq!((client.gaps(), toy.connections()), (3, 4));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_at_first_is_no_subscription() {
    let toy = Toy::start(|_, at, line| (at == 0).then(|| fault(line, "forbidden", false))).await;
    let client = Client::connect(&toy.url).await.unwrap();
    let refused = client.subscribe::<_, ()>(Nothing::new()).await.unwrap_err();
    assert_eq!(refused.code(), "forbidden");
    let lost: Result<(), _> = client.call(Nothing::new()).timeout(Duration::from_secs(5)).await;
    assert!(lost.is_err());
    while toy.connections() < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(toy.lines().len(), 2);
}
