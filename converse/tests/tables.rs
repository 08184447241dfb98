//! Handlers that keep what they are told: a success reply says that it is safe, and a fault that nothing of it is kept.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use std::time::{Duration, SystemTime};

use converse::{
    App, Config, Fault, Journal, Principal, Recorded, Result, Secret, Store, StoreError, Table, View, after, before,
    message, respond, table, value,
};
use tokio::sync::Notify;

#[table]
#[derive(Debug, Clone, PartialEq)]
struct User {
    #[field(primary_key)]
    username: String,
    password_hash: Secret<String>,
}

/// It is kept as it is sent.
#[message(table)]
#[derive(Debug, Clone, PartialEq)]
struct Note {
    #[field(primary_key, auto)]
    id: u64,
    text: String,
}

#[message]
struct SignUp {
    username: String,
    /// What goes wrong after the user was put in.
    wrong: Option<String>,
}

#[message]
#[derive(Debug, PartialEq)]
struct Count {
    #[field(le = 3)]
    users: u64,
}

/// A handler has written, and does not go on until it is told to.
static HALFWAY: Notify = Notify::const_new();
static GO_ON: Notify = Notify::const_new();

#[derive(Debug, Fault)]
#[fault(code = "told", status = 418, message = "as it was told")]
struct Told;

#[respond]
impl SignUp {
    async fn respond(self, users: Table<User>) -> Result<Count> {
        users.insert(User::new(self.username, "hash")).await?;
        match self.wrong.as_deref() {
            Some("fault") => return Err(Told.into()),
            Some("panic") => panic!("as it was told"),
            Some("late") => tokio::time::sleep(Duration::from_mins(1)).await,
            Some("slow") => {
                tokio::time::sleep(Duration::from_millis(60)).await;
                users.insert(User::new("another", "hash")).await?;
            }
            Some("halfway") => {
                HALFWAY.notify_one();
                GO_ON.notified().await;
                users.insert(User::new("another", "hash")).await?;
            }
            Some("reply") => return Ok(Count::new(4)),
            _ => {}
        }
        Ok(Count::new(users.all().count().await?))
    }
}

#[respond]
async fn note(note: Note, notes: Table<Note>) -> Result<Note> {
    Ok(notes.insert(note).await?)
}

/// Two users change places, or both stay.
#[message]
struct Rename {
    from: String,
    to: String,
}

#[respond]
async fn rename(rename: Rename, store: Store) -> Result<()> {
    let renamed: Result<(), StoreError> = store
        .transaction(async |store| {
            let users = store.table::<User>()?;
            if let Some(user) = users.get(&rename.from).await? {
                users.delete(&rename.from).await?;
                users.insert(User { username: rename.to, ..user }).await?;
            }
            Ok(())
        })
        .await;
    // A name that is taken is no failure of the whole.
    match renamed {
        Err(error) if error.is_taken() => Ok(()),
        other => Ok(other?),
    }
}

fn users() -> Vec<User> {
    ["josh", "ada"].map(|name| User::new(name, "hash")).into()
}

#[test]
fn what_a_handler_wrote_is_kept_with_its_reply() {
    converse::block_on(async {
        let app = App::test().rows(users());
        let count: Count = app.call(SignUp::new("bob")).await.unwrap();
        // It sees what it wrote itself.
        assert_eq!(count, Count::new(3));
        assert!(app.table::<User>().get("bob").await.unwrap().is_some());
        let note: Note = app.call(Note::new("hello")).await.unwrap();
        assert_eq!(note, Note { id: 1, text: "hello".into() });
        assert_eq!(app.table::<Note>().get(&1).await.unwrap(), Some(note));
    });
}

