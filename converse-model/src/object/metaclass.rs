//! Which class makes a class.

use super::{Class, Error, Object, Result, root};

/// The most derived of a metaclass and those of the bases.
///
/// # Errors
/// If there is none that derives from all of them.
pub(super) fn most_derived(metaclass: &Class, bases: &[Object]) -> Result<Class> {
    let mut winner = metaclass;
    for base in bases {
        let other = base.class();
        if winner.derives_from(other) {
            continue;
        }
        if !other.derives_from(winner) {
            return Err(Error::MetaclassConflict { one: winner.name().clone(), other: other.name().clone() });
        }
        winner = other;
    }
    Ok(winner.clone())
}

/// What a class statement calls to make the class: the most derived metaclass, or any callable that it names.
pub(super) fn choose(named: Option<Object>, bases: &[Object]) -> Result<Object> {
    let first = match (named, bases) {
        (Some(Object::Class(class)), _) => class,
        (Some(callable), _) => return Ok(callable),
        (None, [first, ..]) => first.class().clone(),
        (None, []) => root::type_().clone(),
    };
    most_derived(&first, bases).map(Object::Class)
}
