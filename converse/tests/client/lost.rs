//! Connections that end in the middle of something.

use std::time::{Duration, Instant};

use converse::{Call, Client};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::classes::{Echo, Echoed, Nothing};
use crate::proxy::Proxy;
use crate::server::{Server, Way};
use crate::toy::{Toy, id};

#[tokio::test(flavor = "multi_thread")]
async fn a_client_survives_a_restart_of_its_server() {
    for way in [Way::Tcp, Way::WebSocket, Way::Http] {
        let mut server = Server::start().await;
        let client = server.client(way).await;
        let before: Echoed = client.call(Echo::new("before")).await.unwrap();
        assert_eq!(before.text, "before", "{way:?}");
        server.stop().await;
        // Made while there is no server: it waits for the next one.
        let call: Call<Echoed> = client.call(Echo::new("between"));
        let between = tokio::spawn(async move { call.await });
        sleep(Duration::from_millis(300)).await;
        assert!(!between.is_finished(), "{way:?}");
        server.start_again().await;
        assert_eq!(between.await.unwrap().unwrap().text, "between", "{way:?}");
        server.restart().await;
        // What crosses with the end of a connection may have been executed; what comes later goes elsewhere. The end is
        // here already, and a client that has its turn has seen it.
        sleep(Duration::from_secs(1)).await;
        let after: Echoed = client.call(Echo::new("after")).await.unwrap();
        assert_eq!(after.text, "after", "{way:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_without_a_server_says_what_it_waited_for() {
    for way in [Way::Tcp, Way::WebSocket, Way::Http] {
        let mut server = Server::start().await;
        let client = server.client(way).await;
        server.stop().await;
        sleep(Duration::from_secs(1)).await;
        let call = client.call(Nothing::new()).timeout(Duration::from_secs(2));
        let error = Call::<()>::into_future(call).await.unwrap_err();
        assert_eq!((error.code(), error.executed()), ("timeout", Some(false)), "{way:?}");
        assert!(error.to_string().contains("connection refused; is the server running"), "{way:?}: {error}");
    }
}

/// Cuts a connection with calls in flight, and says how they ended.
async fn cut(scheme: &str, idempotent: bool) -> Vec<Result<String, String>> {
    let server = Server::start().await;
    let to = if scheme == "tcp" { server.tcp } else { server.http };
    let proxy = Proxy::tcp(scheme, to).await;
    let client = Client::connect(&proxy.url).await.unwrap();
    let mut calls = JoinSet::new();
    for number in 0..12 {
        let call: Call<Echoed> = client.call(Echo::new(number.to_string()).with_held(true));
        let call = if idempotent { call.idempotent() } else { call };
        calls.spawn(async move {
            match call.await {
                Ok(echoed) => Ok(echoed.text),
                Err(error) => {
                    assert_eq!(error.executed(), None);
                    assert!(error.to_string().contains("may have been executed"), "{error}");
                    Err(error.code().to_owned())
                }
            }
        });
    }
    while server.counts.get() < 12 {
        sleep(Duration::from_millis(1)).await;
    }
    proxy.cut_and_hold();
    while proxy.open() > 0 {
        sleep(Duration::from_millis(1)).await;
    }
    server.counts.release();
    proxy.go_on();
    let ended = tokio::time::timeout(Duration::from_mins(1), calls.join_all()).await.expect("every call ends");
    let echoed: Echoed = client.call(Echo::new("next")).await.unwrap();
    assert_eq!(echoed.text, "next", "{scheme}");
    ended
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_in_flight_are_told_that_they_may_have_been_executed() {
    for scheme in ["tcp", "ws", "http"] {
        let ended = cut(scheme, false).await;
        assert_eq!(ended, vec![Err("connection_lost".to_owned()); 12], "{scheme}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn idempotent_calls_in_flight_are_made_again_as_far_as_the_budget_goes() {
    for scheme in ["tcp", "ws", "http"] {
        let ended = cut(scheme, true).await;
        // What a new client has is ten, and what twelve calls bring in is one.
        assert_eq!(ended.iter().filter(|ended| ended.is_ok()).count(), 11, "{scheme}: {ended:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_not_sent_goes_over_the_next_connection() {
    // The first connection takes nothing; behind what fits into the socket, calls were not sent.
    let toy = Toy::start(|connection, _, line| {
        if connection == 0 {
            std::thread::sleep(Duration::from_millis(200));
            return None;
        }
        Some(format!("{{\"$id\":{},\"Done\":{{}}}}\n", id(line)).into_bytes())
    })
    .await;
    let client = Client::connect(&toy.url).await.unwrap();
    let mut calls = JoinSet::new();
    for _ in 0..64 {
        let call: Call<()> = client.call(Echo::new("x".repeat(400_000)));
        calls.spawn(async move { call.await.map_err(|error| error.code().to_owned()) });
    }
    let ended = calls.join_all().await;
    let lost = ended.iter().filter(|ended| **ended == Err("connection_lost".to_owned())).count();
    let done = ended.iter().filter(|ended| ended.is_ok()).count();
    assert_eq!(lost + done, 64, "{ended:?}");
    assert!(lost >= 1 && done >= 16, "{lost} were lost and {done} sent again");
}

#[tokio::test(flavor = "multi_thread")]
async fn reconnecting_takes_its_time() {
    // It takes every connection and ends it at once.
    let toy = Toy::start(|_, _, _| None).await;
    let client = Client::connect(&toy.url).await.unwrap();
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(2) {
        let call = client.call(Nothing::new()).timeout(Duration::from_secs(2));
        let error = Call::<()>::into_future(call).await.unwrap_err();
        assert!(matches!(error.code(), "connection_lost" | "timeout"), "{error}");
    }
    let connections = toy.connections();
    // Pauses of 50, 100, 200, 400, 800 ms on average.
    assert!((2..=16).contains(&connections), "{connections} in two seconds");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_server_is_left() {
    let toy = Toy::start(|connection, _, line| {
        let answer = format!("{{\"$id\":{},\"Done\":{{}}}}\n", id(line)).into_bytes();
        Some(if connection == 0 { Vec::new() } else { answer })
    })
    .await;
    let client = Client::to(&toy.url).timeout(Duration::from_millis(200)).connect().await.unwrap();
    let error = Call::<()>::into_future(client.call(Nothing::new())).await.unwrap_err();
    assert_eq!((error.code(), error.executed()), ("timeout", None));
    let () = client.call(Nothing::new()).timeout(Duration::from_mins(1)).await.unwrap();
    assert_eq!(toy.connections(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_ends_with_its_client() {
    let server = Server::start().await;
    for scheme in ["tcp", "ws", "http"] {
        let to = if scheme == "tcp" { server.tcp } else { server.http };
        let proxy = Proxy::tcp(scheme, to).await;
        let client = Client::connect(&proxy.url).await.unwrap();
        let clone = client.clone();
        drop(client);
        let () = clone.call(Nothing::new()).await.unwrap();
        let mut pushed = clone.pushed();
        drop(clone);
        assert!(tokio::time::timeout(Duration::from_mins(1), pushed.next()).await.unwrap().is_none(), "{scheme}");
        while proxy.open() > 0 {
            sleep(Duration::from_millis(1)).await;
        }
        assert_eq!(proxy.connections(), 1, "{scheme}");
    }
}
