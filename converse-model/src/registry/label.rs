//! A class's name where it is looked for, so that comparing it reads no memory elsewhere.

use std::borrow::Borrow;
use std::hash::{Hash, Hasher};

use crate::Text;

/// How many bytes of a name fit: with its length and its kind it takes 32, and half a line of the processor's cache.
const HERE: usize = 30;

/// The name of a live class, as a key. Of a name that is longer than most, the bytes are elsewhere.
pub(super) enum Label {
    Here { length: u8, bytes: [u8; HERE] },
    Elsewhere(Text),
}

impl Label {
    pub(super) fn new(name: &Text) -> Label {
        let mut bytes = [0; HERE];
        match (bytes.get_mut(..name.len()), u8::try_from(name.len())) {
            (Some(place), Ok(length)) => {
                place.copy_from_slice(name.as_bytes());
                Label::Here { length, bytes }
            }
            _ => Label::Elsewhere(name.clone()),
        }
    }
}

impl Borrow<[u8]> for Label {
    #[inline]
    fn borrow(&self) -> &[u8] {
        match self {
            Label::Here { length, bytes } => bytes.get(..usize::from(*length)).unwrap_or_default(),
            Label::Elsewhere(name) => name.as_bytes(),
        }
    }
}

impl PartialEq for Label {
    fn eq(&self, other: &Label) -> bool {
        let (one, other): (&[u8], &[u8]) = (self.borrow(), other.borrow());
        one == other
    }
}

impl Eq for Label {}

/// As its bytes, by which it is found.
impl Hash for Label {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let bytes: &[u8] = self.borrow();
        bytes.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use std::hash::BuildHasher;

    use rustc_hash::FxBuildHasher;

    use super::*;

    #[test]
    fn a_name_of_any_length_is_found_by_its_bytes() {
        for length in [0, 1, HERE - 1, HERE, HERE + 1, 255, 256, 1_000] {
            let name = "n".repeat(length);
            let label = Label::new(&name.clone().into());
            let bytes: &[u8] = label.borrow();
            assert_eq!(bytes, name.as_bytes());
            assert_eq!(FxBuildHasher.hash_one(&label), FxBuildHasher.hash_one(name.as_bytes()));
            assert_eq!(matches!(label, Label::Here { .. }), length <= HERE);
        }
        assert_eq!(size_of::<Label>(), 32);
    }
}
