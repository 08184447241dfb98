//! Statements of a program's own: their parameters, their rows, and what they are not allowed.

use cluster::Schema as Place;
use converse::{Ref, Store, StoreError, table, value};
use converse_store::Memory;
use jiff::Timestamp;
use rust_decimal::Decimal;

use crate::engines::{Classes, Folder, class, open, postgres};

#[table]
#[derive(Debug, Clone, PartialEq)]
struct Member {
    #[field(primary_key)]
    username: String,
    joined: Timestamp,
    points: u64,
    balance: Decimal,
    active: bool,
    tags: Vec<String>,
    nick: Option<String>,
}

#[table]
#[derive(Debug, Clone, PartialEq)]
struct Memo {
    #[field(primary_key, auto)]
    id: u64,
    member: Ref<Member>,
    #[field(unique)]
    text: String,
}

/// What a join gives.
#[value]
#[derive(Debug, PartialEq)]
struct Standing {
    username: String,
    memos: u32,
    share: f64,
    last: Option<String>,
}

fn classes() -> Classes {
    vec![class::<Member>(), class::<Memo>()]
}

fn member(username: &str, points: u64) -> Member {
    let joined = "2026-11-21T09:30:00.5Z".parse().unwrap();
    Member {
        username: username.into(),
        joined,
        points,
        balance: "1.10".parse().unwrap(),
        active: points > 0,
        tags: vec!["a".into(), "\"b\"".into()],
        nick: None,
    }
}

/// The columns of a member but its key and its name.
type Parts = (u64, Decimal, Timestamp, bool, Vec<String>, Option<String>);

/// Runs a test on a file of SQLite with two members.
fn with_members<F: Future<Output = ()>>(test: impl FnOnce(Store) -> F) {
    let folder = Folder::new();
    let (store, _) = open(folder.sqlite(), classes()).unwrap();
    store.seed([member("ada", u64::MAX), member("josh", 0)]).unwrap();
    store.seed([Memo::new("ada", "one"), Memo::new("ada", "two"), Memo::new("josh", "three")]).unwrap();
    converse::block_on(test(store));
}

#[test]
fn rows_are_read_as_tuples_classes_and_single_values() {
    with_members(|store: Store| async move {
        let joined = "SELECT m.username, count(*) AS memos, 0.5 AS share, max(o.text) AS last, 1 AS more \
                      FROM member AS m JOIN memo AS o ON o.member = m.username GROUP BY 1 ORDER BY 1";
        let standings: Vec<Standing> = store.sql(joined).rows().await.unwrap();
        let ada = Standing { username: "ada".into(), memos: 2, share: 0.5, last: Some("two".into()) };
        assert_eq!(standings[0], ada);
        let counted =
            "SELECT username, count(*) FROM member JOIN memo ON member = username WHERE memo.id > ? GROUP BY 1";
        let counts = store.sql(counted).bind(1).rows::<(String, i64)>().await.unwrap();
        assert_eq!(counts, [("ada".to_owned(), 1), ("josh".to_owned(), 1)]);
        assert_eq!(store.sql("SELECT count(*) FROM memo").first::<u64>().await, Ok(Some(3)));
        assert_eq!(store.sql("SELECT id FROM memo WHERE id > ?1").bind(9_u64).first::<u64>().await, Ok(None));
        // A row of a table is its class's value, whatever its columns hold.
        let members: Vec<Member> = store.sql("SELECT * FROM member ORDER BY username").rows().await.unwrap();
        assert_eq!(members, [member("ada", u64::MAX), member("josh", 0)]);
        let parts = store.sql("SELECT points, balance, joined, active, tags, nick FROM member WHERE username = ?");
        let ada = member("ada", u64::MAX);
        let expected: Parts = (ada.points, ada.balance, ada.joined, true, ada.tags, None);
        assert_eq!(parts.bind("ada").first::<Parts>().await, Ok(Some(expected)));
    });
}

#[test]
fn a_parameter_lies_as_it_would_in_a_column() {
    with_members(|store: Store| async move {
        let Member { joined, points, balance, .. } = member("ada", u64::MAX);
        let found = store
            .sql("SELECT username FROM member WHERE joined = ?1 AND points = ?2 AND balance = ?3 AND active = ?4")
            .bind(joined)
            .bind(&points)
            .bind(balance)
            .bind(true);
        assert_eq!(found.rows::<String>().await, Ok(vec!["ada".to_owned()]));
        let hostile = "'; DROP TABLE memo; --";
        assert_eq!(store.sql("SELECT ?1").bind(hostile).first::<String>().await, Ok(Some(hostile.to_owned())));
        assert_eq!(store.sql("SELECT ?1 IS NULL").bind(None::<u8>).first::<bool>().await, Ok(Some(true)));
        let author = Ref::<Member>::new("ada");
        let count = store.sql("SELECT count(*) FROM memo WHERE member = ?").bind(&author).first::<u8>().await;
        assert_eq!(count, Ok(Some(2)));
        let few = store.sql("SELECT ?1, ?2").bind(1).rows::<(u8, u8)>().await.unwrap_err();
        assert!(few.to_string().contains("parameter"), "{few}");
    });
}

