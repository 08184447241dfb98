//! The members that a thread found lately, told without a lock: under a class, a name and a version, as every answer is
//! kept (see `cache`).
//!
//! What is kept here keeps nothing alive: a function is held weakly, and of the rest only what is plain data is kept.

use std::cell::RefCell;
use std::sync::{Arc, Weak};

use super::cache::Version;
use super::function::WeakFunction;
use super::{Descriptor, Function, Object, Property};

/// How many members one thread has at hand: about 20 kilobytes of them.
const PLACES: usize = 256;

thread_local! {
    static RECENT: RefCell<Vec<Option<Recent>>> = const { RefCell::new(Vec::new()) };
}

struct Recent {
    key: Key,
    member: Kept,
}

enum Kept {
    Data(Object),
    Function(WeakFunction),
    ClassMethod(WeakFunction),
    StaticMethod(WeakFunction),
    Property(Weak<Property>),
}

/// A class, a name and a version, in words that are compared at once.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    /// The class's identity, and the length of the name.
    class: u64,
    version: Version,
    /// The first and the last bytes of the name: all of it.
    name: [u64; 2],
}

impl Key {
    /// Nothing for a name that does not fit, and for a class whose identity others may have.
    #[inline]
    pub(super) fn new(class: u32, name: &str, version: Version) -> Option<Key> {
        let bytes = name.as_bytes();
        let name = match (bytes.first_chunk(), bytes.last_chunk()) {
            (Some(first), Some(last)) if bytes.len() <= 16 => [u64::from_le_bytes(*first), u64::from_le_bytes(*last)],
            (Some(_), Some(_)) => return None,
            _ => match (bytes.first_chunk(), bytes.last_chunk()) {
                (Some(first), Some(last)) => [u32::from_le_bytes(*first).into(), u32::from_le_bytes(*last).into()],
                _ => [bytes.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)), 0],
            },
        };
        let class = (class != u32::MAX).then_some(u64::from(class) << 8 | bytes.len() as u64)?;
        Some(Key { class, version, name })
    }

    #[inline]
    fn place(self) -> usize {
        let mixed = self.class ^ self.name[0] ^ self.name[1].rotate_left(31);
        // The golden ratio, so that classes made one after another have places of their own.
        (mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as usize % PLACES
    }
}

/// What this thread found along the class's MRO; nothing if it is not at hand.
#[inline]
pub(super) fn get(key: Key) -> Option<Object> {
    look(key, Kept::get)
}

/// The same, if it is plain data. An object is big enough that each time it is moved counts.
#[inline(always)]
pub(super) fn data(key: Key) -> Option<Object> {
    look(key, |member| if let Kept::Data(data) = member { Some(data.clone()) } else { None })
}

/// The same, if it is a function.
#[inline(always)]
pub(super) fn function(key: Key) -> Option<Function> {
    look(key, |member| if let Kept::Function(function) = member { function.upgrade() } else { None })
}

#[inline(always)]
fn look<T>(key: Key, look: impl FnOnce(&Kept) -> Option<T>) -> Option<T> {
    let found = RECENT.try_with(|recent| {
        let recent = recent.try_borrow().ok()?;
        match recent.get(key.place())? {
            Some(found) if found.key == key => look(&found.member),
            _ => None,
        }
    });
    // A thread that ends has nothing at hand.
    found.ok().flatten()
}

/// Keeps what was found by somebody who read the version before they looked.
pub(super) fn keep(key: Key, found: &Object) {
    let Some(member) = Kept::of(found) else { return };
    // A thread that ends keeps nothing any longer.
    let _ended = RECENT.try_with(|recent| {
        let Ok(mut recent) = recent.try_borrow_mut() else { return };
        if recent.is_empty() {
            recent.resize_with(PLACES, || None);
        }
        if let Some(place) = recent.get_mut(key.place()) {
            *place = Some(Recent { key, member });
        }
    });
}

impl Kept {
    fn of(found: &Object) -> Option<Kept> {
        Some(match found {
            Object::Function(function) => Kept::Function(function.downgrade()),
            Object::Descriptor(Descriptor::Class(function)) => Kept::ClassMethod(function.downgrade()),
            Object::Descriptor(Descriptor::Static(function)) => Kept::StaticMethod(function.downgrade()),
            Object::Descriptor(Descriptor::Property(property)) => Kept::Property(Arc::downgrade(property)),
            Object::None
            | Object::NotImplemented
            | Object::Bool(_)
            | Object::Int(_)
            | Object::Float(_)
            | Object::Str(_)
            | Object::Slice(..) => Kept::Data(found.clone()),
            // It may hold anything.
            _ => return None,
        })
    }

    /// Nothing if it is gone: then it is looked for.
    #[inline]
    fn get(&self) -> Option<Object> {
        Some(match self {
            Kept::Data(data) => data.clone(),
            Kept::Function(function) => Object::Function(function.upgrade()?),
            Kept::ClassMethod(function) => Descriptor::Class(function.upgrade()?).into(),
            Kept::StaticMethod(function) => Descriptor::Static(function.upgrade()?).into(),
            Kept::Property(property) => Descriptor::Property(property.upgrade()?).into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_that_of_one_name_of_one_class_under_one_version() {
        let names: Vec<String> = (0..17).flat_map(|length| ["a", "b"].map(|letter| letter.repeat(length))).collect();
        let odd = ["\0", "\0\0", "abcdabcd", "abcdabc", "abcd", "dcba", "abcdefghijklmnop", "bacdefghijklmnop"];
        let names = names.iter().map(String::as_str).chain(odd);
        let keys: Vec<(&str, Key)> = names.map(|name| (name, Key::new(7, name, Version(1)).unwrap())).collect();
        for (one, key) in &keys {
            for (other, another) in &keys {
                assert_eq!(key == another, one == other, "{one} {other}");
            }
            assert!(Key::new(8, one, Version(1)) != Some(*key) && Key::new(7, one, Version(2)) != Some(*key), "{one}");
        }
        assert!(Key::new(7, &"a".repeat(17), Version(1)).is_none(), "too long");
        assert!(Key::new(u32::MAX, "a", Version(1)).is_none(), "of several classes");
    }

    #[test]
    fn what_is_found_is_at_hand_and_kept_alive_by_nobody_here() {
        let key = |name| Key::new(u32::MAX - 1, name, Version(u64::MAX)).unwrap();
        assert!(get(key("data")).is_none());
        keep(key("data"), &Object::Int(7));
        assert_eq!(get(key("data")), Some(Object::Int(7)));
        let function = super::super::Function::new("gone", |_| Ok(()));
        keep(key("gone"), &function.clone().into());
        assert_eq!(get(key("gone")), Some(function.clone().into()));
        drop(function);
        assert!(get(key("gone")).is_none());
    }
}
