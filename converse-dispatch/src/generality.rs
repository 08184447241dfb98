//! In which order hooks run: the most general first, then by their own `order`, then by path.

use converse_model::object::{Class, conforms, is_subclass};

use crate::Hook;

/// A hook, with the classes whose messages it is for.
pub(crate) type Aimed = (&'static Hook, Vec<Class>);

/// The hooks in their order: one for whatever is of the kind of another comes before that; of those that may come next it
/// is the one with the least `order`, and of these the first by its path.
pub(crate) fn in_order(mut hooks: Vec<Aimed>) -> Vec<Aimed> {
    hooks.sort_by_key(|(hook, _)| (hook.order, hook.path));
    let mut waiting: Vec<(Aimed, Vec<&'static str>)> = hooks
        .iter()
        .map(|(hook, targets)| {
            let before = hooks.iter().filter(|(_, others)| is_more_general(others, targets));
            ((*hook, targets.clone()), before.map(|(other, _)| other.path).collect())
        })
        .collect();
    let mut ordered = Vec::with_capacity(hooks.len());
    while let Some(next) = waiting.iter().position(|(_, before)| before.is_empty()) {
        let (hook, _) = waiting.remove(next);
        for (_, before) in &mut waiting {
            before.retain(|path| *path != hook.0.path);
        }
        ordered.push(hook);
    }
    // Nothing is more general than itself, so nobody is left; whoever was would not be lost.
    ordered.extend(waiting.into_iter().map(|(hook, _)| hook));
    ordered
}

fn is_more_general(outer: &[Class], inner: &[Class]) -> bool {
    is_within(inner, outer) && !is_within(outer, inner)
}

/// Whether whatever is of the one kind is of the other.
fn is_within(inner: &[Class], outer: &[Class]) -> bool {
    !inner.is_empty() && inner.iter().all(|class| outer.iter().any(|of| is_of(class, of).unwrap_or(false)))
}

/// Whether what is of a class is of another: it has the members of a protocol, or counts among the subclasses of a class.
///
/// # Errors
/// Those of a check of the program's own.
pub(crate) fn is_of(class: &Class, of: &Class) -> converse_model::object::Result<bool> {
    if of.is_protocol() { Ok(conforms(class, of)) } else { is_subclass(class, of) }
}
