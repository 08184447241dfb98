//! A class's entry in a registry: the class, and what outer crates hung on it there.

use std::any::TypeId;

use crate::object::Class;
use crate::{Definition, Shape, Slots};

/// A class of a registry. The same class in another registry has another entry, with slots of its own.
#[derive(Debug)]
pub struct Entry {
    class: Class,
    definition: Definition,
    slots: Slots,
}

impl Entry {
    pub(crate) fn new(class: Class, definition: Definition, slots: Slots) -> Entry {
        Entry { class, definition, slots }
    }

    /// The class itself: what it derives from, what it conforms to, what is registered with it in this registry.
    pub fn class(&self) -> &Class {
        &self.class
    }

    /// The name on the wire.
    pub fn name(&self) -> &str {
        &self.definition.shape.name
    }

    /// What its values are.
    pub fn shape(&self) -> &Shape {
        self.definition.shape
    }

    /// The Rust type of a compiled class.
    pub fn type_id(&self) -> Option<TypeId> {
        Some(self.definition.type_id)
    }

    /// What was declared.
    pub fn definition(&self) -> &Definition {
        &self.definition
    }

    /// What an outer crate hung on the class.
    #[inline]
    pub fn slot<T: 'static>(&self) -> Option<&T> {
        self.slots.get()
    }
}
