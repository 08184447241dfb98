//! WebSocket, against the client of tokio-tungstenite and against raw frames.

#![allow(clippy::unwrap_used, missing_docs)]

mod toy;

use std::time::{Duration, Instant};

use converse_net::NetLimits;
use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Bytes, Message};
use tokio_tungstenite::{WebSocketStream, client_async};
use toy::Toy;
use toy::running::{PATIENCE, Running, quick, until};

type Client = WebSocketStream<TcpStream>;

async fn connect(running: &Running) -> Client {
    let socket = TcpStream::connect(running.http).await.unwrap();
    client_async(format!("ws://{}/ws", running.http), socket).await.unwrap().0
}

async fn text(client: &mut Client) -> String {
    match client.next().await.unwrap().unwrap() {
        Message::Text(text) => text.to_string(),
        other => unreachable!("{other:?} instead of a text"),
    }
}

async fn close_code(client: &mut Client) -> CloseCode {
    match client.next().await.unwrap().unwrap() {
        Message::Close(Some(frame)) => frame.code,
        other => unreachable!("{other:?} instead of a close"),
    }
}

/// A connection after the handshake, without a codec.
async fn raw(running: &Running) -> TcpStream {
    let mut socket = TcpStream::connect(running.http).await.unwrap();
    let request = "GET /ws HTTP/1.1\r\nhost: a\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
                   sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(socket.read_u8().await.unwrap());
    }
    assert!(head.starts_with(b"HTTP/1.1 101 "));
    socket
}

/// A masked frame, its mask of zeros.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first, 0x80 | u8::try_from(payload.len()).unwrap(), 0, 0, 0, 0];
    frame.extend_from_slice(payload);
    frame
}

/// What the server sends until it closes.
async fn rest(mut socket: TcpStream) -> Vec<u8> {
    let mut rest = Vec::new();
    let reading = socket.read_to_end(&mut rest);
    tokio::time::timeout(PATIENCE, reading).await.unwrap().unwrap();
    rest
}

#[tokio::test]
async fn texts_are_messages_of_any_size() {
    let running = Running::start(Toy::default(), NetLimits::default()).await;
    let mut client = connect(&running).await;
    for size in [0, 100, 126, 5_000, 70_000, 1_000_000, 3] {
        let message = format!("{{\"A\":\"{}\"}}", "x".repeat(size));
        client.send(Message::text(message.clone())).await.unwrap();
        assert!(text(&mut client).await == message, "size {size}");
    }
    client.close(None).await.unwrap();
    assert!(matches!(client.next().await, Some(Ok(Message::Close(_)))));
    assert!(client.next().await.is_none());
}

#[tokio::test]
async fn many_messages_pass_in_batches() {
    let running = Running::start(Toy::default(), NetLimits::default()).await;
    let mut client = connect(&running).await;
    for number in 0..1_000 {
        client.feed(Message::text(format!("{{\"A\":{number}}}"))).await.unwrap();
    }
    client.flush().await.unwrap();
    for number in 0..1_000 {
        assert_eq!(text(&mut client).await, format!("{{\"A\":{number}}}"));
    }
}

#[tokio::test]
async fn a_ping_is_answered_also_while_a_handler_runs() {
    let running = Running::start(Toy::default(), NetLimits::default()).await;
    let mut client = connect(&running).await;
    client.send(Message::text("{\"wait\":{}}")).await.unwrap();
    client.send(Message::Ping(Bytes::from_static(b"hi"))).await.unwrap();
    assert!(matches!(client.next().await, Some(Ok(Message::Pong(payload))) if &*payload == b"hi"));
    running.toy.open();
    assert_eq!(text(&mut client).await, "{\"wait\":{}}");
}

#[tokio::test]
async fn a_binary_frame_is_refused_and_the_next_text_answered() {
    let running = Running::start(Toy::default(), NetLimits::default()).await;
    let mut client = connect(&running).await;
    client.send(Message::binary(vec![1, 2])).await.unwrap();
    client.send(Message::text("{}")).await.unwrap();
    assert_eq!(text(&mut client).await, "{\"Fault\":\"unsupported_media\"}");
    assert_eq!(text(&mut client).await, "{}");
}

