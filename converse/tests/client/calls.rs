//! What a call gives, the same on every transport and in every format.

use std::time::Duration;

use converse::{AnyMessage, Call, Cbor, Client, Connector, MsgPack};
use tokio::task::JoinSet;

use crate::classes::{Echo, Echoed, Heads, Nothing, Side, Tails, Take, Toss};
use crate::server::{Server, Way};

/// Everything that can be asked, over one client.
async fn everything(client: &Client, what: &str) {
    let echoed: Echoed = client.call(Echo::new("héllo")).await.unwrap();
    assert_eq!(echoed.text, "héllo", "{what}");
    let side: Side = client.call(Toss::new(true)).await.unwrap();
    assert_eq!(side, Side::Heads(Heads::new()), "{what}");
    let tails: Tails = client.call(Toss::new(false)).await.unwrap();
    assert_eq!(tails, Tails::new(), "{what}");
    let () = client.call(Nothing::new()).await.unwrap();

    let any: AnyMessage = client.call(Echo::new("any")).await.unwrap();
    assert_eq!(any.downcast::<Echoed>().unwrap().text, "any", "{what}");
    let message = AnyMessage::of(&Echo::new("dynamic")).unwrap();
    let any = client.call_any(message).await.unwrap();
    assert_eq!(any.downcast::<Echoed>().unwrap().text, "dynamic", "{what}");

    let refused: Result<Echoed, _> = client.call(Take::new()).await;
    match refused {
        Ok(_) => panic!("{what}: a name was given twice"),
        Err(error) => match error.code() {
            "name_taken" => assert_eq!(error.fault().unwrap().message, "the name is taken; choose another"),
            other => panic!("{what}: {other}"),
        },
    }
    let long = "x".repeat(1_000_001);
    let refused: Result<Echoed, _> = client.call(Echo::new(long)).await;
    let error = refused.unwrap_err();
    assert_eq!((error.code(), error.executed()), ("validation", Some(false)), "{what}");
    let issue = &error.fault().unwrap().errors[0];
    assert_eq!((issue.pointer.as_str(), &*issue.rule), ("/text", "string_too_long"), "{what}");

    let wrong: Result<Heads, _> = client.call(Toss::new(false)).await;
    let error = wrong.unwrap_err();
    assert_eq!((error.code(), error.executed()), ("unreadable_reply", Some(true)), "{what}");
    assert!(error.to_string().contains("Tails"), "{what}: {error}");
}

/// Chooses a format.
type Choose = fn(Connector) -> Connector;

#[tokio::test(flavor = "multi_thread")]
async fn everything_can_be_asked_everywhere() {
    let server = Server::start().await;
    let formats: [(&str, Choose); 3] =
        [("json", |to| to), ("msgpack", |to| to.format(MsgPack)), ("cbor", |to| to.format(Cbor))];
    for way in Way::ALL {
        for (name, format) in formats {
            let client = format(server.to(*way)).connect().await.unwrap();
            everything(&client, &format!("{name} over {way:?}")).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_calls_at_once_are_answered_right() {
    let server = Server::start().await;
    for way in Way::ALL {
        let client = server.client(*way).await;
        let mut calls = JoinSet::new();
        for number in 0..1_000_u64 {
            // Answered in another order than they are sent.
            let message = Echo::new(number.to_string()).with_millis(number * 7 % 5);
            let call: Call<Echoed> = client.call(message);
            calls.spawn(async move { (number, call.await.unwrap()) });
        }
        let mut peers = std::collections::HashSet::new();
        while let Some(answered) = calls.join_next().await {
            let (number, echoed) = answered.unwrap();
            assert_eq!(echoed.text, number.to_string(), "{way:?}");
            peers.insert(echoed.peer);
        }
        // Over HTTP the server takes every request for a peer of its own.
        assert_eq!(peers.len(), if *way == Way::Http { 1_000 } else { 1 }, "{way:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_message_and_a_large_reply_pass() {
    let server = Server::start().await;
    let text = "é".repeat(400_000);
    for way in Way::ALL {
        let client = server.client(*way).await;
        let (one, two) = tokio::join!(client.call(Echo::new(&*text)), client.call(Echo::new("small")));
        let (one, two): (Echoed, Echoed) = (one.unwrap(), two.unwrap());
        assert!(one.text == text && two.text == "small", "{way:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_the_server_finds_too_large_is_told_so() {
    let server = Server::start().await;
    for way in Way::ALL {
        let client = server.client(*way).await;
        let refused: Result<Echoed, _> = client.call(Echo::new("x".repeat(1 << 20))).await;
        // Over HTTP the refusal may cross with the rest of the request.
        let code = refused.unwrap_err().code().to_owned();
        assert!(code == "too_large" || (*way == Way::Http && code == "connection_lost"), "{way:?}: {code}");
        let echoed: Echoed = client.call(Echo::new("on")).await.unwrap();
        assert_eq!(echoed.text, "on", "{way:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_ends_a_call_and_a_late_reply_disturbs_nobody() {
    for way in Way::ALL {
        let server = Server::start().await;
        let client = server.client(*way).await;
        let first: Echoed = client.call(Echo::new("first")).await.unwrap();
        let slow = client.call(Echo::new("slow").with_held(true)).timeout(Duration::from_millis(500));
        let quick = async {
            tokio::time::sleep(Duration::from_millis(10)).await;
            client.call(Echo::new("quick")).await
        };
        let (slow, quick): (Result<Echoed, _>, Result<Echoed, _>) = tokio::join!(slow, quick);
        let error = slow.unwrap_err();
        assert_eq!((error.code(), error.executed()), ("timeout", None), "{way:?}");
        assert_eq!(quick.unwrap().text, "quick", "{way:?}");
        server.counts.release();
        tokio::time::sleep(Duration::from_millis(50)).await;
        let last: Echoed = client.call(Echo::new("last")).await.unwrap();
        assert_eq!(last.text, "last", "{way:?}");
        assert!(*way == Way::Http || last.peer == first.peer, "{way:?}: the connection is another");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_were_dropped_hold_up_no_others() {
    let server = Server::start().await;
    for way in Way::ALL {
        let client = server.client(*way).await;
        let mut calls = JoinSet::new();
        // More than may be in flight at once.
        for _ in 0..300 {
            let call: Call<Echoed> = client.call(Echo::new("slow").with_millis(400));
            calls.spawn(async move { call.await.is_ok() });
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        calls.shutdown().await;
        let echoed: Echoed = client.call(Echo::new("next")).timeout(Duration::from_mins(1)).await.unwrap();
        assert_eq!(echoed.text, "next", "{way:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_not_awaited_is_not_sent() {
    let server = Server::start().await;
    let client = server.client(Way::Tcp).await;
    let call: Call<Echoed> = client.call(Echo::new("never"));
    drop(call);
    let _: () = client.call(Nothing::new()).await.unwrap();
    assert_eq!(server.counts.get(), 0);
}
