//! What stands in SQLite's log when a program opens the file.

use std::sync::Arc;

use converse::Store;
use converse_store::{Durability, Sqlite};

use crate::classes::{Person, person};
use crate::engines::{Folder, class, open};

fn people(folder: &Folder) -> Store {
    let engine = Arc::new(Sqlite::new(&folder.0.join("test.db"), Durability::Full));
    open(engine, vec![class::<Person>()]).unwrap().0
}

fn count(store: &Store) -> u64 {
    converse::block_on(store.table::<Person>().unwrap().all().count()).unwrap()
}

fn copy(from: &Folder, to: &Folder, name: &str) {
    std::fs::copy(from.0.join(name), to.0.join(name)).unwrap();
}

#[test]
fn what_a_killed_program_left_there_is_safe_before_it_is_read() {
    let [killed, next, alone] = [(); 3].map(|()| Folder::new());
    let store = people(&killed);
    store.seed([person("josh", None)]).unwrap();
    // As it lies while the program runs, it lies when it is killed.
    copy(&killed, &next, "test.db");
    copy(&killed, &next, "test.db-wal");
    copy(&killed, &alone, "test.db");
    let next_store = people(&next);
    assert_eq!(count(&next_store), 1);
    // Without the log, which may never have reached the disk.
    copy(&next, &alone, "test.db");
    assert_eq!(count(&people(&alone)), 1);
}

#[test]
fn others_who_read_the_log_keep_nobody_out() {
    let folder = Folder::new();
    let store = people(&folder);
    store.seed([person("josh", None)]).unwrap();
    // A disk may be slow: it takes as long as where nobody reads, and not the five seconds for which one waits beyond.
    let start = std::time::Instant::now();
    assert_eq!(count(&people(&folder)), 1);
    let alone = start.elapsed();
    let other = rusqlite::Connection::open(folder.0.join("test.db")).unwrap();
    other.execute_batch("BEGIN; SELECT count(*) FROM person").unwrap();
    store.seed([person("ada", None)]).unwrap();
    let start = std::time::Instant::now();
    assert_eq!(count(&people(&folder)), 2);
    let beside = start.elapsed();
    assert!(beside < alone + std::time::Duration::from_secs(4), "it waited for who reads: {beside:?}, {alone:?} alone");
}
