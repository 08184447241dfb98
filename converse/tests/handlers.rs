//! Handlers of every kind: what they are given, what they may return, and what becomes of them when
//! they fail, panic, block, or take too long.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use std::future::pending;
use std::sync::Mutex;
use std::time::Duration;

use converse::{
    AnyMessage, App, Config, Context, Error, Fault, Inject, Peer, Registry, Result, Scope, State, block_on, message,
    respond, union,
};

#[message]
#[derive(Debug, PartialEq)]
struct Said {
    text: String,
}

#[message]
#[derive(Debug, PartialEq)]
struct Counted {
    #[field(le = 3)]
    count: u32,
}

#[message]
struct Sync {}

#[respond]
impl Sync {
    fn respond(self) -> Said {
        Said::new("sync")
    }
}

#[message]
struct Async {}

#[respond]
impl Async {
    async fn respond(self) -> Result<Said> {
        tokio::time::sleep(Duration::from_millis(1)).await;
        Ok(Said::new("async"))
    }
}

#[message]
struct Blocking {
    panics: bool,
}

#[respond(blocking)]
impl Blocking {
    fn respond(self) -> Said {
        assert!(!self.panics, "asked to");
        std::thread::sleep(Duration::from_millis(1));
        Said::new("blocking")
    }
}

#[message]
struct Nothing {}

#[respond]
fn nothing(_: Nothing) {}

#[message]
struct Forever {}

#[respond]
impl Forever {
    async fn respond(self) -> Said {
        pending().await
    }
}

#[message]
struct PanicsLater {}

#[respond]
impl PanicsLater {
    async fn respond(self) -> Said {
        tokio::task::yield_now().await;
        panic!("later, with {}", "something nobody should read");
    }
}

#[message]
struct Either {
    left: bool,
}

#[union]
#[derive(Debug, PartialEq)]
enum LeftOrRight {
    Left(Said),
    Right(Counted),
}

#[respond]
impl Either {
    fn respond(self) -> LeftOrRight {
        if self.left { Said::new("left").into() } else { Counted::new(1).into() }
    }
}

#[message]
struct Any {
    count: u32,
}

#[respond]
impl Any {
    fn respond(self) -> Result<AnyMessage> {
        Ok(AnyMessage::of(&Counted::new(self.count))?)
    }
}

#[message]
struct TooMuch {}

#[respond]
impl TooMuch {
    fn respond(self) -> Counted {
        Counted::new(4)
    }
}

#[derive(Debug, Fault)]
enum Refusal {
    #[fault(code = "sold_out", status = 409, message = "only {left} left")]
    SoldOut { left: u32 },
    #[fault(code = "closed", retryable)]
    Closed,
}

#[message]
struct Buy {
    closed: bool,
}

#[respond]
impl Buy {
    fn respond(self) -> Result<Said> {
        if self.closed {
            return Err(Refusal::Closed.into());
        }
        Err(Refusal::SoldOut { left: 2 })?
    }
}

#[message]
struct Parse {
    number: String,
}

#[respond]
impl Parse {
    fn respond(self) -> Result<Counted> {
        Ok(Counted::new(self.number.parse()?))
    }
}

// Arguments.

/// How often each argument was asked for.
#[derive(Default)]
struct Visits(Mutex<u32>);

