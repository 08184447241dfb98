//! Rows in memory: for tests, and for what need not outlive the program.

mod rows;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::engine::{Access, Connection, Engine, Failure};
use crate::migrate::{Change, Existing};
use crate::{Answer, ColumnMap, Op};
use rows::{MemoryTable, Overlay};

type Tables = BTreeMap<String, MemoryTable>;

/// A database in memory, gone with the last who holds it.
#[derive(Default)]
pub struct Memory(Arc<Mutex<Tables>>);

impl Memory {
    /// An empty one.
    pub fn new() -> Memory {
        Memory::default()
    }
}

impl Engine for Memory {
    fn name(&self) -> &'static str {
        "memory"
    }

    fn place(&self) -> String {
        "memory: (gone when the program ends)".to_owned()
    }

    fn is_lasting(&self) -> bool {
        false
    }

    fn connect(&self, _: Access) -> Result<Box<dyn Connection>, Failure> {
        Ok(Box::new(MemoryConnection { tables: Arc::clone(&self.0), overlays: None }))
    }

    fn type_of(&self, column: &ColumnMap) -> String {
        format!("{:?}", column.kind)
    }
}

/// What was written and is not committed lies over the tables, where only this connection sees it.
struct MemoryConnection {
    tables: Arc<Mutex<Tables>>,
    overlays: Option<BTreeMap<String, Overlay>>,
}

fn lock(tables: &Mutex<Tables>) -> MutexGuard<'_, Tables> {
    tables.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Connection for MemoryConnection {
    fn begin(&mut self) -> Result<(), Failure> {
        self.overlays = Some(BTreeMap::new());
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Failure> {
        let mut tables = lock(&self.tables);
        for (name, overlay) in self.overlays.take().unwrap_or_default() {
            if let Some(table) = tables.get_mut(&name) {
                table.take_over(overlay);
            }
        }
        Ok(())
    }

    fn roll_back(&mut self) -> Result<(), Failure> {
        self.overlays = None;
        Ok(())
    }

    fn run(&mut self, op: &Op) -> Result<Answer, Failure> {
        let name = &op.table().name;
        let mut tables = lock(&self.tables);
        let Some(table) = tables.get_mut(name) else {
            return Err(Failure::Refused(format!("there is no table {name}")));
        };
        let Some(overlays) = &mut self.overlays else {
            let mut overlay = table.overlay();
            let answer = table.run(op, &mut overlay)?;
            table.take_over(overlay);
            return Ok(answer);
        };
        let mut overlay = overlays.remove(name).unwrap_or_else(|| table.overlay());
        let before = op.is_write().then(|| overlay.clone());
        let answer = table.run(op, &mut overlay);
        // A statement that fails has changed nothing.
        let overlay = if answer.is_err() { before.unwrap_or(overlay) } else { overlay };
        overlays.insert(name.clone(), overlay);
        answer
    }

    fn begin_changes(&mut self) -> Result<(), Failure> {
        self.begin()
    }

    fn existing(&mut self) -> Result<Vec<Existing>, Failure> {
        Ok(lock(&self.tables).values().map(MemoryTable::existing).collect())
    }

    fn change(&mut self, change: &Change) -> Result<(), Failure> {
        match change {
            Change::CreateTable(map) => {
                lock(&self.tables).insert(map.name.clone(), MemoryTable::new(Arc::clone(map)));
                Ok(())
            }
            // A table is made with its indexes.
            Change::CreateIndex(..) => Ok(()),
            other => Err(Failure::Refused(format!("memory cannot {other}: its tables are always new"))),
        }
    }
}