#[test]
fn a_statement_is_a_part_of_its_unit() {
    with_members(|store: Store| async move {
        let add = "INSERT INTO memo (member, text) VALUES (?, ?) RETURNING id";
        let failed: Result<(), StoreError> = store
            .transaction(async |store| {
                assert_eq!(store.sql("UPDATE member SET nick = 'x'").execute().await?, 2);
                assert_eq!(store.sql(add).bind("ada").bind("four").first::<u64>().await?, Some(4));
                // It sees what it wrote.
                assert_eq!(store.sql("SELECT count(*) FROM memo").first::<u64>().await?, Some(4));
                assert_eq!(store.table::<Memo>()?.all().count().await?, 4);
                Err(StoreError::Conflict("it fails"))
            })
            .await;
        assert!(failed.is_err());
        assert_eq!(store.sql("SELECT count(*) FROM memo").first::<u64>().await, Ok(Some(3)));
        assert_eq!(store.sql("SELECT count(nick) FROM member").first::<u64>().await, Ok(Some(0)));
        let kept: Result<Vec<u64>, StoreError> =
            store.transaction(async |store| store.sql(add).bind("ada").bind("four").rows().await).await;
        assert_eq!(kept.map(|ids| ids.len()), Ok(1));
        assert_eq!(store.sql("DELETE FROM memo WHERE text = 'four'").execute().await, Ok(1));
    });
}

#[test]
fn what_could_break_the_promise_is_refused_and_nothing_is_lost() {
    with_members(|store: Store| async move {
        for statement in [
            "COMMIT",
            "ROLLBACK",
            "BEGIN",
            "SAVEPOINT a",
            "PRAGMA foreign_keys = OFF",
            "ATTACH 'x.db' AS x",
            "VACUUM",
            "DROP TABLE memo",
            "INSERT OR ROLLBACK INTO memo (id, member, text) VALUES (1, 'ada', 'x')",
            "DELETE FROM memo; COMMIT",
            "DELETE FROM converse_keys",
        ] {
            let done: Result<(), StoreError> = store
                .transaction(async |store| {
                    store.table::<Memo>()?.insert(Memo::new("ada", statement)).await?;
                    let error = store.sql(statement).execute().await.unwrap_err();
                    assert!(matches!(&error, StoreError::Refused(why) if why.contains(statement)), "{error}");
                    let error = store.sql(statement).rows::<u8>().await.unwrap_err();
                    assert!(matches!(&error, StoreError::Refused(_)), "{error}");
                    Err(StoreError::Conflict("it fails"))
                })
                .await;
            assert!(done.unwrap_err().is_conflict(), "{statement}");
        }
        assert_eq!(store.table::<Memo>().unwrap().all().count().await, Ok(3));
        // What begins like a statement that reads, and writes after all.
        let sneaky = "WITH x AS (SELECT 1) REPLACE /* INTO */ INTO memo (member, text) SELECT 'ada', 'x' RETURNING id";
        assert_eq!(store.sql(sneaky).rows::<u64>().await.map(|ids| ids.len()), Ok(1));
    });
}

#[test]
fn what_the_database_refuses_is_told_as_it_is() {
    with_members(|store: Store| async move {
        let add = "INSERT INTO memo (member, text) VALUES (?, ?)";
        assert!(store.sql(add).bind("ada").bind("one").execute().await.unwrap_err().is_taken());
        assert!(store.sql(add).bind("eve").bind("x").execute().await.unwrap_err().is_dangling());
        assert!(store.sql("DELETE FROM member").execute().await.unwrap_err().is_in_use());
        let error = store.sql("SELECT no_such FROM memo").rows::<u8>().await.unwrap_err().to_string();
        assert!(error.contains("no such column: no_such") && error.contains("`SELECT no_such FROM memo`"), "{error}");
        let error = store.sql("SELECT 1, 2").rows::<(u8, u8, u8)>().await.unwrap_err().to_string();
        assert!(error.contains("2 columns (1, 2), and 3 are read"), "{error}");
        let error = store.sql("SELECT 1, 2").first::<u8>().await.unwrap_err().to_string();
        assert!(error.contains("2 columns"), "{error}");
        let error = store.sql("SELECT username FROM member").rows::<Standing>().await.unwrap_err().to_string();
        assert!(error.contains("`Standing.memos` has no column among username"), "{error}");
        let error = store.sql("SELECT -1").first::<u8>().await.unwrap_err().to_string();
        assert!(error.contains("does not fit"), "{error}");
        let error = store.sql("SELECT 'x'").first::<u8>().await.unwrap_err().to_string();
        assert!(error.contains("no whole number"), "{error}");
    });
}

