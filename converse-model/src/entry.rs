//! A class's entry in a registry: the class, and what outer crates hung on it there.

use std::any::TypeId;

use crate::object::Class;
use crate::{Definition, Origin, Role, Shape, Slots, Text};

/// A class of a registry. The same class in another registry has another entry, with slots of its own.
#[derive(Debug)]
pub struct Entry {
    class: Class,
    about: About,
    slots: Slots,
}

/// What there is to say of a class: by its declaration, or by who added it to a serving registry.
#[derive(Debug)]
enum About {
    Compiled { definition: Definition, allow: Box<[Text]> },
    Live { terms: Terms, origin: Origin },
}

/// Who may send a class that is added to a serving registry.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// Whether it may be sent by someone who is not signed in.
    pub public: bool,
    /// The roles of which its sender must have one; empty if none is asked for.
    pub allow: Vec<Text>,
}

static SHAPELESS: Shape = Shape::EMPTY;

impl Entry {
    pub(crate) fn compiled(class: Class, definition: Definition) -> Entry {
        let allow = definition.allow.iter().map(|role| Text::Static(role)).collect();
        Entry { class, about: About::Compiled { definition, allow }, slots: Slots::default() }
    }

    pub(crate) fn live(class: Class, terms: Terms, origin: Origin) -> Entry {
        Entry { class, about: About::Live { terms, origin }, slots: Slots::default() }
    }

    pub(crate) fn with_slots(self, slots: Slots) -> Entry {
        Entry { slots, ..self }
    }

    /// The same class without what was hung on it.
    pub(crate) fn bare(&self) -> Entry {
        match &self.about {
            About::Compiled { definition, .. } => Entry::compiled(self.class.clone(), *definition),
            About::Live { terms, origin } => Entry::live(self.class.clone(), terms.clone(), *origin),
        }
    }

    /// The class itself: what it derives from, what it conforms to, what is registered with it in this registry.
    pub fn class(&self) -> &Class {
        &self.class
    }

    /// The name on the wire.
    pub fn name(&self) -> &str {
        self.class.name()
    }

    /// What its values are.
    pub fn shape(&self) -> &Shape {
        match &self.about {
            About::Compiled { definition, .. } => definition.shape,
            About::Live { .. } => self.class.shape().unwrap_or(&SHAPELESS),
        }
    }

    /// What was declared, of a compiled class.
    pub fn definition(&self) -> Option<&Definition> {
        match &self.about {
            About::Compiled { definition, .. } => Some(definition),
            About::Live { .. } => None,
        }
    }

    /// The Rust type of a compiled class.
    pub fn type_id(&self) -> Option<TypeId> {
        self.definition().map(|definition| definition.type_id)
    }

    /// What it is for: a class that is not compiled is a message.
    pub fn role(&self) -> Role {
        self.definition().map_or(Role::Message, |definition| definition.role)
    }

    /// Whether it is a message that can be sent: it is not abstract.
    pub fn is_sent(&self) -> bool {
        self.role() == Role::Message
            && match self.definition() {
                Some(definition) => !definition.lineage.is_abstract,
                None => !self.class.is_abstract(),
            }
    }

    /// Whether it may be sent by someone who is not signed in.
    #[inline]
    pub fn is_public(&self) -> bool {
        match &self.about {
            About::Compiled { definition, .. } => definition.public,
            About::Live { terms, .. } => terms.public,
        }
    }

    /// The roles of which its sender must have one; empty if none is asked for.
    #[inline]
    pub fn allow(&self) -> &[Text] {
        match &self.about {
            About::Compiled { allow, .. } => allow,
            About::Live { terms, .. } => &terms.allow,
        }
    }

    /// Where it was declared, or added.
    pub fn origin(&self) -> &Origin {
        match &self.about {
            About::Compiled { definition, .. } => &definition.origin,
            About::Live { origin, .. } => origin,
        }
    }

    /// What an outer crate hung on the class in this registry.
    #[inline]
    pub fn slot<T: 'static>(&self) -> Option<&T> {
        self.slots.get()
    }
}
