//! From the tables that are there to those of the classes: what loses nothing is done at the start, what could is
//! refused with a plan.

mod change;
mod plan;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use converse_model::{Seq, Text};

pub use change::{Change, Existing, ExistingColumn};

use crate::engine::{Connection, Engine, Failure};
use crate::{Auto, Cell, ColumnMap, Kind, Op, Schema, TableMap};

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
    schema: &Schema,
    allowed: &Allowed,
) -> Result<Report, Failure> {
    let history = Arc::new(history());
    let tables: Vec<Arc<TableMap>> = schema.tables.iter().cloned().chain([Arc::clone(&history)]).collect();
    let plan = |connection: &mut dyn Connection| -> Result<Vec<Change>, Failure> {
        let existing = connection.existing()?;
        plan::plan(engine, &tables, &existing, allowed).map_err(Failure::Refused)
    };
    if plan(connection).is_ok_and(|changes| changes.is_empty()) {
        return Ok(Report::default());
    }
    connection.begin_changes()?;
    // Another process may have done it meanwhile.
    let done = plan(connection).and_then(|changes| apply(connection, &history, changes));
    match done {
        Ok(report) => connection.commit().map(|()| report),
        Err(failure) => {
            connection.roll_back()?;
            Err(failure)
        }
    }
}

fn apply(connection: &mut dyn Connection, history: &Arc<TableMap>, changes: Vec<Change>) -> Result<Report, Failure> {
    let mut report = Report::default();
    for change in &changes {
        tracing::info!("the store changes: {change}");
        report.changes.push(change.to_string());
    }
    for change in changes {
        connection.change(&change).map_err(|failure| explain(failure, &change))?;
    }
    for change in &report.changes {
        let row = vec![Cell::Null, Cell::Text(now()), Cell::Text(change.clone())];
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
        Failure::Refused(why) => Failure::Refused(format!("the store cannot {change}: {why}")),
        Failure::Broken(why) => Failure::Broken(why),
    }
}

/// The table in which changes are noted.
pub(crate) fn history() -> TableMap {
    let column = |name: &'static str, kind, auto| ColumnMap {
        name: name.to_owned(),
        field: Text::Static(name),
        kind,
        nullable: false,
        absent: false,
        default: None,
        transforms: Seq::Static(&[]),
        auto,
        renamed_from: String::new(),
    };
    TableMap {
        name: "converse_history".to_owned(),
        class: String::new(),
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

/// The instant, as a column holds it.
fn now() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let (days, seconds) = (since.as_secs() / 86_400, since.as_secs() % 86_400);
    let (year, month, day) = date(days);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:09}Z", since.subsec_nanos())
}

/// The date so many days behind 1970-01-01, in the Gregorian calendar: with years that begin in March the leap day is
/// the last of a year, and months have a pattern of 153 days in five.
fn date(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (era * 400 + year + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_dates() {
        for (days, expected) in [
            (0, (1970, 1, 1)),
            (58, (1970, 2, 28)),
            (59, (1970, 3, 1)),
            (11_016, (2000, 2, 29)),
            (11_017, (2000, 3, 1)),
            (20_778, (2026, 11, 21)),
            (47_540, (2100, 2, 28)),
            (47_541, (2100, 3, 1)),
        ] {
            assert_eq!(date(days), expected, "{days}");
        }
    }

    #[test]
    fn the_instant_is_one() {
        assert!(converse_model::TextFormat::Timestamp.holds(&now()), "{}", now());
    }
}
