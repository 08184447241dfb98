//! Requests that two readers of HTTP might take differently, and a hidden one behind each.
//!
//! A proxy that reads them in one way and a server that reads them in another would run a request
//! that the proxy never saw. So either the request is refused and its connection ends, or it is one
//! that has one reading only, and the connection goes on with the next. The hidden one never runs.

#![allow(clippy::unwrap_used, missing_docs)]

mod toy;

use std::time::Duration;

use converse_net::NetLimits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use toy::Toy;
use toy::running::{PATIENCE, Running};

/// What becomes of a probe.
#[derive(Debug, Clone, Copy)]
enum Ends {
    /// It is answered with this status, nothing runs, and the connection ends.
    Refused(u16),
    /// It is answered with this status, so many messages run, and the next request is answered too.
    Taken(u16, usize),
    /// It is answered with 200, and the connection ends.
    Last,
    /// It is answered with 200, and the connection goes on if the body that nobody wanted was there whole.
    Unread,
}
use Ends::{Last, Refused, Taken, Unread};

/// The request that must not run.
const HIDDEN: &str =
    "POST / HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 12\r\n\r\n{\"hidden\":1}";

/// The head of a request up to what says where its body ends. `{P}` stands for it in the table, and
/// `{H}` for the hidden request.
const POST: &str = "POST / HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n";

