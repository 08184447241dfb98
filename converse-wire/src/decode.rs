//! What can be read, and the built-in types' ways of it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasher, Hash};

use crate::{Pull, Result, Why};

/// A type whose values can be read from any format.
///
/// A decoder checks everything that its type and its constraints ask for; what it returns is valid.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a message",
    label = "not a field type",
    note = "write `#[message]` or `#[value]` above its declaration, or use one of the built-in field types"
)]
pub trait Decode: Sized {
    /// Reads one value.
    fn decode<P: Pull + ?Sized>(pull: &mut P) -> Result<Self>;

    /// Reads one value into its place, which was empty. What is large is made there, and not copied into it;
    /// after an error the place is of no meaning.
    #[inline]
    fn decode_into<P: Pull + ?Sized>(place: &mut Option<Self>, pull: &mut P) -> Result<()> {
        match Self::decode(pull) {
            Ok(value) => *place = Some(value),
            Err(refused) => return Err(refused),
        }
        Ok(())
    }

    /// What stands for a field that was not sent, if anything may.
    fn absent() -> Option<Self> {
        None
    }

    /// What `null` is, where a value of this type is optional: nothing at all, unless the value may be
    /// nothing itself.
    fn of_null() -> Option<Self> {
        None
    }
}

impl Decode for bool {
    fn decode<P: Pull + ?Sized>(pull: &mut P) -> Result<bool> {
        pull.bool()
    }
}

impl Decode for String {
    fn decode<P: Pull + ?Sized>(pull: &mut P) -> Result<String> {
        pull.string()
    }
}

impl Decode for u64 {
    fn decode<P: Pull + ?Sized>(pull: &mut P) -> Result<u64> {
        pull.u64()
    }
}

impl Decode for i64 {
    fn decode<P: Pull + ?Sized>(pull: &mut P) -> Result<i64> {
        pull.i64()
    }
}

impl Decode for f64 {
    fn decode<P: Pull + ?Sized>(pull: &mut P) -> Result<f64> {
        pull.f64()
    }
}

impl Decode for f32 {
    fn decode<P: Pull + ?Sized>(pull: &mut P) -> Result<f32> {
        pull.f32()
    }
}

macro_rules! narrower {
    ($($type:ty => $wide:ident),+) => {$(
        impl Decode for $type {
            fn decode<P: Pull + ?Sized>(pull: &mut P) -> Result<$type> {
                let wide = pull.$wide()?;
                <$type>::try_from(wide).map_err(|_| pull.refuse(Why::Unfit))
            }
        }
    )+};
}

narrower!(u8 => u64, u16 => u64, u32 => u64, usize => u64, i8 => i64, i16 => i64, i32 => i64, isize => i64);

impl<T: Decode> Decode for Option<T> {
    fn decode<P: Pull + ?Sized>(pull: &mut P) -> Result<Option<T>> {
        if pull.null()? { Ok(T::of_null()) } else { T::decode(pull).map(Some) }
    }

    fn absent() -> Option<Option<T>> {
        Some(None)
    }

    fn of_null() -> Option<Option<T>> {
        Some(None)
    }
}

impl<T: Decode> Decode for Box<T> {
    fn decode<P: Pull + ?Sized>(pull: &mut P) -> Result<Box<T>> {
        T::decode(pull).map(Box::new)
    }

    fn absent() -> Option<Box<T>> {
        T::absent().map(Box::new)
    }
}

impl<T: Decode> Decode for Vec<T> {
    fn decode<P: Pull + ?Sized>(pull: &mut P) -> Result<Vec<T>> {
        let mut at = pull.list()?;
        let mut items = Vec::new();
        while pull.item(&mut at)? {
            let mut place = None;
            T::decode_into(&mut place, pull)?;
            match place {
                Some(item) => items.push(item),
                None => return Err(pull.refuse(Why::Unfit)),
            }
        }
        Ok(items)
    }
}

impl<T: Decode, const N: usize> Decode for [T; N] {
    fn decode<P: Pull + ?Sized>(pull: &mut P) -> Result<[T; N]> {
        let mut at = pull.list()?;
        let mut items = Vec::with_capacity(N.min(64));
        while pull.item(&mut at)? {
            if items.len() == N {
                return Err(pull.refuse(Why::Unfit));
            }
            items.push(T::decode(pull)?);
        }
        items.try_into().map_err(|_| pull.refuse(Why::Unfit))
    }
}

