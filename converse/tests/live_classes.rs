//! Classes that are made, changed and taken away while a program serves: sent, checked and answered like any other.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use converse::model::{Class, Constraint, Default, Field, Statement, Type};
use converse::{
    Answers, AnyMessage, App, Cbor, Classes, Config, Error, Fault, MsgPack, Result, Scope, State, Terms, TestApp,
    Value, View, before, message, protocol, respond,
};

#[protocol]
struct HasTenant {
    tenant_id: String,
}

#[message(abstract)]
struct Counted {}

#[message]
struct Greet {
    name: String,
}

#[message]
struct Greeted {
    text: String,
}

#[respond]
impl Greet {
    fn respond(self) -> Greeted {
        Greeted::new(format!("hello {}", self.name))
    }
}

/// Makes a class on request.
#[message]
struct Define {
    name: String,
}

#[respond]
impl Define {
    fn respond(self, classes: Classes) -> Result<()> {
        let class = Class::define(self.name).field(("text", Type::Text)).respond(echo).create()?;
        classes.add(&class, Terms::default())?;
        Ok(())
    }
}

#[before(HasTenant)]
fn tenant(message: View<HasTenant>) -> Result<()> {
    if message.tenant_id.is_empty() {
        return Err(NoTenant.into());
    }
    Ok(())
}

#[before(Counted)]
fn count(_message: AnyMessage, seen: State<Seen>) {
    seen.0.fetch_add(1, Ordering::Relaxed);
}

/// How many messages were counted.
#[derive(Clone, Default)]
struct Seen(Arc<AtomicUsize>);

#[derive(Debug, Fault)]
#[fault(code = "no_tenant", status = 403, message = "there is no such tenant")]
struct NoTenant;

fn echo(message: AnyMessage, _: &Scope<'_>) -> AnyMessage {
    message
}

fn app() -> TestApp {
    App::test().state(Seen::default())
}

async fn ask(app: &TestApp, message: &str) -> String {
    String::from_utf8(app.handle(message.as_bytes()).await).unwrap()
}

fn ticket() -> Class {
    let title = Field { constraints: vec![Constraint::MinLength(2)].into(), ..("title", Type::Text).into() };
    let urgency =
        Field { default: Default::Value(Arc::new(Value::Int(3))), ..("urgency", Type::Int { min: 1, max: 5 }).into() };
    Class::define("Ticket").doc("Somebody wants something.").field(title).field(urgency).respond(echo).create().unwrap()
}

