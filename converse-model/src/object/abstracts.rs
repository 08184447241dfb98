//! Abstract members: which ones a class has, and how the account is kept up to date.

use super::{Class, Result};
use crate::Text;

/// The abstract members of a class, sorted: its own, and those of its bases that it does not define.
pub(super) fn find(class: &Class) -> Result<Vec<Text>> {
    let mut names = Vec::new();
    for (name, member) in class.vars().iter() {
        if member.is_abstract()? {
            names.push(name.clone());
        }
    }
    for base in class.bases() {
        for name in base.abstract_members().iter() {
            if !names.contains(name) && class.get(name).is_ok_and(|member| member.is_abstract().unwrap_or(true)) {
                names.push(name.clone());
            }
        }
    }
    names.sort_unstable_by(|one, other| one.as_str().cmp(other.as_str()));
    Ok(names)
}

/// Finds a class's abstract members again, after members were set or deleted. Classes derived from it keep their own
/// account. A class that is no abstract one is left as it is. Gives the class back.
///
/// # Errors
/// Those of a member's own `__isabstractmethod__`.
pub fn update_abstract_members(class: &Class) -> Result<Class> {
    if class.tracked_abstracts().is_some() {
        class.track_abstracts(find(class)?);
    }
    Ok(class.clone())
}
