//! Classes that are made while a program serves, whose messages are kept: by handlers, and with their replies.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::sync::Arc;

use converse::model::{Class, Field, Type};
use converse::{
    Answers, AnyMessage, App, BoxFuture, Classes, Config, Engine, Fault, Keeps, RawSql, Result, Scope, Store, Terms,
    Value, message, respond,
};

/// Makes a class of tickets, with a field for each of these names.
#[message]
struct Define {
    fields: Vec<String>,
    /// What the handler writes before it adds the class.
    first: Option<String>,
}

#[respond]
impl Define {
    async fn respond(self, classes: Classes, store: Store) -> Result<()> {
        if let Some(title) = self.first {
            store.table_of("Ticket")?.insert(Value::Map(vec![("title".into(), title.into())])).await?;
        }
        classes.replace(&tickets(self.fields), Terms::default())?;
        Ok(())
    }
}

/// Asks the database itself, which may not know what it is asked.
#[message]
struct Ask {
    sql: String,
}

#[message]
#[derive(Debug, PartialEq)]
struct Asked {
    counts: Vec<u64>,
}

#[respond]
impl Ask {
    async fn respond(self, store: Store) -> Result<Asked> {
        let asked: RawSql = store.sql(self.sql);
        Ok(Asked::new(asked.rows().await?))
    }
}

#[derive(Debug, Fault)]
#[fault(code = "told", status = 418, message = "as it was told")]
struct Told;

fn tickets(fields: Vec<String>) -> Class {
    let id = Field::from(("id", Type::Int { min: 0, max: 1 << 53 })).primary_key().auto();
    let statement = Class::define("Ticket").table().field(id).field(("title", Type::Text)).respond_later(kept);
    let optional = |name: String| Field::from((name, Type::Text.optional()));
    fields.into_iter().map(optional).fold(statement, converse::model::Statement::field).create().unwrap()
}

/// Keeps a ticket, unless it is told to fail behind it.
fn kept(ticket: AnyMessage, scope: &Scope<'_>) -> BoxFuture<Result<AnyMessage>> {
    let store = scope.get::<Store>();
    Box::pin(async move {
        let class = Arc::clone(ticket.class());
        let row = store?.table_of(class.name())?.insert(ticket.into_value()).await?;
        if row.get("title") == Some(&Value::from("bad")) {
            return Err(Told.into());
        }
        Ok(AnyMessage::new(class, row)?)
    })
}

/// An engine on memory, and one on a file.
fn engines(name: &str) -> Vec<Engine> {
    let folder = std::env::temp_dir().join(format!("converse-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let file = format!("sqlite://{}", folder.join("test.db").display());
    let engine = |store: &str| {
        let config = Config { store: store.into(), ..Config::default() };
        App::linked().with_store(|app, _| app).build_with(config).unwrap()
    };
    ["memory:", &file].map(engine).into()
}

async fn text(engine: &Engine, message: &str) -> String {
    String::from_utf8(engine.handle(message.as_bytes()).await).unwrap()
}

#[test]
fn a_message_of_a_live_class_is_kept_with_its_reply_or_not_at_all() {
    converse::block_on(async {
        for engine in engines("live-kept") {
            let () = engine.call(Define::new(Vec::<String>::new())).await.unwrap();
            assert_eq!(text(&engine, r#"{"Ticket":{"title":"a"}}"#).await, r#"{"Ticket":{"id":1,"title":"a"}}"#);
            assert!(text(&engine, r#"{"Ticket":{"title":"bad"}}"#).await.contains(r#""code":"told""#));
            let keyed = r#"{"$idempotency_key":"k","Ticket":{"title":"b"}}"#;
            let reply = text(&engine, keyed).await;
            assert_eq!(text(&engine, keyed).await, reply);
            let rows = engine.store().unwrap().table_of("Ticket").unwrap();
            assert_eq!(rows.all().count().await, Ok(2));

            // A handler that has written is not waited for: it is told to begin anew, and the class is there.
            let again = Define::new(vec!["note".to_owned()]).with_first("first");
            let fault = engine.call::<_, ()>(again).await.unwrap_err();
            assert_eq!(fault.code, "conflict");
            assert!(text(&engine, r#"{"Ticket":{"title":"c","note":"n"}}"#).await.contains(r#""note":"n""#));
            assert_eq!(rows.all().count().await, Ok(3));
        }
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_class_may_gain_fields_while_its_messages_are_kept() {
    for engine in engines("live-growing") {
        let engine = Arc::new(engine);
        let () = engine.call(Define::new(Vec::<String>::new())).await.unwrap();
        let senders: Vec<_> = (0..4)
            .map(|sender| {
                let engine = Arc::clone(&engine);
                tokio::spawn(async move {
                    let mut kept = 0;
                    for number in 0..50 {
                        let message = format!(r#"{{"Ticket":{{"title":"{sender} {number}","a3":"x"}}}}"#);
                        let reply = text(&engine, &message).await;
                        // Who shares a transaction with nobody, and holds nobody up, is refused by nobody.
                        assert!(reply.starts_with(r#"{"Ticket":{"id":"#), "{reply}");
                        kept += 1;
                    }
                    kept
                })
            })
            .collect();
        for count in 1..=6 {
            let fields: Vec<String> = (0..count).map(|field| format!("a{field}")).collect();
            let () = engine.call(Define::new(fields)).await.unwrap();
            tokio::time::sleep(std::time::Duration::from_millis(3)).await;
        }
        let mut kept = 0;
        for sender in senders {
            kept += sender.await.unwrap();
        }
        let rows = engine.store().unwrap().table_of("Ticket").unwrap();
        assert_eq!(rows.all().count().await, Ok(kept));
        assert!(text(&engine, r#"{"Ticket":{"title":"last","a5":"x"}}"#).await.contains(r#""a5":"x""#));
    }
}

#[test]
fn a_client_is_not_told_what_the_database_said() {
    converse::block_on(async {
        for engine in engines("live-asked") {
            let () = engine.call(Define::new(Vec::<String>::new())).await.unwrap();
            let is_memory = engine.store().unwrap().place().starts_with("memory");
            let asked = engine.call::<_, Asked>(Ask::new("SELECT count(*) FROM ticket")).await;
            match asked {
                Ok(asked) => assert!(!is_memory && asked == Asked::new(vec![0])),
                Err(fault) => assert!(is_memory && fault.code == "internal" && !fault.message.contains("SQL")),
            }
            for wrong in ["SELECT nothing FROM ticket", "COMMIT"] {
                let fault = engine.call::<_, Asked>(Ask::new(wrong)).await.unwrap_err();
                assert_eq!(fault.code, "internal");
                assert!(!fault.message.contains("nothing") && !fault.message.contains("COMMIT"), "{}", fault.message);
            }
        }
    });
}