#[tokio::test]
async fn a_large_message_ends_the_connection() {
    let running = Running::start(Toy::limited(1_000), NetLimits::default()).await;
    let mut client = connect(&running).await;
    client.send(Message::text("x".repeat(100_000))).await.unwrap();
    assert_eq!(text(&mut client).await, "{\"Fault\":\"too_large\"}");
    assert_eq!(close_code(&mut client).await, CloseCode::Size);
    let mut socket = raw(&running).await;
    let endless = [0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0];
    socket.write_all(&endless).await.unwrap();
    assert!(rest(socket).await.windows(4).any(|bytes| bytes.starts_with(&[0x88]) && bytes.ends_with(&[0x03, 0xf1])));
}

#[tokio::test]
async fn what_breaks_the_protocol_ends_the_connection() {
    let running = Running::start(Toy::default(), NetLimits::default()).await;
    let bad_text = frame(0x81, b"{\"\xff\"}");
    let unmasked = vec![0x81, 0x02, b'{', b'}'];
    let reserved = frame(0xc1, b"{}");
    let lonely = frame(0x80, b"{}");
    for (bytes, code) in [(bad_text, 1007_u16), (unmasked, 1002), (reserved, 1002), (lonely, 1002)] {
        let mut socket = raw(&running).await;
        socket.write_all(&bytes).await.unwrap();
        let [high, low] = code.to_be_bytes();
        let answer = rest(socket).await;
        assert!(matches!(answer[..], [0x88, _, first, second, ..] if [first, second] == [high, low]), "{answer:?}");
    }
    assert_eq!(running.toy.started(), 0);
}

#[tokio::test]
async fn fragments_are_joined_and_counted() {
    let running = Running::start(Toy::default(), NetLimits::default()).await;
    let mut socket = raw(&running).await;
    let parts = [frame(0x01, b"{\"A"), frame(0x89, b"p"), frame(0x00, b"\":1"), frame(0x80, b"}"), frame(0x88, b"")];
    socket.write_all(&parts.concat()).await.unwrap();
    let answer = rest(socket).await;
    assert_eq!(answer, [&[0x8a, 1, b'p', 0x81, 7][..], b"{\"A\":1}", &[0x88, 0]].concat());
    let mut socket = raw(&running).await;
    let mut empty = frame(0x01, b"");
    empty.extend(frame(0x00, b"").repeat(20_000));
    socket.write_all(&empty).await.unwrap();
    let answer = rest(socket).await;
    assert!(answer.windows(9).any(|bytes| bytes == b"too_large"), "{answer:?}");
}

#[tokio::test]
async fn a_message_that_does_not_become_whole_is_refused() {
    let running = Running::start(Toy::default(), quick()).await;
    let mut idle = connect(&running).await;
    let mut socket = raw(&running).await;
    socket.write_all(&frame(0x01, b"{")).await.unwrap();
    socket.write_all(&frame(0x89, b"")).await.unwrap();
    let answer = rest(socket).await;
    assert!(answer.windows(8).any(|bytes| bytes == b"too_slow"), "{answer:?}");
    idle.send(Message::Ping(Bytes::new())).await.unwrap();
    assert!(matches!(idle.next().await, Some(Ok(Message::Pong(_)))));
}

/// Looks twice a second, and gives up after one and a half: what answers may stand still for as long as this.
fn impatient() -> NetLimits {
    NetLimits {
        ping_interval: Duration::from_millis(500),
        peer_timeout: Duration::from_millis(1_500),
        write_timeout: Duration::from_millis(300),
        ..NetLimits::default()
    }
}

#[tokio::test]
async fn a_silent_peer_is_asked_and_kept_if_it_answers() {
    let running = Running::start(Toy::default(), impatient()).await;
    let mut client = connect(&running).await;
    // Reading answers the pings.
    let quiet = tokio::time::timeout(Duration::from_millis(3_500), async {
        loop {
            assert!(matches!(client.next().await, Some(Ok(Message::Ping(_)))));
        }
    });
    assert!(quiet.await.is_err());
    client.send(Message::text("{}")).await.unwrap();
    while let Some(message) = client.next().await {
        if message.unwrap() == Message::text("{}") {
            return;
        }
    }
    unreachable!("the connection ended");
}

