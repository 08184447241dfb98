//! Bounds of numbers, compared exactly: an integer of 64 bits is never rounded to be compared.

use std::cmp::Ordering;
use std::fmt;

use crate::{Type, Value};

/// A number of the program: a bound, or what is compared with it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Num {
    /// A whole number.
    Int(i128),
    /// Any other.
    Float(f64),
    /// A value of 32 bits. It is compared with a bound as 32 bits have that bound, so that the value
    /// written `0.3` is not above 0.3.
    Single(f32),
}

impl Num {
    /// The number that a value is, as a field of this type holds it.
    pub(super) fn of(ty: &Type, value: &Value) -> Option<Num> {
        match (ty.bare(), value) {
            #[allow(clippy::cast_possible_truncation, reason = "rounded as the field does")]
            (Type::Float { bits: 32 }, value) => float(value).map(|value| Num::Single(value as f32)),
            (Type::Float { .. }, value) => float(value).map(Num::Float),
            (_, Value::Int(value)) => Some(Num::Int(*value)),
            (_, Value::Float(value)) => Some(Num::Float(*value)),
            _ => None,
        }
    }

    pub(super) fn to_value(self) -> Value {
        match self {
            Num::Int(value) => Value::Int(value),
            Num::Float(value) => Value::Float(value),
            Num::Single(value) => Value::Float(value.into()),
        }
    }

    #[inline]
    fn compare(self, other: Num) -> Option<Ordering> {
        match (self, other) {
            (Num::Int(a), Num::Int(b)) => Some(a.cmp(&b)),
            (Num::Float(a), Num::Float(b)) => a.partial_cmp(&b),
            (Num::Int(a), Num::Float(b)) => compare_mixed(a, b),
            (Num::Float(a), Num::Int(b)) => compare_mixed(b, a).map(Ordering::reverse),
            (Num::Single(a), b) => a.partial_cmp(&b.single()),
            (a, Num::Single(b)) => a.single().partial_cmp(&b),
        }
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "rounded as 32 bits do")]
    fn single(self) -> f32 {
        match self {
            Num::Int(value) => value as f32,
            Num::Float(value) => value as f32,
            Num::Single(value) => value,
        }
    }

    #[inline]
    pub(super) fn is_ge(self, bound: Num) -> bool {
        matches!(self.compare(bound), Some(Ordering::Greater | Ordering::Equal))
    }

    #[inline]
    pub(super) fn is_gt(self, bound: Num) -> bool {
        self.compare(bound) == Some(Ordering::Greater)
    }
}

/// A number as a float.
fn float(value: &Value) -> Option<f64> {
    match value {
        #[allow(clippy::cast_precision_loss, reason = "rounded as the field does")]
        Value::Int(value) => Some(*value as f64),
        Value::Float(value) => Some(*value),
        _ => None,
    }
}

/// Compares without rounding the integer: by the float's whole part, then by its fraction.
fn compare_mixed(int: i128, float: f64) -> Option<Ordering> {
    if float.is_nan() {
        return None;
    }
    // Saturates beyond i128, where the order is clear.
    #[allow(clippy::cast_possible_truncation, reason = "the fraction is compared below")]
    let whole = float.trunc() as i128;
    Some(int.cmp(&whole).then_with(|| 0.0_f64.total_cmp(&(float.fract() + 0.0))))
}

impl fmt::Display for Num {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Num::Int(value) => value.fmt(f),
            Num::Float(value) => value.fmt(f),
            Num::Single(value) => value.fmt(f),
        }
    }
}

/// A value that is a number, or may hold one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no number",
    label = "`ge`, `gt`, `le` and `lt` are for numbers",
    note = "for the length of a text, write `min_length` and `max_length`; for a list or map, `min_items` and `max_items`"
)]
pub trait HasNumber {
    /// The number, if there is one.
    fn number(&self) -> Option<Num>;
}

macro_rules! numbers {
    ($($type:ty => $variant:ident),+) => {$(
        impl HasNumber for $type {
            #[inline]
            #[allow(clippy::cast_lossless, clippy::cast_possible_wrap, reason = "no integer type here has more than 64 bits")]
            fn number(&self) -> Option<Num> {
                Some(numbers!(@ $variant self))
            }
        }
    )+};
    (@ Int $self:ident) => { Num::Int(*$self as i128) };
    (@ Float $self:ident) => { Num::Float(*$self) };
    (@ Single $self:ident) => { Num::Single(*$self) };
}

numbers!(u8 => Int, u16 => Int, u32 => Int, u64 => Int, usize => Int,
         i8 => Int, i16 => Int, i32 => Int, i64 => Int, isize => Int, f32 => Single, f64 => Float);

impl<T: HasNumber> HasNumber for Option<T> {
    #[inline]
    fn number(&self) -> Option<Num> {
        self.as_ref().and_then(T::number)
    }
}

impl<T: HasNumber> HasNumber for Box<T> {
    #[inline]
    fn number(&self) -> Option<Num> {
        (**self).number()
    }
}

/// Whether the number, if there is one, is the bound or greater.
#[inline]
pub fn ge<T: HasNumber>(value: &T, bound: Num) -> bool {
    value.number().is_none_or(|number| number.is_ge(bound))
}

/// Whether the number, if there is one, is greater than the bound.
#[inline]
pub fn gt<T: HasNumber>(value: &T, bound: Num) -> bool {
    value.number().is_none_or(|number| number.is_gt(bound))
}

/// Whether the number, if there is one, is the bound or less.
#[inline]
pub fn le<T: HasNumber>(value: &T, bound: Num) -> bool {
    value.number().is_none_or(|number| bound.is_ge(number))
}

/// Whether the number, if there is one, is less than the bound.
#[inline]
pub fn lt<T: HasNumber>(value: &T, bound: Num) -> bool {
    value.number().is_none_or(|number| bound.is_gt(number))
}
