//! What can be read, and the built-in types' ways of it.

use std::collections::{BTreeMap, HashMap};
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

    /// What stands for a field that was not sent, if anything may.
    fn absent() -> Option<Self> {
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
        if pull.null()? { Ok(None) } else { T::decode(pull).map(Some) }
    }

    fn absent() -> Option<Option<T>> {
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
            items.push(T::decode(pull)?);
        }
        Ok(items)
    }
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
