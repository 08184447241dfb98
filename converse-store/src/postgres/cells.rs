//! Cells on their way to the server and back.

use std::error::Error;

use bytes::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Error as PgError, Row};

use crate::sql::Parameter;
use crate::{Cell, Kind, TableMap};

type Sent = Result<IsNull, Box<dyn Error + Sync + Send>>;

impl ToSql for Parameter<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Sent {
        match self {
            Parameter::Text(text) => text.to_sql(ty, out),
            Parameter::Cell(cell) => match cell {
                Cell::Null => Ok(IsNull::Yes),
                Cell::Bool(value) => value.to_sql(ty, out),
                Cell::Int(value) if *ty == Type::TEXT => value.to_string().to_sql(ty, out),
                Cell::Int(value) => value.to_sql(ty, out),
                Cell::Uint(value) => value.to_string().to_sql(ty, out),
                Cell::Float(value) => value.to_sql(ty, out),
                Cell::Text(text) => text.to_sql(ty, out),
                Cell::Bytes(bytes) => bytes.to_sql(ty, out),
            },
        }
    }

    fn accepts(_: &Type) -> bool {
        // The statement says of each parameter what it is.
        true
    }

    to_sql_checked!();
}

/// A row's cells, each of its column's kind.
pub(super) fn read(map: &TableMap, row: &Row) -> Result<Vec<Cell>, String> {
    let cells = map.columns.iter().enumerate().map(|(at, column)| {
        cell(column.kind, row, at).map_err(|_| format!("{}.{} holds a value of another kind", map.name, column.name))
    });
    cells.collect()
}

fn cell(kind: Kind, row: &Row, at: usize) -> Result<Cell, PgError> {
    Ok(match kind {
        Kind::Bool => row.try_get::<_, Option<bool>>(at)?.map(Cell::Bool),
        Kind::Int => row.try_get::<_, Option<i64>>(at)?.map(Cell::Int),
        Kind::Uint => {
            let digits = row.try_get::<_, Option<&str>>(at)?;
            // The type has 20 digits, and some of its numbers are none of ours.
            digits.map(|digits| digits.parse().map_or_else(|_| Cell::Text(digits.to_owned()), Cell::Uint))
        }
        Kind::Float => row.try_get::<_, Option<f64>>(at)?.map(Cell::Float),
        Kind::Text | Kind::Decimal | Kind::Instant | Kind::Json => {
            row.try_get::<_, Option<String>>(at)?.map(Cell::Text)
        }
        Kind::Bytes => row.try_get::<_, Option<Vec<u8>>>(at)?.map(Cell::Bytes),
    }
    .unwrap_or(Cell::Null))
}
