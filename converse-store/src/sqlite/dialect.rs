//! SQLite's SQL: strict tables, so that a column holds what it says.

use crate::sql::{Dialect, text_literal};
use crate::{Cell, ColumnMap, Kind, Order};

pub(super) struct SqliteDialect;

/// The collation in which decimal numbers that are texts have the order of numbers.
pub(super) const DECIMAL: &str = "converse_decimal";

/// The greatest number that is an integer to SQLite.
const GREATEST: u64 = i64::MAX.unsigned_abs();

impl SqliteDialect {
    /// A column's type. `INT` and `INTEGER` are one type to SQLite, and two here: the first holds 0 and 1.
    pub(super) fn ty(column: &ColumnMap) -> &'static str {
        match column.kind {
            Kind::Bool => "INT",
            Kind::Int => "INTEGER",
            // Integers, and beyond them texts: those sort behind all integers.
            Kind::Uint => "ANY",
            Kind::Float => "REAL",
            Kind::Text | Kind::Decimal | Kind::Instant | Kind::Json => "TEXT",
            Kind::Bytes => "BLOB",
        }
    }
}

/// A number beyond `i64` as a text of 20 digits, so that the order of such texts is that of the numbers.
pub(super) fn great(number: u64) -> Option<String> {
    (number > GREATEST).then(|| format!("{number:020}"))
}

impl Dialect for SqliteDialect {
    fn declared(&self, column: &ColumnMap) -> &'static str {
        if column.kind == Kind::Decimal { "TEXT COLLATE converse_decimal" } else { SqliteDialect::ty(column) }
    }

    fn sequence(&self) -> &'static str {
        // Without the last word a number would be made again once the greatest row is gone.
        " PRIMARY KEY AUTOINCREMENT"
    }

    fn parameter(&self, number: usize, _: Kind) -> String {
        format!("?{number}")
    }

    fn has(&self, column: &str, parameter: &str, start: bool) -> String {
        if start {
            format!("substr({column}, 1, length({parameter})) = {parameter}")
        } else {
            format!("instr({column}, {parameter}) > 0")
        }
    }

    fn literal(&self, cell: &Cell) -> String {
        match cell {
            Cell::Null => "NULL".to_owned(),
            Cell::Bool(value) => u8::from(*value).to_string(),
            Cell::Int(value) => value.to_string(),
            Cell::Uint(value) => great(*value).map_or_else(|| value.to_string(), |text| text_literal(&text)),
            Cell::Float(value) => format!("{value:?}"),
            Cell::Text(text) => text_literal(text),
            Cell::Bytes(bytes) => {
                let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                format!("X'{}'", digits.concat())
            }
        }
    }

    fn declares_references(&self) -> bool {
        // It adds none to a column that is there.
        true
    }

    fn table_options(&self) -> &'static str {
        " STRICT"
    }

    fn nulls(&self, _: Order) -> &'static str {
        // It has them below all values already.
        ""
    }

    fn read(&self, name: &str, _: Kind) -> String {
        name.to_owned()
    }
}
