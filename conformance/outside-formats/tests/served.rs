//! The formats of this crate in a server, over HTTP, WebSocket's name and TCP, beside those in the box.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use converse::{
    App, Cbor, Client, Config, Format, Json, MsgPack, Peer, PushError, Topic, from_format, message, respond, to_format,
    value,
};
use outside_formats::{Flat, Listed};

/// A person asks to sign in.
#[message]
struct SignIn {
    #[field(alias = "name", min_length = 1)]
    username: String,
    devices: Vec<Device>,
    note: Option<String>,
}

#[value]
struct Device {
    r#type: String,
}

#[message]
struct SignedIn {
    success: bool,
    devices: Vec<Device>,
}

/// Is answered by what is pushed, before or after its reply.
#[message]
struct Subscribe {}

#[respond]
fn subscribe(_: Subscribe, peer: Peer, news: Topic<SignedIn>) -> Result<(), PushError> {
    peer.send(SignedIn::new(true, Vec::new()))?;
    news.subscribe(&peer)?;
    news.publish(SignedIn::new(false, Vec::new())).map(|_| ())
}

#[message(unknown_fields = "refuse")]
#[derive(Debug)]
struct Strict {
    a: u8,
}

#[respond]
impl SignIn {
    fn respond(self) -> SignedIn {
        SignedIn::new(self.username == "josh", self.devices)
    }
}

#[respond]
impl Strict {
    async fn respond(self) {}
}

fn exchange(format: impl Format + Copy, message: &str) -> String {
    let app = App::test().state(Topic::<SignedIn>::new("news"));
    let reply = converse::block_on(app.handle_format(format, message.as_bytes()));
    String::from_utf8(reply).unwrap()
}

/// The code of a fault that was answered, and of what pointers it tells.
fn code(format: impl Format + Copy, message: &str) -> String {
    let reply = exchange(format, message);
    let (_, rest) = reply.split_once("\"code\":\"").unwrap_or_else(|| panic!("no fault: {reply}"));
    rest.split('"').next().unwrap().to_owned()
}

