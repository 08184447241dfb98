//! Hooks that are chosen by what a message is: its class, a base, a protocol, a union, a registration.

use std::time::Duration;

use converse::{
    Answered, AnyMessage, Context, Fault, Result, State, View, after, before, block_on, message, protocol, respond,
    union,
};

use crate::{Log, app, ask};

/// Whatever belongs to somebody.
#[protocol]
struct HasTenant {
    tenant_id: String,
}

/// What is written down.
#[message(abstract)]
struct Audited {
    actor: String,
}

#[message(extends(Audited))]
struct Transfer {
    #[field(alias = "by", trim)]
    actor: String,
    tenant_id: String,
    amount: u32,
}

#[message(extends(Transfer))]
struct Refund {
    actor: String,
    tenant_id: String,
    amount: u32,
    reason: Option<String>,
}

#[message]
struct Rename {
    tenant_id: String,
    #[field(default = "nobody".to_owned())]
    actor: String,
}

converse::register!(Audited: Rename);
converse::assert_conforms!(Rename: HasTenant);

#[message]
struct Plain {
    text: String,
}

#[message]
struct Slow {
    tenant_id: String,
}

#[message]
#[derive(Debug)]
struct Told {
    what: String,
}

#[union]
#[allow(dead_code, reason = "as a kind of messages only")]
enum Moved {
    Transfer(Transfer),
    Rename(Rename),
}

#[respond]
impl Transfer {
    fn respond(self, log: State<Log>) -> Told {
        log.add(format!("transfer {} by {}", self.amount, self.actor));
        Told::new(format!("moved {}", self.amount))
    }
}

#[respond]
fn rename(message: Rename, log: State<Log>) -> Result<Told> {
    log.add("rename");
    if message.tenant_id == "broken" {
        return Err(converse::Error::new("the names are gone"));
    }
    Ok(Told::new("renamed"))
}

#[respond]
impl Plain {
    fn respond(self, log: State<Log>) -> Told {
        log.add("plain");
        Told::new(self.text)
    }
}

#[respond]
impl Slow {
    async fn respond(self, log: State<Log>) -> Told {
        log.add("slow");
        Told::new("done")
    }
}

#[derive(Debug, Fault)]
#[fault(code = "no_tenant", status = 403, message = "there is no such tenant")]
struct NoTenant;

#[before(HasTenant)]
fn tenant_is_known(message: View<HasTenant>, log: State<Log>) -> Result<()> {
    log.add(format!("tenant {} of {}", message.tenant_id, message.name()));
    if message.tenant_id == "stranger" {
        return Err(NoTenant.into());
    }
    Ok(())
}

#[before(Audited, order = 2)]
fn audit_begins(message: View<Audited>, log: State<Log>) {
    log.add(format!("audit {} by {}", message.class().name(), message.actor));
}

#[before(Audited, order = -1)]
fn audit_is_first(message: AnyMessage, log: State<Log>) {
    log.add(format!("first {}", message.class().name()));
}

#[before(Transfer)]
fn amount_is_small(message: View<Transfer>, log: State<Log>) {
    let refund = message.downcast::<Refund>().is_some();
    log.add(format!("amount {} refund {refund}", message.amount));
}

#[before(Moved)]
fn moves(message: View<Moved>, log: State<Log>) {
    let what = match &*message {
        Moved::Transfer(_) => "a transfer",
        Moved::Rename(_) => "a rename",
    };
    log.add(format!("moves {what}"));
}

#[after(Audited)]
fn audit_ends(message: View<Audited>, answered: Answered, log: State<Log>, context: Context) {
    let fault = answered.fault().map_or("-", |fault| &fault.code);
    log.add(format!("audited {} by {}: {} {fault}", context.class(), message.actor, answered.class()));
}

#[before(Slow)]
async fn slow_before(_message: View<Slow>, log: State<Log>) {
    tokio::time::sleep(Duration::from_millis(5)).await;
    log.add("waited before");
}

#[after(Slow)]
async fn slow_after(_message: View<Slow>, answered: Answered, log: State<Log>) -> Result<()> {
    tokio::time::sleep(Duration::from_millis(5)).await;
    log.add(format!("waited after {}", answered.class()));
    Err(converse::Error::new("for the log alone"))
}

