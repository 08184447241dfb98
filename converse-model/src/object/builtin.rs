//! Classes of what is built in: Rust's scalars and lists, and the class model's own functions and methods. They can
//! be registered, asked about, and stand in unions; they do not change.

use std::sync::{Arc, LazyLock};

use super::class::{Holds, Members, Parts};
use super::{Class, Descriptor, Function, Namespace, Object, root, special};

/// A class of what is built in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Builtin {
    /// `NoneType`.
    None,
    /// `NotImplementedType`.
    NotImplemented,
    /// `int`, of whole numbers.
    Int,
    /// `bool`, which derives from `int`.
    Bool,
    /// `float`.
    Float,
    /// `complex`, which has no instances here.
    Complex,
    /// `str`, of texts.
    Str,
    /// `bytes`.
    Bytes,
    /// `tuple`.
    Tuple,
    /// `list`.
    List,
    /// `dict`, of named objects.
    Map,
    /// `slice`, of ranges.
    Slice,
    /// `function`.
    Function,
    /// `method`.
    Method,
    /// `classmethod`.
    ClassMethod,
    /// `staticmethod`.
    StaticMethod,
    /// `property`.
    Property,
    /// `Union`.
    Union,
    /// `super`.
    Super,
}

/// A row: the class, its name, and whether others may derive from it. In the order of the enum.
const TABLE: [(Builtin, &str, bool); 19] = [
    (Builtin::None, "NoneType", false),
    (Builtin::NotImplemented, "NotImplementedType", false),
    (Builtin::Int, "int", true),
    (Builtin::Bool, "bool", false),
    (Builtin::Float, "float", true),
    (Builtin::Complex, "complex", true),
    (Builtin::Str, "str", true),
    (Builtin::Bytes, "bytes", true),
    (Builtin::Tuple, "tuple", true),
    (Builtin::List, "list", true),
    (Builtin::Map, "dict", true),
    (Builtin::Slice, "slice", false),
    (Builtin::Function, "function", false),
    (Builtin::Method, "method", false),
    (Builtin::ClassMethod, "classmethod", true),
    (Builtin::StaticMethod, "staticmethod", true),
    (Builtin::Property, "property", true),
    (Builtin::Union, "Union", false),
    (Builtin::Super, "super", true),
];

static CLASSES: LazyLock<Vec<Class>> = LazyLock::new(|| {
    let mut classes: Vec<Class> = Vec::with_capacity(TABLE.len());
    for (builtin, name, _) in TABLE {
        let base = match builtin {
            Builtin::Bool => classes.get(Builtin::Int as usize),
            _ => None,
        };
        classes.push(make(name, base.unwrap_or(root::object())));
    }
    classes
});

fn make(name: &'static str, base: &Class) -> Class {
    let mut members = Namespace::from([(special::MODULE, "builtins")]);
    if ["function", "method"].contains(&name) {
        members.set(special::CALL, Function::new(special::CALL, |call| call.this()?.call(call.args_after_first())));
    }
    Class::from_parts(Parts {
        name: name.into(),
        qualname: name.into(),
        metaclass: Some(root::type_().clone()),
        bases: vec![base.clone()],
        ancestors: base.mro().cloned().collect(),
        members: Members::Fixed(members),
        holds: Holds::nothing(),
        solid: None,
        shape: None,
        slots: Arc::default(),
    })
}

impl Builtin {
    /// The class itself.
    pub fn class(self) -> &'static Class {
        CLASSES.get(self as usize).unwrap_or_else(|| root::object())
    }

    /// Which one a class is, if it is one.
    pub(super) fn of(class: &Class) -> Option<Builtin> {
        TABLE.iter().map(|(builtin, ..)| *builtin).find(|builtin| builtin.class() == class)
    }

    /// Whether others may derive from it.
    pub(super) fn is_base(self) -> bool {
        TABLE.iter().any(|(builtin, _, is_base)| *builtin == self && *is_base)
    }
}

impl Object {
    /// The class of this: Python's `type(object)`.
    #[inline]
    pub fn class(&self) -> &Class {
        match self {
            Object::Instance(instance) => instance.class(),
            Object::Class(class) => class.metaclass(),
            other => other.builtin().class(),
        }
    }

    fn builtin(&self) -> Builtin {
        match self {
            Object::None | Object::Class(_) | Object::Instance(_) => Builtin::None,
            Object::NotImplemented => Builtin::NotImplemented,
            Object::Bool(_) => Builtin::Bool,
            Object::Int(_) => Builtin::Int,
            Object::Float(_) => Builtin::Float,
            Object::Str(_) => Builtin::Str,
            Object::Bytes(_) => Builtin::Bytes,
            Object::Tuple(_) => Builtin::Tuple,
            Object::List(_) => Builtin::List,
            Object::Map(_) => Builtin::Map,
            Object::Slice(..) => Builtin::Slice,
            Object::Function(_) => Builtin::Function,
            Object::Method(_) => Builtin::Method,
            Object::Descriptor(Descriptor::Class(_)) => Builtin::ClassMethod,
            Object::Descriptor(Descriptor::Static(_)) => Builtin::StaticMethod,
            Object::Descriptor(Descriptor::Property(_)) => Builtin::Property,
            Object::Union(_) => Builtin::Union,
            Object::Super(_) => Builtin::Super,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_enum() {
        for (at, (builtin, name, _)) in TABLE.iter().enumerate() {
            assert_eq!(*builtin as usize, at);
            assert_eq!(builtin.class().name(), name);
        }
    }
}
