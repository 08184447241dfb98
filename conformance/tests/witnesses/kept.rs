//! What is kept of random classes comes back, on every engine the same.

use std::any::TypeId;
use std::path::PathBuf;
use std::sync::Arc;

use converse_dispatch::{value_from_json, value_to_json};
use converse_model::{
    ClassRef, Column, Definition, Field, Kind, Lineage, Origin, Role, Shape, Stored, Text, Type, Value, canonical,
    complete,
};
use converse_store::{
    Access, Answer, Change, Cond, Connection, Durability, Engine, Memory, Op, Sqlite, TableMap, engine,
};

use crate::random::{Random, number_of, seed};
use crate::subject::Subject;
use crate::{generated, mutate};

/// How many classes a run makes, and how many payloads it tries to keep of each.
const CLASSES: u64 = 150;
const PER_CLASS: u64 = 30;

/// The folder of a run's file, gone at its end.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A random class whose fields have names that columns can have, and a key.
fn storable(random: &mut Random) -> Shape {
    let mut shape = generated::record(random, 0);
    let Kind::Record { fields, closed, check } = shape.kind else { return shape };
    let text = |text: String| Text::from(text);
    let others = fields.iter().enumerate().map(|(at, field)| Field {
        name: text(format!("f{at}")),
        aliases: Vec::new().into(),
        ..field.clone()
    });
    let key = Field {
        name: text("id".to_owned()),
        ty: Type::Int { min: i64::MIN.into(), max: i64::MAX.into() },
        column: Column { primary_key: true, ..Column::PLAIN },
        ..Field::PLAIN
    };
    let fields: Vec<Field> = std::iter::once(key).chain(others).collect();
    shape.kind = Kind::Record { fields: fields.into(), closed, check };
    shape
}

/// A value with one form for all that is equal to it: an optional field that is nothing is one that is left out,
/// unless that is something else.
fn form(shape: &Arc<Shape>, value: &Value) -> String {
    // Bytes are base64 in JSON.
    let Ok(Value::Map(mut members)) = value_from_json(&value_to_json(value)) else { panic!("a record is a map") };
    members.retain(|(name, value)| *value != Value::None || shape.field(name).is_none_or(Field::keeps_null));
    canonical(&Type::Class(ClassRef::Shared(Arc::clone(shape))), &Value::Map(members))
}

fn all(map: &Arc<TableMap>) -> Op {
    Op::Select { table: Arc::clone(map), filter: Cond::All(Vec::new()), order: Vec::new(), limit: None }
}

/// Keeps a row, reads it, and takes it out again.
fn there_and_back(connection: &mut dyn Connection, map: &Arc<TableMap>, value: &Value) -> Value {
    let row = map.row(value).unwrap_or_else(|error| panic!("{error}: {value:?}"));
    let insert = Op::Insert { table: Arc::clone(map), row, upsert: false };
    connection.run(&insert).unwrap_or_else(|failure| panic!("{failure:?}: {value:?}"));
    let Ok(Answer::Rows(rows)) = connection.run(&all(map)) else { panic!("no rows") };
    let [row] = rows.as_slice() else { panic!("{} rows", rows.len()) };
    let delete = Op::Delete { table: Arc::clone(map), filter: Cond::All(Vec::new()) };
    assert_eq!(connection.run(&delete), Ok(Answer::Count(1)));
    map.value(row).unwrap()
}

#[test]
fn values_of_random_classes_come_back_from_every_engine() {
    let mut random = Random::of(seed());
    let folder = Folder(std::env::temp_dir().join(format!("converse-kept-{}", std::process::id())));
    std::fs::create_dir_all(&folder.0).unwrap();
    let sqlite = Sqlite::new(&folder.0.join("kept.db"), Durability::Fast);
    let place = cluster::Schema::new();
    let postgres = engine(place.url(), Durability::Fast).unwrap();
    let engines: [&dyn Engine; 3] = [&Memory::new(), &sqlite, &*postgres];
    let mut connections = engines.map(|engine| engine.connect(Access::Write).unwrap());
    let mut kept = 0;
    for number in 0..number_of("CONVERSE_ROUNDS").map_or(CLASSES, |rounds| rounds / PER_CLASS) {
        let subject = Subject::made(storable(&mut random)).unwrap_or_else(|problems| panic!("{problems}"));
        let shape = Arc::new(subject.shape.clone());
        let definition = Definition {
            shape: subject.shape,
            type_id: TypeId::of::<Folder>(),
            role: Role::Table,
            public: false,
            allow: &[],
            lineage: Lineage::NONE,
            stored: Stored { table: true, ..Stored::NOT },
            origin: Origin { module: module_path!(), file: file!(), line: line!() },
        };
        let mut map = TableMap::of(&definition).unwrap_or_else(|problems| panic!("{problems:?}"));
        map.name = format!("generated_{number}");
        let map = Arc::new(map);
        for connection in &mut connections {
            connection.change(&Change::CreateTable(Arc::clone(&map))).unwrap();
        }
        for _ in 0..PER_CLASS {
            let json = mutate::payload(subject.shape, &mut random);
            let Ok(message) = subject.shaped(&json) else { continue };
            let written = value_from_json(&message.to_json().unwrap()).unwrap();
            let value = complete(&shape, written.get(&shape.name).unwrap().clone());
            for connection in &mut connections {
                let back = there_and_back(&mut **connection, &map, &value);
                assert_eq!(form(&shape, &back), form(&shape, &value), "{json}");
            }
            kept += 1;
        }
    }
    assert!(kept > 500, "only {kept} were valid");
}
