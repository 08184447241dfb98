//! Tables that follow their classes.

use std::collections::BTreeSet;
use std::process::Command;
use std::sync::Arc;

use converse::{Store, StoreError};
use converse_store::{Allowed, Engine, Memory, Report};

use crate::engines::{Classes, Folder, class, open, schema};

/// The same class, as it was written at one time or another.
pub(crate) mod versions {
    macro_rules! version {
        ($module:ident, $(#[$table:meta])* { $($fields:tt)* }) => {
            pub(crate) mod $module {
                $(#[$table])*
                #[derive(Debug, PartialEq)]
                pub(crate) struct User { $($fields)* }
            }
        };
    }

    version!(first, #[converse::table] { #[field(primary_key)] pub name: String, pub age: u8 });
    version!(more, #[converse::table] {
        #[field(primary_key)] pub name: String,
        pub age: u8,
        #[field(unique)] pub mail: Option<String>,
        #[field(index, default = "none")] pub team: String,
        #[field(version)] pub version: u32
    });
    version!(required, #[converse::table] { #[field(primary_key)] pub name: String, pub age: u8, pub team: String });
    version!(renamed, #[converse::table] {
        #[field(primary_key, renamed_from = "name")] pub username: String,
        #[field(renamed_from = "age")] pub years: u8
    });
    version!(without_age, #[converse::table] { #[field(primary_key)] pub name: String });
    version!(another_type, #[converse::table] { #[field(primary_key)] pub name: String, pub age: String });
    version!(another_key, #[converse::table] { #[field(primary_key)] pub age: u8, #[field(unique)] pub name: String });
    version!(maybe, #[converse::table] { #[field(primary_key)] pub name: String, pub age: Option<u8> });
    version!(unique, #[converse::table] { #[field(primary_key)] pub name: String, #[field(unique)] pub age: u8 });
    version!(person, #[converse::table(name = "Person", renamed_from = "User")] {
        #[field(primary_key)] pub name: String, #[field(unique)] pub age: u8
    });
}

use versions::{another_key, another_type, first, maybe, more, person, renamed, required, unique, without_age};

/// A file with two users of the first version.
fn with_users() -> Folder {
    let folder = Folder::new();
    let (store, _) = open(folder.sqlite(), vec![class::<first::User>()]).unwrap();
    store.seed([first::User::new("josh", 30), first::User::new("ada", 36)]).unwrap();
    folder
}

fn try_with(folder: &Folder, classes: Classes, allow: &[&str]) -> Result<(Store, Report), StoreError> {
    let allowed = Allowed(allow.iter().map(|change| (*change).to_owned()).collect::<BTreeSet<String>>());
    Store::open(folder.sqlite(), schema(classes), &allowed)
}

/// Why the tables cannot follow.
fn refused(folder: &Folder, classes: Classes) -> String {
    let before = dump(folder);
    let error = try_with(folder, classes, &[]).map(|(_, report)| report).unwrap_err();
    assert_eq!(dump(folder), before, "a refusal changes nothing");
    error.to_string()
}

/// What is in the file, as SQLite's own program says it.
fn dump(folder: &Folder) -> String {
    let script = "import sqlite3, sys\nprint('\\n'.join(sqlite3.connect(sys.argv[1]).iterdump()))";
    let mut command = Command::new("python3");
    let file = folder.0.join("test.db");
    // A strict table may have a collation that only we know.
    let output = command.args(["-c", script]).arg(file).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn what_is_added_is_added_at_the_start() {
    let folder = with_users();
    let (store, report) = try_with(&folder, vec![class::<more::User>()], &[]).unwrap();
    assert_eq!(
        report.changes,
        [
            "add the column user.mail",
            "add the column user.team",
            "add the column user.version",
            "create the unique index user_mail_key of user.mail",
            "create the index user_team_idx of user.team",
        ]
    );
    converse::block_on(async {
        let josh = store.table::<more::User>().unwrap().get("josh").await.unwrap().unwrap();
        assert_eq!(josh, more::User { name: "josh".into(), age: 30, mail: None, team: "none".into(), version: 0 });
    });
    // An older program goes on with the newer table.
    let (older, report) = try_with(&folder, vec![class::<first::User>()], &["drop_index:user_mail_key"]).unwrap();
    assert_eq!(report.changes, ["drop the index user_mail_key"]);
    older.seed([first::User::new("bob", 9)]).unwrap();
    converse::block_on(async {
        let bob = store.table::<more::User>().unwrap().get("bob").await.unwrap().unwrap();
        assert_eq!(bob.team, "none");
    });
    let noted = dump(&folder);
    assert!(
        noted.contains("'add the column user.team'") && noted.contains("'create the table user (name, age)'"),
        "{noted}"
    );
}

#[test]
fn what_could_lose_something_is_refused_with_what_to_do() {
    let folder = with_users();
    let error = refused(&folder, vec![class::<required::User>()]);
    assert!(error.contains("user.team is new") && error.contains("default = …"), "{error}");
    let error = refused(&folder, vec![class::<without_age::User>()]);
    assert!(error.contains("--allow drop_column:user.age") && error.contains("renamed_from = \"age\""), "{error}");
    let error = refused(&folder, vec![class::<another_type::User>()]);
    assert!(error.contains("user.age holds INTEGER in the database, and the field makes it TEXT"), "{error}");
    let error = refused(&folder, vec![class::<another_key::User>()]);
    assert!(error.contains("the key of user is (name)") && error.contains("user_name_key"), "{error}");
    let error = refused(&folder, vec![class::<maybe::User>()]);
    assert!(error.contains("user.age must hold something") && error.contains("take the `Option` away"), "{error}");
}

#[test]
fn what_is_allowed_by_name_is_done() {
    let folder = with_users();
    let (store, report) = try_with(&folder, vec![class::<without_age::User>()], &["drop_column:user.age"]).unwrap();
    assert_eq!(report.changes, ["drop the column user.age"]);
    converse::block_on(async {
        assert_eq!(store.table::<without_age::User>().unwrap().all().count().await.unwrap(), 2);
    });
    let folder = with_users();
    let (store, report) = try_with(&folder, vec![class::<renamed::User>()], &[]).unwrap();
    assert_eq!(
        report.changes,
        ["rename the column user.name to user.username", "rename the column user.age to user.years"]
    );
    converse::block_on(async {
        let josh = store.table::<renamed::User>().unwrap().get("josh").await.unwrap();
        assert_eq!(josh, Some(renamed::User { username: "josh".into(), years: 30 }));
    });
    // What was said of the past does no harm later.
    let (_, report) = try_with(&folder, vec![class::<renamed::User>()], &[]).unwrap();
    assert_eq!(report, Report::default());
}

#[test]
fn a_class_of_another_name_takes_its_table_along() {
    let folder = with_users();
    let (_, report) = try_with(&folder, vec![class::<unique::User>()], &[]).unwrap();
    assert_eq!(report.changes, ["create the unique index user_age_key of user.age"]);
    let (store, report) = try_with(&folder, vec![class::<person::User>()], &[]).unwrap();
    assert_eq!(
        report.changes,
        [
            "rename the table user to person",
            "create the unique index person_age_key of person.age",
            "drop the index user_age_key"
        ]
    );
    assert!(store.seed([person::User::new("bob", 30)]).unwrap_err().is_taken());
}

#[test]
fn rows_that_a_new_rule_forbids_keep_it_out() {
    let folder = with_users();
    open(folder.sqlite(), vec![class::<first::User>()]).unwrap().0.seed([first::User::new("bob", 30)]).unwrap();
    let error = refused(&folder, vec![class::<unique::User>()]);
    assert!(error.contains("rows that are there have the same age"), "{error}");
}

#[test]
fn eight_that_start_at_once_change_the_tables_once() {
    for _ in 0..10 {
        let folder = with_users();
        let changes: Vec<usize> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| try_with(&folder, vec![class::<more::User>()], &[]).unwrap().1.changes.len()))
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(changes.iter().filter(|count| **count > 0).count(), 1, "{changes:?}");
        assert_eq!(changes.iter().sum::<usize>(), 5);
    }
}

#[test]
fn a_file_that_cannot_be_had_is_named_with_a_remedy() {
    let folder = Folder::new();
    let nowhere = folder.0.join("no/such/folder/test.db");
    let engine: Arc<dyn Engine> = Arc::new(converse_store::Sqlite::new(&nowhere, converse_store::Durability::Full));
    let error = open(engine, vec![class::<first::User>()]).map(drop).unwrap_err().to_string();
    assert!(error.contains("no/such/folder/test.db") && error.contains("--store sqlite://PATH"), "{error}");
    std::fs::write(folder.0.join("test.db"), "this is no database, but long enough to be taken for one ".repeat(100))
        .unwrap();
    let error = open(folder.sqlite(), vec![class::<first::User>()]).map(drop).unwrap_err().to_string();
    assert!(error.contains("not a database"), "{error}");
    assert!(open(Arc::new(Memory::new()), vec![class::<first::User>()]).is_ok());
}
