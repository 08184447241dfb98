//! JSON lines over TCP.

#![allow(clippy::unwrap_used, missing_docs)]

mod toy;

use std::time::{Duration, Instant};

use converse_net::NetLimits;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::sleep;
use toy::Toy;
use toy::running::{Running, exchange, quick};

async fn finished(running: &Running, bytes: &[u8]) -> String {
    let mut socket = TcpStream::connect(running.tcp).await.unwrap();
    socket.write_all(bytes).await.unwrap();
    socket.shutdown().await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn lines_are_answered_by_lines() {
    let running = Running::start(Toy::default(), NetLimits::default()).await;
    let answer = finished(&running, b"{\"A\":1}\n\n \t{\"B\":2}\r\n\r\n{\"C\":3}").await;
    assert_eq!(answer, "{\"A\":1}\n{\"B\":2}\n{\"C\":3}\n");
}

#[tokio::test]
async fn a_message_may_come_byte_by_byte() {
    let running = Running::start(Toy::default(), NetLimits::default()).await;
    let mut socket = BufReader::new(TcpStream::connect(running.tcp).await.unwrap());
    socket.get_ref().set_nodelay(true).unwrap();
    for byte in b"{\"A\":1}\n" {
        socket.write_all(&[*byte]).await.unwrap();
        sleep(Duration::from_millis(2)).await;
    }
    let mut line = String::new();
    socket.read_line(&mut line).await.unwrap();
    assert_eq!(line, "{\"A\":1}\n");
}

#[tokio::test]
async fn many_messages_pass_in_batches() {
    let running = Running::start(Toy::default(), NetLimits::default()).await;
    let lines: String =
        (0..20_000).fold(String::new(), |lines, number| lines + "{\"A\":" + &number.to_string() + "}\n");
    let sent = lines.clone();
    let (mut reader, mut writer) = TcpStream::connect(running.tcp).await.unwrap().into_split();
    let writing = tokio::spawn(async move {
        writer.write_all(sent.as_bytes()).await.unwrap();
        writer.shutdown().await.unwrap();
    });
    let mut answer = String::new();
    reader.read_to_string(&mut answer).await.unwrap();
    writing.await.unwrap();
    assert!(answer == lines);
}

#[tokio::test]
async fn a_browsers_post_never_runs() {
    let running = Running::start(Toy::default(), NetLimits::default()).await;
    let request = "POST / HTTP/1.1\r\nHost: a\r\n\r\n{\"A\":1}\n{\"B\":2}\n";
    let answer = finished(&running, request.as_bytes()).await;
    assert_eq!(answer, "{\"Fault\":\"bad_envelope\"}\n");
    assert_eq!(running.toy.started(), 0);
    let answer = finished(&running, b"{\"A\":1}\n[]\n{\"B\":2}\n").await;
    assert_eq!(answer, "{\"A\":1}\n{\"Fault\":\"bad_envelope\"}\n");
    assert_eq!(running.toy.started(), 1);
}

#[tokio::test]
async fn a_long_line_is_refused_before_it_ends() {
    let running = Running::start(Toy::limited(100_000), NetLimits::default()).await;
    let mut long = vec![b'x'; 300_000];
    long.insert(0, b'{');
    let answer = exchange(running.tcp, &long).await;
    assert_eq!(answer, "{\"Fault\":\"too_large\"}\n");
    assert_eq!(running.toy.started(), 0);
}

#[tokio::test]
async fn a_message_that_does_not_become_whole_is_refused() {
    let running = Running::start(Toy::default(), quick()).await;
    let begun = Instant::now();
    assert_eq!(exchange(running.tcp, "{\"A\":1}\n{\"B").await, "{\"A\":1}\n{\"Fault\":\"too_slow\"}\n");
    assert!(begun.elapsed() >= Duration::from_millis(300));
}

#[tokio::test]
async fn an_idle_connection_stays() {
    // Longer than a machine stands still between the halves of a message, and shorter than the pause before it.
    let limits = NetLimits { message_timeout: Duration::from_secs(1), ..quick() };
    let running = Running::start(Toy::default(), limits).await;
    let mut socket = BufReader::new(TcpStream::connect(running.tcp).await.unwrap());
    let mut line = String::new();
    for _ in 0..2 {
        sleep(Duration::from_millis(1_300)).await;
        socket.write_all(b"{\"A").await.unwrap();
        sleep(Duration::from_millis(5)).await;
        socket.write_all(b"\":1}\n \n").await.unwrap();
        socket.read_line(&mut line).await.unwrap();
    }
    assert_eq!(line, "{\"A\":1}\n{\"A\":1}\n");
}

#[tokio::test]
async fn a_draining_server_closes_idle_connections_and_finishes_the_rest() {
    let mut running = Running::start(Toy::default(), NetLimits::default()).await;
    let mut idle = TcpStream::connect(running.tcp).await.unwrap();
    let mut busy = BufReader::new(TcpStream::connect(running.tcp).await.unwrap());
    busy.write_all(b"{\"$id\":1,\"wait\":{}}\n").await.unwrap();
    running.until_started(1).await;
    running.until_connections(2).await;
    running.stop();
    let mut rest = String::new();
    idle.read_to_string(&mut rest).await.unwrap();
    assert_eq!(rest, "");
    busy.write_all(b"{\"$id\":2,\"late\":{}}\n").await.unwrap();
    busy.read_line(&mut rest).await.unwrap();
    running.toy.open();
    busy.read_to_string(&mut rest).await.unwrap();
    assert_eq!(rest, "{\"Fault\":\"shutting_down\"}\n{\"$id\":1,\"wait\":{}}\n");
    drop((idle, busy));
    assert_eq!(running.ended().await.cut_off, 0);
}

#[tokio::test]
async fn what_does_not_end_is_cut_off() {
    let limits = NetLimits { drain_timeout: Duration::from_millis(300), ..NetLimits::default() };
    let mut running = Running::start(Toy::default(), limits).await;
    let mut busy = TcpStream::connect(running.tcp).await.unwrap();
    busy.write_all(b"{\"wait\":{}}\n").await.unwrap();
    running.until_started(1).await;
    running.stop();
    assert_eq!(running.ended().await.cut_off, 1);
    assert_eq!(busy.read(&mut [0; 8]).await.unwrap(), 0);
}
