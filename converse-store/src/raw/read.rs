//! Rows of a statement, whose columns nobody has described, as values of a type that somebody has.

use converse_dispatch::from_value;
use converse_model::{Kind as ShapeKind, Shape, Type, Typed, Value};
use converse_wire::Decode;

use crate::{Cell, ColumnMap, Kind, StoreError};

/// A row as a value of a type.
pub(super) fn row<T: Typed + Decode>(names: &[String], row: &[Cell]) -> Result<T, StoreError> {
    let value = value(&T::TYPE, names, row)?;
    from_value(&value).map_err(|_| {
        let why = match &T::TYPE {
            Type::Class(class) => class.shape().map(|shape| converse_model::report(shape, &value).to_string()),
            _ => None,
        };
        let why = why.unwrap_or_else(|| "a value is not of its type".to_owned());
        misfit(&format!("a row does not fit `{}`: {why}", T::LABEL))
    })
}

fn misfit(why: &str) -> StoreError {
    StoreError::Misfit(format!("what a statement gives cannot be read: {why}"))
}

fn value(ty: &Type, names: &[String], row: &[Cell]) -> Result<Value, StoreError> {
    let count = |wanted: usize| {
        if row.len() == wanted {
            return Ok(());
        }
        Err(misfit(&format!("it has {} columns ({}), and {wanted} are read", row.len(), names.join(", "))))
    };
    let held = |(name, (ty, cell)): (&String, (&Type, &Cell))| cell_value(name, Kind::of(ty).0, cell);
    match (ty, record(ty)) {
        (Type::Tuple(types), _) => {
            count(types.len())?;
            names.iter().zip(types.iter().zip(row)).map(held).collect::<Result<_, _>>().map(Value::List)
        }
        (_, Some(shape)) => members(shape, names, row),
        (ty, None) => {
            count(1)?;
            names.iter().zip(std::iter::once(ty).zip(row)).map(held).next().unwrap_or(Ok(Value::None))
        }
    }
}

/// The shape of a class of named fields.
fn record(ty: &Type) -> Option<&Shape> {
    match ty {
        Type::Class(class) => class.shape().filter(|shape| matches!(shape.kind, ShapeKind::Record { .. })),
        _ => None,
    }
}

/// A value of a class: each field is the column of its name. Columns that are no field's are passed over.
fn members(shape: &Shape, names: &[String], row: &[Cell]) -> Result<Value, StoreError> {
    let mut members = Vec::with_capacity(shape.fields().len());
    for field in shape.fields() {
        let column = ColumnMap::of(field);
        let is_it = |name: &&String| name.eq_ignore_ascii_case(&column.name) || **name == *field.name;
        let found = names.iter().zip(row).find(|(name, _)| is_it(name));
        let Some((name, cell)) = found else {
            if field.is_required() {
                let known = names.join(", ");
                return Err(misfit(&format!("`{}.{}` has no column among {known}", shape.name, field.name)));
            }
            continue;
        };
        if !(column.absent && *cell == Cell::Null) {
            members.push((field.name.clone(), cell_value(name, column.kind, cell)?));
        }
    }
    Ok(Value::Map(members))
}

/// What a column of this kind would hold, from what the database gave.
fn cell_value(name: &str, kind: Kind, cell: &Cell) -> Result<Value, StoreError> {
    #[allow(clippy::cast_precision_loss, reason = "a float takes what is written without a fraction")]
    let cell = match (kind, cell) {
        (Kind::Bool, Cell::Int(value @ (0 | 1))) => Cell::Bool(*value == 1),
        (Kind::Uint, Cell::Text(text)) => match text.parse() {
            Ok(number) => Cell::Uint(number),
            Err(_) => return Err(misfit(&format!("`{name}` is no number"))),
        },
        // Sums of whole numbers may be beyond them.
        (Kind::Int, Cell::Text(text)) => match text.parse() {
            Ok(number) => Cell::Int(number),
            Err(_) => return Err(misfit(&format!("`{name}` is no whole number"))),
        },
        (Kind::Float, Cell::Int(value)) => Cell::Float(*value as f64),
        (Kind::Decimal, Cell::Int(value)) => Cell::Text(value.to_string()),
        (Kind::Decimal, Cell::Float(value)) => Cell::Text(value.to_string()),
        (Kind::Json, Cell::Bool(value)) => return Ok(Value::Bool(*value)),
        (Kind::Json, Cell::Int(value)) => return Ok(Value::Int((*value).into())),
        (Kind::Json, Cell::Float(value)) => return Ok(Value::Float(*value)),
        (_, cell) => cell.clone(),
    };
    kind.value(&cell).map_err(|why| misfit(&format!("`{name}`: {}", why.0)))
}
