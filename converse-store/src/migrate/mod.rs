//! From the tables that are there to those of the classes: what loses nothing is done at the start, what could is
//! refused with a plan.

mod change;
mod plan;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::SystemTime;

pub use change::{Change, Existing, ExistingColumn};

use converse_model::{ClassRef, Text};

use crate::engine::{Connection, Engine, Failure};
use crate::instant::instant;
use crate::map::plain_column;
use crate::{Auto, Cell, ColumnMap, Kind, Op, TableMap};

/// What may be done although it loses something: `drop_column:user.age`, as the setting `allow` names it.
#[derive(Debug, Clone, Default)]
pub struct Allowed(pub BTreeSet<String>);

/// What was done to the tables.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The changes, in their order.
    pub changes: Vec<String>,
}

/// Brings the tables up to those of the classes. Several processes may try at a time: one does, the others find it
/// done.
pub(crate) fn migrate(
    engine: &dyn Engine,
    connection: &mut dyn Connection,
    tables: &[Arc<TableMap>],
    allowed: &Allowed,
) -> Result<Report, Failure> {
    let history = Arc::new(history());
    let own = crate::keys::maps().map(Arc::new).into_iter().chain([Arc::clone(&history)]);
    let tables: Vec<Arc<TableMap>> = tables.iter().cloned().chain(own).collect();
    let plan = |connection: &mut dyn Connection| -> Result<Vec<Change>, Failure> {
        let existing = connection.existing()?;
        plan::plan(engine, &tables, &existing, allowed).map_err(Failure::Refused)
    };
    if plan(connection).is_ok_and(|changes| changes.is_empty()) {
        return Ok(Report::default());
    }
    connection.begin_changes()?;
    // Another process may have done it meanwhile.
    let done = plan(connection).and_then(|changes| apply(connection, &history, changes, engine.is_lasting()));
    match done {
        Ok(report) => connection.commit().map(|()| report),
        Err(failure) => {
            connection.roll_back()?;
            Err(failure)
        }
    }
}

fn apply(
    connection: &mut dyn Connection,
    history: &Arc<TableMap>,
    changes: Vec<Change>,
    is_told: bool,
) -> Result<Report, Failure> {
    let mut report = Report::default();
    for change in &changes {
        if is_told {
            tracing::info!("the store changes: {change}");
        }
        report.changes.push(change.to_string());
    }
    for change in changes {
        connection.change(&change).map_err(|failure| explain(failure, &change))?;
    }
    for change in &report.changes {
        let row = vec![Cell::Null, Cell::Text(instant(SystemTime::now())), Cell::Text(change.clone())];
        connection.run(&Op::Insert { table: Arc::clone(history), row, upsert: false })?;
    }
    Ok(report)
}

/// Why a change could not be made.
fn explain(failure: Failure, change: &Change) -> Failure {
    match failure {
        Failure::Taken(columns) => Failure::Refused(format!(
            "the store cannot {change}: rows that are there have the same {}; change them, or remove `unique`",
            columns.join(", ")
        )),
        Failure::Broken(_) | Failure::Contended(_) => failure,
        other => Failure::Refused(format!("the store cannot {change}: {other}")),
    }
}

/// The table in which changes are noted.
pub(crate) fn history() -> TableMap {
    let column = |name, kind, auto| ColumnMap { auto, ..plain_column(name, kind) };
    TableMap {
        name: "converse_history".to_owned(),
        class: String::new(),
        shape: ClassRef::Named(Text::Static("")),
        columns: vec![
            column("id", Kind::Int, Some(Auto::Sequence)),
            column("at", Kind::Instant, None),
            column("change", Kind::Text, None),
        ],
        key: vec![0],
        version: None,
        indexes: Vec::new(),
        renamed_from: String::new(),
    }
}