#[test]
fn a_class_among_its_fields() {
    let reply = r#"{"type":"SignedIn","success":true,"devices":[{"type":"phone"}]}"#;
    for message in [
        r#"{"type":"SignIn","username":"josh","devices":[{"type":"phone"}]}"#,
        r#"{"username":"josh","devices":[{"type":"phone"}],"type":"SignIn"}"#,
        r#" {"name":"josh", "else":{"type":"x"}, "t\u0079pe":"SignIn", "devices":[{"type":"phone"}]} "#,
    ] {
        assert_eq!(exchange(Flat, message), reply, "{message}");
    }
    assert_eq!(
        exchange(Flat, r#"{"username":"a","$id":7,"devices":[],"type":"SignIn"}"#),
        r#"{"type":"SignedIn","$id":7,"success":false,"devices":[]}"#
    );
    assert_eq!(exchange(Flat, r#"{"$id":"x","type":"Strict","a":1}"#), r#"{"type":"Done","$id":"x"}"#);
}

#[test]
fn a_list_of_class_and_body() {
    let reply = r#"["SignedIn",{"success":true,"devices":[{"type":"phone"}]}]"#;
    let message = r#"["SignIn", {"username":"josh","devices":[{"type":"phone"}]}]"#;
    assert_eq!(exchange(Listed, message), reply);
    assert_eq!(exchange(Listed, r#"["Strict",{"a":1},{"$id":7}]"#), r#"["Done",{},{"$id":7}]"#);
}

#[test]
fn the_faults_are_the_same() {
    for (flat, listed, wanted) in [
        (r#"{"type":"SignIn","username":"","devices":1}"#, r#"["SignIn",{"username":"","devices":1}]"#, "validation"),
        (r#"{"type":"Strict","a":1,"b":2}"#, r#"["Strict",{"a":1,"b":2}]"#, "validation"),
        (r#"{"type":"Strict","a":1,"a":2}"#, r#"["Strict",{"a":1,"a":2}]"#, "malformed"),
        (r#"{"type":"Strict","a":1}}"#, r#"["Strict",{"a":1}]]"#, "malformed"),
        (r#"{"type":"Strict","a":}"#, r#"["Strict",{"a":}]"#, "malformed"),
        (r#"{"type":"Nobody","a":1}"#, r#"["Nobody",{"a":1}]"#, "unknown_class"),
        (r#"{"type":"SignedIn","success":true}"#, r#"["SignedIn",{}]"#, "not_respondable"),
        (r#"{"a":1}"#, r#"[{"a":1}]"#, "bad_envelope"),
        ("[]", "{}", "bad_envelope"),
        (r#"{"type":"Strict","$else":1}"#, r#"["Strict",{},{"$else":1}]"#, "bad_envelope"),
        (r#"{"type":"Strict","a":"\u0000"}"#, r#"["Strict",{"a":"\u0000"}]"#, "bad_string"),
    ] {
        assert_eq!(code(Flat, flat), wanted, "{flat}");
        assert_eq!(code(Listed, listed), wanted, "{listed}");
    }
    let reply = exchange(Flat, r#"{"type":"SignIn","$id":3,"username":"","devices":[{}]}"#);
    assert!(reply.starts_with(r#"{"type":"Fault","$id":3,"code":"validation""#), "{reply}");
    assert!(reply.contains(r#""pointer":"/username","rule":"string_too_short""#), "{reply}");
    assert!(reply.contains(r#""pointer":"/devices/0/type","rule":"missing""#), "{reply}");
}

#[test]
fn a_message_by_itself() {
    let message = SignIn::new("josh", vec![Device::new("phone")]).with_note("hello");
    for format in [&Flat as &dyn Format, &Listed, &Json, &MsgPack, &Cbor] {
        let bytes = to_format(&message, format).unwrap();
        let came: SignIn = from_format(&bytes, format).unwrap();
        assert_eq!((came.username.as_str(), came.note.as_deref()), ("josh", Some("hello")), "{}", format.name());
        assert_eq!(came.devices.len(), 1);
        let fault = from_format::<Strict>(&bytes, format).unwrap_err();
        assert_eq!(fault.code, "unknown_class", "{}", format.name());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn served_with_one_line() {
    let any = Some(SocketAddr::from(([127, 0, 0, 1], 0)));
    let config = Config { http: any, tcp: any, ..Config::default() };
    let serving = App::linked()
        .state(Topic::<SignedIn>::new("news"))
        .format(Flat)
        .format(Listed)
        .build_with(config)
        .unwrap()
        .serve()
        .await
        .unwrap();
    let (http, tcp) = (serving.http_address().unwrap(), serving.tcp_address().unwrap());
    let clients = tokio::task::spawn_blocking(move || {
        over_http(http);
        over_websocket(http);
        over_tcp(tcp);
    });
    clients.await.unwrap();
    for url in [format!("ws://{http}"), format!("http://{http}"), format!("tcp://{tcp}")] {
        by_client(&url, Flat).await;
        by_client(&url, Listed).await;
    }
    assert_eq!(serving.stop().await, 0);
}

/// The client speaks them too, with one line.
async fn by_client(url: &str, format: impl Format + Copy) {
    let client = Client::to(url).format(format).connect().await.unwrap();
    let what = format!("{} to {url}", format.name());
    let reply: SignedIn = client.call(SignIn::new("josh", vec![Device::new("phone")])).await.unwrap();
    assert!(reply.success && reply.devices[0].r#type == "phone", "{what}");
    let refused: Result<SignedIn, _> = client.call(SignIn::new("", Vec::new())).await;
    let error = refused.err().unwrap();
    assert_eq!(error.fault().unwrap().errors[0].pointer, "/username", "{what}");
    if !url.starts_with("http") {
        let mut pushed = client.pushed();
        let () = client.call(Subscribe::new()).await.unwrap();
        for (topic, success) in [(None, true), (Some("news"), false)] {
            let push = pushed.next().await.unwrap();
            assert_eq!(push.topic.as_deref(), topic, "{what}");
            assert_eq!(push.message.downcast::<SignedIn>().unwrap().success, success, "{what}");
        }
    }
}

fn post(http: SocketAddr, headers: &str, path: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(http).unwrap();
    let length = body.len();
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n\r\n{body}"
    )
    .unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response
}

fn over_http(http: SocketAddr) {
    let flat = "content-type: application/x-flat+json";
    let reply = post(http, flat, "/", r#"{"type":"Strict","a":1}"#);
    assert!(reply.contains("content-type: application/x-flat+json"), "{reply}");
    assert!(reply.ends_with(r#"{"type":"Done"}"#), "{reply}");
    let both = format!("{flat}\r\naccept: application/x-listed+json");
    let reply = post(http, &both, "/", r#"{"type":"Strict","a":1}"#);
    assert!(reply.contains("content-type: application/x-listed+json"), "{reply}");
    assert!(reply.ends_with(r#"["Done",{}]"#), "{reply}");
    let reply = post(http, flat, "/SignIn", r#"{"username":"josh","devices":[]}"#);
    assert!(reply.ends_with(r#"{"success":true,"devices":[]}"#), "a bare body has no envelope: {reply}");
    let reply = post(http, "content-type: text/plain", "/", "");
    assert!(reply.starts_with("HTTP/1.1 415"), "{reply}");
    assert!(reply.contains("application/x-flat+json or application/x-listed+json"), "{reply}");
}

fn over_websocket(http: SocketAddr) {
    let mut stream = TcpStream::connect(http).unwrap();
    write!(
        stream,
        "GET /ws HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         sec-websocket-protocol: soap, flat, json\r\n\r\n"
    )
    .unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.extend(byte);
    }
    let head = String::from_utf8(head).unwrap();
    assert!(head.to_lowercase().contains("sec-websocket-protocol: flat\r\n"), "{head}");
    let message = br#"{"type":"Strict","a":1}"#;
    // A whole text frame, masked with zeros.
    stream.write_all(&[0x81, 0x80 + u8::try_from(message.len()).unwrap(), 0, 0, 0, 0]).unwrap();
    stream.write_all(message).unwrap();
    let mut frame = [0; 17];
    stream.read_exact(&mut frame).unwrap();
    assert_eq!(&frame, b"\x81\x0f{\"type\":\"Done\"}");
}

fn over_tcp(tcp: SocketAddr) {
    let mut stream = TcpStream::connect(tcp).unwrap();
    stream.write_all(b"LIST").unwrap();
    for _ in 0..2 {
        let message = br#"["Strict",{"a":1}]"#;
        stream.write_all(&u32::try_from(message.len()).unwrap().to_be_bytes()).unwrap();
        stream.write_all(message).unwrap();
        let mut frame = [0; 15];
        stream.read_exact(&mut frame).unwrap();
        assert_eq!(&frame, b"\0\0\0\x0b[\"Done\",{}]");
    }
}

#[test]
fn two_formats_that_cannot_be_told_apart_do_not_start() {
    converse::block_on(async {
        let error = App::linked()
            .state(Topic::<SignedIn>::new("news"))
            .format(Flat)
            .format(Flat)
            .build()
            .err()
            .unwrap()
            .to_string();
        assert!(error.contains("the format `flat` is there twice"), "{error}");
        assert!(error.contains("shares its preamble with `flat`"), "{error}");
    });
}
