//! Too much of anything: what is refused, how, and what is still answered.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::ScopedJoinHandle;
use std::time::{Duration, Instant};

use converse::Config;

use crate::classes::{BEGUN, Gate, app};
use crate::server::{Lines, Server, Talk};

/// How a message is refused for load.
fn is_refusal(reply: &str) -> bool {
    reply.contains("\"code\":\"overloaded\"")
        && reply.contains("\"retryable\":true,\"executed\":false,\"retry_after_ms\":1000")
}

/// Asks until it is so.
fn until(what: &str, mut so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !so() {
        assert!(begun.elapsed() < Duration::from_mins(1), "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn is_healthy(server: &Server) {
    assert!(server.http("GET /livez", &[], "").starts_with("HTTP/1.1 200 "));
    assert!(server.http("GET /readyz", &[], "").starts_with("HTTP/1.1 200 "));
}

/// A server, and a connection on which one of these waits and another was refused.
fn with_one_waiting(gate: &Gate, config: Config, class: &str) -> (Server, Lines) {
    let server = Server::start(app(gate), config);
    let mut line = server.lines();
    line.send(&format!("{{\"$id\":1,\"{class}\":{{}}}}\n{{\"{class}\":{{}},\"$id\":2}}\n"));
    let refused = line.hear();
    assert!(is_refusal(&refused) && refused.contains("\"$id\":2"), "{refused}");
    (server, line)
}

#[test]
fn one_more_than_may_wait_is_refused_on_every_transport() {
    let gate = Gate::closed();
    let (server, mut line) = with_one_waiting(&gate, Config { max_in_flight: 1, ..Config::default() }, "Wait");
    let mut socket = server.websocket(&[]);
    for message in ["{\"$id\":7,\"Wait\":{}}", "{\"Wait\":{\"text\":\"}\"},\"$id\":7}"] {
        for reply in [line.say(message), socket.say(message), server.http("POST /", &[], message)] {
            assert!(is_refusal(&reply) && reply.contains("\"$id\":7"), "{reply}");
        }
    }
    // The body is not looked at; what is no envelope is still told so.
    assert!(is_refusal(&line.say("{\"Wait\":{\"text\":[1]}}")));
    assert!(line.say("{\"Wait\":{},\"Ping\":{}}").contains("\"bad_envelope\""));
    for (path, body) in [("POST /", "{\"Wait\":{}}"), ("POST /Wait", "{}")] {
        let response = server.http(path, &[], body);
        assert!(response.starts_with("HTTP/1.1 503 ") && response.contains("\r\nretry-after: 1\r\n"), "{response}");
    }
    assert_eq!(line.say("{\"Ping\":{}}"), "{\"Done\":{}}", "who does not wait takes no place");
    is_healthy(&server);
    gate.open(2);
    assert_eq!(line.hear(), "{\"$id\":1,\"Done\":{}}");
    assert_eq!(socket.say("{\"Wait\":{}}"), "{\"Done\":{}}", "the place is free again");
}

#[test]
fn a_class_may_have_fewer_places_than_all() {
    let gate = Gate::closed();
    let (server, mut line) = with_one_waiting(&gate, Config::default(), "Narrow");
    let reply = server.http("POST /Narrow", &[], "{}");
    assert!(is_refusal(&reply) && reply.contains("of this class"), "{reply}");
    gate.open(2);
    assert_eq!(line.hear(), "{\"$id\":1,\"Done\":{}}");
    assert_eq!(line.say("{\"Wait\":{}}"), "{\"Done\":{}}");
}

#[test]
fn what_waiting_messages_hold_is_bounded() {
    let gate = Gate::closed();
    let large = format!("{{\"Wait\":{{\"text\":\"{}\"}}}}", "x".repeat(100_000));
    let server = Server::start(app(&gate), Config { max_held: 90_000, ..Config::default() });
    let (mut line, mut first) = (server.lines(), server.lines());
    first.send(&format!("{large}\n"));
    until("the memory is taken", || is_refusal(&line.say("{\"Ping\":{}}")));
    assert!(is_refusal(&server.websocket(&[]).say("{\"$id\":1,\"Ping\":{}}")));
    assert!(server.http("POST /Ping", &[], "{}").starts_with("HTTP/1.1 503 "));
    is_healthy(&server);
    gate.open(1);
    assert_eq!(first.hear(), "{\"Done\":{}}");
    until("the memory is given back", || line.say("{\"Ping\":{}}") == "{\"Done\":{}}");
}

#[test]
fn what_could_not_begin_before_its_deadline_is_not_begun_after_it() {
    let server = Server::start(
        app(&Gate::closed()),
        Config { handler_timeout: Duration::from_millis(200), ..Config::default() },
    );
    let mut line = server.lines();
    for id in 0..200 {
        line.send(&format!("{{\"$id\":{id},\"Heavy\":{{}}}}\n"));
    }
    for _ in 0..200 {
        let reply = line.hear();
        assert!(reply.contains("\"timeout\""), "{reply}");
    }
    // What was begun in time says so a little later, and long before the first of them ends.
    std::thread::sleep(Duration::from_millis(500));
    let running = BEGUN.load(Ordering::SeqCst);
    // Those that run end, and nobody waits for the others.
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(BEGUN.load(Ordering::SeqCst), running);
    assert!((1..200).contains(&running), "{running}");
}

#[test]
fn who_has_too_much_to_do_answers_some_of_it_in_time() {
    // Whatever the machine does beside: so many connections for each thread have twice as much to do in a turn as may wait.
    const EACH: usize = 20;
    let connections = 20 * std::thread::available_parallelism().map_or(1, usize::from);
    let config = Config { queue_delay: Duration::from_millis(20), ..Config::default() };
    let server = Server::start(app(&Gate::closed()), config);
    let (enough, done, refused) = (AtomicBool::new(false), AtomicUsize::new(0), AtomicUsize::new(0));
    let talk = |mut line: Lines| {
        while !enough.load(Ordering::SeqCst) {
            line.send(&"{\"Work\":{\"milliseconds\":5}}\n".repeat(EACH));
            for _ in 0..EACH {
                let reply = line.hear();
                assert!(is_refusal(&reply) || reply == "{\"Done\":{}}", "{reply}");
                let count = if is_refusal(&reply) { &refused } else { &done };
                count.fetch_add(1, Ordering::SeqCst);
            }
        }
    };
    std::thread::scope(|scope| {
        let _stop = Stop(&enough);
        let lines: Vec<_> = (0..connections).map(|_| server.lines()).collect();
        let talking: Vec<_> = lines.into_iter().map(|line| scope.spawn(|| talk(line))).collect();
        // Waits for one more of them, unless somebody was answered otherwise, and has ended.
        let one_more = |count: &AtomicUsize| {
            let before = count.load(Ordering::SeqCst);
            while count.load(Ordering::SeqCst) == before {
                assert!(!talking.iter().any(ScopedJoinHandle::is_finished));
                std::thread::sleep(Duration::from_millis(5));
            }
        };
        one_more(&refused);
        is_healthy(&server);
        one_more(&done);
        one_more(&refused);
    });
    let mut line = server.lines();
    until("there is time again", || line.say("{\"Ping\":{}}") == "{\"Done\":{}}");
}

/// Ends those that talk, however their test ends.
struct Stop<'s>(&'s AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}
