//! A field that refers to a row of a table: it holds the row's key.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use converse_dispatch::{from_value, to_value};
use converse_model::{ClassRef, Classed, Field, Kinds, Type, Typed, Value, report_field};
use converse_wire::{Decode, Encode, Pull, Push, Result, Why};

use crate::row::{Comparand, Row};
use crate::{StoreError, Table};

/// A table whose key is one field, so that a [`Ref`] can hold it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no table that a `Ref` can refer to",
    label = "not a table with a key of one field",
    note = "write `#[table]` above its declaration; where several fields are the key, refer to them field by field, or give the table a key of one: `#[field(primary_key, auto)] id: uuid::Uuid`"
)]
pub trait Keyed: Row<Key: Typed + Decode + Encode> {
    /// The row's key.
    fn key(&self) -> &Self::Key;
}

/// A reference to a row of `R`: its key, and nothing else.
///
/// As a field of a table it is a foreign key: there is always such a row. A row that refers to none is not put in
/// ([`StoreError::Dangling`]), and one that is referred to is not deleted ([`StoreError::InUse`]), unless the field says
/// what becomes of it: `#[field(on_delete = "cascade")]`, or `"set_none"` where it is an `Option`.
///
/// In a message it is the key, as it is written by itself and by the rules of the key's field; whether there is such a
/// row is seen when it is asked for, or put into a table. In a list, or in what a field holds, it is a key as well.
// What stands last is always of a known size: or whoever refers to what is no table would read it forty times over.
pub struct Ref<R: Keyed>(R::Key, PhantomData<fn() -> R>);

impl<R: Keyed> Ref<R> {
    /// A reference to the row with this key, which need not be there yet.
    pub fn new(key: impl Into<R::Key>) -> Ref<R> {
        Ref(key.into(), PhantomData)
    }

    /// A reference to this row.
    pub fn to(row: &R) -> Ref<R>
    where
        R::Key: Clone,
    {
        Ref(row.key().clone(), PhantomData)
    }

    /// The key of the row.
    pub fn key(&self) -> &R::Key {
        &self.0
    }

    /// The key of the row, by value.
    pub fn into_key(self) -> R::Key {
        self.0
    }

    /// Whether it refers to this row.
    pub fn is(&self, row: &R) -> bool
    where
        R::Key: PartialEq,
    {
        self.0 == *row.key()
    }

    /// The row that it refers to: `note.author.get(&users)`. None if there is none: of a reference that stands in a table
    /// only because it was deleted meanwhile.
    ///
    /// # Errors
    /// As [`Table::get`].
    pub async fn get(&self, rows: &Table<R>) -> std::result::Result<Option<R>, StoreError> {
        rows.get(&self.0).await
    }

    /// The key's field, where it has rules of its own.
    fn ruled() -> Option<&'static Field> {
        let key = R::SHAPE.fields().iter().find(|field| field.column.primary_key)?;
        (!key.constraints.is_empty() || !key.transforms.is_empty()).then_some(key)
    }

    /// The reference with its key as the key's field has it; none if it breaks the field's rules.
    fn checked(self) -> Option<Ref<R>> {
        let Some(field) = Ref::<R>::ruled() else { return Some(self) };
        let value = to_value(&self.0);
        if !report_field(field, &value).issues.is_empty() {
            return None;
        }
        match value {
            Value::Str(text) if !field.transforms.is_empty() => {
                let kept = field.transforms.iter().fold(text.to_string(), |text, transform| transform.apply(&text));
                from_value(&Value::Str(kept.into())).ok().map(|key| Ref(key, PhantomData))
            }
            _ => Some(self),
        }
    }
}

impl<R: Keyed> Typed for Ref<R> {
    const TYPE: Type = Type::Ref(ClassRef::Static(<R as Classed>::shape));
    const KINDS: Kinds = <R::Key as Typed>::KINDS;
    const LABEL: &'static str = <R::Key as Typed>::LABEL;

    fn fits(&self) -> bool {
        self.0.fits() && Ref::<R>::ruled().is_none_or(|field| report_field(field, &to_value(&self.0)).issues.is_empty())
    }
}

