//! Which names are certainly not there, told without a lock: most attributes are looked for in more places than they are in.

use std::sync::atomic::{AtomicU64, Ordering};

use super::cache::{VERSIONS, Version};

/// The place of a name in a word of so many bits. Names may share one: then it is looked for, and not found.
#[inline]
fn bit(name: &str, bits: u32) -> u64 {
    let bytes = name.as_bytes();
    let at = |place: usize| bytes.get(place).map_or(0, |byte| u64::from(*byte));
    let last = bytes.len().saturating_sub(1);
    let mixed = at(0) + 5 * at(last / 2) + 11 * at(last) + 7 * at(last.min(3));
    1 << (mixed % u64::from(bits))
}

/// The names that an instance had at any time.
#[derive(Default)]
pub(super) struct Had(AtomicU64);

impl Had {
    /// Whether it never had an attribute of this name. Whoever is told so did not see it set.
    #[inline]
    pub(super) fn never(&self, name: &str) -> bool {
        self.0.load(Ordering::Acquire) & bit(name, u64::BITS) == 0
    }

    /// It has one from now on: said before it can be found.
    pub(super) fn add(&self, name: &str) {
        self.0.fetch_or(bit(name, u64::BITS), Ordering::Release);
    }
}

const NAMES: u32 = u64::BITS - VERSIONS;

/// The names of all members along a class's MRO, under one version, in one word, so that it is read and written whole: 33 bits
/// of the version, 31 of names.
///
/// Names of Python's, with two underscores before them, have no part in it: `object` has so many that they would fill it.
#[derive(Default)]
pub(super) struct Members(AtomicU64);

impl Members {
    /// Whether no class along the MRO has a member of this name, under this version. No, if nobody knows.
    #[inline]
    pub(super) fn lack(&self, name: &str, version: Version) -> bool {
        let word = self.0.load(Ordering::Relaxed);
        word >> NAMES == version.0 && word & bit(name, NAMES) == 0 && !name.starts_with("__")
    }

    /// Keeps which names there are, found by somebody who read the version before they looked.
    pub(super) fn keep(&self, names: u64, version: Version) {
        if version.0 >> VERSIONS == 0 {
            self.0.store(version.0 << NAMES | names, Ordering::Relaxed);
        }
    }
}

/// The part of some names in the word.
pub(super) fn names<'n>(names: impl Iterator<Item = &'n str>) -> u64 {
    names.filter(|name| !name.starts_with("__")).fold(0, |word, name| word | bit(name, NAMES))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_there_is_never_said_to_be_absent() {
        let (had, members) = (Had::default(), Members::default());
        let names: Vec<String> = (0..40).map(|at| format!("{}name_{at}", "a".repeat(at))).collect();
        assert!(had.never("title") && !members.lack("title", Version(1)));
        members.keep(super::names(["title"].into_iter()), Version(1));
        assert!(!members.lack("title", Version(1)));
        assert!(members.lack("VALUE", Version(1)) && !members.lack("VALUE", Version(2)));
        assert!(!members.lack("__call__", Version(1)), "of these nothing is known");
        members.keep(super::names(names.iter().map(String::as_str)), Version(7));
        for name in &names {
            had.add(name);
            assert!(!had.never(name) && !members.lack(name, Version(7)), "{name}");
        }
    }

    #[test]
    fn a_version_that_does_not_fit_is_not_kept() {
        let members = Members::default();
        for version in [1 << VERSIONS, u64::MAX] {
            members.keep(0, Version(version));
            assert!(!members.lack("title", Version(version)));
        }
    }
}
