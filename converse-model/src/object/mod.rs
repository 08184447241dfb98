//! The class model: objects, classes, and classes of classes, made while the program runs.
//!
//! It is Python's data model without its interpreter: a class is an object, its own class is a metaclass, and
//! making one is a [sequence of steps](Statement) of which each can be taken over. `docs/class-model.md` says of
//! each behaviour of Python's whether it is the same here.
//!
//! ```
//! use converse_model::object::{Class, Object, is_subclass};
//!
//! let shape = Class::define("Shape").abc().abstract_method("area").create()?;
//! let square = Class::define("Square")
//!     .base(&shape)
//!     .method("area", |call| {
//!         let side = call.this()?.get("side")?.int()?;
//!         Ok(side * side)
//!     })
//!     .create()?;
//!
//! let four = square.call(())?;
//! four.set("side", 4)?;
//! assert_eq!(four.invoke("area", ())?, Object::Int(16));
//! assert!(is_subclass(&square, &shape)?);
//! assert_eq!(
//!     shape.call(()).unwrap_err().to_string(),
//!     "Can't instantiate abstract class Shape with abstract method area"
//! );
//! # Ok::<(), converse_model::object::Error>(())
//! ```

mod abc;
mod absent;
mod abstracts;
mod args;
mod attribute;
mod builtin;
mod cache;
mod call;
mod check;
mod class;
mod compiled;
mod conforms;
mod convert;
mod create;
mod define;
mod depth;
mod descriptor;
mod error;
mod function;
mod hooks;
mod instance;
mod items;
mod layout;
mod lock;
mod make;
mod metaclass;
mod mro;
mod namespace;
pub mod numbers;
mod operator;
mod protocol;
mod recent;
mod repr;
mod root;
mod special;
mod subscript;
mod superclass;
mod union;

use std::sync::Arc;

use crate::Text;

pub use abc::{abc, abc_meta};
pub use abstracts::update_abstract_members;
pub use args::{Args, Call};
pub use builtin::Builtin;
pub use check::{ClassInfo, is_instance, is_subclass};
pub use class::{Class, WeakClass};
pub use conforms::conforms;
pub use define::Statement;
pub use descriptor::{Descriptor, Property};
pub use error::{Error, ErrorKind, Result};
pub use function::{Function, Method};
pub use hooks::Hook;
pub use instance::Instance;
pub use namespace::Namespace;
pub use operator::{Operator, operate};
pub use protocol::{protocol, protocol_members, protocol_meta, runtime_checkable};
pub use root::{object, type_};
pub use superclass::Super;
pub use union::Union;

/// Anything at all: a value, a function, a class, an instance of a class.
///
/// Cloning it is cheap: what is big is shared. Data are equal by value, functions, classes and instances are
/// equal to themselves only. Lists and maps do not change once they are made.
#[derive(Clone, Default)]
pub enum Object {
    /// Nothing.
    #[default]
    None,
    /// The answer of an operator or a hook that leaves the answer to others.
    NotImplemented,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i128),
    /// A number with a fraction.
    Float(f64),
    /// A text.
    Str(Text),
    /// Bytes.
    Bytes(Arc<[u8]>),
    /// A fixed number of objects.
    Tuple(Arc<[Object]>),
    /// A list of objects.
    List(Arc<[Object]>),
    /// Named objects.
    Map(Arc<Namespace>),
    /// A range of places, from the end if negative; each bound may be open.
    Slice(Option<i64>, Option<i64>),
    /// A function.
    Function(Function),
    /// A function and the object that it was read from.
    Method(Arc<Method>),
    /// A member that is more than it looks: a class method, a static method, a property.
    Descriptor(Descriptor),
    /// A class.
    Class(Class),
    /// One of several classes.
    Union(Union),
    /// The classes above one, for an object.
    Super(Arc<Super>),
    /// An instance of a class that was made at run time, or of a compiled one.
    Instance(Instance),
}

impl Object {
    /// Whether this is the very same object: identity for what has one, equality for plain values.
    pub fn is(&self, other: &Object) -> bool {
        match (self, other) {
            (Object::Tuple(one), Object::Tuple(other)) | (Object::List(one), Object::List(other)) => {
                Arc::ptr_eq(one, other)
            }
            (Object::Map(one), Object::Map(other)) => Arc::ptr_eq(one, other),
            _ => std::mem::discriminant(self) == std::mem::discriminant(other) && self == other,
        }
    }

    /// Whether this is nothing.
    pub fn is_none(&self) -> bool {
        matches!(self, Object::None)
    }

    /// Whether this counts as true, as Python has it: numbers that are not zero, what is not empty, and every
    /// instance and class whose own class does not say otherwise.
    ///
    /// # Errors
    /// Those of a `__bool__` or `__len__`.
    pub fn truth(&self) -> Result<bool> {
        Ok(match self {
            Object::None => false,
            Object::Bool(truth) => *truth,
            Object::Int(number) => *number != 0,
            Object::Float(number) => *number != 0.0,
            Object::Str(text) => !text.is_empty(),
            Object::Bytes(bytes) => !bytes.is_empty(),
            Object::Tuple(items) | Object::List(items) => !items.is_empty(),
            Object::Map(members) => !members.is_empty(),
            Object::Instance(_) | Object::Class(_) => match call::special(self, special::BOOL)? {
                Some(method) => method.call(())? == Object::Bool(true),
                None => match call::special(self, special::LEN)? {
                    Some(method) => method.call(())? != Object::Int(0),
                    None => true,
                },
            },
            _ => true,
        })
    }
}

impl PartialEq for Object {
    #[allow(clippy::cast_precision_loss, reason = "a whole number beyond 2^53 is compared as the nearest float")]
    fn eq(&self, other: &Object) -> bool {
        match (self, other) {
            (Object::None, Object::None) | (Object::NotImplemented, Object::NotImplemented) => true,
            (Object::Bool(one), Object::Bool(other)) => one == other,
            (Object::Int(one), Object::Int(other)) => one == other,
            (Object::Float(one), Object::Float(other)) => one == other,
            (Object::Int(whole), Object::Float(number)) | (Object::Float(number), Object::Int(whole)) => {
                *whole as f64 == *number
            }
            (Object::Bool(truth), Object::Int(whole)) | (Object::Int(whole), Object::Bool(truth)) => {
                i128::from(*truth) == *whole
            }
            (Object::Str(one), Object::Str(other)) => one == other,
            (Object::Bytes(one), Object::Bytes(other)) => one == other,
            (Object::Tuple(one), Object::Tuple(other)) | (Object::List(one), Object::List(other)) => one == other,
            (Object::Map(one), Object::Map(other)) => one == other,
            (Object::Slice(from, to), Object::Slice(start, end)) => from == start && to == end,
            (Object::Function(one), Object::Function(other)) => one == other,
            (Object::Method(one), Object::Method(other)) => one == other,
            (Object::Descriptor(one), Object::Descriptor(other)) => one == other,
            (Object::Class(one), Object::Class(other)) => one == other,
            (Object::Union(one), Object::Union(other)) => one == other,
            (Object::Super(one), Object::Super(other)) => Arc::ptr_eq(one, other),
            (Object::Instance(one), Object::Instance(other)) => one == other,
            _ => false,
        }
    }
}
