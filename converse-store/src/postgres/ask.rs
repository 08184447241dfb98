//! What is asked of the server, in its words, and what its answer means.

use tokio_postgres::Row;
use tokio_postgres::types::Type;

use super::cells::{native, read, type_of};
use super::dialect::PostgresDialect;
use crate::engine::Failure;
use crate::sql::{Parameter, Statement, is_to_be_made, quoted, text_literal};
use crate::{Answer, Auto, Cell, Cond, Op, TableMap, Test};

/// An [`Op`] in PostgreSQL's words.
pub(super) struct Ask<'o> {
    pub(super) op: &'o Op,
    pub(super) text: String,
    pub(super) parameters: Vec<Parameter<'o>>,
    /// The parameters' types, where the statement does not say them.
    pub(super) types: Vec<Type>,
}

impl<'o> Ask<'o> {
    pub(super) fn of(op: &'o Op) -> Ask<'o> {
        let Statement { mut text, parameters, .. } = Statement::of(op, &PostgresDialect);
        if let Op::Insert { table, row, upsert } = op {
            if !upsert {
                // One that failed would take with it what others did in the same transaction.
                text.push_str(" ON CONFLICT DO NOTHING");
            }
            if let Some(returned) = made(table, row).map(quoted).or_else(|| advance(table, row)) {
                text.push_str(" RETURNING ");
                text.push_str(&returned);
            }
        }
        let mut types = Vec::new();
        if let Op::Sql { parameters, .. } = op {
            types.extend(parameters.iter().map(type_of));
            // The same statement with values of other types is another to the server.
            let names: Vec<&str> = types.iter().map(Type::name).collect();
            text = format!("{text}\n-- {}", names.join(", "));
        }
        Ask { op, text, parameters, types }
    }

    /// What the server's answer means; none if a row was not put in, because there is one like it.
    pub(super) fn answer(&self, rows: &[Row], count: u64) -> Result<Option<Answer>, Failure> {
        let number = || match rows.first().map(|row| row.try_get::<_, i64>(0)) {
            Some(Ok(number)) => Ok(number),
            _ => Err(Failure::Refused("the server gives no number".to_owned())),
        };
        Ok(Some(match self.op {
            Op::Insert { upsert: false, .. } if count == 0 => return Ok(None),
            Op::Insert { table, row, .. } => match made(table, row) {
                Some(_) => Answer::Inserted(Some(number()?)),
                None => Answer::Inserted(None),
            },
            Op::Update { .. } | Op::Delete { .. } => Answer::Count(count),
            Op::Count { .. } => Answer::Count(number()?.unsigned_abs()),
            Op::Sql { writes, .. } => {
                let columns = rows.first().map(Row::columns).unwrap_or_default();
                let names = columns.iter().map(|column| column.name().to_owned()).collect();
                let rows = rows.iter().map(native).collect::<Result<_, _>>().map_err(Failure::Refused)?;
                Answer::Table { names, rows, changed: if *writes { count } else { 0 } }
            }
            Op::Select { table, .. } => {
                let rows = rows.iter().map(|row| read(table, row)).collect::<Result<_, _>>();
                Answer::Rows(rows.map_err(Failure::Refused)?)
            }
        }))
    }
}

/// The column of which the server makes a new row's cell.
fn made<'t>(table: &'t TableMap, row: &[Cell]) -> Option<&'t str> {
    let at = row.iter().enumerate().position(|(at, cell)| is_to_be_made(table, at, cell))?;
    table.columns.get(at).map(|column| &*column.name)
}

/// What makes the next number greater than that of a new row, if it was given one.
fn advance(table: &TableMap, row: &[Cell]) -> Option<String> {
    let at = table.columns.iter().position(|column| column.auto == Some(Auto::Sequence))?;
    let (column, Cell::Int(1..)) = (table.columns.get(at)?, row.get(at)?) else { return None };
    let (name, key) = (quoted(&table.name), quoted(&column.name));
    let (of, column) = (text_literal(&name), text_literal(&column.name));
    Some(format!(
        "(SELECT setval(made.by, {name}.{key}) FROM (SELECT pg_get_serial_sequence({of}, {column})::regclass AS by) AS made \
         WHERE coalesce(pg_sequence_last_value(made.by), 0) < {name}.{key})"
    ))
}

/// The questions whether there is a row like this new one, each with the columns in which it would be.
pub(super) fn likes(op: &Op) -> Vec<(Vec<String>, Op)> {
    let Op::Insert { table, row, .. } = op else { return Vec::new() };
    let unique = table.indexes.iter().filter(|index| index.unique).map(|index| vec![index.column]);
    let mut likes = Vec::new();
    for columns in std::iter::once(table.key.clone()).chain(unique) {
        let cells: Vec<(usize, &Cell)> = columns.iter().filter_map(|at| Some((*at, row.get(*at)?))).collect();
        if cells.iter().any(|(_, cell)| **cell == Cell::Null) {
            continue;
        }
        let names = columns.iter().filter_map(|at| table.columns.get(*at)).map(|column| column.name.clone());
        let conds = cells.into_iter().map(|(at, cell)| Cond::Is(at, Test::Eq, cell.clone()));
        let filter = Cond::All(conds.collect());
        likes.push((names.collect(), Op::Count { table: table.clone(), filter, limit: Some(1) }));
    }
    likes
}
