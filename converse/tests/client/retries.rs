//! What is sent again, how often, and what never is.

use std::time::{Duration, Instant};

use converse::{Call, Client};
use tokio::task::JoinSet;

use crate::classes::{Busy, Free, Nothing};
use crate::server::{Server, Way};
use crate::toy::{Toy, id, key};

#[tokio::test(flavor = "multi_thread")]
async fn an_overloaded_server_is_asked_again_and_not_without_end() {
    for way in Way::ALL {
        let server = Server::start().await;
        let client = server.client(*way).await;
        let free: Free = client.call(Busy::new(2)).await.unwrap();
        assert_eq!(free.after, 2, "{way:?}: the third time it has room");
        let error = Call::<Free>::into_future(client.call(Busy::new(100))).await.unwrap_err();
        assert_eq!((error.code(), error.executed()), ("overloaded", Some(false)), "{way:?}");
        assert_eq!(server.counts.get(), 6, "{way:?}: three times in all");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_have_been_executed_is_not_sent_again_unless_it_may_be() {
    let server = Server::start().await;
    let client = server.client(Way::WebSocket).await;
    let call = client.call(Busy::new(1).with_untouched(false));
    let error = Call::<Free>::into_future(call).await.unwrap_err();
    assert_eq!((error.code(), error.executed()), ("overloaded", None));
    assert_eq!(server.counts.get(), 1);
    let free: Free = client.call(Busy::new(2).with_untouched(false)).idempotent().await.unwrap();
    assert_eq!(free.after, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn retries_are_at_most_a_tenth_of_all_calls() {
    for way in [Way::Tcp, Way::Http] {
        let server = Server::start().await;
        let client = server.client(way).await;
        let mut calls = JoinSet::new();
        for _ in 0..2_000 {
            let call: Call<Free> = client.call(Busy::new(usize::MAX));
            calls.spawn(async move { call.await.unwrap_err().code().to_owned() });
        }
        assert!(calls.join_all().await.iter().all(|code| code == "overloaded"), "{way:?}");
        let attempts = server.counts.get();
        // A tenth, and the ten that a new client has; what is earned faster than it is spent is not all kept.
        assert!((2_050..=2_210).contains(&attempts), "{way:?}: {attempts} attempts at 2,000 calls");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_waits_as_long_as_the_server_asks_and_not_beyond_the_deadline() {
    let fault = |line: &str, millis: u32| {
        let fault = format!(
            "\"code\":\"overloaded\",\"message\":\"m\",\"retryable\":true,\"executed\":false,\"retry_after_ms\":{millis}"
        );
        Some(format!("{{\"$id\":{},\"Fault\":{{{fault}}}}}\n", id(line)).into_bytes())
    };
    let toy = Toy::start(move |_, at, line| {
        if at == 0 { fault(line, 400) } else { Some(format!("{{\"Done\":{{}},\"$id\":{}}}\n", id(line)).into_bytes()) }
    })
    .await;
    let client = Client::connect(&toy.url).await.unwrap();
    let begun = Instant::now();
    let () = client.call(Nothing::new()).await.unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(400), "{:?}", begun.elapsed());

    let toy = Toy::start(move |_, _, line| fault(line, 200_000)).await;
    let client = Client::connect(&toy.url).await.unwrap();
    let begun = Instant::now();
    let call = client.call(Nothing::new()).timeout(Duration::from_secs(100));
    let error = Call::<()>::into_future(call).await.unwrap_err();
    assert_eq!(error.code(), "overloaded");
    assert!(begun.elapsed() < Duration::from_secs(90), "it does not wait in vain: {:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_earlier_try_may_have_done_is_not_forgotten() {
    let toy = Toy::start(|connection, _, line| {
        let fault = "\"code\":\"overloaded\",\"message\":\"m\",\"retryable\":true,\"executed\":false";
        (connection > 0).then(|| format!("{{\"$id\":{},\"Fault\":{{{fault}}}}}\n", id(line)).into_bytes())
    })
    .await;
    let client = Client::connect(&toy.url).await.unwrap();
    let error = Call::<()>::into_future(client.call(Nothing::new()).idempotent()).await.unwrap_err();
    assert_eq!((error.code(), error.executed()), ("overloaded", None), "the first try was lost");
    let error = Call::<()>::into_future(client.call(Nothing::new()).idempotent()).await.unwrap_err();
    assert_eq!((error.code(), error.executed()), ("overloaded", Some(false)));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_pause_and_no_deadline_is_too_long_to_be_counted() {
    let toy = Toy::start(|_, _, line| {
        let fault =
            format!("\"code\":\"overloaded\",\"retryable\":true,\"executed\":false,\"retry_after_ms\":{}", u64::MAX);
        Some(format!("{{\"$id\":{},\"Fault\":{{{fault}}}}}\n", id(line)).into_bytes())
    })
    .await;
    let client = Client::to(&toy.url).timeout(Duration::MAX).connect().await.unwrap();
    let error = Call::<()>::into_future(client.call(Nothing::new())).await.unwrap_err();
    assert_eq!(error.fault().unwrap().retry_after_ms, Some(u64::MAX));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_stays_the_same_from_try_to_try_and_is_another_for_another_call() {
    let toy = Toy::start(|connection, _, line| {
        let answer = format!("{{\"$id\":{},\"Done\":{{}}}}\n", id(line)).into_bytes();
        (connection > 1).then_some(answer)
    })
    .await;
    let client = Client::connect(&toy.url).await.unwrap();
    let () = client.call(Nothing::new()).idempotent().await.unwrap();
    let () = client.call(Nothing::new()).idempotent().await.unwrap();
    let lines = toy.lines();
    assert_eq!(lines.len(), 4, "two connections are lost, the third stays");
    assert_eq!(lines[0], lines[1]);
    assert_eq!(lines[1], lines[2]);
    assert_ne!(key(&lines[2]), key(&lines[3]));
    assert_eq!(key(&lines[3]).len(), 36);
}