#[test]
fn postgres_has_its_own_words() {
    let place = Place::new();
    let (store, _) = open(postgres(&place), classes()).unwrap();
    store.seed([member("ada", u64::MAX), member("josh", 0)]).unwrap();
    store.seed([Memo::new("ada", "one"), Memo::new("ada", "two"), Memo::new("josh", "three")]).unwrap();
    converse::block_on(async {
        let joined = "SELECT m.username, count(*) AS memos, 0.5::float8 AS share, max(o.text) AS last \
                      FROM member AS m JOIN memo AS o ON o.member = m.username WHERE o.id > $1 GROUP BY 1 ORDER BY 1";
        let standings: Vec<Standing> = store.sql(joined).bind(1).rows().await.unwrap();
        assert_eq!(standings[0], Standing { username: "ada".into(), memos: 1, share: 0.5, last: Some("two".into()) });
        let members: Vec<Member> = store.sql("SELECT * FROM member ORDER BY username").rows().await.unwrap();
        assert_eq!(members, [member("ada", u64::MAX), member("josh", 0)]);
        let Member { joined, points, balance, .. } = member("ada", u64::MAX);
        let found = "SELECT username FROM member \
                     WHERE joined = $1 AND points = $2::numeric AND balance = $3::numeric AND active = $4";
        let found = store.sql(found).bind(joined).bind(points).bind(balance).bind(true);
        assert_eq!(found.rows::<String>().await, Ok(vec!["ada".to_owned()]));
        assert_eq!(store.sql("SELECT sum(id) FROM memo").first::<i64>().await, Ok(Some(6)));
        assert_eq!(store.sql("SELECT $1::text IS NULL").bind(None::<u8>).first::<bool>().await, Ok(Some(true)));

        let add = "INSERT INTO memo (member, text) VALUES ($1, $2) RETURNING id";
        let failed: Result<(), StoreError> = store
            .transaction(async |store| {
                assert_eq!(store.sql("UPDATE member SET nick = 'x'").execute().await?, 2);
                assert_eq!(store.sql(add).bind("ada").bind("four").rows::<u64>().await?.len(), 1);
                // What is refused takes nothing along.
                assert!(store.sql(add).bind("ada").bind("one").execute().await.unwrap_err().is_taken());
                assert!(store.sql(add).bind("eve").bind("x").execute().await.unwrap_err().is_dangling());
                assert!(store.sql("DELETE FROM member").execute().await.unwrap_err().is_in_use());
                assert!(store.sql(add).bind("ada").execute().await.unwrap_err().to_string().contains("2 parameters"));
                assert!(
                    store
                        .sql("SELECT no_such FROM memo")
                        .rows::<u8>()
                        .await
                        .unwrap_err()
                        .to_string()
                        .contains("no_such")
                );
                assert!(matches!(store.sql("COMMIT").execute().await, Err(StoreError::Refused(_))));
                assert_eq!(store.sql("SELECT count(*) FROM memo").first::<u64>().await?, Some(4));
                Err(StoreError::Conflict("it fails"))
            })
            .await;
        assert!(failed.unwrap_err().is_conflict());
        assert_eq!(store.sql("SELECT count(*), count(nick) FROM memo, member").first().await, Ok(Some((6_u64, 0_u64))));
        let few = store.sql(add).bind("ada").execute().await.unwrap_err().to_string();
        assert!(few.contains("it has 2 parameters, and 1 are given"), "{few}");
        let error = store.sql("SELECT now()").first::<String>().await.unwrap_err().to_string();
        assert!(error.contains("write `now::text`"), "{error}");
    });
}

#[test]
fn memory_has_no_sql_and_says_what_has() {
    let (store, _) = open(std::sync::Arc::new(Memory::new()), classes()).unwrap();
    converse::block_on(async {
        let error = store.sql("SELECT 1").first::<u8>().await.unwrap_err().to_string();
        assert!(error.contains("memory has no SQL") && error.contains("sqlite://"), "{error}");
    });
}
