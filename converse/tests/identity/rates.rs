//! How much one sender may send. When a bucket is full again is tested where the buckets are, with a clock of
//! its own; here time passes, so a test says what is refused at last, and not at which message.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use converse::{App, BearerTokens, Config, Principal};

use crate::server::{Server, Talk};

/// Two at once, and then one a second.
fn config() -> Config {
    let trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
    Config { rate: 1, rate_burst: 2, trusted_proxies, ..Config::default() }
}

fn server() -> Server {
    let josh = Principal::new("josh").unwrap();
    let tokens = BearerTokens::new().with("josh-token", josh).with("ada-token", Principal::new("ada").unwrap());
    Server::start(|| App::linked().authenticate(tokens), config())
}

/// The first reply that refuses, of the replies to many messages.
fn refused(mut say: impl FnMut(usize) -> String) -> String {
    let limited = |reply: &String| reply.contains("\"code\":\"rate_limited\"");
    (0..30).map(&mut say).find(limited).expect("one of thirty is refused")
}

#[test]
fn a_principal_is_one_sender_over_all_connections_and_by_every_transport() {
    let server = server();
    let josh = [("authorization", "Bearer josh-token")];
    let mut ways: [Box<dyn FnMut() -> String>; 4] = [
        Box::new(|| server.lines().say("{\"Quiet\":{},\"$auth\":\"josh-token\"}")),
        Box::new(|| server.websocket(&josh).say("{\"Quiet\":{}}")),
        Box::new(|| server.http("POST /", &josh, "{\"Quiet\":{}}")),
        Box::new(|| server.http("POST /Quiet", &josh, "{}")),
    ];
    // Each is another connection.
    let reply = refused(|index| ways[index % 4]());
    assert!(reply.contains("\"retryable\":true,\"executed\":false,\"retry_after_ms\":"), "{reply}");
    for http in [2, 3] {
        let response = refused(|_| ways[http]());
        assert!(response.starts_with("HTTP/1.1 429 ") && response.contains("\r\nretry-after: 1\r\n"), "{response}");
    }
    // It is told before the body is read.
    let mut line = server.lines();
    refused(|_| line.say("{\"Wipe\":{\"table\":7},\"$auth\":\"josh-token\"}"));
    assert_eq!(line.say("{\"Quiet\":{},\"$auth\":\"ada-token\"}"), "{\"Done\":{}}", "another principal");
}

#[test]
fn what_is_refused_before_is_not_counted() {
    let server = server();
    let mut line = server.lines();
    for _ in 0..5 {
        assert!(line.say("{\"Quiet\":{}}").contains("unauthenticated"));
        assert!(line.say("{\"NoSuchClass\":{},\"$auth\":\"josh-token\"}").contains("unknown_class"));
    }
    for message in ["{\"Hello\":{}}", "{\"Hello\":{},\"$auth\":\"josh-token\"}"] {
        for _ in 0..2 {
            assert!(line.say(message).contains("You"), "{message}");
        }
    }
}

#[test]
fn strangers_are_told_apart_by_the_address_that_a_trusted_proxy_names() {
    let server = server();
    let hello = |address: &str| server.http("POST /", &[("x-forwarded-for", address)], "{\"Hello\":{}}");
    refused(|_| hello("192.0.2.1"));
    refused(|index| hello(&format!("2001:db8:1:2::{index}")));
    for other in 2..40 {
        for address in [format!("192.0.2.{other}"), format!("2001:db8:1:{}::1", other + 1)] {
            assert!(hello(&address).starts_with("HTTP/1.1 200 "), "{address}");
        }
    }
}

#[test]
fn without_an_authenticator_it_is_the_address_that_counts() {
    let server = Server::start(App::linked, config());
    refused(|index| server.lines().say(&format!("{{\"$auth\":\"{index}\",\"Quiet\":{{}}}}")));
}

