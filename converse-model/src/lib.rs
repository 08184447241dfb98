//! What a message class is: its shape, its constraints, its place in a registry.
//!
//! This crate knows no bytes, no format and no async. A class is described once, by its [`Shape`];
//! validation here, and every document and emitter elsewhere, read nothing else.

mod coerce;
pub mod constraint;
mod definition;
mod entry;
mod foreign;
pub mod format;
mod lineage;
mod name;
pub mod object;
mod problem;
mod registry;
pub mod report;
mod serves;
mod shape;
mod shape_of;
mod slots;
mod stored;
mod text;
mod validate;
mod value;

pub use coerce::coerce;
pub use constraint::{Constraint, Num, Pattern, PatternRef};
pub use definition::{Definition, Linked, Origin, Role};
pub use entry::{Entry, Terms};
pub use format::TextFormat;
pub use lineage::{Base, Keyword, Lineage, Registration, Rule};
pub use name::Name;
pub use problem::{Problem, Problems};
pub use registry::{Found, Known, Registry, RegistryBuilder};
pub use serves::{Lack, assert_answered, assert_extends, lacks};
pub use shape::{
    Check, Choice, ClassRef, Default, Field, Kind, Payload, Shape, Sub, Tagging, Transform, Type, Variant,
};
pub use shape_of::{Classed, KeyType, Kinds, Message, Typed, assert_disjoint, assert_taggable};
pub use slots::Slots;
pub use stored::{Column, Journal, OnDelete, Stored};
pub use text::{Seq, Text};
pub use validate::{canonical, complete, integral, report, report_field};
pub use value::Value;

pub use inventory;
