//! Sessions: a cookie over HTTP, the connection elsewhere.

#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, missing_docs, reason = "a test")]

#[path = "identity/server.rs"]
mod server;

use converse::{
    App, Config, Fault, Principal, Result, Secret, Session, Sessions, StartError, block_on, message, respond,
};
use server::{Server, Talk};

#[message(public)]
struct Begin {
    id: String,
    fails: bool,
}

#[respond]
impl Begin {
    fn respond(self, session: Session) -> Result<()> {
        session.sign_in(Principal::new(self.id)?.with_role("guest"))?;
        if self.fails { Err(Fault::new("second_thoughts", "no").into()) } else { Ok(()) }
    }
}

#[message]
struct End {}

#[respond]
impl End {
    async fn respond(self, session: Session) {
        session.sign_out();
    }
}

#[message]
struct Who {}

#[message]
struct You {
    id: String,
    roles: Vec<String>,
}

#[respond]
fn who(_: Who, principal: Principal) -> You {
    You::new(principal.id(), principal.roles().to_vec())
}

fn config() -> Config {
    Config { session_key: Some(Secret::new(vec![7; 32])), ..Config::default() }
}

fn server() -> Server {
    Server::start(|| App::linked().sessions(Sessions::new()), config())
}

/// The value of the header `Set-Cookie`.
fn set_cookie(response: &str) -> Option<&str> {
    response.lines().find_map(|line| line.strip_prefix("set-cookie: "))
}

const BEGIN: &str = "{\"Begin\":{\"id\":\"josh\",\"fails\":false}}";
const WHO: &str = "{\"Who\":{}}";
const JOSH: &str = "{\"You\":{\"id\":\"josh\",\"roles\":[\"guest\"]}}";

#[test]
fn a_cookie_is_set_shown_and_forgotten() {
    let server = server();
    assert!(server.http("POST /", &[], WHO).starts_with("HTTP/1.1 401 "));
    let begun = server.http("POST /", &[], BEGIN);
    let (value, attributes) = set_cookie(&begun).unwrap().split_once("; ").unwrap();
    assert_eq!(attributes, "Path=/; Max-Age=86400; HttpOnly; SameSite=Strict", "no TLS, so not Secure");
    let cookies = format!("theme=dark; {value}");
    let told = server.http("POST /", &[("cookie", &cookies)], WHO);
    assert!(told.ends_with(JOSH) && set_cookie(&told).is_none(), "{told}");
    let mut socket = server.websocket(&[("cookie", &cookies)]);
    assert_eq!(socket.say(WHO), JOSH);

    let ended = server.http("POST /End", &[("cookie", &cookies)], "{}");
    assert_eq!(set_cookie(&ended).unwrap(), "converse_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
    let empty = server.http("POST /", &[("cookie", "converse_session=")], WHO);
    assert!(empty.starts_with("HTTP/1.1 401 "), "{empty}");
    let mut near = value.to_owned();
    near.replace_range(near.len() - 4..near.len() - 3, if near.as_bytes()[near.len() - 4] == b'A' { "B" } else { "A" });
    let forged = server.http("POST /", &[("cookie", &near)], WHO);
    assert!(forged.starts_with("HTTP/1.1 401 "), "{forged}");
    let twice = server.http("POST /", &[("cookie", &format!("{value}; {value}"))], WHO);
    assert!(twice.starts_with("HTTP/1.1 401 "), "one of two may be another site's: {twice}");
}

#[test]
fn a_reply_that_is_a_fault_sets_none() {
    let refused = server().http("POST /", &[], "{\"Begin\":{\"id\":\"josh\",\"fails\":true}}");
    assert!(refused.starts_with("HTTP/1.1 422 ") && set_cookie(&refused).is_none(), "{refused}");
}

#[test]
fn what_stays_connected_is_signed_in_itself() {
    let server = server();
    let talks: [&mut dyn Talk; 2] = [&mut server.lines(), &mut server.websocket(&[])];
    for talk in talks {
        assert_eq!(talk.say(BEGIN), "{\"Done\":{}}");
        assert_eq!(talk.say(WHO), JOSH);
        assert_eq!(talk.say("{\"End\":{}}"), "{\"Done\":{}}");
        assert!(talk.say(WHO).contains("unauthenticated"));
    }
}

#[test]
fn all_that_share_a_key_know_a_session_and_no_others() {
    let begun = server().http("POST /", &[], BEGIN);
    let (value, _) = set_cookie(&begun).unwrap().split_once(';').unwrap();
    let cookie = [("cookie", value)];
    assert!(server().http("POST /", &cookie, WHO).ends_with(JOSH), "also after a restart");
    let other = Config { session_key: Some(Secret::new(vec![8; 32])), ..Config::default() };
    let other = Server::start(|| App::linked().sessions(Sessions::new()), other);
    assert!(other.http("POST /", &cookie, WHO).starts_with("HTTP/1.1 401 "));
}

#[test]
fn what_is_missing_is_said_at_the_start() {
    block_on(async {
        let Err(StartError::Config(error)) = App::linked().sessions(Sessions::new()).build() else {
            panic!("it started without a key");
        };
        assert!(error.to_string().contains("openssl rand -base64 32"), "{error}");
        let Err(StartError::Classes(problems)) = App::linked().build() else { panic!("it started without sessions") };
        assert!(problems.to_string().contains("add .sessions(Sessions::new()) to the App"), "{problems}");
        App::test().sessions(Sessions::new()).build().unwrap();
    });
}

#[test]
fn wrong_sessions_are_guesses_and_ended_ones_and_other_cookies_are_none() {
    let config = Config { wrong_tokens: 3, ..config() };
    let server = Server::start(|| App::linked().sessions(Sessions::new()), config);
    let begun = server.http("POST /", &[], BEGIN);
    let (right, _) = set_cookie(&begun).unwrap().split_once("; ").unwrap();
    let wrong = format!("{}A{}", &right[..right.len() - 9], &right[right.len() - 8..]);
    let other = format!("{}B{}", &right[..right.len() - 9], &right[right.len() - 8..]);
    let wrong = if wrong == right { other } else { wrong };
    let status = |cookie: &str| server.http("POST /", &[("cookie", cookie)], WHO)[..12].to_owned();
    for _ in 0..30 {
        assert_eq!(status(right), "HTTP/1.1 200");
        assert_eq!(status("theme=dark"), "HTTP/1.1 401");
        assert_eq!(status("converse_session=1.YQ==.YQ=="), "HTTP/1.1 401", "it says that it has ended");
        assert_eq!(status("converse_session="), "HTTP/1.1 401");
    }
    assert!((0..30).any(|_| status(&wrong) == "HTTP/1.1 429"), "one of thirty is refused");
    assert_eq!(status("theme=dark"), "HTTP/1.1 401", "it shows nothing that could be guessed");
}
