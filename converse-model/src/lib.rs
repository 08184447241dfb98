//! What a message class is: its shape, its constraints, its place in a registry.
//!
//! This crate knows no bytes, no format and no async. A class is described once, by its [`Shape`];
//! validation here, and every document and emitter elsewhere, read nothing else.

mod class;
pub mod constraint;
mod problem;
mod registry;
pub mod report;
mod shape;
mod shape_of;
mod slots;
mod text;
mod validate;
mod value;

pub use class::{Class, Definition, Linked, Origin, Role};
pub use constraint::{Constraint, Num, Pattern, PatternRef};
pub use problem::{Problem, Problems};
pub use registry::{Pinned, Registry, RegistryBuilder};
pub use shape::{ClassRef, Default, Field, Kind, Shape, Sub, Type, Variant};
pub use shape_of::{Classed, Message, Typed};
pub use slots::Slots;
pub use text::{Seq, Text};
pub use validate::{complete, report};
pub use value::Value;

pub use inventory;
