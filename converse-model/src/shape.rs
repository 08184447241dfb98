//! What a class is made of, as data: one form for compiled classes and for those made at run time.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use crate::{Constraint, Seq, Text, Value};

/// A class's name, documentation, and what its values consist of.
#[derive(Debug, Clone)]
pub struct Shape {
    /// The name on the wire.
    pub name: Text,
    /// The documentation, as Markdown; empty if there is none.
    pub doc: Text,
    /// What the values consist of.
    pub kind: Kind,
}

impl Shape {
    /// The fields of a record; empty for other kinds.
    pub fn fields(&self) -> &[Field] {
        match &self.kind {
            Kind::Record { fields, .. } => fields,
            Kind::Enum(_) | Kind::Union(_) => &[],
        }
    }

    /// The field with this wire name or alias.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields().iter().find(|field| field.is_called(name))
    }
}

/// What the values of a class consist of.
#[derive(Debug, Clone)]
pub enum Kind {
    /// Named fields.
    Record {
        /// The fields, in the order of their declaration.
        fields: Seq<Field>,
        /// Whether a member that is no field refuses the record.
        closed: bool,
    },
    /// One of some names.
    Enum(Seq<Variant>),
    /// A value of one of some classes, written as `{"Class": {…}}`.
    Union(Seq<ClassRef>),
}

/// A named part of a record.
#[derive(Debug, Clone)]
pub struct Field {
    /// The name on the wire.
    pub name: Text,
    /// Other names under which it is taken.
    pub aliases: Seq<Text>,
    /// The documentation, as Markdown; empty if there is none.
    pub doc: Text,
    /// What its values are.
    pub ty: Type,
    /// What else must hold for them.
    pub constraints: Seq<Constraint>,
    /// What stands for a value that was not sent.
    pub default: Default,
    /// A value to show a reader.
    pub example: Default,
}

impl Field {
    /// Whether this is the field's name or one of its aliases.
    pub fn is_called(&self, name: &str) -> bool {
        self.name == name || self.aliases.iter().any(|alias| alias == name)
    }

    /// Whether a record without this field is refused.
    pub fn is_required(&self) -> bool {
        matches!(self.default, Default::None) && !matches!(self.ty, Type::Optional(_))
    }
}

/// A value that a field's declaration gives: what stands for one that was not sent, or an example.
#[derive(Clone)]
pub enum Default {
    /// It gives none.
    None,
    /// What a function of the program makes.
    Made(fn() -> Value),
    /// A value given at run time.
    Value(Arc<Value>),
}

impl Default {
    /// The value, if there is one.
    pub fn value(&self) -> Option<Value> {
        match self {
            Default::None => None,
            Default::Made(make) => Some(make()),
            Default::Value(value) => Some((**value).clone()),
        }
    }
}

impl fmt::Debug for Default {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.value(), f)
    }
}

/// One name of an enumeration.
#[derive(Debug, Clone)]
pub struct Variant {
    /// The name on the wire.
    pub name: Text,
    /// The documentation, as Markdown; empty if there is none.
    pub doc: Text,
}

/// What the values of a field are.
#[derive(Debug, Clone)]
pub enum Type {
    /// True or false.
    Bool,
    /// A whole number within these bounds, both included.
    Int {
        /// The least.
        min: i128,
        /// The greatest.
        max: i128,
    },
    /// A number of this many bits (IEEE 754), finite.
    Float {
        /// 32 or 64.
        bits: u8,
    },
    /// A text, without NUL.
    Text,
    /// Nothing, or a value.
    Optional(Sub),
    /// A list of values.
    List(Sub),
    /// Values under names that are data.
    Map(Sub),
    /// A value that is shown nowhere.
    Secret(Sub),
    /// A value of a class.
    Class(ClassRef),
}

impl Type {
    /// The type without what may be absent or must stay hidden: what constraints apply to.
    pub fn bare(&self) -> &Type {
        match self {
            Type::Optional(inner) | Type::Secret(inner) => inner.bare(),
            other => other,
        }
    }

    /// Whether a value of this type holds a secret, outside of any class.
    pub fn is_secret(&self) -> bool {
        match self {
            Type::Secret(_) => true,
            Type::Optional(inner) | Type::List(inner) | Type::Map(inner) => inner.is_secret(),
            _ => false,
        }
    }
}

/// A type inside another.
#[derive(Debug, Clone)]
pub enum Sub {
    /// Part of the program.
    Static(&'static Type),
    /// Made at run time.
    Shared(Arc<Type>),
}

impl Deref for Sub {
    type Target = Type;
    fn deref(&self) -> &Type {
        match self {
            Sub::Static(inner) => inner,
            Sub::Shared(inner) => inner,
        }
    }
}

/// A class, referred to. Recursion goes through here, so a shape stays finite data.
#[derive(Clone)]
pub enum ClassRef {
    /// A compiled class.
    Static(fn() -> &'static Shape),
    /// A class made at run time.
    Shared(Arc<Shape>),
    /// A class that is looked up by its name when it is needed.
    Named(Text),
}

impl ClassRef {
    /// The shape; `None` for a class that goes by its name only.
    pub fn shape(&self) -> Option<&Shape> {
        match self {
            ClassRef::Static(shape) => Some(shape()),
            ClassRef::Shared(shape) => Some(shape),
            ClassRef::Named(_) => None,
        }
    }

    /// The class's name.
    pub fn name(&self) -> &str {
        match self {
            ClassRef::Named(name) => name,
            other => other.shape().map_or("", |shape| &shape.name),
        }
    }
}

/// Prints the name only: a recursive class is no endless text.
impl fmt::Debug for ClassRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
