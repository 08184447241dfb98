//! Units that share a transaction, in every order that matters.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use converse_dispatch::oneshot;

use super::*;
use crate::engine::{Access, Engine};
use crate::migrate::history;
use crate::{Cell, Change, Cond, Memory, TableMap, Test};

type Answered = oneshot::Receiver<Result<(), StoreError>>;

/// A group over a table in memory: `converse_history`, whose column `change` says who wrote.
struct Scene {
    group: Group,
    connection: Box<dyn Connection>,
    engine: Memory,
    map: Arc<TableMap>,
}

impl Scene {
    fn new() -> Scene {
        let (engine, map) = (Memory::new(), Arc::new(history()));
        let mut connection = engine.connect(Access::Write).unwrap();
        connection.change(&Change::CreateTable(Arc::clone(&map))).unwrap();
        connection.begin().unwrap();
        Scene { group: Group::default(), connection, engine, map }
    }

    fn run(&mut self, unit: UnitId, op: Op) -> Result<Answer, Failure> {
        self.group.run(vec![(unit, op)], &mut *self.connection).remove(0)
    }

    fn insert(&mut self, unit: UnitId, key: i64, text: &str) -> Result<Answer, Failure> {
        let key = if key == 0 { Cell::Null } else { Cell::Int(key) };
        let row = vec![key, Cell::Text("2026-11-21T09:30:00.000000000Z".into()), Cell::Text(text.into())];
        self.run(unit, Op::Insert { table: Arc::clone(&self.map), row, upsert: false })
    }

    fn count(&mut self, unit: UnitId, text: &str) -> Answer {
        let filter = Cond::Is(2, Test::Eq, Cell::Text(text.into()));
        let op = Op::Count { table: Arc::clone(&self.map), filter, limit: None };
        self.run(unit, op).unwrap()
    }

    fn keep(&mut self, unit: UnitId) -> Answered {
        let (ended, answered) = oneshot::channel();
        self.group.keep(unit, ended);
        answered
    }

    fn abandon(&mut self, unit: UnitId) -> (Vec<UnitId>, Answered) {
        let (ended, answered) = oneshot::channel();
        (self.group.abandon(unit, Some(ended), &mut *self.connection).unwrap(), answered)
    }

    /// Commits, and says what is there.
    fn commit(mut self) -> Vec<(i64, String)> {
        self.connection.commit().unwrap();
        self.group.end(&Ok(()));
        let op = Op::Select { table: self.map, filter: Cond::All(Vec::new()), order: Vec::new(), limit: None };
        let Answer::Rows(rows) = self.engine.connect(Access::Read).unwrap().run(&op).unwrap() else {
            return Vec::new();
        };
        let row = |row: Vec<Cell>| match row.as_slice() {
            [Cell::Int(key), _, Cell::Text(text)] => (*key, text.clone()),
            _ => (0, String::new()),
        };
        rows.into_iter().map(row).collect()
    }
}

/// What a unit was told; a test that waited for it would wait forever.
fn told(mut answered: Answered) -> Result<(), StoreError> {
    let mut context = Context::from_waker(Waker::noop());
    match Pin::new(&mut answered).poll(&mut context) {
        Poll::Ready(told) => told.unwrap(),
        Poll::Pending => panic!("nobody was told"),
    }
}

fn rows(expected: &[(i64, &str)]) -> Vec<(i64, String)> {
    expected.iter().map(|(key, text)| (*key, (*text).to_owned())).collect()
}

#[test]
fn units_that_end_well_are_kept_together() {
    let mut scene = Scene::new();
    scene.insert(1, 0, "a").unwrap();
    scene.insert(2, 0, "b").unwrap();
    let first = scene.keep(1);
    scene.insert(2, 0, "b").unwrap();
    let second = scene.keep(2);
    assert_eq!(scene.commit(), rows(&[(1, "a"), (2, "b"), (3, "b")]));
    assert_eq!((told(first), told(second)), (Ok(()), Ok(())));
}

