//! Cells on their way to the server and back.

use std::error::Error;

use bytes::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
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

/// The type as which a value is sent whose statement does not say one.
pub(super) fn type_of(cell: &Cell) -> Type {
    match cell {
        Cell::Null => Type::UNKNOWN,
        Cell::Bool(_) => Type::BOOL,
        Cell::Int(_) => Type::INT8,
        Cell::Float(_) => Type::FLOAT8,
        Cell::Uint(_) | Cell::Text(_) => Type::TEXT,
        Cell::Bytes(_) => Type::BYTEA,
    }
}

/// A row's cells, of whatever types the server gives them.
pub(super) fn native(row: &Row) -> Result<Vec<Cell>, String> {
    let cells = row.columns().iter().enumerate().map(|(at, column)| {
        let cell = match *column.type_() {
            Type::BOOL => row.try_get::<_, Option<bool>>(at).map(|value| value.map(Cell::Bool)),
            Type::INT2 => row.try_get::<_, Option<i16>>(at).map(|value| value.map(|value| Cell::Int(value.into()))),
            Type::INT4 => row.try_get::<_, Option<i32>>(at).map(|value| value.map(|value| Cell::Int(value.into()))),
            Type::INT8 => row.try_get::<_, Option<i64>>(at).map(|value| value.map(Cell::Int)),
            Type::FLOAT4 => row.try_get::<_, Option<f32>>(at).map(|value| value.map(|value| Cell::Float(value.into()))),
            Type::FLOAT8 => row.try_get::<_, Option<f64>>(at).map(|value| value.map(Cell::Float)),
            Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(at).map(|value| value.map(Cell::Bytes)),
            _ => row.try_get::<_, Option<Written>>(at).map(|value| value.map(|Written(text)| Cell::Text(text))),
        };
        let (name, ty) = (column.name(), column.type_().name());
        let unread = |_| format!("the column {name} is of the type {ty}: write `{name}::text` for it");
        cell.map(|cell| cell.unwrap_or(Cell::Null)).map_err(unread)
    });
    cells.collect()
}

/// A value that is a text on the way, or is written as one.
struct Written(String);

impl<'a> FromSql<'a> for Written {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Written, Box<dyn Error + Sync + Send>> {
        match *ty {
            Type::NUMERIC => numeric(raw).map(Written).ok_or_else(|| "no number".into()),
            _ => Ok(Written(std::str::from_utf8(raw)?.to_owned())),
        }
    }

    fn accepts(ty: &Type) -> bool {
        matches!(
            *ty,
            Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN | Type::JSON | Type::NUMERIC
        )
    }
}

/// A decimal number, which comes in groups of four digits: how many, the power of 10,000 of the first, the sign, and how
/// many digits stand behind the point.
fn numeric(raw: &[u8]) -> Option<String> {
    let mut words = raw.chunks_exact(2).filter_map(|word| Some(i16::from_be_bytes(word.try_into().ok()?)));
    let (_, weight, sign, scale) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let groups: Vec<i16> = words.collect();
    let group = |power: i16| {
        let at = weight.checked_sub(power).and_then(|at| usize::try_from(at).ok());
        at.and_then(|at| groups.get(at)).copied().unwrap_or(0)
    };
    let mut text = if sign == 0x4000 { String::from("-") } else { String::new() };
    let digits = |powers: &mut dyn Iterator<Item = i16>| -> String {
        let groups: Vec<String> = powers.map(|power| format!("{:04}", group(power))).collect();
        groups.concat()
    };
    let whole = digits(&mut (0..=weight.max(0)).rev());
    let whole = whole.trim_start_matches('0');
    text.push_str(if whole.is_empty() { "0" } else { whole });
    // NaN and the infinities have other signs.
    let scale = usize::try_from(scale).ok().filter(|_| matches!(sign, 0 | 0x4000))?;
    if scale > 0 {
        let behind = digits(&mut (1..).take(scale.div_ceil(4)).map(|power: i16| -power));
        text.push('.');
        text.push_str(behind.get(..scale)?);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::numeric;

    #[test]
    fn numbers_are_written_as_they_are() {
        let raw = |words: &[i16]| words.iter().flat_map(|word| word.to_be_bytes()).collect::<Vec<u8>>();
        for (words, text) in [
            (&[0, 0, 0, 0][..], "0"),
            (&[1, 0, 0, 0, 42], "42"),
            (&[2, 1, 0, 0, 1, 5], "10005"),
            (&[1, 1, 0, 0, 7], "70000"),
            (&[2, 0, 0x4000, 2, 1, 1000], "-1.10"),
            (&[1, -1, 0, 4, 12], "0.0012"),
            (&[1, -2, 0, 6, 1200], "0.000012"),
        ] {
            assert_eq!(numeric(&raw(words)).as_deref(), Some(text));
        }
        assert_eq!(numeric(&raw(&[0, 0, -16384, 0])), None);
        assert_eq!(numeric(&[1]), None);
    }
}