#[tokio::test]
async fn a_live_class_is_a_class_like_any_other() {
    let app = app();
    assert!(ask(&app, r#"{"Ticket":{"title":"help"}}"#).await.contains("unknown_class"));
    app.classes().add(&ticket(), Terms::default()).unwrap();
    assert_eq!(
        ask(&app, r#"{"$id":1,"Ticket":{"title":"help"}}"#).await,
        r#"{"$id":1,"Ticket":{"title":"help","urgency":3}}"#
    );
    // All that is wrong, each with its place.
    let fault = ask(&app, r#"{"Ticket":{"title":"x","urgency":9}}"#).await;
    assert!(fault.contains(r#""pointer":"/title","rule":"string_too_short""#), "{fault}");
    assert!(fault.contains(r#""pointer":"/urgency""#), "{fault}");
    // In every format, and in the guide's own form.
    let sent = app.classes().message("Ticket", Value::Map(vec![("title".into(), Value::Str("help".into()))])).unwrap();
    let reply = app.handle_format(MsgPack, &sent.to_format(&MsgPack).unwrap()).await;
    assert_eq!(reply, sent.to_format(&MsgPack).unwrap());
    let reply = app.handle_format(Cbor, &sent.to_format(&Cbor).unwrap()).await;
    assert_eq!(reply, sent.to_format(&Cbor).unwrap());
    assert_eq!(
        ask(&app, r#"{"Ticket":"{\"title\":\"help\"}"}"#).await,
        r#"{"Ticket":"{\"title\":\"help\",\"urgency\":3}"}"#
    );
}

#[tokio::test]
async fn a_class_is_replaced_and_taken_away() {
    let app = app();
    let classes = app.classes();
    classes.add(&ticket(), Terms::default()).unwrap();
    let other = Class::define("Ticket").field(("subject", Type::Text)).respond(echo).create().unwrap();
    let problems = classes.add(&other, Terms::default()).unwrap_err().to_string();
    assert!(
        problems.contains("there is a class called `Ticket` already") && problems.contains("`replace`"),
        "{problems}"
    );
    classes.replace(&other, Terms::default()).unwrap();
    assert_eq!(ask(&app, r#"{"Ticket":{"subject":"help"}}"#).await, r#"{"Ticket":{"subject":"help"}}"#);
    assert!(ask(&app, r#"{"Ticket":{"title":"help"}}"#).await.contains(r#""pointer":"/subject","rule":"missing""#));
    assert!(classes.remove("Ticket").is_some());
    assert!(classes.remove("Ticket").is_none());
    assert!(ask(&app, r#"{"Ticket":{"subject":"help"}}"#).await.contains("unknown_class"));
    // A compiled class is no other.
    let greet = Class::define("Greet").field(("name", Type::Text)).respond(|_, _: &Scope<'_>| ()).create().unwrap();
    classes.replace(&greet, Terms::default()).unwrap();
    assert_eq!(ask(&app, r#"{"Greet":{"name":"ada"}}"#).await, r#"{"Done":{}}"#);
    assert!(classes.remove("Greet").is_some());
    assert!(ask(&app, r#"{"Greet":{"name":"ada"}}"#).await.contains("unknown_class"));
    classes.add(&greet, Terms::default()).unwrap();
    assert_eq!(ask(&app, r#"{"Greet":{"name":"ada"}}"#).await, r#"{"Done":{}}"#);
}

#[tokio::test]
async fn it_derives_from_compiled_classes_and_others() {
    let app = app();
    let classes = app.classes();
    let greet = classes.get("Greet").unwrap().class().clone();
    let formal = Class::define("FormalGreet").base(&greet).field(("title", Type::Text)).create().unwrap();
    classes.add(&formal, Terms::default()).unwrap();
    // Its base's handler answers it, and its own fields are asked for.
    let reply = ask(&app, r#"{"FormalGreet":{"name":"ada","title":"Countess"}}"#).await;
    assert_eq!(reply, r#"{"Greeted":{"text":"hello ada"}}"#);
    assert!(ask(&app, r#"{"FormalGreet":{"name":"ada"}}"#).await.contains(r#""pointer":"/title","rule":"missing""#));
    let louder = Class::define("LoudGreet")
        .base(&formal)
        .respond_later(|message: AnyMessage, scope: &Scope<'_>| {
            let classes = scope.get::<Classes>();
            async move {
                tokio::time::sleep(Duration::from_millis(1)).await;
                let name = match message.get("name") {
                    Some(Value::Str(name)) => name.to_uppercase(),
                    _ => String::new(),
                };
                let body = Value::Map(vec![("text".into(), Value::Str(name.into()))]);
                Ok::<_, Error>(classes?.message("Greeted", body)?)
            }
        })
        .create()
        .unwrap();
    classes.add(&louder, Terms::default()).unwrap();
    let reply = ask(&app, r#"{"LoudGreet":{"name":"ada","title":"Countess"}}"#).await;
    assert_eq!(reply, r#"{"Greeted":{"text":"ADA"}}"#);
}

/// A live class's answer waits until somebody is let in; the budget is asked for it before its body is read and before its
/// hooks are run, as for every handler that waits.
#[tokio::test]
async fn an_answer_that_waits_asks_for_a_place_first() {
    let config = Config { max_in_flight: 1, http: None, store: "memory:".into(), ..Config::default() };
    let seen = Seen::default();
    let engine = App::linked().state(seen.clone()).build_with(config).unwrap();
    let classes = engine.classes();
    let gate = Arc::new(tokio::sync::Notify::new());
    for (name, base) in [("Slow", None), ("Watched", classes.class_of::<Counted>())] {
        let gate = Arc::clone(&gate);
        let slow = Class::define(name).field(("text", Type::Text)).respond_later(move |_, _: &Scope<'_>| {
            let gate = Arc::clone(&gate);
            async move { gate.notified().await }
        });
        let slow = base.iter().fold(slow, Statement::base);
        classes.add(&slow.create().unwrap(), Terms::default()).unwrap();
    }
    let ask = async |message: &str| String::from_utf8(engine.handle(message.as_bytes()).await).unwrap();
    let first = ask(r#"{"Slow":{"text":"a"}}"#);
    tokio::pin!(first);
    assert!(tokio::time::timeout(Duration::ZERO, first.as_mut()).await.is_err(), "it waits");
    // No valid body, and nobody looks at it.
    for message in [r#"{"Slow":{"text":1}}"#, r#"{"Watched":{"text":"a"}}"#] {
        let refused = ask(message).await;
        assert!(refused.contains(r#""code":"overloaded""#), "{refused}");
    }
    assert_eq!(seen.0.load(Ordering::Relaxed), 0, "no hook was run");
    gate.notify_one();
    assert_eq!(first.await, r#"{"Done":{}}"#);
    gate.notify_one();
    assert_eq!(ask(r#"{"Watched":{"text":"a"}}"#).await, r#"{"Done":{}}"#, "the place is free again");
    assert_eq!(seen.0.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn hooks_are_for_live_classes_too_and_relations_may_change() {
    let seen = Seen::default();
    let app = App::test().state(seen.clone());
    let classes = app.classes();
    let class =
        |name: &'static str| Class::define(name).field(("tenant_id", Type::Text)).respond(echo).create().unwrap();
    let (one, two) = (class("One"), class("Two"));
    classes.add(&one, Terms::default()).unwrap();
    classes.add(&two, Terms::default()).unwrap();
    assert!(ask(&app, r#"{"One":{"tenant_id":""}}"#).await.contains("no_tenant"));
    assert_eq!(seen.0.load(Ordering::Relaxed), 0);
    let counted = classes.class_of::<Counted>().unwrap();
    classes.relate(&counted, &one).unwrap();
    ask(&app, r#"{"One":{"tenant_id":"t"}}"#).await;
    ask(&app, r#"{"Two":{"tenant_id":"t"}}"#).await;
    assert_eq!(seen.0.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_handler_makes_a_class() {
    let app = app();
    assert_eq!(ask(&app, r#"{"Define":{"name":"Note"}}"#).await, r#"{"Done":{}}"#);
    assert_eq!(ask(&app, r#"{"Note":{"text":"a"}}"#).await, r#"{"Note":{"text":"a"}}"#);
    // What is wrong is for the log; the registry is as before.
    assert!(ask(&app, r#"{"Define":{"name":"Note"}}"#).await.contains("internal"));
    assert!(ask(&app, r#"{"Define":{"name":"no name"}}"#).await.contains("internal"));
    assert_eq!(app.classes().all().iter().filter(|class| class.name() == "Note").count(), 1);
}

#[tokio::test]
async fn what_is_no_message_is_not_added() {
    let app = app();
    let classes = app.classes();
    let refused = |class: Statement| classes.add(&class.create().unwrap(), Terms::default()).unwrap_err().to_string();
    let text = || ("text", Type::Text);
    assert!(refused(Class::define("Fault").field(text())).contains("converse's own"));
    assert!(refused(Class::define("a b").field(text())).contains("not letters, digits and _"));
    assert!(refused(Class::define("Empty")).contains("has no fields"));
    assert!(refused(Class::define("Part").abc().abstract_method("m").field(text())).contains("is abstract"));
    assert!(refused(Class::define("Counted").field(text())).contains("which is no message"));
    let twice = Field { aliases: vec!["text".into()].into(), ..("more", Type::Text).into() };
    assert!(refused(Class::define("Twice").field(text()).field(twice)).contains("two fields"));
    let unfit = Field { constraints: vec![Constraint::MinLength(1)].into(), ..("n", Type::Bool).into() };
    assert!(refused(Class::define("Unfit").field(unfit)).contains("does not suit its type"));
    // What a hook reads must be there: a field of the name, and of its type.
    let wrong = refused(Class::define("Wrong").field(("tenant_id", Type::Bool)).respond(echo));
    assert!(wrong.contains("tenant_id") && wrong.contains("of another type"), "{wrong}");
}

#[tokio::test]
async fn who_may_send_it_is_said_when_it_is_added() {
    let app = app();
    let class = Class::define("Secretive").field(("text", Type::Text)).respond(echo).create().unwrap();
    app.classes().add(&class, Terms { allow: vec!["admin".into()], ..Terms::default() }).unwrap();
    assert!(ask(&app, r#"{"Secretive":{"text":"a"}}"#).await.contains("unauthenticated"));
    let admin = converse::Principal::new("ada").unwrap().with_role("admin");
    let reply: AnyMessage = app.as_principal(admin).call(Greet::new("x")).await.map(|reply: AnyMessage| reply).unwrap();
    assert_eq!(reply.class().name(), "Greeted");
}

/// Classes come and go while others send, and nobody is told a fault that is not theirs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn classes_change_while_messages_are_answered() {
    let app = Arc::new(app());
    let classes = app.classes();
    classes.add(&ticket(), Terms::default()).unwrap();
    let senders: Vec<_> = (0..8)
        .map(|_| {
            let app = Arc::clone(&app);
            tokio::spawn(async move {
                let mut old = 0;
                for _ in 0..500 {
                    let reply = ask(&app, r#"{"Ticket":{"title":"help","subject":"help"}}"#).await;
                    match reply.as_str() {
                        r#"{"Ticket":{"title":"help","urgency":3}}"# => old += 1,
                        r#"{"Ticket":{"subject":"help"}}"# => {}
                        other => panic!("neither the one class nor the other: {other}"),
                    }
                    assert_eq!(ask(&app, r#"{"Greet":{"name":"a"}}"#).await, r#"{"Greeted":{"text":"hello a"}}"#);
                    tokio::task::yield_now().await;
                }
                old
            })
        })
        .collect();
    let subject = Class::define("Ticket").field(("subject", Type::Text)).respond(echo).create().unwrap();
    let mut changes = 0;
    while !senders.iter().all(tokio::task::JoinHandle::is_finished) {
        let class = if changes % 2 == 0 { &subject } else { &ticket() };
        classes.replace(class, Terms::default()).unwrap();
        let passing = Class::define(format!("Passing{changes}")).field(("text", Type::Text)).create().unwrap();
        classes.add(&passing, Terms::default()).unwrap();
        assert!(classes.remove(passing.name()).is_some());
        changes += 1;
        tokio::task::yield_now().await;
    }
    let mut old = 0;
    for sender in senders {
        old += sender.await.unwrap();
    }
    assert!(old > 0 && old < 4_000, "both classes answered: {old} of 4000 after {changes} changes");
}
