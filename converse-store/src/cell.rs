//! A value as a column holds it, and the way from a class's value to it and back.

use std::cmp::Ordering;
use std::fmt;

use converse_dispatch::{value_from_json, write_value};
use converse_model::{ClassRef, Field, Kind as ShapeKind, TextFormat, Type, Value};

use crate::decimal;

/// A value as a column holds it.
#[derive(Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A whole number of a column whose numbers may be beyond `i64`.
    Uint(u64),
    /// A finite number.
    Float(f64),
    /// A text without NUL.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// Prints of which kind it is, and no more: it may be secret.
impl fmt::Debug for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Cell::Null => "null",
            Cell::Bool(_) => "bool",
            Cell::Int(_) => "int",
            Cell::Uint(_) => "uint",
            Cell::Float(_) => "float",
            Cell::Text(_) => "text",
            Cell::Bytes(_) => "bytes",
        })
    }
}

impl std::hash::Hash for Cell {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self).hash(state);
        match self {
            Cell::Null => {}
            Cell::Bool(value) => value.hash(state),
            Cell::Int(value) => value.hash(state),
            Cell::Uint(value) => value.hash(state),
            Cell::Float(value) => value.to_bits().hash(state),
            Cell::Text(value) => value.hash(state),
            Cell::Bytes(value) => value.hash(state),
        }
    }
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// True or false.
    Bool,
    /// Whole numbers within `i64`.
    Int,
    /// Whole numbers from 0 to `u64::MAX`.
    Uint,
    /// Finite numbers.
    Float,
    /// Texts, in the order of their code points.
    Text,
    /// Decimal numbers as texts, in the order of the numbers.
    Decimal,
    /// Instants in UTC as texts of one width, `2026-11-21T09:30:00.000000000Z`, in the order of time.
    Instant,
    /// Bytes.
    Bytes,
    /// What has no column of its own kind, as a JSON text.
    Json,
}

/// Why a value cannot stand in a column, or no longer fits its class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Misfit(pub &'static str);

impl Kind {
    /// What a column for values of this type holds, and whether it may hold nothing.
    pub fn of(ty: &Type) -> (Kind, bool) {
        match ty {
            Type::Secret(inner) => Kind::of(inner),
            Type::Ref(class) => class.key().map_or((Kind::Json, false), Kind::of_key),
            Type::Optional(inner) => match Kind::of(inner) {
                // Nothing is one value, and an absent one another: JSON tells them apart.
                (_, true) => (Kind::Json, true),
                (kind, false) => (kind, true),
            },
            other => (Kind::always(other), false),
        }
    }

    /// What the column of a key holds, and those that refer to it: numbers that the store makes are within `i64`.
    fn of_key(key: &Field) -> (Kind, bool) {
        match Kind::of(&key.ty) {
            (Kind::Uint, nullable) if key.column.auto => (Kind::Int, nullable),
            other => other,
        }
    }

    /// The same for a type whose values are always there.
    fn always(ty: &Type) -> Kind {
        match ty {
            Type::Bool => Kind::Bool,
            Type::Int { max, .. } if *max > i128::from(i64::MAX) => Kind::Uint,
            Type::Int { .. } => Kind::Int,
            Type::Float { .. } => Kind::Float,
            Type::Format(TextFormat::Decimal) => Kind::Decimal,
            Type::Format(TextFormat::Timestamp) => Kind::Instant,
            Type::Text | Type::Char | Type::Format(_) => Kind::Text,
            Type::Bytes => Kind::Bytes,
            Type::Class(class) if is_enum(class) => Kind::Text,
            _ => Kind::Json,
        }
    }