/// A type of the program's own.
struct Transport(&'static str);

impl Inject for Transport {
    fn inject(scope: &Scope<'_>) -> Result<Self, Error> {
        Ok(Transport(scope.peer.transport()))
    }
}

#[message]
struct Ask {}

#[respond]
impl Ask {
    async fn respond(self, visits: State<Visits>, peer: Peer, context: Context, own: Transport) -> Said {
        let mut visits = visits.0.lock().unwrap();
        *visits += 1;
        assert_eq!(peer.transport(), own.0);
        Said::new(format!("{} {} {:?} {:?}", *visits, context.class(), context.id(), context.trace()))
    }
}

fn app() -> converse::TestApp {
    App::test().state(Visits::default())
}

#[test]
fn sync_async_and_blocking_handlers_answer() {
    block_on(async {
        let app = app();
        assert_eq!(app.call::<_, Said>(Sync::new()).await.unwrap().text, "sync");
        assert_eq!(app.call::<_, Said>(Async::new()).await.unwrap().text, "async");
        assert_eq!(app.call::<_, Said>(Blocking::new(false)).await.unwrap().text, "blocking");
        app.call::<_, ()>(Nothing::new()).await.unwrap();
    });
}

#[test]
fn a_reply_is_what_the_caller_asked_for_or_a_fault() {
    block_on(async {
        let app = app();
        assert_eq!(app.call(Either::new(true)).await, Ok(LeftOrRight::Left(Said::new("left"))));
        assert_eq!(app.call(Either::new(false)).await, Ok(LeftOrRight::Right(Counted::new(1))));
        assert_eq!(app.call(Either::new(false)).await, Ok(Counted::new(1)));
        let any: AnyMessage = app.call(Any::new(3)).await.unwrap();
        assert_eq!(any.downcast(), Some(Counted::new(3)));
        let fault = app.call::<_, Said>(Either::new(false)).await.unwrap_err();
        assert_eq!(fault.code, "unexpected_reply");
    });
}

#[test]
fn a_reply_that_breaks_its_own_rules_does_not_leave() {
    block_on(async {
        let app = app();
        assert_eq!(app.call::<_, Counted>(TooMuch::new()).await.unwrap_err().code, "internal");
        // An `AnyMessage` is checked when it is made: the handler itself fails.
        assert_eq!(app.call::<_, Counted>(Any::new(4)).await.unwrap_err().code, "validation");
    });
}

#[test]
fn faults_for_clients_are_told_and_other_errors_are_not() {
    block_on(async {
        let app = app();
        let fault = app.call::<_, Said>(Buy::new(false)).await.unwrap_err();
        assert_eq!((&*fault.code, &*fault.message, fault.retryable), ("sold_out", "only 2 left", false));
        let fault = app.call::<_, Said>(Buy::new(true)).await.unwrap_err();
        assert_eq!((&*fault.code, fault.retryable), ("closed", true));
        let fault = app.call::<_, Counted>(Parse::new("x")).await.unwrap_err();
        assert_eq!(&*fault.code, "internal");
        assert!(!fault.message.contains("digit"), "{}", fault.message);
    });
}

#[test]
fn a_panic_is_the_fault_of_its_message_alone() {
    block_on(async {
        let app = app();
        for _ in 0..2 {
            let fault = app.call::<_, Said>(Blocking::new(true)).await.unwrap_err();
            assert_eq!(&*fault.code, "internal");
            let fault = app.call::<_, Said>(PanicsLater::new()).await.unwrap_err();
            assert_eq!(&*fault.code, "internal");
            assert!(!fault.message.contains("nobody"), "{}", fault.message);
            assert_eq!(app.call::<_, Said>(Sync::new()).await.unwrap().text, "sync");
        }
    });
}

#[test]
fn a_handler_is_dropped_at_its_deadline() {
    block_on(async {
        let config = Config { handler_timeout: Duration::from_millis(20), ..Config::default() };
        let app = App::linked().state(Visits::default()).build_with(config).unwrap();
        let fault = app.call::<_, Said>(Forever::new()).await.unwrap_err();
        assert_eq!((&*fault.code, fault.executed), ("timeout", None));
        assert_eq!(app.call::<_, Said>(Async::new()).await.unwrap().text, "async");
    });
}

#[test]
fn arguments_are_injected_by_their_type() {
    const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    block_on(async {
        let app = app();
        let ask = format!(r#"{{"$id":"seven","Ask":{{}},"$trace":"{TRACE}"}}"#);
        let reply = app.handle(ask.as_bytes()).await;
        let expected = format!(r#"{{"$id":"seven","Said":{{"text":"1 Ask Some(\"seven\") Some(Trace({TRACE}))"}}}}"#);
        assert_eq!(String::from_utf8(reply).unwrap(), expected);
        let reply = app.handle(br#"{"Ask":{}}"#).await;
        assert_eq!(String::from_utf8(reply).unwrap(), r#"{"Said":{"text":"2 Ask None None"}}"#);
    });
}

#[test]
fn a_missing_state_is_a_start_up_error_that_names_the_class() {
    block_on(async {
        let Err(error) = App::linked().build() else { panic!("it started") };
        let text = error.to_string();
        assert!(text.contains("`Ask`") && text.contains("Visits") && text.contains(".state("), "{text}");
    });
}

#[test]
fn an_application_may_leave_classes_out_or_name_them_all() {
    block_on(async {
        let app = App::linked().without::<Ask>().build().unwrap();
        assert!(app.registry().message("Ask").is_none());
        assert!(app.registry().message("Sync").is_some());
        let empty = App::of(Registry::empty()).build().unwrap();
        let reply = empty.handle(br#"{"Sync":{}}"#).await;
        assert!(String::from_utf8(reply).unwrap().contains("unknown_class"));
    });
}

#[test]
fn an_application_says_broken_rules_in_its_own_words() {
    block_on(async {
        let german = |issue: &converse::Issue| (issue.rule == "missing").then(|| "wird gebraucht".to_owned());
        let app = App::linked().state(Visits::default()).wording(german).build().unwrap();
        let reply = String::from_utf8(app.handle(br#"{"Parse":{}}"#).await).unwrap();
        assert!(reply.contains(r#""message":"wird gebraucht""#), "{reply}");
        let reply = String::from_utf8(app.handle(br#"{"Parse":{"number":1}}"#).await).unwrap();
        assert!(reply.contains(r#""message":"must be a text""#), "{reply}");
    });
}
