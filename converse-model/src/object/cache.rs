//! Answers that were given before, each kept for exactly as long as nothing has changed.
//!
//! There is one version, of everything that an answer may depend on: members of classes, registrations, classes
//! with hooks. A change raises it *after* it was made. Whoever works out an answer reads it *before* they begin,
//! so an answer is never kept under a version whose changes it did not see.
//!
//! A kept answer is one word, so it is read and written whole, and no check takes a lock:
//! the identity of what was asked about (28 bits), the question (2), the version (33), the answer (1).

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use rustc_hash::FxHashMap;

use super::layout::UNKNOWN;
use super::{Instance, Object};
use crate::Text;

static VERSION: AtomicU64 = AtomicU64::new(1);

const IDS: u32 = 28;
pub(super) const VERSIONS: u32 = 33;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Question {
    Subclass = 0,
    Instance = 1,
    Conforms = 2,
    /// Whether all below it answer for themselves alone: asked of the class itself.
    QuietBelow = 3,
}

/// A moment before which everything that changed is seen by whoever holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Version(pub(super) u64);

/// The version now.
#[inline]
pub(super) fn version() -> Version {
    Version(VERSION.load(Ordering::Acquire))
}

/// Ends the life of every answer.
pub(super) fn invalidate() {
    VERSION.fetch_add(1, Ordering::Release);
}

/// The word without its answer, or nothing if it does not fit: then nothing is kept.
#[inline]
fn key(id: u32, question: Question, version: Version) -> Option<u64> {
    if id >> IDS != 0 || version.0 >> VERSIONS != 0 {
        return None;
    }
    Some(u64::from(id) << (64 - IDS) | (question as u64) << (VERSIONS + 1) | version.0 << 1)
}

#[inline]
fn read(slot: Option<&AtomicU64>, key: u64) -> Option<bool> {
    let word = slot?.load(Ordering::Relaxed);
    (word & !1 == key).then_some(word & 1 == 1)
}

fn write(slot: Option<&AtomicU64>, key: u64, answer: bool) {
    if let Some(slot) = slot {
        slot.store(key | u64::from(answer), Ordering::Relaxed);
    }
}

const SLOTS: usize = 16;

/// What a class answered about others, a few of them.
#[derive(Default)]
pub(super) struct Answers([AtomicU64; SLOTS]);

impl Answers {
    #[inline]
    fn slot(&self, id: u32, question: Question) -> Option<&AtomicU64> {
        self.0.get((id as usize ^ ((question as usize) << 2)) % SLOTS)
    }

    #[inline]
    pub(super) fn get(&self, id: u32, question: Question, version: Version) -> Option<bool> {
        read(self.slot(id, question), key(id, question, version)?)
    }

    pub(super) fn keep(&self, id: u32, question: Question, version: Version, answer: bool) {
        if let Some(key) = key(id, question, version) {
            write(self.slot(id, question), key, answer);
        }
    }
}

const LAYOUTS: usize = 64;

/// What a protocol answered about instances, by their layout.
#[derive(Default)]
pub(super) struct LayoutAnswers(OnceLock<Box<[AtomicU64]>>);

impl LayoutAnswers {
    /// What was answered about instances with the same attributes.
    #[inline]
    pub(super) fn of(&self, instance: &Instance, version: Version) -> Option<bool> {
        // Most classes are no protocols: then nobody asks for the layout.
        let slots = self.0.get()?;
        let layout = instance.layout();
        read(slots.get(layout as usize % LAYOUTS), key(layout, Question::Instance, version)?)
    }

    pub(super) fn keep(&self, layout: u32, version: Version, answer: bool) {
        if layout == UNKNOWN {
            return;
        }
        let slots = self.0.get_or_init(|| std::iter::repeat_with(AtomicU64::default).take(LAYOUTS).collect());
        if let Some(key) = key(layout, Question::Instance, version) {
            write(slots.get(layout as usize % LAYOUTS), key, answer);
        }
    }
}

/// More names than this are not looked up in one class, unless they come from outside.
const NAMES: usize = 256;

/// What was found along a class's MRO, or was not, under one version.
#[derive(Default)]
pub(super) struct Found {
    version: Option<Version>,
    members: FoundMembers,
}

pub(super) type FoundMembers = FxHashMap<Text, Option<Object>>;

impl Found {
    /// What was found; nothing if nobody looked since the last change.
    pub(super) fn get(&self, name: &str, version: Version) -> Option<&Option<Object>> {
        if self.version == Some(version) { self.members.get(name) } else { None }
    }

    /// Keeps what was found by somebody who read the version before they looked.
    /// Gives back what is out of date.
    pub(super) fn keep(&mut self, name: &str, version: Version, found: Option<&Object>) -> FoundMembers {
        let mut outdated = FoundMembers::default();
        if self.version != Some(version) || self.members.len() >= NAMES {
            outdated = std::mem::take(&mut self.members);
            self.version = Some(version);
        }
        self.members.insert(name.to_owned().into(), found.cloned());
        outdated
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_found_under_its_own_id_question_and_version_only() {
        let answers = Answers::default();
        answers.keep(7, Question::Subclass, Version(3), true);
        assert_eq!(answers.get(7, Question::Subclass, Version(3)), Some(true));
        assert_eq!(answers.get(7, Question::Subclass, Version(4)), None);
        assert_eq!(answers.get(7, Question::Instance, Version(3)), None);
        assert_eq!(answers.get(7 + 16, Question::Subclass, Version(3)), None);
    }

    #[test]
    fn what_does_not_fit_the_word_is_not_kept() {
        let answers = Answers::default();
        for (id, version) in [(1 << IDS, 1), (u32::MAX, 1), (1, 1 << VERSIONS), (1, u64::MAX)] {
            answers.keep(id, Question::Conforms, Version(version), true);
            assert_eq!(answers.get(id, Question::Conforms, Version(version)), None, "{id} {version}");
        }
        let (id, version) = ((1 << IDS) - 1, (1 << VERSIONS) - 1);
        answers.keep(id, Question::Conforms, Version(version), true);
        assert_eq!(answers.get(id, Question::Conforms, Version(version)), Some(true));
        assert_eq!(answers.get(id, Question::Conforms, Version(0)), None);
    }
}