#[test]
fn hooks_are_chosen_by_what_a_message_is() {
    let (app, log) = app();
    let reply = ask(&app, r#"{"Transfer":{"by":" ada ","tenant_id":"t","amount":3}}"#);
    assert_eq!(reply, r#"{"Told":{"what":"moved 3"}}"#);
    let expected = [
        "first Transfer",
        "tenant t of Transfer",
        "audit Transfer by ada",
        "moves a transfer",
        "amount 3 refund false",
        "transfer 3 by ada",
        "audited Transfer by ada: Told -",
    ];
    assert_eq!(log.take(), expected);
    // What is of no kind that a hook is for has none.
    assert_eq!(ask(&app, r#"{"Plain":{"text":"a"}}"#), r#"{"Told":{"what":"a"}}"#);
    assert_eq!(log.take(), ["plain"]);
}

#[test]
fn a_class_without_a_handler_has_that_of_its_base() {
    let (app, log) = app();
    let reply = ask(&app, r#"{"$id":7,"Refund":{"actor":"eve","tenant_id":"t","amount":2,"reason":"late"}}"#);
    assert_eq!(reply, r#"{"$id":7,"Told":{"what":"moved 2"}}"#);
    let lines = log.take();
    assert!(lines.contains(&"amount 2 refund true".to_owned()), "{lines:?}");
    assert!(lines.contains(&"transfer 2 by eve".to_owned()), "{lines:?}");
    // Its own rules hold.
    assert!(ask(&app, r#"{"Refund":{"actor":"eve","tenant_id":"t","amount":-1}}"#).contains(r#""pointer":"/amount""#));
    assert!(log.take().is_empty());
}

#[test]
fn a_registered_class_has_the_hooks_too() {
    let (app, log) = app();
    assert_eq!(ask(&app, r#"{"Rename":{"tenant_id":"t"}}"#), r#"{"Told":{"what":"renamed"}}"#);
    let lines = log.take();
    assert!(lines.contains(&"audit Rename by nobody".to_owned()), "{lines:?}");
    assert!(lines.contains(&"audited Rename by nobody: Told -".to_owned()), "{lines:?}");
}

#[test]
fn what_a_test_calls_has_hooks_too() {
    let (app, log) = app();
    let told: Told = block_on(app.call(Transfer::new("ada", "t", 3u32))).unwrap();
    assert_eq!((told.what.as_str(), log.take().len()), ("moved 3", 7));
    let refused = block_on(app.call::<_, Told>(Rename::new("stranger"))).unwrap_err();
    assert_eq!(refused.code, "no_tenant");
}

#[test]
fn a_hook_refuses_and_what_comes_after_is_told() {
    let (app, log) = app();
    let reply = ask(&app, r#"{"Rename":{"tenant_id":"stranger"}}"#);
    assert!(reply.contains(r#""code":"no_tenant""#), "{reply}");
    let lines = log.take();
    assert!(!lines.contains(&"rename".to_owned()), "{lines:?}");
    assert_eq!(lines.last().unwrap(), "audited Rename by nobody: Fault no_tenant");
    // A failure of the handler is told as well.
    let reply = ask(&app, r#"{"Rename":{"tenant_id":"broken"}}"#);
    assert!(reply.contains(r#""code":"internal""#) && !reply.contains("names are gone"), "{reply}");
    assert_eq!(log.take().last().unwrap(), "audited Rename by nobody: Fault internal");
}

#[test]
fn what_is_no_valid_message_meets_no_hook() {
    let (app, log) = app();
    for bad in [
        r#"{"Transfer":{"actor":"ada","tenant_id":"t"}}"#,
        r#"{"Transfer":{"actor":"ada","tenant_id":"t","amount":3},"More":{}}"#,
        r#"{"Transfer":{"actor":"ada","tenant_id":"t","amount":3}"#,
        r#"{"Audited":{"actor":"ada"}}"#,
        r#"{"HasTenant":{"tenant_id":"t"}}"#,
    ] {
        assert!(ask(&app, bad).contains(r#"{"Fault":"#), "{bad}");
        assert!(log.take().is_empty(), "{bad}");
    }
}

#[test]
fn a_string_body_and_a_binary_one_are_seen_the_same() {
    let (app, log) = app();
    let body = r#"{"Transfer":"{\"actor\":\"ada\",\"tenant_id\":\"t\",\"amount\":3}"}"#;
    assert_eq!(ask(&app, body), r#"{"Told":"{\"what\":\"moved 3\"}"}"#);
    assert_eq!(log.take().len(), 7);
    let packed = Transfer::new("ada", "t", 3u32).to_format(&converse::MsgPack).unwrap();
    let reply = block_on(app.handle_format(converse::MsgPack, &packed));
    assert_eq!(Told::from_format(&reply, &converse::MsgPack).unwrap().what, "moved 3");
    assert_eq!(log.take().len(), 7);
}

#[tokio::test]
async fn hooks_may_wait() {
    let (app, log) = app();
    let reply = app.handle(br#"{"$id":"a","Slow":{"tenant_id":"t"}}"#).await;
    assert_eq!(String::from_utf8(reply).unwrap(), r#"{"$id":"a","Told":{"what":"done"}}"#);
    assert_eq!(log.take(), ["tenant t of Slow", "waited before", "slow", "waited after Told"]);
    let reply = app.handle(br#"{"Slow":{"tenant_id":"stranger"}}"#).await;
    assert!(String::from_utf8(reply).unwrap().contains("no_tenant"));
    assert_eq!(log.take(), ["tenant stranger of Slow", "waited after Fault"]);
}
