//! A class that the witnesses are asked about.

use std::any::TypeId;

use conformance::Witness;
use converse::field::Type;
use converse::{AnyMessage, Fault, Registry};
use converse_model::{ClassRef, Definition, Lineage, Origin, Problems, Role, Shape, Stored};

/// Reads an envelope as a class, and writes it again.
type Read = fn(&str) -> Result<String, Fault>;

/// A class, a registry of it alone, and its typed reader if it has one.
pub(crate) struct Subject {
    pub(crate) shape: &'static Shape,
    pub(crate) read: Option<Read>,
    registry: Registry,
}

impl Subject {
    /// A class with a Rust type.
    pub(crate) fn typed(witness: &Witness) -> Subject {
        let Type::Class(ClassRef::Static(shape)) = witness.class else { panic!("{} is no class", witness.name) };
        let shape = shape();
        assert_eq!(&*shape.name, witness.name);
        Subject { shape, read: Some(witness.read), registry: registry(shape).unwrap() }
    }

    /// A class without one.
    ///
    /// # Errors
    /// What the registry finds wrong with it.
    pub(crate) fn made(shape: Shape) -> Result<Subject, Problems> {
        // A registry holds shapes of the program; a test may make them so.
        let shape = Box::leak(Box::new(shape));
        Ok(Subject { shape, read: None, registry: registry(shape)? })
    }

    /// A message, read by its shape alone.
    pub(crate) fn shaped(&self, json: &str) -> Result<AnyMessage, Fault> {
        AnyMessage::from_json_in(&self.registry, json)
    }
}

fn registry(shape: &'static Shape) -> Result<Registry, Problems> {
    let origin = Origin { module: module_path!(), file: file!(), line: line!() };
    let definition = Definition {
        shape,
        type_id: TypeId::of::<Subject>(),
        role: Role::Message,
        public: false,
        allow: &[],
        stored: Stored::NOT,
        lineage: Lineage::NONE,
        origin,
    };
    Registry::empty().with(definition).build()
}