#[test]
fn an_address_that_guesses_tokens_is_not_looked_up_any_more() {
    let tokens = BearerTokens::new().with("josh-token", Principal::new("josh").unwrap());
    let trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
    let config = Config { wrong_tokens: 3, trusted_proxies, ..Config::default() };
    let server = Server::start(|| App::linked().authenticate(tokens), config);
    let say = |address: &str, token: &str| {
        let headers = [("x-forwarded-for", address), ("authorization", token)];
        server.http("POST /", &headers, "{\"Quiet\":{}}")
    };
    let mut kept = server.websocket(&[("x-forwarded-for", "192.0.2.1"), ("authorization", "Bearer josh-token")]);
    assert_eq!(kept.say("{\"Quiet\":{}}"), "{\"Done\":{}}");
    for _ in 0..100 {
        assert!(say("192.0.2.1", "Bearer josh-token").starts_with("HTTP/1.1 200 "), "who is known guesses nothing");
        assert!(say("192.0.2.1", "Basic a").starts_with("HTTP/1.1 401 "), "who shows nothing guesses nothing");
    }
    let limited = refused(|index| say("192.0.2.1", &format!("Bearer wrong-{index}")));
    assert!(limited.starts_with("HTTP/1.1 429 ") && limited.contains("\r\nretry-after: 1\r\n"), "{limited}");
    // Once a second it may guess again, so who is slow sees that first.
    let right = (0..30).map(|index| {
        refused(|_| say("192.0.2.1", &format!("Bearer wrong again {index}")));
        say("192.0.2.1", "Bearer josh-token")
    });
    let is_limited = |right: &String| right.starts_with("HTTP/1.1 429 ");
    assert!(right.into_iter().any(|right| is_limited(&right)), "whether it is right is not said");
    let mut line = server.lines();
    assert!(line.say("{\"Quiet\":{},\"$auth\":\"josh-token\"}").contains("Done"), "another address");
    assert!(say("192.0.2.2", "Bearer wrong").starts_with("HTTP/1.1 401 "));
    assert_eq!(kept.say("{\"Quiet\":{}}"), "{\"Done\":{}}", "a connection that was let in before");
}

#[test]
fn tokens_that_are_shown_at_the_same_time_are_so_many_guesses() {
    const SHOWN: usize = 20;
    let (looked_up, count) = (Arc::new(AtomicUsize::new(0)), 3);
    let counted = Arc::clone(&looked_up);
    let tokens = BearerTokens::new().or_look_up(move |token| {
        counted.fetch_add(1, Ordering::Relaxed);
        async move {
            tokio::time::sleep(Duration::from_millis(50)).await;
            Ok(if token.expose() == "right" { Some(Principal::new("josh")?) } else { None })
        }
    });
    let config = Config { wrong_tokens: count, ..Config::default() };
    let server = Server::start(|| App::linked().authenticate(tokens), config);
    let at_once = |token: &str| {
        let mut line = server.lines();
        let message = |id| format!("{{\"Quiet\":{{}},\"$id\":{id},\"$auth\":\"{token}\"}}\n");
        line.send(&(0..SHOWN).map(message).collect::<String>());
        (0..SHOWN).map(|_| line.hear()).collect::<Vec<_>>()
    };
    let replies = at_once("right");
    assert!(replies.iter().all(|reply| reply.contains("Done")), "who is right waits, and is not refused: {replies:?}");
    looked_up.store(0, Ordering::Relaxed);
    let begun = Instant::now();
    let replies = at_once("wrong");
    let passed = usize::try_from(begun.elapsed().as_secs()).unwrap() + 1;
    let limited = replies.iter().filter(|reply| reply.contains("rate_limited")).count();
    let looked_up = looked_up.load(Ordering::Relaxed);
    assert!(looked_up >= 3 && looked_up <= 3 + passed, "{looked_up} were looked up, in {passed} s");
    assert_eq!(looked_up + limited, SHOWN, "{replies:?}");
}
