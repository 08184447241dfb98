//! Where a principal comes from, on every transport.

use converse::{ApiKeys, App, BearerTokens, Client, Config, Principal};

use crate::classes::{Who, You};
use crate::server::{Server, Talk};

fn known(id: &str) -> Principal {
    Principal::new(id).unwrap()
}

/// Knows josh by a token and ada by a key.
fn server() -> Server {
    let tokens = BearerTokens::new().with("josh-token", known("josh")).with("bea-token", known("bea"));
    let keys = ApiKeys::new().with("ada-key", known("ada").with_role("admin"));
    Server::start(|| App::linked().authenticate(tokens).authenticate(keys), Config::default())
}

const WHO: &str = "{\"Who\":{}}";

fn is(reply: &str, id: &str) {
    assert!(reply.contains(&format!("{{\"id\":\"{id}\"")), "{id}: {reply}");
}

#[test]
fn the_headers_of_a_request_say_who_sends_it() {
    let server = server();
    for (headers, id) in [
        (&[("authorization", "Bearer josh-token")][..], "josh"),
        (&[("Authorization", "bearer josh-token")], "josh"),
        (&[("x-api-key", "ada-key")], "ada"),
        (&[("authorization", "Bearer nobodys"), ("x-api-key", "ada-key")], "ada"),
    ] {
        is(&server.http("POST /", headers, WHO), id);
        is(&server.http("POST /Who", headers, "{}"), id);
    }
    let josh = [("authorization", "Bearer josh-token")];
    is(&server.http("POST /", &josh, "{\"Who\":{},\"$auth\":\"bea-token\"}"), "bea");
    let wrong = server.http("POST /", &josh, "{\"Who\":{},\"$auth\":\"bea-tokem\"}");
    assert!(wrong.starts_with("HTTP/1.1 401 "), "what the message says counts alone: {wrong}");
    // A request is its own: the next one on the connection is whose it says itself.
    is(&server.http("POST /", &[], "{\"Hello\":{}}"), "");
}

#[test]
fn strangers_hear_the_same_over_http_byte_for_byte() {
    let server = server();
    let without_date = |response: String| {
        response.lines().filter(|line| !line.starts_with("date: ")).map(str::to_owned).collect::<Vec<_>>()
    };
    let tokens = [
        &[][..],
        &[("authorization", "Bearer josh-tokem")],
        &[("authorization", "Basic am9zaA==")],
        &[("authorization", "Bearer josh-token"), ("authorization", "Bearer josh-token")],
        &[("x-api-key", "josh-token")],
        &[("cookie", "converse_session=1.am9zaA==.AAAA")],
    ];
    for (paths, bodies) in [
        (&["POST /"][..], &[WHO, "{\"NoSuchClass\":{}}", "{\"Unanswered\":{}}", "{\"Wipe\":{\"table\":7}}"][..]),
        (&["POST /Who", "POST /NoSuchClass", "POST /Unanswered", "POST /Wipe"], &["{}", "{\"table\":7}", "x"]),
    ] {
        let first = without_date(server.http(paths[0], &[], bodies[0]));
        assert_eq!(first[0], "HTTP/1.1 401 Unauthorized");
        assert!(first.contains(&"www-authenticate: Bearer".to_owned()), "{first:?}");
        for path in paths {
            for body in bodies {
                for headers in tokens {
                    assert_eq!(without_date(server.http(path, headers, body)), first, "{path} {body} {headers:?}");
                }
            }
        }
    }
}

#[test]
fn a_websocket_is_whose_its_upgrade_was_until_a_handler_says_otherwise() {
    let server = server();
    for (headers, id) in [
        (&[("authorization", "Bearer josh-token")][..], "josh"),
        (&[("x-api-key", "ada-key")], "ada"),
        (&[("authorization", "Bearer josh-tokem")], ""),
        (&[], ""),
    ] {
        let mut socket = server.websocket(headers);
        for _ in 0..2 {
            is(&socket.say("{\"Hello\":{}}"), id);
        }
        is(&socket.say("{\"Who\":{},\"$auth\":\"bea-token\"}"), "bea");
        is(&socket.say("{\"Hello\":{},\"$auth\":\"bea-tokem\"}"), "");
        is(&socket.say("{\"Hello\":{}}"), id);
        assert_eq!(socket.say("{\"BeMe\":{\"id\":\"carl\"}}"), "{\"Done\":{}}");
        is(&socket.say(WHO), "carl");
        assert_eq!(socket.say("{\"BeNobody\":{}}"), "{\"Done\":{}}");
        assert!(socket.say(WHO).contains("unauthenticated"), "also where the upgrade had a token");
    }
}

#[test]
fn over_tcp_it_is_the_message_or_a_handler_that_says_it() {
    let server = server();
    let (mut line, mut other) = (server.lines(), server.lines());
    assert!(line.say(WHO).contains("unauthenticated"));
    is(&line.say("{\"Who\":{},\"$auth\":\"josh-token\"}"), "josh");
    assert!(line.say(WHO).contains("unauthenticated"), "a message speaks for itself");
    assert_eq!(line.say("{\"BeMe\":{\"id\":\"carl\"}}"), "{\"Done\":{}}");
    is(&line.say(WHO), "carl");
    is(&line.say("{\"$auth\":\"josh-token\",\"Who\":{}}"), "josh");
    assert!(other.say(WHO).contains("unauthenticated"), "another connection");
    assert_eq!(line.say("{\"BeNobody\":{}}"), "{\"Done\":{}}");
    assert!(line.say(WHO).contains("unauthenticated"));
    // Over HTTP a handler signs in the one request.
    assert!(server.http("POST /", &[], "{\"BeMe\":{\"id\":\"carl\"}}").starts_with("HTTP/1.1 200 "));
    assert!(server.http("POST /", &[], WHO).starts_with("HTTP/1.1 401 "));
}

#[test]
fn the_clients_token_arrives_by_every_transport() {
    let server = server();
    converse::block_on(async {
        for url in [format!("ws://{}", server.http), format!("http://{}", server.http), format!("tcp://{}", server.tcp)]
        {
            let josh = Client::to(&url).token("josh-token").connect().await.unwrap();
            let you: You = josh.call(Who::new()).await.unwrap();
            assert_eq!(you.id, "josh", "{url}");
            let nobody = Client::to(&url).token("josh-tokem").connect().await.unwrap();
            let refused = nobody.call::<_, You>(Who::new()).await.unwrap_err();
            assert_eq!(refused.code(), "unauthenticated", "{url}");
        }
    });
}

#[test]
fn a_token_that_is_taken_back_is_nobodys_with_the_next_message() {
    let tokens = BearerTokens::new().with("josh-token", known("josh"));
    let table = tokens.clone();
    let server = Server::start(|| App::linked().authenticate(tokens), Config::default());
    let mut line = server.lines();
    is(&line.say("{\"Who\":{},\"$auth\":\"josh-token\"}"), "josh");
    assert!(table.remove(&"josh-token".into()));
    assert!(line.say("{\"Who\":{},\"$auth\":\"josh-token\"}").contains("unauthenticated"));
}
