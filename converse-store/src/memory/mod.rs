//! Rows in memory: for tests, and for what need not outlive the program.

mod references;
mod rows;
mod translate;

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

/// Makes what was written the committed rows.
fn take_over(tables: &mut Tables, overlays: BTreeMap<String, Overlay>) {
    for (name, overlay) in overlays {
        if let Some(table) = tables.get_mut(&name) {
            table.take_over(overlay);
        }
    }
}

impl Connection for MemoryConnection {
    fn begin(&mut self) -> Result<(), Failure> {
        self.overlays = Some(BTreeMap::new());
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Failure> {
        take_over(&mut lock(&self.tables), self.overlays.take().unwrap_or_default());
        Ok(())
    }

    fn roll_back(&mut self) -> Result<(), Failure> {
        self.overlays = None;
        Ok(())
    }

    fn run(&mut self, op: &Op) -> Result<Answer, Failure> {
        let mut tables = lock(&self.tables);
        let Some(overlays) = &mut self.overlays else {
            let mut overlays = BTreeMap::new();
            let answer = references::run(&tables, &mut overlays, op)?;
            take_over(&mut tables, overlays);
            return Ok(answer);
        };
        let before = op.is_write().then(|| overlays.clone());
        let answer = references::run(&tables, overlays, op);
        if let (Err(_), Some(before)) = (&answer, before) {
            // A statement that fails has changed nothing.
            *overlays = before;
        }
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
            Change::AddColumn(map, at) => {
                let (mut tables, column) = (lock(&self.tables), map.columns.get(*at));
                if let (Some(table), Some(column)) = (tables.get_mut(&map.name), column) {
                    table.add_column(column);
                }
                Ok(())
            }
            Change::CreateIndex(map, index) => {
                let column = map.columns.get(index.column).map_or("", |column| &column.name);
                match lock(&self.tables).get_mut(&map.name) {
                    Some(table) => table.add_index(column, index),
                    None => Ok(()),
                }
            }
            // The column knows it.
            Change::AddReference(..) => Ok(()),
            other => Err(Failure::Refused(format!("memory cannot {other}"))),
        }
    }
}
