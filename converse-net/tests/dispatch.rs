//! The real dispatcher behind the transports: one fault, the same on all of them.

#![allow(clippy::unwrap_used, missing_docs)]

mod toy;

use std::sync::Arc;

use converse_dispatch::{Dispatch, Settings, States};
use converse_model::Registry;
use converse_net::{Listen, NetLimits, Server, TokioRuntime, connect_memory};
use tokio::runtime::Handle;
use toy::running::exchange;

fn dispatch() -> Arc<Dispatch> {
    let registry = Arc::new(Registry::empty().build().unwrap());
    let runtime = Arc::new(TokioRuntime::new(Handle::current()));
    let dispatch = Dispatch::new(registry, States::default(), Settings::default(), runtime);
    Arc::new(dispatch.unwrap())
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