#[test]
fn what_is_abandoned_is_gone_and_the_others_keep_their_keys() {
    let mut scene = Scene::new();
    scene.insert(1, 0, "a").unwrap();
    assert_eq!(scene.insert(2, 0, "b"), Ok(Answer::Inserted(Some(2))));
    scene.insert(1, 0, "a").unwrap();
    let (expelled, abandoned) = scene.abandon(1);
    assert_eq!(expelled, []);
    let kept = scene.keep(2);
    // Its client was told of number 2 already.
    assert_eq!(scene.commit(), rows(&[(2, "b")]));
    assert_eq!((told(abandoned), told(kept)), (Ok(()), Ok(())));
}

#[test]
fn who_saw_what_is_gone_goes_too() {
    let mut scene = Scene::new();
    scene.insert(1, 0, "a").unwrap();
    scene.insert(2, 0, "b").unwrap();
    assert_eq!(scene.count(2, "a"), Answer::Count(1));
    scene.insert(3, 0, "c").unwrap();
    assert_eq!(scene.count(3, "b"), Answer::Count(1));
    scene.insert(4, 0, "d").unwrap();
    assert_eq!(scene.count(4, "x"), Answer::Count(0));
    let third = scene.keep(3);
    let (expelled, _) = scene.abandon(1);
    assert_eq!(expelled, [2], "it is open, and is told when it asks");
    assert_eq!(told(third), Err(SAW_UNDONE), "it saw what the second wrote, which is gone with the first");
    let fourth = scene.keep(4);
    assert_eq!(scene.commit(), rows(&[(4, "d")]));
    assert_eq!(told(fourth), Ok(()));
}

#[test]
fn a_fault_that_follows_from_what_is_gone_is_not_told() {
    let mut scene = Scene::new();
    scene.insert(1, 7, "a").unwrap();
    scene.insert(2, 0, "b").unwrap();
    assert!(matches!(scene.insert(2, 7, "b"), Err(Failure::Taken(_))), "7 is taken");
    let (_, refused) = scene.abandon(2);
    let (_, first) = scene.abandon(1);
    assert_eq!(told(refused), Err(SAW_UNDONE), "7 was not taken after all");
    assert_eq!(scene.commit(), []);
    assert_eq!(told(first), Ok(()));
}

#[test]
fn a_fault_that_follows_from_what_is_kept_is_told() {
    let mut scene = Scene::new();
    scene.insert(1, 7, "a").unwrap();
    assert!(scene.insert(2, 7, "b").is_err());
    let (_, refused) = scene.abandon(2);
    let kept = scene.keep(1);
    scene.insert(3, 8, "c").unwrap();
    // One that came behind and fails changes nothing about it.
    let _ = scene.abandon(3);
    assert_eq!(scene.commit(), rows(&[(7, "a")]));
    assert_eq!((told(refused), told(kept)), (Ok(()), Ok(())));
}

#[test]
fn what_was_taken_and_is_free_again_was_another_answer() {
    let mut scene = Scene::new();
    scene.insert(1, 7, "a").unwrap();
    assert!(scene.insert(2, 7, "b").is_err());
    scene.insert(2, 8, "b").unwrap();
    let second = scene.keep(2);
    let _ = scene.abandon(1);
    assert_eq!(told(second), Err(SAW_UNDONE), "it chose 8 because 7 was taken");
    assert_eq!(scene.commit(), []);
}

#[test]
fn a_unit_that_only_read_undoes_nobody() {
    let mut scene = Scene::new();
    scene.insert(1, 0, "a").unwrap();
    scene.count(2, "a");
    let kept = scene.keep(1);
    let (expelled, read) = scene.abandon(2);
    assert_eq!(expelled, []);
    assert_eq!(scene.commit(), rows(&[(1, "a")]));
    assert_eq!((told(kept), told(read)), (Ok(()), Ok(())));
}

#[test]
fn a_transaction_that_fails_is_nobodys() {
    let mut scene = Scene::new();
    scene.insert(1, 0, "a").unwrap();
    scene.insert(2, 0, "b").unwrap();
    let kept = scene.keep(1);
    let failed = Err(StoreError::Unavailable("the disk is full".into()));
    assert_eq!(scene.group.end(&failed), [2]);
    assert_eq!(told(kept), failed);
    assert!(scene.group.is_empty());
}
