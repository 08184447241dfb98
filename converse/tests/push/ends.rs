//! The end of a connection, and of the server.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use converse::PushError;

use crate::classes::{Keep, Said};
use crate::raw::Raw;
use crate::server::{PATIENCE, Server, Way, until};

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asked_is_told_that_a_peer_is_gone() {
    let server = Server::start().await;
    for way in Way::ALL {
        let client = server.client(way, "json").await;
        let () = client.call(Keep::new()).await.unwrap();
        let peer = server.kept.last();
        let told = Arc::new(AtomicUsize::new(0));
        for panics in [true, false] {
            let told = Arc::clone(&told);
            let farewell = move || {
                told.fetch_add(1, Ordering::SeqCst);
                assert!(!panics, "on purpose");
            };
            peer.on_gone(farewell).unwrap();
        }
        assert_eq!(told.load(Ordering::SeqCst), 0);
        drop(client);
        until("both were told", || told.load(Ordering::SeqCst) == 2).await;
        assert!(matches!(peer.on_gone(|| ()), Err(PushError::Gone)), "{way:?}");
        assert!(matches!(peer.send(Said::new("x")), Err(PushError::Gone)), "{way:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drain_sends_what_was_pushed_before_and_ends() {
    let server = Server::start().await;
    let (mut tcp, mut websocket) = (Raw::tcp(server.tcp()).await, Raw::websocket(server.http()).await);
    tcp.send("{\"Subscribe\":{}}\n").await;
    tcp.line().await;
    websocket.frame("{\"Subscribe\":{}}").await;
    websocket.until(b"{\"Done\":{}}").await;
    let news = server.news.clone();
    for number in 0..100 {
        assert_eq!(news.publish(Said::new(number.to_string())).unwrap(), 2);
    }
    // A publisher that never tires does not keep the server from ending.
    let publisher = std::thread::spawn({
        let news = news.clone();
        move || {
            let mut last = 0;
            while news.publish(Said::new("more")).unwrap() > 0 {
                last += 1;
                // Not so often that who has to wait for a core is taken for one who does not read.
                std::thread::sleep(Duration::from_millis(2));
            }
            last
        }
    });
    let ended = tokio::time::timeout(PATIENCE, server.serving.stop());
    let (cut_off, lines, frames) = tokio::join!(ended, tcp.rest(), websocket.rest());
    assert_eq!(cut_off.expect("the drain never ended"), 0);
    let lines = String::from_utf8(lines).unwrap();
    for number in 0..100 {
        let one = format!("{{\"$push\":\"news\",\"Said\":{{\"text\":\"{number}\"}}}}");
        assert!(lines.contains(&one), "{one} is missing");
        assert!(String::from_utf8_lossy(&frames).contains(&one), "{one} is missing over WebSocket");
    }
    let goodbye = String::from_utf8_lossy(&frames[frames.len() - 40..]).into_owned();
    assert!(goodbye.contains("shutting down"), "{goodbye}");
    publisher.join().unwrap();
    assert_eq!(news.subscribers(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_more_is_taken_once_the_server_drains() {
    let server = Server::start().await;
    let mut raw = Raw::tcp(server.tcp()).await;
    raw.send("{\"Keep\":{}}\n{\"Wait\":{}}\n").await;
    raw.line().await;
    let peer = server.kept.last();
    peer.send(Said::new("before")).unwrap();
    assert!(raw.line().await.contains("before"), "also while a handler runs");
    let stopping = tokio::spawn(server.serving.stop());
    until("the peer takes no more", || matches!(peer.send(Said::new("after")), Err(PushError::Gone))).await;
    assert!(!stopping.is_finished(), "its handler still runs, so it is the drain that said so");
    assert_eq!(stopping.await.unwrap(), 1);
}
