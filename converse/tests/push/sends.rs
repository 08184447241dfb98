//! `peer.send`: to every transport in every format.

use std::time::Duration;

use converse::{App, Client, Fault, Peer, PushError, Pushed, Topic, Topics, message, respond};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::classes::{Chat, Keep, Kept, Said};
use crate::raw::Raw;
use crate::server::{FORMATS, PATIENCE, Server, Way};

async fn next(pushed: &mut converse::PushStream) -> (Option<String>, String) {
    let Pushed { topic, message, .. } = timeout(PATIENCE, pushed.next()).await.unwrap().unwrap();
    (topic, message.downcast::<Said>().unwrap().text)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_peer_is_sent_messages_later_and_in_order() {
    let server = Server::start().await;
    for way in Way::ALL {
        for format in FORMATS {
            let client = server.client(way, format).await;
            let mut pushed = client.pushed();
            let (sender, mut heard) = mpsc::unbounded_channel();
            client.on::<Said>(move |said| sender.send(said.text).unwrap());
            let () = client.call(Keep::new().with_first(3)).await.unwrap();
            let peer = server.kept.last();
            // From a thread that is none of the runtime's.
            let sender = std::thread::spawn(move || {
                for number in 3..600 {
                    peer.send(Said::new(number.to_string())).unwrap();
                    if number % 100 == 0 {
                        std::thread::sleep(Duration::from_millis(2));
                    }
                }
            });
            for number in 0..600 {
                assert_eq!(next(&mut pushed).await, (None, number.to_string()), "{way:?} {format}");
                assert_eq!(heard.recv().await.unwrap(), number.to_string(), "{way:?} {format}");
            }
            sender.join().unwrap();
            assert_eq!(client.missed(), 0, "{way:?} {format}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_connection_is_woken() {
    let server = Server::start().await;
    for way in Way::ALL {
        let client = server.client(way, "json").await;
        let mut pushed = client.pushed();
        let () = client.call(Keep::new()).await.unwrap();
        for number in 0..3 {
            tokio::time::sleep(Duration::from_millis(20)).await;
            server.kept.last().send(Said::new(number.to_string())).unwrap();
            assert_eq!(next(&mut pushed).await.1, number.to_string(), "{way:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wire_says_that_it_is_pushed() {
    let server = Server::start().await;
    let mut raw = Raw::tcp(server.tcp()).await;
    raw.send("{\"Keep\":{}}\n").await;
    assert_eq!(raw.line().await, "{\"Done\":{}}");
    server.kept.last().send(Said::new("one")).unwrap();
    assert_eq!(raw.line().await, "{\"$push\":true,\"Said\":{\"text\":\"one\"}}");
    raw.send("{\"Subscribe\":{}}\n").await;
    assert_eq!(raw.line().await, "{\"Done\":{}}");
    assert_eq!(server.news.publish(Said::new("two")).unwrap(), 1);
    assert_eq!(raw.line().await, "{\"$push\":\"news\",\"Said\":{\"text\":\"two\"}}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_pushed_is_told_to_the_sender() {
    let server = Server::start().await;
    let client = server.client(Way::Tcp, "json").await;
    let () = client.call(Keep::new()).await.unwrap();
    let peer = server.kept.last();
    let long = peer.send(Said::new("x".repeat(100_001)));
    let Err(PushError::Invalid(fault)) = &long else { panic!("{long:?}") };
    assert_eq!((&*fault.code, &*fault.errors[0].pointer), ("validation", "/text"));
    assert!(matches!(peer.send(Said::new("\0")), Err(PushError::Invalid(_))));
    assert!(peer.send(Said::new("fits")).is_ok(), "the peer is none the worse for it");

    let http = Client::connect(&format!("http://{}", server.http())).await.unwrap();
    let () = http.call(Keep::new()).await.unwrap();
    let error = server.kept.last().send(Said::new("one")).unwrap_err();
    assert!(matches!(error, PushError::RepliesOnly("http")));
    assert!(error.to_string().contains("let it connect by WebSocket"), "{error}");
    assert!(server.news.subscribe(&server.kept.last()).is_err());
    let alone = Peer::new("memory", None);
    assert!(alone.on_gone(|| ()).unwrap_err().to_string().contains("let it connect"));
}

/// Answers through what it is pushed.
#[message]
struct Greet {
    name: String,
}

#[respond]
async fn greet(greet: Greet, peer: Peer) -> Result<(), converse::Error> {
    Ok(peer.send(Said::new(format!("hello, {}", greet.name)))?)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_test_kit_has_peers_that_await_what_is_pushed() {
    let app = App::test()
        .state(Kept::default())
        .state(Topic::<Said>::new("news"))
        .state(Topic::<Chat>::new("chat"))
        .state(Topics::<Said>::new());
    let mut josh = app.peer().await;
    let () = josh.call(Greet::new("josh")).await.unwrap();
    assert_eq!(josh.pushed::<Said>().await.text, "hello, josh");
    // Without a connection there is nowhere to push to.
    let refused: Result<(), Fault> = app.call(Greet::new("josh")).await;
    assert_eq!(refused.unwrap_err().code, "internal");
}

#[test]
fn a_topic_that_was_not_given_is_told_at_the_start() {
    let started = converse::block_on(async { App::linked().state(Kept::default()).build().map(|_| ()) });
    let said = started.unwrap_err().to_string();
    assert!(said.contains("needs Topic<Said>, which the application was not given"), "{said}");
    assert!(said.contains("add .state(Topic::<Said>::new(…))"), "{said}");
    assert!(said.contains("add .state(Topics::<Said>::new())"), "{said}");
}