#[tokio::test]
async fn a_peer_that_answers_no_ping_is_left() {
    let running = Running::start(Toy::default(), impatient()).await;
    let socket = raw(&running).await;
    let begun = Instant::now();
    let answer = rest(socket).await;
    assert!(!answer.is_empty() && answer.chunks(2).all(|frame| frame == [0x89, 0]), "pings alone: {answer:?}");
    let took = begun.elapsed().as_millis();
    assert!((1_000..15_000).contains(&took), "{took} ms, where it is a minute by default");
}

#[tokio::test]
async fn a_peer_that_waits_for_a_handler_is_not_taken_for_dead() {
    let running = Running::start(Toy::default(), impatient()).await;
    let mut socket = raw(&running).await;
    // The second message is here and waits for the first: what comes behind it is not read.
    socket.write_all(&[frame(0x81, b"{\"sleep 2500\":1}"), frame(0x81, b"{\"B\":1}")].concat()).await.unwrap();
    let answer = rest(socket).await;
    assert!(answer.windows(7).any(|bytes| bytes == b"{\"B\":1}"), "{answer:?}");
}

#[tokio::test]
async fn pings_are_each_answered_and_a_flood_of_them_by_a_few() {
    let running = Running::start(Toy::default(), NetLimits::default()).await;
    let mut socket = raw(&running).await;
    let some: Vec<u8> = (0..10).flat_map(|number| frame(0x89, &[number])).collect();
    socket.write_all(&some).await.unwrap();
    let mut pongs = [0; 30];
    socket.read_exact(&mut pongs).await.unwrap();
    assert!((0..10).zip(pongs.chunks(3)).all(|(number, pong)| *pong == [0x8a, 1, number]), "{pongs:?}");
    let mut flood = frame(0x89, b"early").repeat(1_000);
    flood.extend(frame(0x89, b"last"));
    flood.extend(frame(0x88, b""));
    socket.write_all(&flood).await.unwrap();
    let answer = rest(socket).await;
    let pongs = answer.split(|byte| *byte == 0x8a).count() - 1;
    assert!((1..100).contains(&pongs), "{pongs} pongs");
    assert!(answer.ends_with(&[&[0x8a, 4][..], b"last", &[0x88, 0]].concat()), "{answer:?}");
}

#[tokio::test]
async fn a_slow_reader_is_told_so() {
    let running = Running::start(Toy::default(), impatient()).await;
    let mut socket = raw(&running).await;
    for _ in 0..20 {
        socket.write_all(&frame(0x81, b"{\"large 1000000\":1}")).await.unwrap();
    }
    // It reads again as soon as it is given up, and has a second for it.
    until("it is given up", || running.toy.refusals() == 1).await;
    let answer = rest(socket).await;
    let text = b"slow_consumer: what was sent was not taken";
    let goodbye = [&[0x88, 2 + u8::try_from(text.len()).unwrap(), 0x03, 0xf5][..], text].concat();
    assert!(answer.ends_with(&goodbye), "{} bytes, then {:?}", answer.len(), answer.last_chunk::<60>());
    assert!(running.toy.started() < 10, "1 MiB is queued beyond what the system holds: {}", running.toy.started());
}

#[tokio::test]
async fn a_draining_server_says_goodbye() {
    let mut running = Running::start(Toy::default(), NetLimits::default()).await;
    let mut idle = connect(&running).await;
    let mut busy = connect(&running).await;
    busy.send(Message::text("{\"$id\":1,\"wait\":{}}")).await.unwrap();
    running.until_started(1).await;
    running.stop();
    assert_eq!(close_code(&mut idle).await, CloseCode::Away);
    running.toy.open();
    assert_eq!(text(&mut busy).await, "{\"$id\":1,\"wait\":{}}");
    assert_eq!(close_code(&mut busy).await, CloseCode::Away);
    assert!(idle.next().await.is_none() && busy.next().await.is_none());
    assert_eq!(running.ended().await.cut_off, 0);
}
