//! What is secret is shown nowhere: not in a log at any level, a fault, a `Debug`, or the text of a panic.

#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, missing_docs, reason = "a test")]

#[path = "identity/server.rs"]
mod server;

use std::io::Write;
use std::sync::{Arc, Mutex};

use converse::{
    ApiKeys, App, BearerTokens, Client, Config, Credentials, Error, LogFormat, Principal, Result, Secret, Session,
    Sessions, message, respond,
};
use server::{Server, Talk};

/// What is looked for. The last part tells where it came from.
const CANARY: &str = "canary-7f3a";

/// Which log is listened to: somebody else's, if it is not set.
const FORMAT: &str = "SECRETS_FORMAT";

/// What is said in the log, and by panics.
#[derive(Clone, Default)]
struct Said(Arc<Mutex<Vec<u8>>>);

impl Write for Said {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Said {
    fn listen() -> Said {
        let said = Said::default();
        let writer = said.clone();
        let to = move || writer.clone();
        match std::env::var(FORMAT).as_deref() {
            Ok("pretty") => assert!(LogFormat::Pretty.listen("trace", false, to)),
            Ok("json") => assert!(LogFormat::Json.listen("trace", false, to)),
            _ => tracing_subscriber::fmt().with_env_filter("trace").with_ansi(false).with_writer(to).init(),
        }
        let (writer, before) = (said.clone(), std::panic::take_hook());
        std::panic::set_hook(Box::new(move |panic| {
            writeln!(writer.clone(), "{panic}").unwrap();
            before(panic);
        }));
        said
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// What a handler does with a secret that it is given.
#[message(public)]
#[derive(Debug)]
struct Keep {
    how: String,
    #[field(max_length = 40)]
    password: Secret<String>,
}

#[message]
#[derive(Debug)]
struct Kept {
    #[field(max_length = 3)]
    note: String,
}

#[respond]
impl Keep {
    fn respond(self, principal: Option<Principal>) -> Result<Kept> {
        match &*self.how {
            "fails" => Err(Error::new(format!("it failed with {self:?} of {principal:?}"))),
            "panics" => panic!("it panicked with {self:?} of {principal:?}"),
            "answers wrongly" => Ok(Kept::new("longer than three")),
            _ => Ok(Kept::new("ok")),
        }
    }
}

#[message]
struct Hidden {}

#[respond]
async fn hidden(_: Hidden, session: Session) -> Result<()> {
    session.sign_in(Principal::new("josh")?.with_data(format!("{CANARY}-data")))?;
    Ok(())
}

#[message(allow = "admin")]
struct Wipe {}

#[respond]
fn wipe(_: Wipe) {}

fn app() -> App {
    let josh = || Principal::new("josh").unwrap().with_data(format!("{CANARY}-data"));
    let tokens = BearerTokens::new().with(format!("{CANARY}-good"), josh()).or_look_up(|token| async move {
        if token.expose().ends_with("-broken") { Err(Error::new(format!("no table for {token:?}"))) } else { Ok(None) }
    });
    let keys = ApiKeys::new().with(format!("{CANARY}-key"), josh());
    let debug = format!("{tokens:?} {keys:?} {:?}", josh());
    assert!(!debug.contains(CANARY), "{debug}");
    App::linked().authenticate(tokens).authenticate(keys).sessions(Sessions::new())
}

/// Messages that hold the canary wherever something secret may stand.
fn messages() -> Vec<String> {
    let mut all = Vec::new();
    for token in ["good", "bad", "broken"] {
        for rest in [
            "\"Hidden\":{}",
            "\"Wipe\":{}",
            "\"NoSuchClass\":{}",
            "\"Keep\":{\"how\":\"\",\"password\":\"x\"}",
            "\"Hidden\":{},\"$what\":1",
            "\"Hidden\":{\"a\":}",
            "\"Hidden\":{},\"$auth\":\"again\"",
        ] {
            all.push(format!("{{\"$auth\":\"{CANARY}-{token}\",{rest}}}"));
            all.push(format!("{{{rest},\"$auth\":\"{CANARY}-{token}\"}}"));
        }
    }
    for how in ["works", "fails", "panics", "answers wrongly"] {
        all.push(format!("{{\"Keep\":{{\"how\":\"{how}\",\"password\":\"{CANARY}\"}}}}"));
    }
    all.push(format!("{{\"Keep\":{{\"how\":\"\",\"password\":\"{CANARY}{}\"}}}}", "x".repeat(50)));
    all.push(format!("{{\"Keep\":{{\"how\":\"\",\"password\":[\"{CANARY}\"]}}}}"));
    all.push(format!("{{\"Keep\":{{\"how\":7,\"password\":\"{CANARY}\"}}}}"));
    all.push(format!("{{\"$auth\":[\"{CANARY}\"],\"Hidden\":{{}}}}"));
    all.push(format!("{{\"$auth\":\"{CANARY}\\u0000\",\"Hidden\":{{}}}}"));
    all
}

#[test]
fn a_secret_is_shown_nowhere() {
    let said = Said::listen();
    let config = Config { session_key: Some(Secret::new(CANARY.repeat(4).into_bytes())), ..Config::default() };
    assert!(!format!("{config:?}").contains(CANARY));
    let server = Server::start(app, config);
    let mut heard = Vec::new();
    let (mut line, mut socket) = (server.lines(), server.websocket(&[]));
    for message in messages() {
        heard.extend([line.say(&message), socket.say(&message), server.http("POST /", &[], &message)]);
    }
    for (name, value) in [
        ("authorization", format!("Bearer {CANARY}-good")),
        ("authorization", format!("Bearer {CANARY}-bad")),
        ("authorization", format!("Bearer {CANARY}-broken")),
        ("authorization", format!("Basic {CANARY}")),
        ("x-api-key", format!("{CANARY}-key")),
        ("x-api-key", CANARY.to_owned()),
        ("cookie", format!("converse_session={CANARY}; other={CANARY}")),
    ] {
        for (path, body) in [("POST /", "{\"Hidden\":{}}"), ("POST /Wipe", "{}"), ("POST /NoSuch", ""), ("GET /ws", "")]
        {
            let twice = [(name, &*value), (name, &*value)];
            heard.extend([server.http(path, &twice[..1], body), server.http(path, &twice, body)]);
        }
        heard.push(server.websocket(&[(name, &value)]).say("{\"Hidden\":{}}"));
        heard.push(format!("{:?}", Credentials::default().with_bearer(&*value).with_cookies(&*value)));
    }
    converse::block_on(async {
        let token = format!("{CANARY}-bad");
        for url in [format!("ws://{}", server.http), format!("tcp://{}", server.tcp), "ws://127.0.0.1:1".to_owned()] {
            let connector = Client::to(&url).token(&*token);
            heard.push(format!("{connector:?}"));
            match connector.connect().await {
                Ok(client) => {
                    let refused = client.call::<_, ()>(Hidden::new()).await.unwrap_err();
                    heard.push(format!("{client:?} {refused} {refused:?}"));
                }
                Err(error) => heard.push(format!("{error} {error:?}")),
            }
        }
    });
    heard.extend([
        server.http("POST /", &[("traceparent", CANARY)], &format!("{{\"Hidden\":{{}},\"$trace\":\"{CANARY}\"}}")),
        server.http("GET /metrics", &[("authorization", CANARY)], ""),
    ]);
    assert!(heard.last().is_some_and(|metrics| metrics.contains("converse_faults_total{class=\"Hidden\"")));
    drop((line, socket, server));

    let log = said.text();
    let shown = ["it failed with Keep", "it panicked with Keep", "no table for [secret]", "password: [secret]"];
    for seen in shown.into_iter().chain(["DEBUG", "answered", "trace_id"]) {
        assert!(log.contains(seen), "the log was listened to: {seen}\n{log}");
    }
    for text in heard.iter().chain([&log]) {
        assert!(!text.contains(CANARY), "{text}");
    }
    assert!(heard.iter().any(|text| text.contains("\"Done\"")) && heard.iter().any(|text| text.contains("internal")));
}

/// The same by the program's own logs; a log is the whole program's, so each needs one.
#[test]
fn nor_in_the_logs_that_converse_writes() {
    for format in ["pretty", "json"] {
        let mut again = std::process::Command::new(std::env::current_exe().unwrap());
        again.args(["--exact", "a_secret_is_shown_nowhere"]).env(FORMAT, format);
        let output = again.output().unwrap();
        assert!(output.status.success(), "{format}: {}", String::from_utf8_lossy(&output.stdout));
        assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"), "it ran");
    }
}
