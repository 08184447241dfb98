//! What can be written, and the built-in types' ways of it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::Push;

/// A type whose values can be written in any format.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written into a message",
    label = "not a field type",
    note = "write `#[message]` or `#[value]` above its declaration, or use one of the built-in field types"
)]
pub trait Encode {
    /// Writes the value.
    fn encode<P: Push + ?Sized>(&self, push: &mut P);

    /// Whether the value is left out of a record: an optional value that is not there.
    fn is_absent(&self) -> bool {
        false
    }
}

impl Encode for bool {
    fn encode<P: Push + ?Sized>(&self, push: &mut P) {
        push.bool(*self);
    }
}

impl Encode for str {
    fn encode<P: Push + ?Sized>(&self, push: &mut P) {
        push.str(self);
    }
}

impl Encode for String {
    fn encode<P: Push + ?Sized>(&self, push: &mut P) {
        push.str(self);
    }
}

macro_rules! numbers {
    ($($type:ty => $method:ident as $wide:ty),+) => {$(
        // No cast loses anything: `usize` has at most 64 bits on every platform of Rust.
        #[allow(clippy::cast_lossless, clippy::unnecessary_cast, trivial_numeric_casts)]
        impl Encode for $type {
            fn encode<P: Push + ?Sized>(&self, push: &mut P) {
                push.$method(*self as $wide);
            }
        }
    )+};
}

numbers!(u8 => u64 as u64, u16 => u64 as u64, u32 => u64 as u64, u64 => u64 as u64, usize => u64 as u64,
         i8 => i64 as i64, i16 => i64 as i64, i32 => i64 as i64, i64 => i64 as i64, isize => i64 as i64,
         f32 => f32 as f32, f64 => f64 as f64);

impl<T: Encode> Encode for Option<T> {
    fn encode<P: Push + ?Sized>(&self, push: &mut P) {
        match self {
            Some(value) => value.encode(push),
            None => push.null(),
        }
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: Encode + ?Sized> Encode for &T {
    fn encode<P: Push + ?Sized>(&self, push: &mut P) {
        (**self).encode(push);
    }

    fn is_absent(&self) -> bool {
        (**self).is_absent()
    }
}

impl<T: Encode> Encode for Box<T> {
    fn encode<P: Push + ?Sized>(&self, push: &mut P) {
        (**self).encode(push);
    }

    fn is_absent(&self) -> bool {
        (**self).is_absent()
    }
}

impl<T: Encode> Encode for [T] {
    fn encode<P: Push + ?Sized>(&self, push: &mut P) {
        if push.list(self.len()) {
            for item in self {
                push.item();
                item.encode(push);
            }
            push.end_list();
        }
    }
}

impl<T: Encode> Encode for Vec<T> {
    fn encode<P: Push + ?Sized>(&self, push: &mut P) {
        self.as_slice().encode(push);
    }
}

impl<T: Encode, const N: usize> Encode for [T; N] {
    fn encode<P: Push + ?Sized>(&self, push: &mut P) {
        self.as_slice().encode(push);
    }
}

impl Encode for char {
    fn encode<P: Push + ?Sized>(&self, push: &mut P) {
        push.str(self.encode_utf8(&mut [0; 4]));
    }
}

macro_rules! tuples {
    ($($($name:ident $index:tt),+;)+) => {$(
        impl<$($name: Encode),+> Encode for ($($name,)+) {
            fn encode<P: Push + ?Sized>(&self, push: &mut P) {
                if push.list([$($index),+].len()) {
                    $(
                        push.item();
                        self.$index.encode(push);
                    )+
                    push.end_list();
                }
            }
        }
    )+};
}

tuples! {
    A 0;
    A 0, B 1;
    A 0, B 1, C 2;
    A 0, B 1, C 2, D 3;
    A 0, B 1, C 2, D 3, E 4;
    A 0, B 1, C 2, D 3, E 4, F 5;
}

impl<T: Encode> Encode for BTreeSet<T> {
    fn encode<P: Push + ?Sized>(&self, push: &mut P) {
        items(push, self.len(), self.iter());
    }
}

impl<T: Encode, S> Encode for HashSet<T, S> {
    /// In no particular order, as the set has none; take a `BTreeSet` where the order matters.
    fn encode<P: Push + ?Sized>(&self, push: &mut P) {
        items(push, self.len(), self.iter());
    }
}

fn items<'i, T: Encode + 'i, P: Push + ?Sized>(push: &mut P, len: usize, items: impl Iterator<Item = &'i T>) {
    if push.list(len) {
        for item in items {
            push.item();
            item.encode(push);
        }
        push.end_list();
    }
}

/// A type whose values can be the keys of a map.
pub trait WriteKey {
    /// How the key is written.
    fn as_key(&self) -> Cow<'_, str>;
}

impl WriteKey for String {
    fn as_key(&self) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }
}

macro_rules! integer_keys {
    ($($type:ty),+) => {$(
        impl WriteKey for $type {
            fn as_key(&self) -> Cow<'_, str> {
                Cow::Owned(self.to_string())
            }
        }
    )+};
}

integer_keys!(u8, u16, u32, u64, usize, i8, i16, i32, i64, isize);

impl<K: WriteKey, V: Encode> Encode for BTreeMap<K, V> {
    fn encode<P: Push + ?Sized>(&self, push: &mut P) {
        members(push, self.len(), self.iter());
    }
}

impl<K: WriteKey, V: Encode, S> Encode for HashMap<K, V, S> {
    /// In no particular order, as the map has none; take a `BTreeMap` where the order matters.
    fn encode<P: Push + ?Sized>(&self, push: &mut P) {
        members(push, self.len(), self.iter());
    }
}

fn members<'m, K, V, P>(push: &mut P, len: usize, members: impl Iterator<Item = (&'m K, &'m V)>)
where
    K: WriteKey + 'm,
    V: Encode + 'm,
    P: Push + ?Sized,
{
    if push.map(len) {
        for (key, value) in members {
            push.key(&key.as_key());
            value.encode(push);
        }
        push.end_map();
    }
}
