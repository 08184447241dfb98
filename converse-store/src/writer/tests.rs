//! The thread that writes, asked by hand.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::sync::mpsc;

use converse_dispatch::oneshot;

use super::*;
use crate::engine::{Access, Engine};
use crate::migrate::history;
use crate::store::on_this_thread;
use crate::{Cell, Change, Cond, Memory, Schema, TableMap};

/// A writer over a table in memory.
struct Scene {
    requests: mpsc::Sender<Request>,
    engine: Arc<Memory>,
    map: Arc<TableMap>,
}

impl Scene {
    fn new() -> Scene {
        let (engine, map) = (Arc::new(Memory::new()), Arc::new(history()));
        let mut connection = engine.connect(Access::Write).unwrap();
        connection.change(&Change::CreateTable(Arc::clone(&map))).unwrap();
        let (requests, asked) = mpsc::channel();
        let link = Link::new(Arc::<Memory>::clone(&engine), Access::Write, connection);
        let mut writer = Writer::new(link, Arc::new(Tables::of(&Schema::default())), asked);
        // Nobody is taken out because this thread has to wait for its turn.
        writer.hold = Duration::from_mins(10);
        std::thread::spawn(move || writer.run());
        Scene { requests, engine, map }
    }

    fn insert(&self, unit: UnitId) -> oneshot::Receiver<Result<Answer, StoreError>> {
        let (answer, answered) = oneshot::channel();
        let row = vec![Cell::Null, Cell::Text("2026-11-21T09:30:00.000000000Z".into()), Cell::Text(unit.to_string())];
        let op = Op::Insert { table: Arc::clone(&self.map), row, upsert: false };
        self.requests.send(Request::Run { unit, op, answer }).unwrap();
        answered
    }

    fn alone(&self, unit: UnitId) -> Result<(), StoreError> {
        let (answer, answered) = oneshot::channel();
        self.requests.send(Request::Alone { unit, answer }).unwrap();
        on_this_thread(answered).unwrap()
    }

    fn keep(&self, unit: UnitId) -> oneshot::Receiver<Result<(), StoreError>> {
        let (ended, has_ended) = oneshot::channel();
        self.requests.send(Request::Keep { unit, ended }).unwrap();
        has_ended
    }

    fn count(&self) -> Answer {
        let op = Op::Count { table: Arc::clone(&self.map), filter: Cond::All(Vec::new()), limit: None };
        self.engine.connect(Access::Read).unwrap().run(&op).unwrap()
    }
}

#[test]
fn a_write_that_its_handler_no_longer_waits_for_is_not_begun_behind_its_end() {
    let scene = Scene::new();
    scene.alone(1).unwrap();
    // It waits for the first, and is given up; then its handler ends well.
    drop(scene.insert(2));
    assert_eq!(on_this_thread(scene.keep(2)), Some(Ok(())));
    let (third, first) = (scene.insert(3), scene.keep(1));
    // Begun, nobody would end it: all others would wait for it, until it is taken out.
    assert_eq!(on_this_thread(third), Some(Ok(Answer::Inserted(Some(1)))), "the second has written");
    let third = scene.keep(3);
    assert_eq!([first, third].map(on_this_thread), [Some(Ok(())), Some(Ok(()))]);
    assert_eq!(scene.count(), Answer::Count(1));
}
