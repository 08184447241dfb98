//! Every case that is a JSON value, sent as `MessagePack` and CBOR over every transport: the same replies;
//! and how a format is chosen.

use std::time::Duration;

use converse::{Cbor, Format, Json, MsgPack};
use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;

use crate::case::Case;
use crate::known::Known;
use crate::reply::{masked, short};
use crate::running::Running;
use crate::transcode::Node;
use crate::wire::binary::{Binary, Way, websocket};
use crate::wire::http::Http;
use crate::wire::{Carrier, PATIENCE, Received};

const FORMATS: [&dyn Format; 2] = [&MsgPack, &Cbor];

/// What shows that a connection goes on.
fn ping(format: &dyn Format) -> Vec<u8> {
    Node::Map(vec![("Ping".to_owned(), Node::Map(Vec::new()))]).write(format).unwrap()
}

fn pong() -> Node {
    Node::Map(vec![("Pong".to_owned(), Node::Map(Vec::new()))])
}

/// The envelope as a value, if the case is not about JSON's own syntax and forms.
fn transcodable(case: &Case) -> Option<Node> {
    let node = Node::read(&Json, &case.input)?;
    if let Node::Map(members) = &node {
        let class = members.iter().find(|(name, _)| !name.starts_with('$'));
        // A JSON text inside a string is JSON's own.
        if matches!(class, Some((_, Node::Text(_)))) {
            return None;
        }
    }
    // How large a message is, is told of its bytes, and those are others.
    (case.input.len() < 1 << 18).then_some(node)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_case_in_every_format_over_every_transport() {
    let cases = Case::all();
    let running = Running::start().await;
    let mut handle = Carrier::Handle.connect(&running).await;
    let (mut sent, mut checks, mut failures) = (0, 0, Vec::new());
    let mut wires = Vec::new();
    for format in FORMATS {
        for way in Way::ALL {
            wires.push((format, way, Binary::connect(way, format, &running).await));
        }
    }
    for case in &cases {
        let Some(node) = transcodable(case) else { continue };
        handle.send(&case.input).await;
        let Received::Reply(wanted, _) = handle.receive().await else { unreachable!("a function returns") };
        let wanted = Node::read(&Json, wanted.as_bytes()).unwrap();
        sent += 1;
        for (format, way, wire) in &mut wires {
            let Some(bytes) = node.write(*format) else { continue };
            checks += 1;
            if let Err(what) = exchange(wire, *format, &bytes, &wanted, case).await {
                failures.push((format!("{} {} {way:?}", case.name, format.name()), what));
                *wire = Binary::connect(*way, *format, &running).await;
            }
        }
    }
    println!("{sent} of {} cases, {checks} exchanges in {} formats", cases.len(), FORMATS.len());
    assert!(sent >= 150, "most cases are JSON values");
    Known::load().judge(&failures, |name| name.contains(" msgpack ") || name.contains(" cbor "));
    drop(wires);
    running.stop().await;
}

async fn exchange(
    wire: &mut Binary,
    format: &dyn Format,
    bytes: &[u8],
    wanted: &Node,
    case: &Case,
) -> Result<(), String> {
    wire.send(bytes).await;
    let (reply, status) = receive(wire).await?;
    let got = Node::read(format, &reply).ok_or_else(|| format!("the reply cannot be read: {reply:?}"))?;
    if !same(wanted, &got) {
        return Err(format!("expected {}\n        got {}", shown(wanted), shown(&got)));
    }
    if status.is_some_and(|status| status != case.status) {
        return Err(format!("expected the status {}, got {status:?}", case.status));
    }
    wire.send(&ping(format)).await;
    let (reply, _) = receive(wire).await?;
    if Node::read(format, &reply) == Some(pong()) { Ok(()) } else { Err("the connection does not go on".to_owned()) }
}

async fn receive(wire: &mut Binary) -> Result<(std::sync::Arc<[u8]>, Option<u16>), String> {
    let reply = tokio::time::timeout(PATIENCE, wire.receive()).await.map_err(|_| "no reply".to_owned())?;
    reply.ok_or_else(|| "the connection ended".to_owned())
}

fn shown(node: &Node) -> String {
    short(&node.write(&Json).map_or_else(|| format!("{node:?}"), |json| String::from_utf8(json).unwrap()))
}

/// Whether two replies say the same: but for the place in the text, the name of JSON's own fault, and
/// floats that were written with the digits of 32 bits.
fn same(wanted: &Node, got: &Node) -> bool {
    match (wanted, got) {
        (Node::Map(wanted), Node::Map(got)) => {
            let lexical = got.iter().any(|(name, value)| {
                let codes = ["malformed", "bad_envelope", "bad_string", "too_deep"];
                name == "code" && matches!(value, Node::Text(code) if codes.contains(&code.as_str()))
            });
            wanted.len() == got.len()
                && wanted.iter().zip(got).all(|((name, wanted), (other, got))| {
                    name == other
                        && match (name.as_str(), wanted, got) {
                            ("code", Node::Text(wanted), Node::Text(got)) => {
                                wanted == got || (wanted == "bad_json" && got == "malformed")
                            }
                            ("message", Node::Text(wanted), Node::Text(got)) => {
                                lexical || masked(wanted) == masked(got)
                            }
                            _ => same(wanted, got),
                        }
                })
        }
        (Node::List(wanted), Node::List(got)) => {
            wanted.len() == got.len() && wanted.iter().zip(got).all(|(wanted, got)| same(wanted, got))
        }
        #[allow(clippy::cast_possible_truncation, clippy::float_cmp, reason = "32 bits are what is compared")]
        (Node::Float(wanted), Node::Float(got)) => {
            wanted == got || (f64::from(*got as f32) == *got && *wanted as f32 == *got as f32)
        }
        // What is base64 in JSON is itself here.
        (Node::Text(_), Node::Bytes(_)) => got.write(&Json) == wanted.write(&Json),
        _ => wanted == got,
    }
}

fn code(reply: &Node) -> String {
    let fault = reply.get("Fault").unwrap_or(reply);
    match fault.get("code") {
        Some(Node::Text(code)) => code.clone(),
        _ => panic!("no fault: {reply:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_value_are_malformed_and_the_connection_goes_on() {
    let running = Running::start().await;
    for format in FORMATS {
        for way in Way::ALL {
            let mut wire = Binary::connect(way, format, &running).await;
            let whole = ping(format);
            let mut behind = whole.clone();
            behind.push(0);
            for bytes in [&whole[..whole.len() - 1], &behind, b"\xc1", b"{\"Ping\":{}}"] {
                wire.send(bytes).await;
                let (reply, status) = receive(&mut wire).await.unwrap();
                let reply = Node::read(format, &reply).unwrap();
                assert_eq!((code(&reply).as_str(), status.unwrap_or(400)), ("malformed", 400), "{bytes:?} {way:?}");
            }
            wire.send(&whole).await;
            assert_eq!(Node::read(format, &receive(&mut wire).await.unwrap().0), Some(pong()));
        }
    }
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn http_headers_choose_the_formats() {
    let running = Running::start().await;
    let kinds = |format: &dyn Format| format.media_types().to_vec();
    let formats: [&dyn Format; 3] = [&Json, &MsgPack, &Cbor];
    let mut pairs = 0;
    for request in formats {
        for reply in formats {
            for kind in kinds(request) {
                for accept in kinds(reply) {
                    let mut http = Http::connect(&running).await;
                    let headers = [format!("content-type: {kind}"), format!("accept: {accept}")];
                    let headers = [headers[0].as_str(), headers[1].as_str()];
                    http.post("/", &headers, &ping(request)).await;
                    let response = http.response().await.unwrap();
                    assert_eq!((response.status, response.header("content-type")), (200, accept), "{kind}");
                    assert_eq!(Node::read(reply, &response.bytes), Some(pong()), "{kind} {accept}");
                    let body = Node::Map(vec![("name".to_owned(), Node::Text("josh".to_owned()))]);
                    http.post("/SignIn", &headers, &body.write(request).unwrap()).await;
                    let response = http.response().await.unwrap();
                    let problem = (response.status, response.header("content-type"));
                    assert_eq!(problem, (422, "application/problem+json"), "the password is missing");
                    assert!(response.body.contains("\"pointer\":\"/password\""), "{}", response.body);
                    let sign_in = br#"{"name":"josh","password":"basketball"}"#;
                    let body = Node::read(&Json, sign_in).unwrap().write(request).unwrap();
                    http.post("/SignIn", &headers, &body).await;
                    let response = http.response().await.unwrap();
                    assert_eq!((response.status, response.header("content-type")), (200, accept), "bare {kind}");
                    assert_eq!(response.header("converse-class"), "SignInResponse");
                    let reply = Node::read(reply, &response.bytes).unwrap();
                    assert_eq!(reply.get("success"), Some(&Node::Bool(true)));
                    pairs += 1;
                }
            }
        }
    }
    println!("{pairs} pairs of content-type and accept");
    for path in ["/", "/Ping"] {
        let mut http = Http::connect(&running).await;
        http.post(path, &["content-type: application/json", "accept: text/html"], b"{\"Ping\":{}}").await;
        let response = http.response().await.unwrap();
        assert_eq!(response.status, 406);
        assert_eq!(code(&Node::read(&Json, &response.bytes).unwrap()), "not_acceptable");
        assert!(response.body.contains("application/json, application/msgpack or application/cbor"));
    }
    // A refusal speaks the format that the client takes.
    let mut http = Http::connect(&running).await;
    http.post("/", &["content-type: text/plain", "accept: application/cbor"], b"").await;
    let response = http.response().await.unwrap();
    assert_eq!((response.status, response.header("content-type")), (415, "application/cbor"));
    assert_eq!(code(&Node::read(&Cbor, &response.bytes).unwrap()), "unsupported_media");
    // A string body in a request that is answered in another format.
    http.post("/", &["content-type: application/json", "accept: application/cbor"], br#"{"Ping":"{}"}"#).await;
    assert_eq!(Node::read(&Cbor, &http.response().await.unwrap().bytes), Some(pong()));
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_handshake_chooses_the_format() {
    let running = Running::start().await;
    let (mut stream, agreed) = websocket(&running, &["cbor", "json"]).await;
    assert_eq!(agreed.as_deref(), Some("cbor"));
    stream.send(Message::text("{\"Ping\":{}}")).await.unwrap();
    let Some(Ok(Message::Binary(reply))) = stream.next().await else { panic!("no binary frame") };
    assert_eq!(code(&Node::read(&Cbor, &reply).unwrap()), "unsupported_media", "the wrong kind of frame");
    stream.send(Message::binary(ping(&Cbor))).await.unwrap();
    let Some(Ok(Message::Binary(reply))) = stream.next().await else { panic!("the connection goes on") };
    assert_eq!(Node::read(&Cbor, &reply), Some(pong()));
    drop(stream);
    for (offers, wanted) in [(&["json"][..], Some("json")), (&[][..], None)] {
        let (mut stream, agreed) = websocket(&running, offers).await;
        assert_eq!(agreed.as_deref(), wanted);
        stream.send(Message::binary(ping(&MsgPack))).await.unwrap();
        let Some(Ok(Message::Text(reply))) = stream.next().await else { panic!("no text frame") };
        assert!(reply.contains("unsupported_media"), "{reply}");
        stream.send(Message::text("{\"Ping\":{}}")).await.unwrap();
        let Some(Ok(Message::Text(reply))) = stream.next().await else { panic!("no text frame") };
        assert_eq!(reply.as_str(), "{\"Pong\":{}}");
    }
    running.stop().await;
}

/// All that a connection answers to these bytes, until it ends, or is quiet behind so many.
async fn answered(running: &Running, bytes: &[u8], expected: usize) -> (Vec<u8>, bool) {
    let mut stream = TcpStream::connect(running.tcp).await.unwrap();
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    loop {
        let mut part = [0; 1024];
        let quiet = if answer.len() < expected { PATIENCE } else { Duration::from_millis(300) };
        match tokio::time::timeout(quiet, stream.read(&mut part)).await {
            Ok(Ok(0) | Err(_)) => return (answer, true),
            Ok(Ok(count)) => answer.extend(&part[..count]),
            Err(_) => return (answer, false),
        }
    }
}

/// More than is ever answered: so it is the end that is awaited.
const TO_THE_END: usize = usize::MAX;

#[tokio::test(flavor = "multi_thread")]
async fn the_first_four_bytes_of_tcp_choose_the_format() {
    let running = Running::start().await;
    let framed = |bytes: &[u8]| [&u32::try_from(bytes.len()).unwrap().to_be_bytes(), bytes].concat();
    let formats: [&dyn Format; 3] = [&Json, &MsgPack, &Cbor];
    for format in formats {
        let preamble = format.preamble();
        // Empty frames carry nothing, and a frame may come with its neighbours.
        let sent = [&preamble[..], &[0; 8], &framed(&ping(format)), &framed(&ping(format))].concat();
        let reply = framed(&pong().write(format).unwrap());
        let twice = [&reply[..], &reply].concat();
        assert_eq!(answered(&running, &sent, twice.len()).await, (twice, false), "{}", format.name());
        for cut in 1..sent.len() {
            let mut stream = TcpStream::connect(running.tcp).await.unwrap();
            stream.set_nodelay(true).unwrap();
            stream.write_all(&sent[..cut]).await.unwrap();
            tokio::task::yield_now().await;
            stream.write_all(&sent[cut..]).await.unwrap();
            let mut both = vec![0; 2 * reply.len()];
            stream.read_exact(&mut both).await.unwrap();
            assert_eq!(both, [&reply[..], &reply].concat(), "{} cut at {cut}", format.name());
        }
        let (answer, ended) = answered(&running, &[&preamble[..], &[0, 0x10, 0, 1]].concat(), TO_THE_END).await;
        let fault = Node::read(format, &answer[4..]).unwrap();
        assert_eq!((code(&fault).as_str(), ended), ("too_large", true), "{}", format.name());
        let (answer, ended) = answered(&running, &preamble, 0).await;
        assert_eq!((answer.len(), ended), (0, false), "a connection may wait");
    }
    // What a browser sends, and anything else: nothing behind it runs.
    let slow = r#"{"Slow":{"milliseconds":0,"mark":"preamble"}}"#;
    for first in ["POST / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "MSGQ", "CBO\n", "msgp", "JSO{"] {
        let (answer, ended) = answered(&running, format!("{first}{slow}\n{slow}\n").as_bytes(), TO_THE_END).await;
        assert!(ended, "{first}");
        assert!(answer.starts_with(br#"{"Fault":{"code":"bad_envelope""#), "{first}");
    }
    let mut handle = Carrier::Handle.connect(&running).await;
    handle.send(br#"{"HowMany":{"mark":"preamble"}}"#).await;
    let count = Received::Reply(r#"{"SoMany":{"begun":0,"finished":0}}"#.to_owned(), None);
    assert_eq!(handle.receive().await, count);
    running.stop().await;
}
