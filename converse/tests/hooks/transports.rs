//! Hooks do the same over every transport and in every format.

use converse::{Answered, Secret, value};
use converse::{
    App, Bytes, CallError, Cbor, Client, Config, Json, MsgPack, State, View, after, before, message, protocol, respond,
};

use crate::Log;

/// A field of each kind that formats write in their own ways.
#[protocol]
struct Carried {
    bytes: Bytes,
    ratio: f64,
    secret: Secret<String>,
    inner: Vec<Inner>,
}

#[value]
#[derive(Debug, Clone)]
struct Inner {
    #[field(default = 7)]
    count: i64,
}

#[message]
#[derive(Debug, Clone)]
struct Carry {
    bytes: Bytes,
    ratio: f64,
    secret: Secret<String>,
    inner: Vec<Inner>,
    note: Option<String>,
}

#[before(Carried)]
fn looked_at(message: View<Carried>, log: State<Log>) -> converse::Result<()> {
    let inner: Vec<i64> = message.inner.iter().map(|inner| inner.count).collect();
    log.add(format!("{:?} {} {} {inner:?}", &message.bytes[..], message.ratio, message.secret.expose()));
    if message.ratio < 0.0 { Err(converse::Fault::new("negative", "a ratio is positive").into()) } else { Ok(()) }
}

#[after(Carry)]
fn answered(message: View<Carry>, answered: Answered, log: State<Log>) {
    log.add(format!("{} {:?}", answered.class(), message.note));
}

#[respond]
fn carry(message: Carry) -> Carry {
    message
}

#[tokio::test]
async fn the_same_everywhere() {
    let log = Log::default();
    let any = Some("127.0.0.1:0".parse().unwrap());
    let config = Config { http: any, tcp: any, ..Config::default() };
    let serving = App::linked().state(log.clone()).build_with(config).unwrap().serve().await.unwrap();
    let engine = App::linked().state(log.clone()).build().unwrap();
    let (http, tcp) = (serving.http_address().unwrap(), serving.tcp_address().unwrap());
    for way in ["memory".to_owned(), format!("tcp://{tcp}"), format!("http://{http}"), format!("ws://{http}")] {
        for format in ["json", "msgpack", "cbor"] {
            let to = if way == "memory" { engine.client() } else { Client::to(&way) };
            let to = match format {
                "msgpack" => to.format(MsgPack),
                "cbor" => to.format(Cbor),
                _ => to.format(Json),
            };
            let client = to.connect().await.unwrap();
            let sent = Carry::new(vec![1, 2, 255], 0.5, "s3cret", vec![Inner::new()]).with_note("n");
            let back: Carry = client.call(sent.clone()).await.unwrap();
            assert_eq!((&back.bytes, back.note), (&sent.bytes, sent.note), "{way} {format}");
            assert_eq!(log.take(), ["[1, 2, 255] 0.5 s3cret [7]", "Carry Some(\"n\")"], "{way} {format}");
            let refused: Result<Carry, CallError> = client.call(Carry::new(vec![], -1.0, "", vec![])).await;
            assert_eq!(refused.unwrap_err().code(), "negative", "{way} {format}");
            assert_eq!(log.take(), ["[] -1  []", "Fault None"], "{way} {format}");
        }
    }
    serving.stop().await;
}
