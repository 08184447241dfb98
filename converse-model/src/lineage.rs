//! Where a compiled class stands among others, as its declaration says: data, of which a registry makes the class.

use std::any::TypeId;
use std::fmt;

use crate::object::{Class, Namespace, Object};
use crate::serves::{assert_base, assert_extends, assert_hooked};
use crate::{Classed, Origin, Problem, Role, Shape};

/// What a class derives from, and how it is made.
#[derive(Debug, Clone, Copy)]
pub struct Lineage {
    /// The classes that it derives from, in order.
    pub bases: &'static [Base],
    /// The keyword arguments of its statement, which the [rules](Rule) of its bases see.
    pub keywords: &'static [(&'static str, Keyword)],
    /// What gives the class that makes it, where that is not `type`.
    pub metaclass: Option<fn() -> Class>,
    /// Whether it is never sent itself, and is there to be derived from.
    pub is_abstract: bool,
    /// Whether a protocol may be asked about objects, and not only about classes.
    pub runtime_checkable: bool,
}

impl Lineage {
    /// A class that derives from no other.
    pub const NONE: Lineage =
        Lineage { bases: &[], keywords: &[], metaclass: None, is_abstract: false, runtime_checkable: false };
}

/// A compiled class, named by another.
#[derive(Clone, Copy)]
pub struct Base {
    /// The Rust type.
    pub type_id: TypeId,
    /// The class's name.
    pub name: &'static str,
    /// What it asks of others.
    pub shape: &'static Shape,
    /// Of a protocol, the protocols that it extends: what they ask for, it asks for.
    pub extends: &'static [Base],
}

impl Base {
    /// The class of a type.
    pub const fn of<T: Classed>() -> Base {
        // The bases of a message are not looked at: it restates their fields.
        let extends = if matches!(T::ROLE, Role::Protocol) { bases::<T>() } else { &[] };
        Base { type_id: TypeId::of::<T>(), name: T::NAME, shape: T::SHAPE, extends }
    }

    /// What a class derives from.
    ///
    /// # Panics
    /// If it cannot, or lacks a field of it: at compile time, where a class is declared.
    pub const fn extended<C: Classed, B: Classed>() -> Base {
        assert_base(C::SHAPE, C::ROLE, B::SHAPE, B::ROLE);
        // What one protocol asks for, those that derive from it need not say again.
        if !matches!(C::ROLE, Role::Protocol) {
            assert_extends(C::SHAPE, &Base::of::<B>(), "extends");
        }
        Base::of::<B>()
    }

    /// What a hook is for.
    ///
    /// # Panics
    /// If no message is ever one of it: at compile time, where a hook is declared.
    pub const fn hooked<X: Classed>() -> Base {
        assert_hooked(X::SHAPE, X::ROLE);
        Base::of::<X>()
    }
}

/// A function of its own, so that what a class derives from is looked at for protocols alone.
const fn bases<T: Classed>() -> &'static [Base] {
    T::LINEAGE.bases
}

impl fmt::Debug for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// The value of a keyword argument in a declaration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Keyword {
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i128),
    /// A number with a fraction.
    Float(f64),
    /// A text.
    Str(&'static str),
}

impl From<Keyword> for Object {
    fn from(keyword: Keyword) -> Object {
        match keyword {
            Keyword::Bool(truth) => truth.into(),
            Keyword::Int(number) => number.into(),
            Keyword::Float(number) => number.into(),
            Keyword::Str(text) => text.into(),
        }
    }
}

/// A rule of the house: a function that is run, when a registry is built, for every class that derives from a base,
/// or for every class there is. It is the `__init_subclass__` of a compiled base.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// For what derives from this class; for every class if it is none.
    pub of: Option<Base>,
    /// What the rule is called.
    pub name: &'static str,
    /// Where it was declared.
    pub origin: Origin,
    /// The rule, over the class and the keyword arguments of its statement: what is wrong, and what to do.
    pub check: fn(&Class, &Namespace) -> Result<(), Problem>,
}

inventory::collect!(Rule);

/// A class that counts among the subclasses of another without deriving from it.
#[derive(Debug, Clone, Copy)]
pub struct Registration {
    /// The class that is counted.
    pub class: Base,
    /// Among whose subclasses.
    pub base: Base,
    /// Where that was said.
    pub origin: Origin,
}

inventory::collect!(Registration);