#[rustfmt::skip]
const PROBES: &[(&str, &str, Ends)] = &[
    ("a length and a coding", "{P}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n{H}", Refused(400)),
    ("a coding and a length", "{P}transfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n{H}", Refused(400)),
    ("a length of nothing and a coding", "{P}content-length: 0\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n{H}", Refused(400)),
    ("two lengths that are the same", "{P}content-length: 7\r\ncontent-length: 7\r\n\r\n{\"A\":1}{H}", Refused(400)),
    ("two lengths that differ", "{P}content-length: 7\r\ncontent-length: 0\r\n\r\n{\"A\":1}{H}", Refused(400)),
    ("a list of lengths", "{P}content-length: 7, 7\r\n\r\n{\"A\":1}{H}", Refused(400)),
    ("a length with a plus", "{P}content-length: +7\r\n\r\n{\"A\":1}{H}", Refused(400)),
    ("a length with a minus", "{P}content-length: -7\r\n\r\n{\"A\":1}{H}", Refused(400)),
    ("a length with a blank inside", "{P}content-length: 7 0\r\n\r\n{\"A\":1}{H}", Refused(400)),
    ("a length in hexadecimal", "{P}content-length: 0x7\r\n\r\n{\"A\":1}{H}", Refused(400)),
    ("a length with a fraction", "{P}content-length: 7.0\r\n\r\n{\"A\":1}{H}", Refused(400)),
    ("a length that is empty", "{P}content-length:\r\n\r\n{H}", Refused(400)),
    ("a length beyond 64 bits", "{P}content-length: 18446744073709551623\r\n\r\n{\"A\":1}{H}", Refused(400)),
    ("a length and a blank before its colon", "{P}content-length : 7\r\n\r\n{\"A\":1}{H}", Refused(400)),
    ("a length with blanks around", "{P}content-length: \t7 \t\r\n\r\n{\"A\":1}", Taken(200, 1)),
    ("a coding that is not the last", "{P}transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n{H}", Refused(400)),
    ("a coding before chunked", "{P}transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n{H}", Refused(400)),
    ("a coding of none", "{P}transfer-encoding: identity\r\n\r\n{H}", Refused(400)),
    ("a coding that ends like one", "{P}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n{H}", Refused(400)),
    ("a coding that begins like one", "{P}transfer-encoding: chunkedx\r\n\r\n0\r\n\r\n{H}", Refused(400)),
    ("a coding in quotes", "{P}transfer-encoding: \"chunked\"\r\n\r\n0\r\n\r\n{H}", Refused(400)),
    ("a coding and a vertical tab", "{P}transfer-encoding: \u{b}chunked\r\n\r\n0\r\n\r\n{H}", Refused(400)),
    ("a coding on a folded line", "{P}transfer-encoding:\r\n chunked\r\n\r\n0\r\n\r\n{H}", Refused(400)),
    ("a coding twice", "{P}transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n{H}", Refused(400)),
    ("two codings", "{P}transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n\r\n0\r\n\r\n{H}", Refused(400)),
    ("a coding and a blank before its colon", "{P}transfer-encoding : chunked\r\n\r\n0\r\n\r\n{H}", Refused(400)),
    ("a coding behind a tab", "{P}transfer-encoding:\tchunked\r\n\r\n7\r\n{\"A\":1}\r\n0\r\n\r\n", Taken(200, 1)),
    ("a coding in capitals", "{P}TRANSFER-ENCODING: CHUNKED\r\n\r\n7\r\n{\"A\":1}\r\n0\r\n\r\n", Taken(200, 1)),
    ("lines without CR", "POST / HTTP/1.1\nhost: a\ncontent-type: application/json\ncontent-length: 7\n\n{\"A\":1}{H}", Refused(400)),
    ("one line without CR", "{P}x: y\ncontent-length: 7\r\n\r\n{\"A\":1}{H}", Refused(400)),
    ("an empty line without CR", "{P}content-length: 7\r\n\n{\"A\":1}{H}", Refused(400)),
    ("a CR alone in a value", "{P}x: y\rcontent-length: 7\r\n\r\n{H}", Refused(400)),
    ("a CR alone before the end", "{P}content-length: 7\r\n\r{\"A\":1}{H}", Refused(400)),
    ("a NUL in a value", "{P}x: a\0b\r\ncontent-length: 7\r\n\r\n{\"A\":1}{H}", Refused(400)),
    ("a NUL in a name", "{P}x\0: b\r\ncontent-length: 7\r\n\r\n{\"A\":1}{H}", Refused(400)),
    ("a line without colon", "{P}content-length\r\n\r\n{H}", Refused(400)),
    ("a first line that is folded", "POST / HTTP/1.1\r\n host: a\r\ncontent-length: 0\r\n\r\n{H}", Refused(400)),
    ("a chunk of more than 64 bits", "{P}transfer-encoding: chunked\r\n\r\n10000000000000007\r\n{\"A\":1}\r\n0\r\n\r\n{H}", Refused(400)),
    ("a chunk with a minus", "{P}transfer-encoding: chunked\r\n\r\n-7\r\n{\"A\":1}\r\n0\r\n\r\n{H}", Refused(400)),
    ("a chunk with 0x", "{P}transfer-encoding: chunked\r\n\r\n0x7\r\n{\"A\":1}\r\n0\r\n\r\n{H}", Refused(400)),
    ("a chunk without size", "{P}transfer-encoding: chunked\r\n\r\n\r\n{\"A\":1}\r\n0\r\n\r\n{H}", Refused(400)),
    ("a chunk with a blank behind its size", "{P}transfer-encoding: chunked\r\n\r\n7 \r\n{\"A\":1}\r\n0\r\n\r\n{H}", Refused(400)),
    ("a chunk's line without CR", "{P}transfer-encoding: chunked\r\n\r\n7\n{\"A\":1}\r\n0\r\n\r\n{H}", Refused(400)),
    ("a chunk's extension with a LF", "{P}transfer-encoding: chunked\r\n\r\n7;x\ny\r\n{\"A\":1}\r\n0\r\n\r\n{H}", Refused(400)),
    ("a chunk's extension with a CR", "{P}transfer-encoding: chunked\r\n\r\n7;x\ry\r\n{\"A\":1}\r\n0\r\n\r\n{H}", Refused(400)),
    ("a chunk that is longer than its size", "{P}transfer-encoding: chunked\r\n\r\n6\r\n{\"A\":1}\r\n0\r\n\r\n{H}", Refused(400)),
    ("a chunk whose data has no end", "{P}transfer-encoding: chunked\r\n\r\n7\r\n{\"A\":1}\n0\r\n\r\n{H}", Refused(400)),
    ("a trailer's line without CR", "{P}transfer-encoding: chunked\r\n\r\n7\r\n{\"A\":1}\r\n0\r\nx: y\n\r\n{H}", Refused(400)),
    ("a chunk's extension", "{P}transfer-encoding: chunked\r\n\r\n7;x=\"y\"\r\n{\"A\":1}\r\n0\r\n\r\n", Taken(200, 1)),
    ("a length among the trailers", "{P}transfer-encoding: chunked\r\n\r\n7\r\n{\"A\":1}\r\n0\r\ncontent-length: 99\r\n\r\n", Taken(200, 1)),
    ("a request inside a body", "{P}content-length: 92\r\n\r\n{H}", Taken(200, 1)),
    ("a body on GET", "GET /livez HTTP/1.1\r\nhost: a\r\ncontent-length: 92\r\n\r\n{H}", Unread),
    ("chunks on GET", "GET /livez HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5c\r\n{H}\r\n0\r\n\r\n", Unread),
    ("a whole URL for another host", "POST http://b/ HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n{H}", Refused(400)),
    ("a whole URL for this host", "GET http://a/livez HTTP/1.1\r\nhost: a\r\n\r\n", Taken(200, 0)),
    ("two hosts", "POST / HTTP/1.1\r\nhost: a\r\nhost: b\r\ncontent-length: 0\r\n\r\n{H}", Refused(400)),
    ("one host twice", "POST / HTTP/1.1\r\nhost: a\r\nhost: a\r\ncontent-length: 0\r\n\r\n{H}", Refused(400)),
    ("no host", "POST / HTTP/1.1\r\ncontent-length: 0\r\n\r\n{H}", Refused(400)),
    ("a host that is a list", "POST / HTTP/1.1\r\nhost: a, b\r\ncontent-length: 0\r\n\r\n{H}", Refused(400)),
    ("a host with a user", "POST / HTTP/1.1\r\nhost: b@a\r\ncontent-length: 0\r\n\r\n{H}", Refused(400)),
    ("HTTP/0.9", "GET /\r\n{H}", Refused(400)),
    ("HTTP/1.0 and a coding", "POST / HTTP/1.0\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n{H}", Refused(400)),
    ("HTTP/1.0 and another request", "GET /livez HTTP/1.0\r\n\r\n{H}", Last),
    ("a version that is none", "GET /livez HTTP/1.2\r\nhost: a\r\n\r\n{H}", Refused(400)),
    ("two blanks in the request line", "POST  / HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n{H}", Refused(400)),
    ("tabs in the request line", "POST\t/\tHTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n{H}", Refused(400)),
    ("a request behind an upgrade", "GET /ws HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n{H}", Refused(400)),
    ("an upgrade that is not known, with a body", "{P}connection: upgrade\r\nupgrade: h2c\r\ncontent-length: 7\r\n\r\n{\"A\":1}", Taken(200, 1)),
    ("a request behind close", "GET /livez HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n{H}", Last),
    ("empty lines before a request", "\r\n\r\nGET /livez HTTP/1.1\r\nhost: a\r\n\r\n", Taken(200, 0)),
];

