//! Servers that break the rules: every call ends with a typed error, and the client goes on.

use std::time::Duration;

use converse::{Call, CallError, Client};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::classes::{Echo, Nothing, Said};
use crate::toy::{Toy, id};

/// So long that only what never comes takes longer.
const PATIENCE: Duration = Duration::from_mins(1);

async fn nothing(client: &Client) -> Result<(), CallError> {
    nothing_within(client, PATIENCE).await
}

async fn nothing_within(client: &Client, deadline: Duration) -> Result<(), CallError> {
    let call: Call<()> = client.call(Nothing::new()).timeout(deadline);
    tokio::time::timeout(deadline + PATIENCE, call.into_future()).await.expect("every call ends")
}

/// How a call ends if the first connection answers so; the second one is good.
async fn ends(answer: impl Fn(&str) -> Option<Vec<u8>> + Send + Sync + 'static) -> CallError {
    let toy = Toy::start(move |connection, _, line| {
        if connection == 0 {
            return answer(line);
        }
        Some(format!("{{\"$id\":{},\"Done\":{{}}}}\n", id(line)).into_bytes())
    })
    .await;
    let client = Client::to(&toy.url).max_reply(10_000).connect().await.unwrap();
    let error = nothing(&client).await.unwrap_err();
    let () = client.call(Nothing::new()).timeout(PATIENCE).await.unwrap();
    error
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_reply_ends_the_connection_and_not_the_client() {
    let rows: [(&str, &str, &str); 9] = [
        ("garbage", "\x16\x03\x01\0garbage\n", "does not speak this protocol"),
        ("http", "HTTP/1.1 400 Bad Request\r\n\r\n", "does not speak this protocol"),
        ("no JSON", "{\"Done\":\n", "the server sent no message: not JSON"),
        ("no envelope", "{\"$id\":1}\n", "the server sent no message"),
        ("two classes", "{\"$id\":1,\"Done\":{},\"Said\":{}}\n", "two"),
        ("a list", "[1,2,3]\n", "does not speak this protocol"),
        ("NUL", "{\"$id\":1,\"Said\":{\"text\":\"\\u0000\"}}\n", "NUL"),
        ("a fault for nobody", "{\"Fault\":{\"code\":\"x\",\"message\":\"go away\"}}\n", "go away"),
        ("the end", "", "the server closed it"),
    ];
    for (what, bytes, said) in rows {
        let error = ends(move |_| (what != "the end").then(|| bytes.as_bytes().to_vec())).await;
        let code = error.code();
        assert!(code == "connection_lost" || (what == "a fault for nobody" && code == "x"), "{what}: {error:?}");
        assert!(error.to_string().contains(said), "{what}: {error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_is_too_large_is_not_held() {
    let error = ends(|line| {
        let text = "x".repeat(20_000);
        Some(format!("{{\"$id\":{},\"Said\":{{\"text\":\"{text}\"}}}}\n", id(line)).into_bytes())
    })
    .await;
    assert!(error.to_string().contains("larger than 10000 bytes; take more with `.max_reply(…)`"), "{error}");
    // Without an end it must not be waited for.
    let error = ends(|_| Some(b"{".repeat(20_000))).await;
    assert!(error.to_string().contains("larger than 10000 bytes"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn replies_to_nobody_are_passed_over() {
    let toy = Toy::start(|_, _, line| {
        let id = id(line);
        let strangers =
            "{\"$id\":999,\"Done\":{}}\n{\"$id\":\"a\",\"Done\":{}}\n{\"Done\":{}}\n{\"$id\":-1,\"Fault\":{}}\n";
        Some(format!("{strangers}{{\"$id\":{id},\"Done\":{{}}}}\n{{\"$id\":{id},\"Done\":{{}}}}\n").into_bytes())
    })
    .await;
    let client = Client::connect(&toy.url).await.unwrap();
    for _ in 0..100 {
        nothing(&client).await.unwrap();
    }
    assert_eq!(toy.connections(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn members_that_a_newer_server_adds_are_passed_over() {
    let toy = Toy::start(|_, _, line| {
        let id = id(line);
        Some(
            format!("{{\"$cost\":{{\"cpu\":1}},\"$id\":{id},\"Said\":{{\"text\":\"hi\"}},\"$new\":[1]}}\n")
                .into_bytes(),
        )
    })
    .await;
    let client = Client::connect(&toy.url).await.unwrap();
    let said: Said = client.call(Nothing::new()).await.unwrap();
    assert_eq!(said, Said::new("hi"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_only_listens_any_more_is_left() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = Client::connect(&format!("tcp://{}", listener.local_addr().unwrap())).await.unwrap();
    let call: Call<()> = client.call(Nothing::new());
    let call = tokio::spawn(call.into_future());
    let (mut socket, _) = listener.accept().await.unwrap();
    let mut line = [0; 64];
    assert!(socket.read(&mut line).await.unwrap() > 0);
    socket.shutdown().await.unwrap();
    let error = tokio::time::timeout(PATIENCE, call).await.unwrap().unwrap().unwrap_err();
    assert_eq!((error.code(), error.executed()), ("connection_lost", None));
    // The client hangs up, and comes back.
    assert_eq!(socket.read(&mut line).await.unwrap(), 0);
    listener.accept().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_never_answers_leaves_no_call_waiting() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let holding = tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((socket, _)) = listener.accept().await {
            held.push(socket);
        }
    });
    for scheme in ["tcp", "http"] {
        let client = Client::connect(&format!("{scheme}://{address}")).await.unwrap();
        for _ in 0..3 {
            let ended = nothing_within(&client, Duration::from_millis(500)).await;
            assert_eq!(ended.unwrap_err().code(), "timeout", "{scheme}");
        }
    }
    holding.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_nobody_waits_for_are_forgotten() {
    let toy = Toy::start(|_, _, line| {
        let answer = format!("{{\"$id\":{},\"Done\":{{}}}}\n", id(line)).into_bytes();
        Some(if line.contains("Nothing") { answer } else { Vec::new() })
    })
    .await;
    let client = Client::connect(&toy.url).await.unwrap();
    let mut calls = JoinSet::new();
    // More than may be in flight at once, and none is ever answered.
    for _ in 0..600 {
        let call: Call<()> = client.call(Echo::new("never"));
        calls.spawn(async move { call.await.is_ok() });
    }
    while toy.lines().len() < 256 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(toy.lines().len(), 256, "the rest waits for its turn");
    calls.shutdown().await;
    nothing(&client).await.unwrap();
    assert_eq!(toy.connections(), 1);
}

/// How a call over HTTP ends if the server sends these bytes to every request.
async fn http(answer: String) -> CallError {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            // All of it: what is left unread when the connection ends would reset it, and take the answer away.
            let mut request = Vec::new();
            while !request.ends_with(b"{\"Nothing\":{}}")
                && socket.read_buf(&mut request).await.is_ok_and(|count| count > 0)
            {}
            let _sent = socket.write_all(answer.as_bytes()).await;
        }
    });
    let client = Client::to(&format!("http://{address}")).max_reply(100).connect().await.unwrap();
    let error = nothing(&client).await.unwrap_err();
    serving.abort();
    error
}

#[tokio::test(flavor = "multi_thread")]
async fn http_that_holds_no_message_is_told_apart() {
    let json = |rest: &str| format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n{rest}");
    let empty = |head: &str| format!("HTTP/1.1 {head}\r\ncontent-length: 0\r\n\r\n");
    let page = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 2\r\n\r\nhi".to_owned();
    let chunk = format!("transfer-encoding: chunked\r\n\r\n{:x}\r\n{}\r\n0\r\n\r\n", 500, "x".repeat(500));
    for (answer, code, said) in [
        ("junk\r\n\r\n".to_owned(), "connection_lost", "invalid HTTP"),
        (page, "unreachable", "is this a converse server"),
        (empty("301 Moved\r\nlocation: /x"), "unreachable", "connect to where it really is"),
        (empty("401 No"), "unreachable", "`.token(…)`"),
        (empty("421 Misdirected"), "unreachable", "does not answer to this name"),
        (empty("502 Bad"), "connection_lost", "a proxy does not reach the server"),
        (json("content-length: 1000\r\n\r\n{"), "unreadable_reply", "larger than 100 bytes"),
        (json(&chunk), "unreadable_reply", "larger than 100 bytes"),
        (json("content-length: 50\r\n\r\n{\"Done\""), "connection_lost", "connection"),
        (json("content-length: 4\r\n\r\nnope"), "unreadable_reply", "not JSON"),
    ] {
        let error = http(answer.clone()).await;
        assert_eq!(error.code(), code, "{answer}: {error}");
        assert!(error.to_string().contains(said), "{answer}: {error}");
    }
}
