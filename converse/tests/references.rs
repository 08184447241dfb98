//! Messages whose handlers keep rows that refer to others.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use converse::{App, Engine, Fault, Ref, Result, Table, message, respond, table};
use tokio::sync::Notify;

#[table]
#[derive(Debug, Clone, PartialEq)]
struct Author {
    #[field(primary_key, max_length = 10)]
    name: String,
}

/// It is kept as it is sent: with the name of its author.
#[message(table)]
#[derive(Debug, Clone, PartialEq)]
struct Essay {
    #[field(primary_key, auto)]
    id: u64,
    author: Ref<Author>,
}

#[message]
struct Join {
    name: String,
    /// Whether the handler fails once it was told to go on.
    fails: bool,
}

#[message]
struct Leave {
    author: Ref<Author>,
}

/// A handler has written, and does not go on until it is told to.
static WRITTEN: Notify = Notify::const_new();
static GO_ON: Notify = Notify::const_new();

#[derive(Debug, Fault)]
#[fault(code = "told", status = 418, message = "as it was told")]
struct Told;

#[respond]
impl Join {
    async fn respond(self, authors: Table<Author>) -> Result<()> {
        authors.insert(Author::new(self.name)).await?;
        if self.fails {
            WRITTEN.notify_one();
            GO_ON.notified().await;
            return Err(Told.into());
        }
        Ok(())
    }
}

#[respond]
async fn essay(essay: Essay, essays: Table<Essay>) -> Result<Essay> {
    Ok(essays.insert(essay).await?)
}

#[respond]
impl Leave {
    async fn respond(self, authors: Table<Author>) -> Result<()> {
        authors.delete(self.author.key()).await?;
        Ok(())
    }
}

/// Refers to an author in whose transaction it is, and of whom nobody knows yet that she fails.
async fn refers(engine: &Engine) -> std::result::Result<Essay, Fault> {
    WRITTEN.notified().await;
    let told_later = async {
        tokio::time::sleep(std::time::Duration::from_millis(30)).await;
        GO_ON.notify_one();
    };
    tokio::join!(engine.call::<_, Essay>(Essay::new("eve")), told_later).0
}

fn told(fault: &Fault) -> (&str, u16, bool, Option<bool>) {
    (&fault.code, fault.status, fault.retryable, fault.executed)
}

#[test]
fn a_client_is_told_what_its_message_refers_to() {
    converse::block_on(async {
        let app = App::test().rows([Author::new("ada")]);
        let reply = app.handle(br#"{"Essay":{"author":"ada"}}"#).await;
        assert_eq!(String::from_utf8(reply).unwrap(), r#"{"Essay":{"id":1,"author":"ada"}}"#);

        let fault = app.call::<_, Essay>(Essay::new("eve")).await.unwrap_err();
        assert_eq!(told(&fault), ("dangling", 409, false, Some(false)));
        assert!(!fault.message.contains("eve") && !fault.message.contains("author"), "{}", fault.message);
        let fault = app.call::<_, ()>(Leave::new("ada")).await.unwrap_err();
        assert_eq!(told(&fault), ("in_use", 409, false, Some(false)));
        // What is no key at all is said before anybody looks for it.
        let fault = app.call::<_, ()>(Leave::new("a name that is none")).await.unwrap_err();
        assert_eq!((&*fault.code, &*fault.errors.first().unwrap().pointer), ("validation", "/author"));
        assert_eq!(app.table::<Essay>().all().count().await.unwrap(), 1);
    });
}

#[test]
fn what_refers_to_what_was_undone_is_undone_and_the_others_are_kept() {
    converse::block_on(async {
        let folder = std::env::temp_dir().join(format!("converse-references-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = format!("sqlite://{}", folder.join("test.db").display());
        let place = cluster::Schema::new();
        for store in ["memory:", &file, place.url()] {
            let config = converse::Config { store: store.into(), ..converse::Config::default() };
            let engine = App::linked().build_with(config).unwrap();
            let mut was_undone = false;
            for author in 0..50 {
                let (failed, referred, kept) = tokio::join!(
                    engine.call::<_, ()>(Join::new("eve", true)),
                    refers(&engine),
                    engine.call::<_, ()>(Join::new(format!("ada {author}"), false)),
                );
                kept.unwrap();
                let codes = (failed.unwrap_err().code, referred.unwrap_err().code);
                was_undone = codes == ("told".into(), "conflict".into());
                if was_undone {
                    break;
                }
                // On a busy machine the essay comes when the author is gone, or the author is taken out meanwhile.
                assert!(["told", "conflict"].contains(&&*codes.0), "{store}: {codes:?}");
                assert!(["dangling", "conflict"].contains(&&*codes.1), "{store}: {codes:?}");
            }
            assert!(was_undone, "{store}: the essay never came before the author was gone");
            let store = engine.store().unwrap();
            let authors = store.table::<Author>().unwrap().all().await.unwrap();
            assert!(!authors.is_empty() && authors.iter().all(|author| author.name.starts_with("ada")), "{authors:?}");
            assert_eq!(store.table::<Essay>().unwrap().all().count().await.unwrap(), 0);
            // Sent again, it is told what is so now.
            let fault = engine.call::<_, Essay>(Essay::new("eve")).await.unwrap_err();
            assert_eq!(fault.code, "dangling");
        }
        std::fs::remove_dir_all(&folder).unwrap();
    });
}