macro_rules! tuples {
    ($($($name:ident $value:ident),+;)+) => {$(
        impl<$($name: Decode),+> Decode for ($($name,)+) {
            fn decode<P: Pull + ?Sized>(pull: &mut P) -> Result<($($name,)+)> {
                let mut at = pull.list()?;
                $(
                    if !pull.item(&mut at)? {
                        return Err(pull.refuse(Why::Unfit));
                    }
                    let $value = $name::decode(pull)?;
                )+
                if pull.item(&mut at)? {
                    return Err(pull.refuse(Why::Unfit));
                }
                Ok(($($value,)+))
            }
        }
    )+};
}

tuples! {
    A a;
    A a, B b;
    A a, B b, C c;
    A a, B b, C c, D d;
    A a, B b, C c, D d, E e;
    A a, B b, C c, D d, E e, F f;
}

impl Decode for char {
    fn decode<P: Pull + ?Sized>(pull: &mut P) -> Result<char> {
        let mut characters = pull.text()?.chars();
        match (characters.next(), characters.next()) {
            (Some(character), None) => Ok(character),
            _ => Err(pull.refuse(Why::Unfit)),
        }
    }
}

impl<T: Decode + Ord> Decode for BTreeSet<T> {
    fn decode<P: Pull + ?Sized>(pull: &mut P) -> Result<BTreeSet<T>> {
        let mut set = BTreeSet::new();
        items(pull, |item| set.insert(item))?;
        Ok(set)
    }
}

impl<T: Decode + Eq + Hash, S: BuildHasher + Default> Decode for HashSet<T, S> {
    fn decode<P: Pull + ?Sized>(pull: &mut P) -> Result<HashSet<T, S>> {
        let mut set = HashSet::default();
        items(pull, |item| set.insert(item))?;
        Ok(set)
    }
}

/// Reads a set's items; `insert` says whether the item was new.
fn items<T: Decode, P: Pull + ?Sized>(pull: &mut P, mut insert: impl FnMut(T) -> bool) -> Result<()> {
    let mut at = pull.list()?;
    while pull.item(&mut at)? {
        if !insert(T::decode(pull)?) {
            return Err(pull.refuse(Why::Unfit));
        }
    }
    Ok(())
}

/// A type whose values can be the keys of a map.
pub trait MapKey: Sized {
    /// The key that is written so; `None` if no key is.
    fn from_key(text: &str) -> Option<Self>;
}

impl MapKey for String {
    fn from_key(text: &str) -> Option<String> {
        Some(text.to_owned())
    }
}

macro_rules! integer_keys {
    ($($type:ty),+) => {$(
        impl MapKey for $type {
            /// Digits as they are written: no sign but `-`, no leading zero.
            fn from_key(text: &str) -> Option<$type> {
                let digits = text.strip_prefix('-').unwrap_or(text);
                let canonical = digits.bytes().all(|byte| byte.is_ascii_digit())
                    && (!digits.starts_with('0') || text == "0");
                text.parse().ok().filter(|_| canonical)
            }
        }
    )+};
}

integer_keys!(u8, u16, u32, u64, usize, i8, i16, i32, i64, isize);

impl<K: MapKey + Ord, V: Decode> Decode for BTreeMap<K, V> {
    fn decode<P: Pull + ?Sized>(pull: &mut P) -> Result<BTreeMap<K, V>> {
        let mut map = BTreeMap::new();
        members(pull, |key, value| map.insert(key, value).is_none())?;
        Ok(map)
    }
}

impl<K: MapKey + Eq + Hash, V: Decode, S: BuildHasher + Default> Decode for HashMap<K, V, S> {
    fn decode<P: Pull + ?Sized>(pull: &mut P) -> Result<HashMap<K, V, S>> {
        let mut map = HashMap::default();
        members(pull, |key, value| map.insert(key, value).is_none())?;
        Ok(map)
    }
}

/// Reads a map's members; `insert` says whether the key was new.
fn members<K, V, P>(pull: &mut P, mut insert: impl FnMut(K, V) -> bool) -> Result<()>
where
    K: MapKey,
    V: Decode,
    P: Pull + ?Sized,
{
    let mut at = pull.map()?;
    while let Some(text) = pull.key(&mut at)? {
        let Some(key) = K::from_key(text) else { return Err(pull.refuse(Why::Unfit)) };
        let value = V::decode(pull)?;
        if !insert(key, value) {
            return Err(pull.refuse(Why::DuplicateKey));
        }
    }
    Ok(())
}
