//! A server with topics, and the ways to it.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use converse::{App, Cbor, Client, Config, Engine, Json, MsgPack, Serving, Topic, Topics};

use crate::classes::{Chat, Kept, Said};

pub(crate) struct Server {
    pub(crate) kept: Kept,
    pub(crate) news: Topic<Said>,
    pub(crate) rooms: Topics<Said>,
    pub(crate) chat: Topic<Chat>,
    pub(crate) serving: Serving,
    engine: Engine,
}

/// What carries the messages of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Memory,
    Tcp,
    WebSocket,
}

pub(crate) const FORMATS: [&str; 3] = ["json", "msgpack", "cbor"];

impl Way {
    pub(crate) const ALL: [Way; 3] = [Way::Memory, Way::Tcp, Way::WebSocket];
}

impl Server {
    pub(crate) async fn start() -> Server {
        let (kept, news, rooms) = (Kept::default(), Topic::new("news"), Topics::with_limit(3));
        let chat = Topic::<Chat>::new("chat");
        let any = Some("127.0.0.1:0".parse().unwrap());
        let drain_timeout = Duration::from_secs(2);
        let most = 2_000;
        let config =
            Config { http: any, tcp: any, drain_timeout, max_connections_per_address: most, ..Config::default() };
        let app = || App::linked().state(kept.clone()).state(news.clone()).state(rooms.clone()).state(chat.clone());
        let serving = app().build_with(config).unwrap().serve().await.unwrap();
        let engine = app().build().unwrap();
        Server { kept, news, rooms, chat, serving, engine }
    }

    pub(crate) fn http(&self) -> SocketAddr {
        self.serving.http_address().unwrap()
    }

    pub(crate) fn tcp(&self) -> SocketAddr {
        self.serving.tcp_address().unwrap()
    }

    pub(crate) async fn client(&self, way: Way, format: &str) -> Client {
        let to = match way {
            Way::Memory => self.engine.client(),
            Way::Tcp => Client::to(&format!("tcp://{}", self.tcp())),
            Way::WebSocket => Client::to(&format!("ws://{}", self.http())),
        };
        let to = match format {
            "msgpack" => to.format(MsgPack),
            "cbor" => to.format(Cbor),
            _ => to.format(Json),
        };
        to.connect().await.unwrap()
    }
}

/// How long a test waits for what must come: so long that only what never comes takes longer, on the slowest machine too.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// Waits until it is so.
pub(crate) async fn until(what: &str, so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !so() {
        assert!(begun.elapsed() < PATIENCE, "it never came to this: {what}");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}
