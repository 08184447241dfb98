//! Operators, which are looked up on the classes of their operands: for two classes, on their metaclasses.

use std::ops::{Add, BitOr};

use super::{Class, Error, Object, Result, Union, attribute};

/// An operator of two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operator {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `%`
    Rem,
    /// `&`
    And,
    /// `|`
    Or,
    /// `^`
    Xor,
    /// `<<`
    Shl,
    /// `>>`
    Shr,
    /// `@`
    MatMul,
}

/// A row: the operator, its sign, its method, and that of the right operand.
const TABLE: [(Operator, &str, &str, &str); 11] = [
    (Operator::Add, "+", "__add__", "__radd__"),
    (Operator::Sub, "-", "__sub__", "__rsub__"),
    (Operator::Mul, "*", "__mul__", "__rmul__"),
    (Operator::Div, "/", "__truediv__", "__rtruediv__"),
    (Operator::Rem, "%", "__mod__", "__rmod__"),
    (Operator::And, "&", "__and__", "__rand__"),
    (Operator::Or, "|", "__or__", "__ror__"),
    (Operator::Xor, "^", "__xor__", "__rxor__"),
    (Operator::Shl, "<<", "__lshift__", "__rlshift__"),
    (Operator::Shr, ">>", "__rshift__", "__rrshift__"),
    (Operator::MatMul, "@", "__matmul__", "__rmatmul__"),
];

impl Operator {
    fn row(self) -> (&'static str, &'static str, &'static str) {
        let row = TABLE.iter().find(|(operator, ..)| *operator == self);
        row.map_or(("", "", ""), |(_, sign, name, reflected)| (*sign, *name, *reflected))
    }

    /// The sign.
    pub fn sign(self) -> &'static str {
        self.row().0
    }

    /// The name of the left operand's method.
    pub fn name(self) -> &'static str {
        self.row().1
    }

    /// The name of the right operand's method, which is asked if the left one has no answer.
    pub fn reflected(self) -> &'static str {
        self.row().2
    }
}

/// What an operator gives of two operands. The right operand's class goes first if it derives from the left one's and
/// has a method of its own for it.
///
/// # Errors
/// If neither class has an answer, and those of their methods.
pub fn operate(left: &Object, operator: Operator, right: &Object) -> Result<Object> {
    let (sign, name, reflected) = operator.row();
    let of_left = left.class().find(name);
    let same = left.class() == right.class();
    let of_right = if same { None } else { right.class().find(reflected) };
    let mut tries = vec![(of_left, left, right), (of_right.clone(), right, left)];
    if of_right.is_some() && right.class().derives_from(left.class()) && of_right != left.class().find(reflected) {
        tries.reverse();
    }
    for (method, this, other) in tries {
        let Some(method) = method else { continue };
        match attribute::bind(method, this)?.call([other])? {
            Object::NotImplemented => {}
            answer => return Ok(answer),
        }
    }
    // A union is no class's instance that could be extended: its operator is built in.
    if operator == Operator::Or
        && let answer @ (Object::Union(_) | Object::Class(_)) = Union::either(left, right)?
    {
        return Ok(answer);
    }
    Err(Error::Unsupported { sign, left: left.class().name().clone(), right: right.class().name().clone() })
}

macro_rules! operators {
    ($($trait:ident $method:ident $operator:ident;)+) => {$(
        impl<T: Into<Object>> $trait<T> for &Class {
            type Output = Result<Object>;

            fn $method(self, other: T) -> Result<Object> {
                operate(&self.into(), Operator::$operator, &other.into())
            }
        }

        impl<T: Into<Object>> $trait<T> for &Object {
            type Output = Result<Object>;

            fn $method(self, other: T) -> Result<Object> {
                operate(self, Operator::$operator, &other.into())
            }
        }
    )+};
}

operators! {
    Add add Add;
    BitOr bitor Or;
}
