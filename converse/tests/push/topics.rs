//! Topics: who gets what, in which order, and who is forgotten.

use std::time::Duration;

use converse::{Client, PushError, PushStream, Pushed};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::classes::{Came, Chat, Join, Keep, Part, Said, Subscribe, Watch};
use crate::server::{FORMATS, PATIENCE, Server, Way, until};

async fn next(pushed: &mut PushStream) -> (Option<String>, String) {
    let Pushed { topic, message, .. } = timeout(PATIENCE, pushed.next()).await.unwrap().unwrap();
    (topic, message.downcast::<Said>().unwrap().text)
}

async fn joined(server: &Server, way: Way, room: &str) -> (Client, PushStream) {
    let client = server.client(way, "json").await;
    let pushed = client.pushed();
    let () = client.call(Join::new(room)).await.unwrap();
    (client, pushed)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_subscriber_is_reached_in_its_own_format() {
    let server = Server::start().await;
    let mut subscribers = Vec::new();
    for way in Way::ALL {
        for format in FORMATS {
            let client = server.client(way, format).await;
            let pushed = client.pushed();
            let (sender, heard) = mpsc::unbounded_channel();
            client.on::<Said>(move |said| sender.send(said.text).unwrap());
            // Twice is once.
            let () = client.call(Subscribe::new()).await.unwrap();
            let () = client.call(Subscribe::new()).await.unwrap();
            subscribers.push((client, pushed, heard));
        }
    }
    assert_eq!(server.news.subscribers(), 9);
    assert_eq!(server.news.publish(Said::new("one")).unwrap(), 9);
    for (client, pushed, heard) in &mut subscribers {
        assert_eq!(next(pushed).await, (Some("news".to_owned()), "one".to_owned()));
        assert_eq!(timeout(PATIENCE, heard.recv()).await.unwrap().unwrap(), "one");
        assert_eq!(client.missed(), 0);
    }
    assert!(matches!(server.news.publish(Said::new("x".repeat(100_001))), Err(PushError::Invalid(_))));
    assert!(matches!(server.news.publish(Said::new("\0")), Err(PushError::Invalid(_))));
    drop(subscribers.split_off(4));
    until("those who are gone are forgotten", || server.news.subscribers() == 4).await;
    assert_eq!(server.news.publish(Said::new("two")).unwrap(), 4);
    for (_, pushed, _) in &mut subscribers {
        assert_eq!(next(pushed).await.1, "two", "nothing of what was not valid");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn publishers_on_many_threads_are_heard_in_one_order() {
    let server = Server::start().await;
    let mut heard = Vec::new();
    for way in [Way::Memory, Way::Tcp, Way::WebSocket, Way::Tcp] {
        let client = server.client(way, "json").await;
        let pushed = client.pushed();
        let () = client.call(Subscribe::new()).await.unwrap();
        heard.push((client, pushed));
    }
    let publishers: Vec<_> = (0..4)
        .map(|thread| {
            let news = server.news.clone();
            std::thread::spawn(move || {
                for number in 0..200 {
                    assert_eq!(news.publish(Said::new(format!("{thread} {number}"))).unwrap(), 4);
                    std::thread::sleep(Duration::from_micros(100));
                }
            })
        })
        .collect();
    let mut orders = Vec::new();
    for (_, pushed) in &mut heard {
        let mut order = Vec::new();
        for _ in 0..800 {
            order.push(next(pushed).await.1);
        }
        orders.push(order);
    }
    for publisher in publishers {
        publisher.join().unwrap();
    }
    assert!(orders.windows(2).all(|pair| pair[0] == pair[1]), "all hear the same");
    for thread in 0..4 {
        let of: Vec<_> = orders[0].iter().filter(|text| text.starts_with(&format!("{thread} "))).collect();
        assert!(of.iter().enumerate().all(|(number, text)| **text == format!("{thread} {number}")), "{of:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rooms_are_there_from_the_first_to_the_last() {
    let server = Server::start().await;
    assert_eq!(server.rooms.publish("kitchen", Said::new("nobody")).unwrap(), 0);
    let (josh, mut to_josh) = joined(&server, Way::WebSocket, "kitchen").await;
    let (anna, mut to_anna) = joined(&server, Way::Tcp, "kitchen").await;
    let (_bob, mut to_bob) = joined(&server, Way::Memory, "hall").await;
    assert_eq!((server.rooms.len(), server.rooms.subscribers("kitchen")), (2, 2));
    assert_eq!(server.rooms.publish("kitchen", Said::new("soup")).unwrap(), 2);
    assert_eq!(server.rooms.publish("hall", Said::new("echo")).unwrap(), 1);
    let kitchen = Some("kitchen".to_owned());
    assert_eq!(next(&mut to_josh).await, (kitchen.clone(), "soup".to_owned()));
    assert_eq!(next(&mut to_anna).await, (kitchen, "soup".to_owned()));
    assert_eq!(next(&mut to_bob).await, (Some("hall".to_owned()), "echo".to_owned()));

    let () = josh.call(Part::new("kitchen")).await.unwrap();
    assert_eq!(server.rooms.publish("kitchen", Said::new("salt")).unwrap(), 1);
    assert_eq!(next(&mut to_anna).await.1, "salt");
    drop((anna, to_anna));
    until("an empty room is removed", || server.rooms.len() == 1).await;

    // The client's own names cannot make more rooms than there may be: three.
    for room in ["a", "b"] {
        let () = josh.call(Join::new(room)).await.unwrap();
    }
    let refused: Result<(), _> = josh.call(Join::new("c")).await;
    assert_eq!(refused.unwrap_err().code(), "internal");
    let () = josh.call(Part::new("a")).await.unwrap();
    let () = josh.call(Join::new("c")).await.unwrap();
    assert_eq!(server.rooms.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn coming_and_going_and_publishing_at_once_leaves_nobody_behind() {
    let server = Server::start().await;
    let url = format!("tcp://{}", server.tcp());
    let mut tasks = Vec::new();
    for number in 0..8 {
        let (url, rooms) = (url.clone(), server.rooms.clone());
        tasks.push(tokio::spawn(async move {
            for round in 0..20 {
                let room = if (number + round) % 2 == 0 { "a" } else { "b" };
                let client = Client::connect(&url).await.unwrap();
                let () = client.call(Join::new(room)).await.unwrap();
                let () = client.call(Keep::new()).await.unwrap();
                rooms.publish(room, Said::new("x")).unwrap();
                if round % 3 == 0 {
                    let () = client.call(Part::new(room)).await.unwrap();
                }
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    until("no room is left", || server.rooms.is_empty()).await;
    let gone = server.kept.last().send(Said::new("x")).unwrap_err();
    assert!(matches!(gone, PushError::Gone), "{gone:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn members_of_a_union_go_out_under_their_own_classes() {
    let server = Server::start().await;
    for way in Way::ALL {
        for format in FORMATS {
            let client = server.client(way, format).await;
            let mut pushed = client.pushed();
            let () = client.call(Watch::new()).await.unwrap();
            assert_eq!(server.chat.publish(Said::new("hello").into()).unwrap(), 1);
            assert_eq!(server.chat.publish(Came::new("anna").into()).unwrap(), 1);
            assert!(matches!(server.chat.publish(Chat::from(Came::new(""))), Err(PushError::Invalid(_))));
            let mut seen = Vec::new();
            for _ in 0..3 {
                let Pushed { topic, message, .. } = timeout(PATIENCE, pushed.next()).await.unwrap().unwrap();
                seen.push((topic, message.class().name().to_owned()));
            }
            let told = |topic: Option<&str>, class: &str| (topic.map(str::to_owned), class.to_owned());
            let expected = [told(None, "Came"), told(Some("chat"), "Said"), told(Some("chat"), "Came")];
            assert_eq!(seen, expected, "{way:?} in {format}");
            drop((client, pushed));
            until("the client is gone", || server.chat.subscribers() == 0).await;
        }
    }
}
