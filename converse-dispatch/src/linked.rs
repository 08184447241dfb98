//! Joining classes and handlers, which the linker collected separately.

use std::sync::{Arc, OnceLock};

use converse_model::{Problem, Problems, Registry, RegistryBuilder};
use rustc_hash::FxHashMap;

use crate::Responder;

/// Hangs every linked handler on its class.
///
/// A class with two handlers is a problem of the registry.
#[must_use]
pub fn handlers(builder: RegistryBuilder) -> RegistryBuilder {
    let mut responders: FxHashMap<_, &Responder> = FxHashMap::default();
    let mut problems = Vec::new();
    for responder in inventory::iter::<Responder>() {
        if let Some(other) = responders.insert(responder.message, responder) {
            let (mut first, mut second) = (other.origin, responder.origin);
            if (second.file, second.line) < (first.file, first.line) {
                std::mem::swap(&mut first, &mut second);
            }
            problems.push(Problem {
                what: format!("two handlers answer the same class: {first} and {second}"),
                remedy: "remove one #[respond]".to_owned(),
            });
        }
    }
    builder.with_problems(problems).attach(move |definition, slots| {
        if let Some(responder) = responders.get(&definition.type_id) {
            slots.put(Responder { tally: Some(Arc::default()), ..(*responder).clone() });
        }
    })
}

/// The registry of every linked class with its handler, made once: what the plain functions use.
///
/// # Errors
/// All that is wrong with the linked classes.
pub fn linked() -> Result<&'static Registry, Problems> {
    static LINKED: OnceLock<Result<Registry, Problems>> = OnceLock::new();
    LINKED.get_or_init(|| handlers(Registry::linked()).build()).as_ref().map_err(Clone::clone)
}
