//! What generated code calls, so that it holds no logic itself.

use std::fmt::Display;

use converse_model::constraint::{HasItems, unique};
use converse_model::{Classed, Kinds, Message, Shape, Text, Type, Typed, Value, coerce};
use converse_wire::{Decode, Encode, Kind, Names, Pull, Push, Refused, Result, Why};

use crate::Error;
use crate::value::{ValueReader, ValueWriter, from_value, read_value, to_value, write_tagged};
use crate::view::Viewed;

/// What may be the type of a field. Every use of a field's type goes through here, so that a type that
/// is none is one error.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of a message",
    label = "not a field type",
    note = "write `#[message]` or `#[value]` above its declaration, or use one of the built-in field types; a type of your own implements what `converse::field` has"
)]
pub trait FieldType: Sized {
    /// The description.
    const FIELD: Type;
    /// Which kinds of values there are.
    const VALUES: Kinds;

    /// Reads a value.
    ///
    /// # Errors
    /// Refuses what is no valid value.
    fn read<P: Pull + ?Sized>(pull: &mut P) -> Result<Self>;

    /// Reads a value into its place in a [`Draft`].
    ///
    /// # Errors
    /// As [`read`](Self::read).
    fn put<P: Pull + ?Sized>(place: &mut Option<Self>, pull: &mut P) -> Result<()>;

    /// The same for a field that takes values in other forms, as [`coerce`] has it.
    ///
    /// # Errors
    /// As [`read`](Self::read), of the value as it was made.
    fn put_coerced<P: Pull + ?Sized>(place: &mut Option<Self>, pull: &mut P) -> Result<()>;

    /// The value of a field: what came, or what stands for it when nothing did; `None` if nothing may.
    fn or_absent(came: Option<Self>) -> Option<Self>;

    /// Writes the value.
    fn write<P: Push + ?Sized>(&self, push: &mut P);

    /// Whether the value is left out.
    fn left_out(&self) -> bool;

    /// Whether the value, made by hand, satisfies every constraint within it.
    fn satisfies(&self) -> bool;
}

#[diagnostic::do_not_recommend]
impl<T: Typed + Decode + Encode> FieldType for T {
    const FIELD: Type = T::TYPE;
    const VALUES: Kinds = T::KINDS;

    #[inline]
    fn read<P: Pull + ?Sized>(pull: &mut P) -> Result<T> {
        T::decode(pull)
    }

    #[inline]
    fn put<P: Pull + ?Sized>(place: &mut Option<T>, pull: &mut P) -> Result<()> {
        T::decode_into(place, pull)
    }

    fn put_coerced<P: Pull + ?Sized>(place: &mut Option<T>, pull: &mut P) -> Result<()> {
        let sent = read_value(pull)?;
        let made = coerce(&T::TYPE, &sent);
        match from_value(made.as_ref().unwrap_or(&sent)) {
            Ok(value) => *place = Some(value),
            Err(Refused) => return Err(pull.refuse(Why::Unfit)),
        }
        Ok(())
    }

    #[inline]
    fn or_absent(came: Option<T>) -> Option<T> {
        came.or_else(T::absent)
    }

    #[inline]
    fn write<P: Push + ?Sized>(&self, push: &mut P) {
        self.encode(push);
    }

    #[inline]
    fn left_out(&self) -> bool {
        self.is_absent()
    }

    #[inline]
    fn satisfies(&self) -> bool {
        self.fits()
    }
}

/// A record while it is read: a place for each field. What depends on the reader is as little as can be,
/// because it is compiled for each.
pub trait Draft: Sized {
    /// The record.
    type Made;
    /// The fields' names.
    const NAMES: &'static Names;
    /// Without any field.
    const EMPTY: Self;

    /// Reads the field of this index.
    ///
    /// # Errors
    /// Refuses what is no valid value of the field.
    fn put<P: Pull + ?Sized>(&mut self, index: usize, pull: &mut P) -> Result<()>;

    /// Makes the record in its place; `None` if a field is missing, or breaks a rule.
    fn make(self, place: &mut Option<Self::Made>) -> Option<()>;
}

/// Puts a value into its place, which was empty: it is not asked what of it has to be dropped.
#[inline(always)]
pub fn fill<T>(place: &mut Option<T>, value: T) {
    std::mem::forget(place.replace(value));
}

/// Reads a record into its place.
///
/// # Errors
/// Refuses what is none, and what breaks a rule.
pub fn record<D: Draft, P: Pull + ?Sized>(place: &mut Option<D::Made>, pull: &mut P) -> Result<()> {
    let mut draft = D::EMPTY;
    let mut at = pull.record()?;
    while let Some(index) = pull.field(D::NAMES, &mut at)? {
        draft.put(index, pull)?;
    }
    match draft.make(place) {
        Some(()) => Ok(()),
        None => Err(pull.refuse(Why::Unfit)),
    }
}

/// Reads a value by way of a place of its own.
///
/// # Errors
/// As `read`.
pub fn placed<T, P: Pull + ?Sized>(pull: &mut P, read: impl FnOnce(&mut Option<T>, &mut P) -> Result<()>) -> Result<T> {
    let mut place = None;
    match read(&mut place, pull) {
        Ok(()) => place.ok_or(Refused),
        Err(refused) => Err(refused),
    }
}

