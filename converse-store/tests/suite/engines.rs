//! The engines that a test runs on, each on a database of its own.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use cluster::Schema as Place;
use converse::{Registry, Store};
use converse_model::{Classed, Definition, Origin, RegistryBuilder};
use converse_store::{Allowed, Durability, Engine, Memory, Report, Schema, Sqlite, StoreError, engine, tables};

/// The classes of a test.
pub(crate) type Classes = Vec<Definition>;

/// A class of a test.
pub(crate) fn class<T: Classed>() -> Definition {
    Definition::of::<T>(Origin { module: module_path!(), file: file!(), line: line!() })
}

/// The tables of these classes.
pub(crate) fn schema(classes: Classes) -> Schema {
    let registry = classes.into_iter().fold(Registry::empty(), RegistryBuilder::with);
    Schema::of(&tables(registry).build().unwrap()).unwrap()
}

/// A folder of one test's own, gone at its end.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Folder {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("converse-store-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    pub(crate) fn sqlite(&self) -> Arc<dyn Engine> {
        // What is tested with the power on does not need the disk's word.
        Arc::new(Sqlite::new(&self.0.join("test.db"), Durability::Fast))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The engine of a schema of PostgreSQL.
pub(crate) fn postgres(place: &Place) -> Arc<dyn Engine> {
    engine(place.url(), Durability::Full).unwrap()
}

/// Opens the tables of these classes.
pub(crate) fn open(engine: Arc<dyn Engine>, classes: Classes) -> Result<(Store, Report), StoreError> {
    Store::open(engine, schema(classes), &Allowed::default())
}

/// Runs a test on every engine.
pub(crate) fn on_each<F: Future<Output = ()>>(classes: impl Fn() -> Classes, test: impl Fn(Store) -> F) {
    let (folder, place) = (Folder::new(), Place::new());
    let engines: [Arc<dyn Engine>; 3] = [Arc::new(Memory::new()), folder.sqlite(), postgres(&place)];
    for engine in engines {
        println!("on {}", engine.name());
        let (store, _) = open(engine, classes()).unwrap();
        converse::block_on(test(store));
    }
}