    /// The value as a column of this kind holds it.
    ///
    /// # Errors
    /// Why it cannot.
    pub fn cell(self, value: &Value) -> Result<Cell, Misfit> {
        Ok(match (self, value) {
            (Kind::Json, value) => Cell::Text(json(value)?),
            (_, Value::None) => Cell::Null,
            (Kind::Bool, Value::Bool(value)) => Cell::Bool(*value),
            (Kind::Int, Value::Int(value)) => {
                Cell::Int(i64::try_from(*value).map_err(|_| Misfit("the number is beyond 63 bits"))?)
            }
            (Kind::Uint, Value::Int(value)) => {
                Cell::Uint(u64::try_from(*value).map_err(|_| Misfit("the number is not one of 0 to 2^64"))?)
            }
            (Kind::Float, Value::Float(value)) if value.is_finite() => Cell::Float(*value),
            (Kind::Float, Value::Float(_)) => return Err(Misfit("NaN and infinities are no values of any column")),
            #[allow(clippy::cast_precision_loss, reason = "a float takes what is written without a fraction")]
            (Kind::Float, Value::Int(value)) => Cell::Float(*value as f64),
            (Kind::Instant, Value::Str(text)) => Cell::Text(instant(text)?),
            (Kind::Text | Kind::Decimal, Value::Str(text)) => Cell::Text(without_nul(text)?.to_owned()),
            (Kind::Bytes, Value::Bytes(bytes)) => Cell::Bytes(bytes.clone()),
            (Kind::Bytes, Value::Str(text)) => match converse_wire::base64(text) {
                Some(bytes) => Cell::Bytes(bytes),
                None => return Err(Misfit("the text is not base64")),
            },
            _ => return Err(Misfit("the value is not of the column's kind")),
        })
    }

    /// The class's value of what a column of this kind holds.
    ///
    /// # Errors
    /// Why it is none.
    pub fn value(self, cell: &Cell) -> Result<Value, Misfit> {
        Ok(match (self, cell) {
            (_, Cell::Null) => Value::None,
            (Kind::Json, Cell::Text(text)) => {
                value_from_json(text).map_err(|_| Misfit("the column holds a text that is not JSON"))?
            }
            (Kind::Bool, Cell::Bool(value)) => Value::Bool(*value),
            (Kind::Int | Kind::Uint, Cell::Int(value)) => Value::Int((*value).into()),
            (Kind::Uint, Cell::Uint(value)) => Value::Int((*value).into()),
            (Kind::Float, Cell::Float(value)) => Value::Float(*value),
            (Kind::Instant, Cell::Text(text)) => Value::Str(TextFormat::Timestamp.written(text).into()),
            (Kind::Text | Kind::Decimal, Cell::Text(text)) => Value::Str(text.clone().into()),
            (Kind::Bytes, Cell::Bytes(bytes)) => Value::Bytes(bytes.clone()),
            _ => return Err(Misfit("the column holds a value of another kind")),
        })
    }

    /// Whether values have an order that every engine shares.
    pub fn is_ordered(self) -> bool {
        self != Kind::Json
    }

    /// The order of two values of this kind; nothing comes first.
    pub fn order(self, one: &Cell, other: &Cell) -> Ordering {
        match (one, other) {
            (Cell::Null, Cell::Null) => Ordering::Equal,
            (Cell::Null, _) => Ordering::Less,
            (_, Cell::Null) => Ordering::Greater,
            (Cell::Bool(one), Cell::Bool(other)) => one.cmp(other),
            (Cell::Int(one), Cell::Int(other)) => one.cmp(other),
            (Cell::Uint(one), Cell::Uint(other)) => one.cmp(other),
            (Cell::Float(one), Cell::Float(other)) => one.partial_cmp(other).unwrap_or(Ordering::Equal),
            (Cell::Text(one), Cell::Text(other)) if self == Kind::Decimal => decimal::order(one, other),
            (Cell::Text(one), Cell::Text(other)) => one.cmp(other),
            (Cell::Bytes(one), Cell::Bytes(other)) => one.cmp(other),
            _ => Ordering::Equal,
        }
    }
}

fn is_enum(class: &ClassRef) -> bool {
    class.shape().is_some_and(|shape| matches!(shape.kind, ShapeKind::Enum(_)))
}

fn without_nul(text: &str) -> Result<&str, Misfit> {
    if text.contains('\0') { Err(Misfit("a text must not contain NUL")) } else { Ok(text) }
}

fn json(value: &Value) -> Result<String, Misfit> {
    let mut out = Vec::new();
    write_value(value, &mut out)
        .map_err(|_| Misfit("the value has no form in JSON: NaN, an infinity, NUL, or nested too deep"))?;
    String::from_utf8(out).map_err(|_| Misfit("the value has no form in JSON"))
}

/// An instant as a text of one width, so that texts have the order of time.
fn instant(text: &str) -> Result<String, Misfit> {
    let written = TextFormat::Timestamp.written(text);
    let (whole, fraction) = match written.strip_suffix('Z') {
        Some(instant) => instant.split_once('.').unwrap_or((instant, "")),
        None => return Err(Misfit("the text is no instant")),
    };
    Ok(format!("{whole}.{fraction:0<9}Z"))
}