/// Refuses a record among whose members a tag stands twice, and stays before it.
///
/// # Errors
/// As said, and what is no record.
pub fn tag_once<P: Pull + ?Sized>(pull: &mut P, tag: &'static Names) -> Result<()> {
    let mark = pull.mark();
    let mut at = pull.record()?;
    while pull.field(tag, &mut at)?.is_some() {
        pull.skip()?;
    }
    pull.reset(mark);
    Ok(())
}

/// What a class with parameters may be given for one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the parameter of a class",
    label = "not a field type",
    note = "write `#[message]` or `#[value]` above its declaration, or use one of the built-in field types"
)]
pub trait Argument: Typed + Decode + Encode + Send + Sync {}

impl<T: Typed + Decode + Encode + Send + Sync> Argument for T {}

/// What a variant may hold without a name under a tag that stands among the members.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot stand beside a tag",
    label = "this has no members, among which the tag could stand",
    note = "write named fields in the variant, `Circle {{ radius: f64 }}`, or hold a class of named fields, or give the value a member of its own with `content = \"…\"`"
)]
pub trait BesideTag {
    /// The description of its class.
    const RECORD: &'static Shape;

    /// Writes the members behind the tag.
    fn write_tagged<P: Push + ?Sized>(&self, tag: &'static str, name: &'static str, push: &mut P);
}

#[diagnostic::do_not_recommend]
impl<T: Classed + Encode> BesideTag for T {
    const RECORD: &'static Shape = T::SHAPE;

    fn write_tagged<P: Push + ?Sized>(&self, tag: &'static str, name: &'static str, push: &mut P) {
        write_tagged(T::RECORD, (Text::Static(tag), Value::Str(name.into())), &to_value(self), push);
    }
}

/// What a handler may answer.
#[diagnostic::on_unimplemented(
    message = "a handler cannot answer `{Self}`",
    label = "this is not a message",
    note = "write `#[message]` above its declaration"
)]
pub trait Answerable: Sized + Send + 'static {
    /// The class, which is also that of whatever derives from it.
    type Class: Classed;
    /// Whether it is made of the message as its own class has it.
    const VIEWED: bool = false;

    /// Reads the message's body into the message's place.
    ///
    /// # Errors
    /// Refuses what is no valid message.
    fn read_body<P: Pull + ?Sized>(place: &mut Option<Self>, pull: &mut P) -> Result<()>;

    /// Takes it from a message whose class derives from its own.
    ///
    /// # Errors
    /// What is wrong with it by rules that its own class does not have.
    fn of_viewed(viewed: &Viewed) -> std::result::Result<Self, Error>;
}

/// What a message of a class that derives from that of `T` is as a `T`.
///
/// # Errors
/// What is wrong with it by rules that its own class does not have.
pub fn viewed_as<T: Classed + Decode>(viewed: &Viewed) -> std::result::Result<T, Error> {
    viewed.read()
}

#[diagnostic::do_not_recommend]
impl<T: Message + Decode> Answerable for T {
    type Class = T;

    #[inline(always)]
    fn read_body<P: Pull + ?Sized>(place: &mut Option<T>, pull: &mut P) -> Result<()> {
        T::decode_into(place, pull)
    }

    fn of_viewed(viewed: &Viewed) -> std::result::Result<T, Error> {
        viewed.read()
    }
}

/// Which kind of value a reader found, as types tell them apart.
pub fn kinds(kind: Kind) -> Kinds {
    match kind {
        Kind::Null => Kinds::NULL,
        Kind::Bool => Kinds::BOOL,
        Kind::Number => Kinds::NUMBER,
        Kind::Text => Kinds::TEXT,
        Kind::List => Kinds::LIST,
        Kind::Map => Kinds::MAP,
    }
}

/// Whether no two items of the list, if there is one, are equal.
pub fn unique_items<T: FieldType + HasItems>(value: &T) -> bool {
    let mut writer = ValueWriter::default();
    value.write::<dyn Push>(&mut writer);
    match (T::FIELD.bare(), writer.finish()) {
        (Type::List(item), Value::List(list)) => unique(item, &list),
        _ => true,
    }
}

/// Runs a program's own check of a field on its untyped value.
///
/// # Errors
/// What the check says. A value that is no value of the type is not the check's matter.
pub fn check_field<T: FieldType, E: Display>(
    value: &Value,
    check: impl Fn(&T) -> std::result::Result<(), E>,
) -> std::result::Result<(), String> {
    check_whole(value, |pull| T::read(pull), check)
}

/// The same for a check of a whole value, which `read` reads without it.
///
/// # Errors
/// As [`check_field`].
pub fn check_whole<T, E: Display>(
    value: &Value,
    read: impl Fn(&mut (dyn Pull + '_)) -> Result<T>,
    check: impl Fn(&T) -> std::result::Result<(), E>,
) -> std::result::Result<(), String> {
    match read(&mut ValueReader::new(value)) {
        Ok(value) => check(&value).map_err(|error| error.to_string()),
        Err(_) => Ok(()),
    }
}
