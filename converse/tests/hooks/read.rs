//! As what a message is read: with the rules of what it is read as, and without what that does not know.

use converse::{State, View, before, block_on, message, respond, union};

use crate::{Log, app, ask};

/// A base that is stricter than what derives from it, and knows no members but its own.
#[message(abstract, unknown_fields = "refuse", validate = no_echo)]
struct Noted {
    #[field(min_length = 3)]
    author: String,
    #[field(default = "none".to_owned())]
    channel: String,
}

fn no_echo(noted: &Noted) -> std::result::Result<(), &'static str> {
    if noted.author == noted.channel { Err("must not be an echo") } else { Ok(()) }
}

#[message(extends(Noted))]
struct Memo {
    #[field(rename = "author", alias = "by")]
    from: String,
    #[field(default = "memos".to_owned())]
    channel: String,
}

#[union]
enum Written {
    Memo(Memo),
    Card(Card),
}

#[message]
struct Card {
    text: String,
}

/// What derives from a class of a union is of the union as well.
#[message(extends(Card))]
struct Postcard {
    text: String,
    stamp: u8,
}

/// Answers whatever is noted.
#[respond]
fn noted(message: View<Noted>, log: State<Log>) {
    log.add(format!("{} by {} in {}", message.name(), message.author, message.channel));
}

#[respond]
fn card(message: View<Card>, log: State<Log>) {
    log.add(format!("{} {}", message.name(), message.text));
}

#[before(Written)]
fn written(message: View<Written>, log: State<Log>) {
    let what = match &*message {
        Written::Memo(memo) => format!("memo of {}", memo.from),
        Written::Card(card) => format!("card {}", card.text),
    };
    log.add(what);
}

#[test]
fn an_abstract_class_has_a_handler_for_what_derives_from_it() {
    let (app, log) = app();
    assert_eq!(ask(&app, r#"{"Memo":{"by":"ada"}}"#), r#"{"Done":{}}"#);
    assert_eq!(log.take(), ["memo of ada", "Memo by ada in memos"]);
}

#[test]
fn what_breaks_a_rule_of_what_it_is_read_as_is_refused_and_not_a_failure() {
    let (app, log) = app();
    let reply = ask(&app, r#"{"Memo":{"by":"al"}}"#);
    assert!(reply.contains(r#""code":"validation""#), "{reply}");
    assert!(reply.contains(r#""pointer":"/author","rule":"string_too_short""#), "{reply}");
    let reply = ask(&app, r#"{"Memo":{"by":"memos"}}"#);
    assert!(reply.contains(r#""code":"validation""#) && reply.contains("must not be an echo"), "{reply}");
    assert_eq!(log.take(), ["memo of al", "memo of memos"]);
}

#[test]
fn what_derives_from_a_class_of_a_union_is_read_as_that() {
    let (app, log) = app();
    assert_eq!(ask(&app, r#"{"Postcard":{"text":"hi","stamp":3}}"#), r#"{"Done":{}}"#);
    assert_eq!(log.take(), ["card hi", "Postcard hi"]);
    let () = block_on(app.call(Card::new("a"))).unwrap();
    assert_eq!(log.take(), ["card a", "Card a"]);
}