#[test]
fn nothing_is_kept_of_what_did_not_end_well() {
    converse::block_on(async {
        let config =
            Config { handler_timeout: Duration::from_millis(300), store: "memory:".into(), ..Config::default() };
        let engine = App::linked().build_with(config).unwrap();
        for (wrong, code) in [("fault", "told"), ("panic", "internal"), ("reply", "internal"), ("late", "timeout")] {
            let fault = engine.call::<_, Count>(SignUp::new("bob").with_wrong(wrong)).await.unwrap_err();
            assert_eq!(fault.code, code);
            let users = engine.store().unwrap().table::<User>().unwrap();
            assert_eq!(users.all().count().await.unwrap(), 0, "{wrong}");
        }
        let count: Count = engine.call(SignUp::new("bob")).await.unwrap();
        assert_eq!(count, Count::new(1));
    });
}

#[test]
fn a_value_that_is_taken_is_told_as_such() {
    converse::block_on(async {
        let app = App::test().rows(users());
        let fault = app.call::<_, Count>(SignUp::new("josh")).await.unwrap_err();
        assert_eq!((&*fault.code, fault.status, fault.retryable, fault.executed), ("taken", 409, false, Some(false)));
        let () = app.call(Rename::new("josh", "ada")).await.unwrap();
        assert!(app.table::<User>().get("josh").await.unwrap().is_some());
        let () = app.call(Rename::new("josh", "bob")).await.unwrap();
        assert!(app.table::<User>().get("josh").await.unwrap().is_none());
        assert_eq!(app.table::<User>().all().count().await.unwrap(), 2);
    });
}

#[test]
fn a_transaction_waits_for_handlers_that_have_written() {
    converse::block_on(async {
        for _ in 0..50 {
            let app = App::test();
            let client = app.client().connect().await.unwrap();
            let call =
                tokio::spawn(async move { client.call::<_, Count>(SignUp::new("bob").with_wrong("halfway")).await });
            HALFWAY.notified().await;
            let store = app.store().unwrap().clone();
            let seen = tokio::spawn(async move {
                let seen: Result<u64, StoreError> =
                    store.transaction(async |store| store.table::<User>()?.all().count().await).await;
                seen
            });
            tokio::time::sleep(Duration::from_millis(20)).await;
            GO_ON.notify_one();
            let (seen, answered) = (seen.await.unwrap(), call.await.unwrap());
            match answered {
                Ok(count) => {
                    assert_eq!(seen, Ok(2), "half of what a handler does is nothing to see");
                    return assert_eq!(count, Count::new(2));
                }
                // On a busy machine it is taken out, for who waits too long, and then there is nothing to see of it.
                Err(fault) => assert_eq!((fault.code(), seen), ("conflict", Ok(0))),
            }
        }
        panic!("the handler was taken out each time");
    });
}

