//! What the declaration of a compiled class says.

use std::any::TypeId;
use std::fmt;

use crate::{Classed, Lineage, Shape, Stored};

/// What a class is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// It can be sent on its own.
    Message,
    /// It stands inside messages.
    Value,
    /// It holds one of several messages.
    Union,
    /// It is kept, and never sent.
    Table,
    /// It says which fields others must have, whatever they derive from.
    Protocol,
}

/// Where a class was declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Origin {
    /// The module, beginning with the crate: `shop::orders`.
    pub module: &'static str,
    /// The file, as the compiler was given it.
    pub file: &'static str,
    /// The line in the file.
    pub line: u32,
}

impl Origin {
    /// The crate.
    pub fn krate(&self) -> &'static str {
        self.module.split("::").next().unwrap_or(self.module)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// A compiled class as its declaration gives it: data, and nothing that can change.
#[derive(Debug, Clone, Copy)]
pub struct Definition {
    /// What its values are.
    pub shape: &'static Shape,
    /// The Rust type.
    pub type_id: TypeId,
    /// What it is for.
    pub role: Role,
    /// Whether it may be sent by someone who is not signed in.
    pub public: bool,
    /// The roles of which its sender must have one; empty if none is asked for.
    pub allow: &'static [&'static str],
    /// Whether its values are kept.
    pub stored: Stored,
    /// What it derives from.
    pub lineage: Lineage,
    /// Where it was declared.
    pub origin: Origin,
}

impl Definition {
    /// The definition of a class that was declared there.
    pub const fn of<T: Classed>(origin: Origin) -> Definition {
        Definition {
            shape: T::SHAPE,
            type_id: TypeId::of::<T>(),
            role: T::ROLE,
            public: T::PUBLIC,
            allow: T::ALLOW,
            stored: T::STORED,
            lineage: T::LINEAGE,
            origin,
        }
    }
}

/// A definition that the linker collected.
#[derive(Debug)]
pub struct Linked(pub Definition);

inventory::collect!(Linked);
