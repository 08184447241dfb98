//! Subscriptions that outlive their connections, and the gaps between.

use converse::{Client, Subscription};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;

use crate::classes::{Join, Keep, Said};
use crate::proxy::Proxy;
use crate::server::{PATIENCE, Server, until};

async fn next<T>(heard: &mut UnboundedReceiver<T>) -> T {
    timeout(PATIENCE, heard.recv()).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_is_made_again_and_the_gap_is_told() {
    let server = Server::start().await;
    for (scheme, to) in [("ws", server.http()), ("tcp", server.tcp())] {
        let proxy = Proxy::tcp(scheme, to).await;
        let client = Client::connect(&proxy.url).await.unwrap();
        let (said, mut heard) = unbounded_channel();
        let gap = said.clone();
        client.on::<Said>(move |it| said.send(it.text).unwrap());
        client.on_gap(move || gap.send("a gap".to_owned()).unwrap());
        let attic: Subscription<()> = client.subscribe(Join::new("attic")).await.unwrap();
        let cellar: Subscription<()> = client.subscribe(Join::new("cellar")).await.unwrap();
        let (renewed, mut renewals) = unbounded_channel();
        attic.on_renewed(move |told| renewed.send(told.is_ok()).unwrap());
        server.rooms.publish("attic", Said::new("one")).unwrap();
        assert_eq!(next(&mut heard).await, "one");

        proxy.cut_and_hold();
        until("the peer is gone", || server.rooms.is_empty()).await;
        assert_eq!(server.rooms.publish("attic", Said::new("lost")).unwrap(), 0);
        proxy.go_on();
        until("both are made again", || server.rooms.len() == 2).await;
        assert!(next(&mut renewals).await, "{scheme}");
        server.rooms.publish("attic", Said::new("two")).unwrap();
        server.rooms.publish("cellar", Said::new("three")).unwrap();
        for expected in ["a gap", "two", "three"] {
            assert_eq!(next(&mut heard).await, expected, "{scheme}");
        }
        assert_eq!((client.gaps(), client.missed()), (1, 0));

        drop(attic);
        proxy.cut_and_hold();
        until("the peer is gone again", || server.rooms.is_empty()).await;
        proxy.go_on();
        until("the other one is made again", || client.gaps() == 2 && server.rooms.subscribers("cellar") == 1).await;
        // Answered behind whatever was sent when the connection was made.
        let () = client.call(Keep::new()).await.unwrap();
        assert_eq!(server.rooms.subscribers("attic"), 0, "{scheme}: nobody holds it any more");
        drop((cellar, client));
        until("the client is gone", || server.rooms.is_empty()).await;
    }
}