impl<R: Keyed> Decode for Ref<R> {
    fn decode<P: Pull + ?Sized>(pull: &mut P) -> Result<Ref<R>> {
        let key = <R::Key as Decode>::decode(pull)?;
        match Ref(key, PhantomData).checked() {
            Some(checked) => Ok(checked),
            None => Err(pull.refuse(Why::Unfit)),
        }
    }
}

impl<R: Keyed> Encode for Ref<R> {
    fn encode<P: Push + ?Sized>(&self, push: &mut P) {
        self.0.encode(push);
    }
}

impl<R: Keyed> fmt::Debug for Ref<R>
where
    R::Key: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Ref").field(&self.0).finish()
    }
}

impl<R: Keyed> Clone for Ref<R>
where
    R::Key: Clone,
{
    fn clone(&self) -> Ref<R> {
        Ref(self.0.clone(), PhantomData)
    }
}

impl<R: Keyed> Copy for Ref<R> where R::Key: Copy {}

impl<R: Keyed> PartialEq for Ref<R>
where
    R::Key: PartialEq,
{
    fn eq(&self, other: &Ref<R>) -> bool {
        self.0 == other.0
    }
}

impl<R: Keyed> Eq for Ref<R> where R::Key: Eq {}

impl<R: Keyed> PartialOrd for Ref<R>
where
    R::Key: PartialOrd,
{
    fn partial_cmp(&self, other: &Ref<R>) -> Option<Ordering> {
        self.0.partial_cmp(&other.0)
    }
}

impl<R: Keyed> Ord for Ref<R>
where
    R::Key: Ord,
{
    fn cmp(&self, other: &Ref<R>) -> Ordering {
        self.0.cmp(&other.0)
    }
}

impl<R: Keyed> Hash for Ref<R>
where
    R::Key: Hash,
{
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<R: Keyed> From<&R> for Ref<R>
where
    R::Key: Clone,
{
    fn from(row: &R) -> Ref<R> {
        Ref::to(row)
    }
}

impl<R: Keyed + Row<Key = String>> From<&str> for Ref<R> {
    fn from(key: &str) -> Ref<R> {
        Ref(key.to_owned(), PhantomData)
    }
}

macro_rules! from_keys {
    ($($key:ty),+) => {$(
        impl<R: Keyed + Row<Key = $key>> From<$key> for Ref<R> {
            fn from(key: $key) -> Ref<R> {
                Ref(key, PhantomData)
            }
        }
    )+};
}

from_keys!(String, i8, i16, i32, i64, u8, u16, u32, u64);

impl<R: Keyed> Comparand<Ref<R>> for &R {
    fn untyped(self) -> Value {
        to_value(self.key())
    }
}

impl<R: Keyed> Comparand<Option<Ref<R>>> for &R {
    fn untyped(self) -> Value {
        to_value(self.key())
    }
}

impl<R: Keyed + Row<Key = String>> Comparand<Ref<R>> for &str {
    fn untyped(self) -> Value {
        to_value(self)
    }
}

impl<R: Keyed + Row<Key = String>> Comparand<Option<Ref<R>>> for &str {
    fn untyped(self) -> Value {
        to_value(self)
    }
}

/// A field of which can be said what becomes of its row when another is deleted.
#[diagnostic::on_unimplemented(
    message = "`{Self}` refers to no row",
    label = "`on_delete` is for a `Ref`",
    note = "make the field a `Ref<…>` or an `Option<Ref<…>>`, or remove `on_delete`"
)]
pub trait Refers {}

impl<R: Keyed> Refers for Ref<R> {}
impl<R: Keyed> Refers for Option<Ref<R>> {}

/// A field that refers to a row, or to none.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot refer to nothing",
    label = "`set_none` is for an `Option<Ref<…>>`",
    note = "make the field an `Option<Ref<…>>`, or write `on_delete = \"cascade\"`"
)]
pub trait MayReferToNone {}

impl<R: Keyed> MayReferToNone for Option<Ref<R>> {}

/// Compiles for a field that may say `on_delete`: for generated code.
pub const fn refers<T: Refers>() {}

/// Compiles for a field that may say `on_delete = "set_none"`: for generated code.
pub const fn may_refer_to_none<T: MayReferToNone>() {}