#[test]
fn a_table_is_not_on_the_wire_unless_it_says_so() {
    converse::block_on(async {
        let app = App::test();
        let reply = app.handle(br#"{"User":{"username":"x","password_hash":"y"}}"#).await;
        assert!(String::from_utf8(reply).unwrap().contains("unknown_class"));
    });
}

#[test]
fn each_test_has_tables_of_its_own() {
    converse::block_on(async {
        assert_eq!(App::test().rows(users()).table::<User>().all().count().await.unwrap(), 2);
        assert_eq!(App::test().table::<User>().all().count().await.unwrap(), 0);
    });
}

#[test]
fn a_table_that_is_left_out_is_missed_by_its_handlers() {
    converse::block_on(async {
        let problems = App::test().without::<User>().build().map(drop).unwrap_err().to_string();
        assert!(problems.contains("the handler of `SignUp`") && problems.contains("`Table<User>`"), "{problems}");
    });
}

#[test]
fn replies_wait_for_what_they_say() {
    // Many at once share transactions, and each has its own reply.
    converse::block_on(async {
        let app = App::test();
        let client = app.client().connect().await.unwrap();
        let calls: Vec<_> = (0..200)
            .map(|number| {
                let client = client.clone();
                tokio::spawn(async move { client.call::<_, Note>(Note::new(format!("{number}"))).await.unwrap() })
            })
            .collect();
        for (number, call) in calls.into_iter().enumerate() {
            let note = call.await.unwrap();
            assert_eq!(note.text, number.to_string());
            assert_eq!(app.table::<Note>().get(&note.id).await.unwrap(), Some(note));
        }
    });
}

/// What somebody did, which is to be known later.
#[message(journal = "omit")]
#[derive(Debug, Clone, PartialEq)]
struct Paid {
    amount: u32,
    #[field(trim)]
    to: Option<String>,
    card: Option<Secret<String>>,
    address: Option<Address>,
}

#[value]
#[derive(Debug, Clone, PartialEq)]
struct Address {
    street: String,
    door: Secret<u32>,
}

#[message]
#[derive(Debug, PartialEq)]
struct Receipt {
    id: u64,
}

#[respond]
fn paid(paid: Paid, recorded: Recorded) -> Result<Receipt> {
    if paid.amount == 0 { Err(Told.into()) } else { Ok(Receipt::new(recorded.id())) }
}

#[test]
fn a_journal_has_the_messages_that_took_effect() {
    converse::block_on(async {
        let app = App::test();
        let start = SystemTime::now();
        let josh = app.as_principal(Principal::new("josh").unwrap());
        let address = Address { street: "High".into(), door: 7.into() };
        let sent = Paid::new(5).with_to(" ada ").with_card("canary").with_address(address);
        assert_eq!(josh.call::<_, Receipt>(sent).await.unwrap(), Receipt::new(1));
        assert_eq!(app.call::<_, Receipt>(Paid::new(0)).await.unwrap_err().code, "told");
        let reply = app.handle(br#"{"$idempotency_key":"k","Paid":{"amount":1e1}}"#).await;
        assert_eq!(
            String::from_utf8(reply).unwrap(),
            r#"{"Receipt":{"id":2}}"#,
            "numbers of what failed are free again"
        );

        let journal: Journal<Paid> = app.store().unwrap().journal().unwrap();
        assert_eq!(journal.count().await.unwrap(), 2);
        let entries = journal.after(0, 10).await.unwrap();
        let told: Vec<_> =
            entries.iter().map(|entry| (entry.id, entry.principal.as_deref(), entry.key.as_deref())).collect();
        assert_eq!(told, [(1, Some("josh"), None), (2, None, Some("k"))]);
        // Secrets are left out, wherever they are.
        assert_eq!(entries[0].message::<Paid>().unwrap(), Paid::new(5).with_to("ada"));
        assert!(!format!("{:?}", entries[0].value).contains("canary"));
        assert_eq!(journal.after(1, 10).await.unwrap(), entries[1..]);
        assert_eq!(journal.with_key("k").await.unwrap(), entries[1..]);
        assert_eq!(journal.between(start, SystemTime::now()).await.unwrap(), entries);
        assert_eq!(journal.between(SystemTime::UNIX_EPOCH, start).await.unwrap(), []);

        // Replayed, they have the same effect elsewhere.
        let other = App::test();
        for entry in entries {
            let _: Receipt = other.call(entry.message::<Paid>().unwrap()).await.unwrap();
        }
        assert_eq!(other.store().unwrap().journal::<Paid>().unwrap().count().await.unwrap(), 2);
    });
}

/// What is noted of a message by hooks.
#[table]
#[derive(Debug, Clone, PartialEq)]
struct Audit {
    #[field(primary_key, auto)]
    id: u64,
    when: String,
}

#[message]
struct Audited {
    fail: bool,
}

#[before(Audited)]
async fn looked_at(_: View<Audited>, audit: Table<Audit>) -> Result<()> {
    audit.insert(Audit::new("before")).await?;
    Ok(())
}

#[after(Audited)]
async fn noted_after(_: View<Audited>, audit: Table<Audit>) -> Result<()> {
    audit.insert(Audit::new("after")).await?;
    Ok(())
}

#[respond]
async fn audited(message: Audited, audit: Table<Audit>) -> Result<()> {
    audit.insert(Audit::new("handler")).await?;
    if message.fail { Err(Told.into()) } else { Ok(()) }
}

#[test]
fn what_hooks_write_before_a_handler_is_kept_with_what_it_writes() {
    converse::block_on(async {
        let app = App::test();
        let noted = async || {
            let rows = app.table::<Audit>().all().await.unwrap();
            rows.into_iter().map(|row| row.when).collect::<Vec<String>>()
        };
        assert_eq!(app.call::<_, ()>(Audited::new(true)).await.unwrap_err().code, "told");
        assert_eq!(noted().await, ["after"]);
        let () = app.call(Audited::new(false)).await.unwrap();
        assert_eq!(noted().await, ["after", "before", "handler", "after"]);
    });
}

fn text(reply: &[u8]) -> &str {
    std::str::from_utf8(reply).unwrap()
}

#[test]
fn the_same_key_takes_effect_once() {
    converse::block_on(async {
        let app = App::test();
        let first = app.handle(br#"{"$idempotency_key":"k","$id":1,"Note":{"id":0,"text":"a"}}"#).await;
        assert_eq!(text(&first), r#"{"$id":1,"Note":{"id":1,"text":"a"}}"#);
        // The same message, spelled otherwise, under another id, and with the key behind.
        let again = app.handle(br#"{ "$id":"x", "Note": {"text":"\u0061"}, "$idempotency_key":"k" }"#).await;
        assert_eq!(text(&again), r#"{"$id":"x","Note":{"id":1,"text":"a"}}"#);
        let string = app.handle(br#"{"Note":"{\"text\":\"a\"}","$idempotency_key":"k"}"#).await;
        assert_eq!(text(&string), r#"{"Note":"{\"id\":1,\"text\":\"a\"}"}"#);
        // Another message under the key, another class, another sender.
        let other = app.handle(br#"{"$idempotency_key":"k","Note":{"text":"b"}}"#).await;
        assert!(text(&other).contains(r#""code":"key_reused""#), "{}", text(&other));
        let receipt = app.handle(br#"{"$idempotency_key":"k","Paid":{"amount":1}}"#).await;
        assert_eq!(text(&receipt), r#"{"Receipt":{"id":1}}"#);
        let receipt = app.handle(br#"{"$idempotency_key":"k","Paid":{"amount":1}}"#).await;
        assert_eq!(text(&receipt), r#"{"Receipt":{"id":1}}"#, "its journal was begun, and is undone");
        assert_eq!(app.store().unwrap().journal::<Paid>().unwrap().count().await.unwrap(), 1);
        assert_eq!(app.table::<Note>().all().count().await.unwrap(), 1);
    });
}

#[test]
fn a_reply_is_kept_in_every_format_and_for_every_kind_of_handler() {
    converse::block_on(async {
        let app = App::test();
        let done = br#"{"$idempotency_key":"k","Audited":{"fail":false}}"#;
        for _ in 0..2 {
            assert_eq!(text(&app.handle(done).await), r#"{"Done":{}}"#);
        }
        assert_eq!(app.table::<Audit>().find(|a| a.when.eq("handler")).count().await.unwrap(), 1);
        let json = app.handle(br#"{"$idempotency_key":"m","Note":{"text":"a"}}"#).await;
        // {"Note":{"text":"a"},"$idempotency_key":"m"} in MessagePack.
        let packed = b"\x82\xa4Note\x81\xa4text\xa1a\xb0$idempotency_key\xa1m";
        let reply = app.handle_format(converse::MsgPack, packed).await;
        assert_eq!(text(&json), r#"{"Note":{"id":1,"text":"a"}}"#);
        assert_eq!(reply, b"\x81\xa4Note\x82\xa2id\x01\xa4text\xa1a");
        let packed = b"\x82\xa4Note\x81\xa4text\xa1b\xb0$idempotency_key\xa1n";
        let first = app.handle_format(converse::MsgPack, packed).await;
        assert_eq!(app.handle_format(converse::MsgPack, packed).await, first);
        let json = app.handle(br#"{"$idempotency_key":"n","Note":{"text":"b"}}"#).await;
        assert_eq!(text(&json), r#"{"Note":{"id":2,"text":"b"}}"#);
    });
}

/// One request over a connection of its own; the whole response.
async fn post(address: std::net::SocketAddr, path: &str, headers: &str, body: &str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
    let length = body.len();
    let request = format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n{headers}\r\n{body}"
    );
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut response = String::new();
    socket.read_to_string(&mut response).await.unwrap();
    response
}

#[test]
fn a_key_may_stand_in_the_header_of_a_request() {
    converse::block_on(async {
        let http = Some(([127, 0, 0, 1], 0).into());
        let config = Config { http, tcp: None, store: "memory:".into(), ..Config::default() };
        let serving = App::linked().build_with(config).unwrap().serve().await.unwrap();
        let address = serving.http_address().unwrap();
        let note = async |path: &str, key: &str, body: &str| post(address, path, key, body).await;
        for key in ["idempotency-key: k\r\n", "Idempotency-Key: \"k\"\r\n"] {
            let bare = note("/Note", key, r#"{"text":"a"}"#).await;
            assert!(bare.starts_with("HTTP/1.1 200") && bare.ends_with(r#"{"id":1,"text":"a"}"#), "{bare}");
            let envelope = note("/", key, r#"{"Note":{"text":"a"}}"#).await;
            assert!(envelope.ends_with(r#"{"Note":{"id":1,"text":"a"}}"#), "{envelope}");
        }
        let other = note("/Note", "idempotency-key: k\r\n", r#"{"text":"b"}"#).await;
        assert!(other.starts_with("HTTP/1.1 422") && other.contains("key_reused"), "{other}");
        let own = note("/", "idempotency-key: x\r\n", r#"{"$idempotency_key":"k","Note":{"text":"a"}}"#).await;
        assert!(own.ends_with(r#"{"Note":{"id":1,"text":"a"}}"#), "the message's own goes before: {own}");
        for wrong in ["idempotency-key: \r\n", "idempotency-key: a\r\nidempotency-key: b\r\n"] {
            let refused = note("/Note", wrong, r#"{"text":"c"}"#).await;
            assert!(refused.starts_with("HTTP/1.1 400") && refused.contains("Idempotency-Key"), "{refused}");
        }
        let without = note("/Note", "", r#"{"text":"c"}"#).await;
        assert!(without.ends_with(r#"{"id":2,"text":"c"}"#), "{without}");
        serving.stop().await;
    });
}

#[test]
fn a_fault_is_not_kept_under_a_key() {
    converse::block_on(async {
        let app = App::test().rows(users());
        let sign_up = br#"{"$idempotency_key":"k","SignUp":{"username":"josh"}}"#;
        assert!(text(&app.handle(sign_up).await).contains(r#""code":"taken""#));
        app.table::<User>().delete("josh").await.unwrap();
        assert_eq!(text(&app.handle(sign_up).await), r#"{"Count":{"users":2}}"#);
        assert_eq!(text(&app.handle(sign_up).await), r#"{"Count":{"users":2}}"#);
    });
}

#[test]
fn a_key_that_is_in_use_is_told_as_such() {
    converse::block_on(async {
        let app = App::test();
        let slow = br#"{"$idempotency_key":"k","SignUp":{"username":"bob","wrong":"slow"}}"#;
        let (first, second) = tokio::join!(app.handle(slow), app.handle(slow));
        assert_eq!(text(&first), r#"{"Count":{"users":2}}"#);
        assert!(text(&second).contains(r#""code":"key_in_flight""#) && text(&second).contains("retry_after_ms"));
        assert_eq!(app.handle(slow).await, first);
    });
}

#[test]
fn a_key_belongs_to_who_sent_it() {
    converse::block_on(async {
        let app = App::test();
        let mut peers = Vec::new();
        for name in ["josh", "ada"] {
            let sender = app.as_principal(Principal::new(name).unwrap());
            peers.push(sender.handle(br#"{"$idempotency_key":"k","Note":{"text":"a"}}"#).await);
        }
        assert_eq!(text(&peers[0]), r#"{"Note":{"id":1,"text":"a"}}"#);
        assert_eq!(text(&peers[1]), r#"{"Note":{"id":2,"text":"a"}}"#);
    });
}