/// Sends the probe, then one request more where the connection should go on; all that comes back.
async fn send(running: &Running, probe: &[u8], ends: Ends) -> String {
    let mut socket = TcpStream::connect(running.http).await.unwrap();
    socket.write_all(probe).await.unwrap();
    if matches!(ends, Taken(..) | Unread) {
        let next = "GET /readyz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
        socket.write_all(next.as_bytes()).await.unwrap();
    }
    rest(socket).await
}

/// What comes until the connection ends. A reset behind the answer is an end as well; one before it
/// leaves the answer empty.
async fn rest(mut socket: TcpStream) -> String {
    let mut answer = Vec::new();
    if timeout(PATIENCE, socket.read_to_end(&mut answer)).await.is_err() {
        answer.extend_from_slice(b"HTTP/1.1 000 the connection is still open");
    }
    String::from_utf8(answer).unwrap()
}

/// The statuses of the responses.
fn statuses(answer: &str) -> Vec<u16> {
    let starts = answer.split("HTTP/1.").skip(1);
    starts.filter_map(|rest| rest.get(2..5)?.parse().ok()).collect()
}

async fn all(running: &Running, in_one: bool) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, probe, ends) in PROBES {
        let probe = probe.replace("{P}", POST).replace("{H}", HIDDEN);
        let before = running.toy.started();
        let answer = if in_one {
            send(running, probe.as_bytes(), *ends).await
        } else {
            dribble(running, probe.as_bytes(), *ends).await
        };
        let ran = running.toy.started() - before;
        let expected = match ends {
            Refused(status) => (vec![*status], 0),
            Taken(status, ran) => (vec![*status, 200], *ran),
            Last | Unread => (vec![200], 0),
        };
        let mut found = statuses(&answer);
        if matches!(ends, Unread) && found == [200, 200] {
            found.pop();
        }
        if (found, ran) != expected {
            wrong.push(format!("{name}: {expected:?} expected, {ran} ran and this came:\n{answer}"));
        }
    }
    wrong
}

/// The same, in pieces of seven bytes, so that nothing depends on what is read at a time.
async fn dribble(running: &Running, probe: &[u8], ends: Ends) -> String {
    let mut socket = TcpStream::connect(running.http).await.unwrap();
    socket.set_nodelay(true).unwrap();
    let next: &[u8] = match ends {
        Taken(..) | Unread => b"GET /readyz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
        Refused(_) | Last => b"",
    };
    for piece in [probe, next].concat().chunks(7) {
        if socket.write_all(piece).await.is_err() {
            break;
        }
        tokio::time::sleep(Duration::from_micros(200)).await;
    }
    rest(socket).await
}

#[tokio::test]
async fn no_hidden_request_ever_runs() {
    let running = Running::start(Toy::default(), NetLimits::default()).await;
    let wrong = all(&running, true).await;
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), PROBES.len(), wrong.join("\n"));
}

#[tokio::test]
async fn nor_if_they_come_in_pieces() {
    let running = Running::start(Toy::default(), NetLimits::default()).await;
    let wrong = all(&running, false).await;
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), PROBES.len(), wrong.join("\n"));
}
