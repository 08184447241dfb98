//! The real dispatcher behind the transports: one fault, the same on all of them.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod toy;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use converse_dispatch::{
    Authenticate, BoxFuture, Credentials, Dispatch, Flow, Peer, Principal, Result, Settings, States,
};
use converse_model::Registry;
use converse_net::{Listen, NetLimits, Server, TokioRuntime, connect_memory};
use tokio::runtime::Handle;
use toy::running::exchange;

fn dispatch() -> Arc<Dispatch> {
    Arc::new(unguarded())
}

fn unguarded() -> Dispatch {
    let registry = Arc::new(Registry::empty().build().unwrap());
    let runtime = Arc::new(TokioRuntime::new(Handle::current()));
    Dispatch::new(registry, States::default(), Settings::default(), runtime).unwrap()
}

/// Knows whoever shows a token, as long as it says so, and counts how often it is asked.
#[derive(Clone, Default)]
struct Asked(Arc<(AtomicUsize, AtomicBool)>);

impl Authenticate for Asked {
    fn authenticate(&self, credentials: &Credentials) -> BoxFuture<Result<Option<Principal>>> {
        self.0.0.fetch_add(1, Ordering::SeqCst);
        let known = credentials.bearer().is_some() && !self.0.1.load(Ordering::SeqCst);
        Box::pin(async move { Ok(known.then(|| Principal::new("josh")).transpose()?) })
    }
}

/// What a peer hears of a class that is not there: who is known hears that.
fn heard(dispatch: &Dispatch, peer: &Peer) -> String {
    let mut out = Vec::new();
    let Flow::Done(sent) = dispatch.handle(b"{\"Nobody\":{}}", peer, &mut out) else { panic!("it waits") };
    sent.fault.unwrap().code.into_owned()
}

#[tokio::test(start_paused = true)]
async fn a_connections_token_is_looked_up_once_a_minute() {
    let asked = Asked::default();
    let dispatch = unguarded().guarded(vec![Box::new(asked.clone())], None, None);
    let peer = Peer::bearing("websocket", None, Credentials::default().with_bearer("t"));
    for _ in 0..3 {
        assert_eq!(heard(&dispatch, &peer), "unknown_class");
    }
    asked.0.1.store(true, Ordering::SeqCst);
    tokio::time::advance(Duration::from_millis(59_999)).await;
    assert_eq!((heard(&dispatch, &peer), asked.0.0.load(Ordering::SeqCst)), ("unknown_class".to_owned(), 1));
    tokio::time::advance(Duration::from_millis(1)).await;
    for _ in 0..3 {
        assert_eq!(heard(&dispatch, &peer), "unauthenticated", "the token is nobody's any more");
    }
    assert_eq!(asked.0.0.load(Ordering::SeqCst), 2);
    assert_eq!(heard(&dispatch, &Peer::new("tcp", None)), "unauthenticated");
    assert_eq!(asked.0.0.load(Ordering::SeqCst), 2, "nothing is shown, and nobody asked");
}

#[tokio::test]
async fn a_refusal_is_the_same_everywhere() {
    let dispatch = dispatch();
    let client = connect_memory(Arc::clone(&dispatch));
    client.send("{\"Nobody\":{}}").await;
    let fault = client.recv().await.unwrap();
    assert!(fault.starts_with("{\"Fault\":{\"code\":\"unknown_class\""), "{fault}");

    let any = Some("127.0.0.1:0".parse().unwrap());
    let listen = Listen { http: any, tcp: any, ..Listen::default() };
    let server = Server::bind(dispatch, listen, NetLimits::default()).await.unwrap();
    let (http, tcp) = (server.http_address().unwrap(), server.tcp_address().unwrap());
    tokio::spawn(server.run(std::future::pending()));
    let lines = exchange(tcp, "{\"Nobody\":{}}\nPOST / HTTP/1.1\r\n").await;
    let (first, rest) = lines.split_once('\n').unwrap();
    assert_eq!(first, fault);
    assert!(rest.starts_with("{\"Fault\":{\"code\":\"bad_envelope\""), "{rest}");

    let head = "HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\n";
    let answer = exchange(http, format!("POST / {head}content-length: 13\r\n\r\n{{\"Nobody\":{{}}}}")).await;
    assert!(answer.starts_with("HTTP/1.1 404 ") && answer.ends_with(&fault), "{answer}");
    let answer = exchange(http, format!("POST /Nobody {head}content-length: 2\r\n\r\n{{}}")).await;
    assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
    assert!(answer.contains("\"code\":\"unknown_class\""), "{answer}");
}
