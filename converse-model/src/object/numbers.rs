//! The tower of numbers: abstract classes over the built-in ones. Number above Complex above Real above Rational
//! above Integral.
//!
//! ```
//! use converse_model::object::{is_instance, numbers, Object};
//!
//! assert!(is_instance(&Object::Int(7), numbers::rational())?);
//! assert!(!is_instance(&Object::Float(7.5), numbers::rational())?);
//! # Ok::<(), converse_model::object::Error>(())
//! ```

use std::sync::LazyLock;

use super::{Builtin, Class, Function, Property, Statement, abc, root};

/// What a class of the tower adds: abstract methods, abstract properties, and the built-in class that is one.
struct Level {
    name: &'static str,
    methods: &'static [&'static str],
    properties: &'static [&'static str],
    builtin: Option<Builtin>,
}

const LEVELS: [Level; 5] = [
    Level { name: "Number", methods: &[], properties: &[], builtin: None },
    Level {
        name: "Complex",
        methods: &[
            "__abs__",
            "__add__",
            "__complex__",
            "__eq__",
            "__mul__",
            "__neg__",
            "__pos__",
            "__pow__",
            "__radd__",
            "__rmul__",
            "__rpow__",
            "__rtruediv__",
            "__truediv__",
            "conjugate",
        ],
        properties: &["imag", "real"],
        builtin: Some(Builtin::Complex),
    },
    Level {
        name: "Real",
        methods: &[
            "__ceil__",
            "__float__",
            "__floor__",
            "__floordiv__",
            "__le__",
            "__lt__",
            "__mod__",
            "__rfloordiv__",
            "__rmod__",
            "__round__",
            "__trunc__",
        ],
        properties: &[],
        builtin: Some(Builtin::Float),
    },
    Level { name: "Rational", methods: &[], properties: &["denominator", "numerator"], builtin: None },
    Level {
        name: "Integral",
        methods: &[
            "__and__",
            "__int__",
            "__invert__",
            "__lshift__",
            "__or__",
            "__rand__",
            "__rlshift__",
            "__ror__",
            "__rrshift__",
            "__rshift__",
            "__rxor__",
            "__xor__",
        ],
        properties: &[],
        builtin: Some(Builtin::Int),
    },
];

static TOWER: LazyLock<Vec<Class>> = LazyLock::new(|| {
    let mut tower: Vec<Class> = Vec::new();
    for level in &LEVELS {
        let class = abc::sound(level.statement(tower.last().unwrap_or(root::object())).create());
        if let Some(builtin) = level.builtin {
            class.add_registered(builtin.class());
        }
        tower.push(class);
    }
    tower
});

impl Level {
    fn statement(&self, below: &Class) -> Statement {
        let missing = |member: &'static str| Function::new(member, |_| Ok(())).made_abstract();
        let mut statement = Class::define(self.name).module("numbers").base(below).abc();
        for member in self.methods {
            statement = statement.attribute(*member, missing(member));
        }
        for member in self.properties {
            statement = statement.attribute(*member, Property::new(missing(member)));
        }
        statement
    }
}

fn level(at: usize) -> &'static Class {
    TOWER.get(at).unwrap_or_else(|| root::object())
}

/// All numbers.
pub fn number() -> &'static Class {
    level(0)
}

/// Numbers with a real and an imaginary part; `complex` is one.
pub fn complex() -> &'static Class {
    level(1)
}

/// Numbers on a line; `float` is one.
pub fn real() -> &'static Class {
    level(2)
}

/// Fractions.
pub fn rational() -> &'static Class {
    level(3)
}

/// Whole numbers; `int` is one, and so `bool`.
pub fn integral() -> &'static Class {
    level(4)
}
