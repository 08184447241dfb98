//! From a Rust type to its description: what may be a field, and what is a class.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::marker::PhantomData;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::{
    Field, Kind, Lineage, Name, Payload, Role, Seq, Shape, Stored, Sub, Tagging, Text, TextFormat, Type, Value,
};

/// A Rust type whose values may be fields.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of a message",
    label = "not a field type",
    note = "write `#[message]` or `#[value]` above its declaration, or use one of the built-in field types"
)]
pub trait Typed: 'static {
    /// The description.
    const TYPE: Type;

    /// Which kinds of values there are.
    const KINDS: Kinds;

    /// What the type is called in the name of a class that has it for a parameter: `Page_of_User`.
    const LABEL: &'static str;

    /// Whether the value, made by hand, satisfies every constraint within it.
    fn fits(&self) -> bool {
        true
    }
}

/// A Rust type that is a class.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no class of converse",
    label = "this is no class",
    note = "write `#[message]`, `#[value]`, `#[union]` or `#[protocol]` above its declaration"
)]
pub trait Classed: Typed {
    /// The name on the wire.
    const NAME: &'static str;
    /// The start of a message of this class in JSON: `{"SignIn":`. A name needs no escapes.
    const HEAD: &'static str;
    /// The description.
    const SHAPE: &'static Shape;
    /// What it is for; to be sent, if nothing is said.
    const ROLE: Role = Role::Message;
    /// Whether it may be sent by someone who is not signed in.
    const PUBLIC: bool = false;
    /// The roles of which its sender must have one; empty if none is asked for.
    const ALLOW: &'static [&'static str] = &[];
    /// Whether its values are kept.
    const STORED: Stored = Stored::NOT;
    /// What it derives from.
    const LINEAGE: Lineage = Lineage::NONE;

    /// The description, for those who refer to the class: a class may refer to itself.
    fn shape() -> &'static Shape {
        Self::SHAPE
    }
}

/// A class that can be sent on its own.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a message",
    label = "this is not a message",
    note = "write `#[message]` above its declaration"
)]
pub trait Message: Classed + Send + Sync {}

macro_rules! scalar {
    ($($type:ty => $kinds:ident, $description:expr;)+) => {$(
        impl Typed for $type {
            const TYPE: Type = $description;
            const KINDS: Kinds = Kinds::$kinds;
            const LABEL: &'static str = stringify!($type);
        }
    )+};
}

scalar! {
    bool => BOOL, Type::Bool;
    f32 => NUMBER, Type::Float { bits: 32 };
    f64 => NUMBER, Type::Float { bits: 64 };
    String => TEXT, Type::Text;
    char => TEXT, Type::Char;
    IpAddr => TEXT, Type::Format(TextFormat::Ip);
    Ipv4Addr => TEXT, Type::Format(TextFormat::Ipv4);
    Ipv6Addr => TEXT, Type::Format(TextFormat::Ipv6);
}

macro_rules! integers {
    ($($type:ty),+) => {
        scalar! { $($type => NUMBER, Type::Int { min: <$type>::MIN as i128, max: <$type>::MAX as i128 };)+ }
    };
}

integers!(u8, u16, u32, u64, usize, i8, i16, i32, i64, isize);

impl<T: Typed> Typed for Option<T> {
    const TYPE: Type = Type::Optional(Sub::Static(&T::TYPE));
    const KINDS: Kinds = T::KINDS.or(Kinds::NULL);
    const LABEL: &'static str = Label::<T>::OPTIONAL.as_str();

    fn fits(&self) -> bool {
        self.as_ref().is_none_or(T::fits)
    }
}

impl<T: Typed> Typed for Box<T> {
    const TYPE: Type = T::TYPE;
    const KINDS: Kinds = T::KINDS;
    const LABEL: &'static str = T::LABEL;

    fn fits(&self) -> bool {
        (**self).fits()
    }
}

impl<T: Typed> Typed for Vec<T> {
    const TYPE: Type = Type::List(Sub::Static(&T::TYPE));
    const KINDS: Kinds = Kinds::LIST;
    const LABEL: &'static str = Label::<T>::LIST.as_str();

    fn fits(&self) -> bool {
        self.iter().all(T::fits)
    }
}

impl<K: KeyType, V: Typed> Typed for BTreeMap<K, V> {
    const TYPE: Type = Type::Map { key: Sub::Static(&K::TYPE), value: Sub::Static(&V::TYPE) };
    const KINDS: Kinds = Kinds::MAP;
    const LABEL: &'static str = Label::<V>::MAP.as_str();

    fn fits(&self) -> bool {
        self.values().all(V::fits)
    }
}

impl<K: KeyType, V: Typed, S: 'static> Typed for HashMap<K, V, S> {
    const TYPE: Type = Type::Map { key: Sub::Static(&K::TYPE), value: Sub::Static(&V::TYPE) };
    const KINDS: Kinds = Kinds::MAP;
    const LABEL: &'static str = Label::<V>::MAP.as_str();

    fn fits(&self) -> bool {
        self.values().all(V::fits)
    }
}

impl<T: Typed> Typed for BTreeSet<T> {
    const TYPE: Type = Type::Set(Sub::Static(&T::TYPE));
    const KINDS: Kinds = Kinds::LIST;
    const LABEL: &'static str = Label::<T>::SET.as_str();

    fn fits(&self) -> bool {
        self.iter().all(T::fits)
    }
}

impl<T: Typed, S: 'static> Typed for HashSet<T, S> {
    const TYPE: Type = Type::Set(Sub::Static(&T::TYPE));
    const KINDS: Kinds = Kinds::LIST;
    const LABEL: &'static str = Label::<T>::SET.as_str();

    fn fits(&self) -> bool {
        self.iter().all(T::fits)
    }
}

impl<T: Typed, const N: usize> Typed for [T; N] {
    #[allow(clippy::cast_possible_truncation, reason = "no message holds 2^32 items")]
    const TYPE: Type = Type::Array { item: Sub::Static(&T::TYPE), length: N as u32 };
    const KINDS: Kinds = Kinds::LIST;
    const LABEL: &'static str = Label::<T>::LIST.as_str();

    fn fits(&self) -> bool {
        self.iter().all(T::fits)
    }
}

macro_rules! tuples {
    ($($($name:ident $index:tt),+;)+) => {$(
        impl<$($name: Typed),+> Typed for ($($name,)+) {
            const TYPE: Type = Type::Tuple(Seq::Static(&[$($name::TYPE),+]));
            const KINDS: Kinds = Kinds::LIST;
            const LABEL: &'static str = "tuple";

            fn fits(&self) -> bool {
                $(self.$index.fits())&&+
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

/// Labels of types that hold others.
struct Label<T>(PhantomData<T>);

impl<T: Typed> Label<T> {
    const OPTIONAL: &'static Name = &Name::new("optional_").push(T::LABEL);
    const LIST: &'static Name = &Name::new("list_of_").push(T::LABEL);
    const SET: &'static Name = &Name::new("set_of_").push(T::LABEL);
    const MAP: &'static Name = &Name::new("map_of_").push(T::LABEL);
}

/// A type whose values can be the names of a map's members.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the key of a map",
    label = "not a key",
    note = "a key is a `String`, an integer, a `#[value]` enum of names, or a UUID"
)]
pub trait KeyType: Typed {}

macro_rules! keys {
    ($($type:ty),+) => { $(impl KeyType for $type {})+ };
}

keys!(String, u8, u16, u32, u64, usize, i8, i16, i32, i64, isize);

/// Which kinds of values a type has, as a format tells them apart without reading them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kinds(u8);

impl Kinds {
    /// No value at all.
    pub const NONE: Kinds = Kinds(0);
    /// Nothing, as a value.
    pub const NULL: Kinds = Kinds(1);
    /// True or false.
    pub const BOOL: Kinds = Kinds(2);
    /// Numbers.
    pub const NUMBER: Kinds = Kinds(4);
    /// Texts, and what is written as one.
    pub const TEXT: Kinds = Kinds(8);
    /// Lists.
    pub const LIST: Kinds = Kinds(16);
    /// Objects.
    pub const MAP: Kinds = Kinds(32);
    /// All of them.
    pub const ALL: Kinds = Kinds(63);

    /// These and others.
    #[must_use]
    pub const fn or(self, other: Kinds) -> Kinds {
        Kinds(self.0 | other.0)
    }

    /// Whether one of these is among the others.
    pub const fn meets(self, other: Kinds) -> bool {
        self.0 & other.0 != 0
    }
}

/// Fails, when it is evaluated at compile time, if two variants of an untagged enum have values of the
/// same kind: a reader could not tell them apart.
///
/// # Panics
/// In that case: at compile time that is the error which the enum's author reads.
pub const fn assert_disjoint(variants: &[Kinds]) {
    let mut seen = Kinds(0);
    let mut rest = variants;
    while let [first, others @ ..] = rest {
        assert!(
            !seen.meets(*first),
            "two variants of this untagged enum are the same kind of value in JSON, and could not be told apart; give the enum a tag"
        );
        seen = seen.or(*first);
        rest = others;
    }
}

/// Fails, when it is evaluated at compile time, if values of a class cannot have a tag among their members.
///
/// # Panics
/// In that case: at compile time that is the error which the enum's author reads.
pub const fn assert_taggable(shape: &Shape, tag: &str) {
    let (fields, closed) = match &shape.kind {
        Kind::Record { fields, closed, .. } => (Some(fields), *closed),
        _ => (None, false),
    };
    assert!(
        fields.is_some(),
        "only a class of named fields can stand beside a tag; give the value a member of its own with `content`"
    );
    assert!(
        !closed,
        "this class refuses unknown fields, and the tag would be one; give the value a member of its own with `content`"
    );
    let mut rest: &[Field] = match fields {
        Some(Seq::Static(fields)) => fields,
        _ => &[],
    };
    while let [first, others @ ..] = rest {
        let mut aliases: &[Text] = match &first.aliases {
            Seq::Static(aliases) => aliases,
            Seq::Shared(_) => &[],
        };
        let mut taken = is(&first.name, tag);
        while let [alias, more @ ..] = aliases {
            taken |= is(alias, tag);
            aliases = more;
        }
        assert!(!taken, "a field of this class has the name of the enum's tag; rename one of them");
        rest = others;
    }
}

/// Whether a text of the program is this one.
const fn is(text: &Text, other: &str) -> bool {
    let Text::Static(text) = text else { return false };
    let (mut one, mut other) = (text.as_bytes(), other.as_bytes());
    while let ([first, rest @ ..], [second, others @ ..]) = (one, other) {
        if *first != *second {
            return false;
        }
        (one, other) = (rest, others);
    }
    one.is_empty() && other.is_empty()
}

impl Value {
    /// Which kind of value this is.
    pub fn kinds(&self) -> Kinds {
        match self {
            Value::None => Kinds::NULL,
            Value::Bool(_) => Kinds::BOOL,
            Value::Int(_) | Value::Float(_) => Kinds::NUMBER,
            Value::Str(_) | Value::Bytes(_) => Kinds::TEXT,
            Value::List(_) => Kinds::LIST,
            Value::Map(_) => Kinds::MAP,
        }
    }
}

impl Type {
    /// Which kinds of values there are, as [`Typed::KINDS`] has it for a Rust type.
    pub fn kinds(&self) -> Kinds {
        match self {
            Type::Bool => Kinds::BOOL,
            Type::Int { .. } | Type::Float { .. } => Kinds::NUMBER,
            Type::Text | Type::Char | Type::Format(_) | Type::Bytes => Kinds::TEXT,
            Type::Any => Kinds::ALL,
            Type::Optional(inner) => inner.kinds().or(Kinds::NULL),
            Type::Secret(inner) => inner.kinds(),
            Type::List(_) | Type::Set(_) | Type::Array { .. } | Type::Tuple(_) => Kinds::LIST,
            Type::Map { .. } => Kinds::MAP,
            Type::Class(class) => class.shape().map_or(Kinds::ALL, Shape::kinds),
            Type::Ref(class) => class.key().map_or(Kinds::ALL, |key| key.ty.kinds()),
        }
    }
}

impl Shape {
    /// Which kinds of values there are.
    pub fn kinds(&self) -> Kinds {
        match &self.kind {
            Kind::Record { .. } | Kind::Union(_) => Kinds::MAP,
            Kind::Enum(_) => Kinds::TEXT,
            Kind::Choice(choice) => match choice.tagging {
                Tagging::External => Kinds::MAP.or(Kinds::TEXT),
                Tagging::Internal { .. } | Tagging::Adjacent { .. } => Kinds::MAP,
                Tagging::Untagged => {
                    choice.variants.iter().fold(Kinds(0), |kinds, variant| kinds.or(variant.payload.kinds()))
                }
            },
        }
    }
}

impl Payload {
    /// Which kinds of values there are, without a tag.
    pub fn kinds(&self) -> Kinds {
        match self {
            Payload::Unit => Kinds::NULL,
            Payload::One(ty) => ty.kinds(),
            Payload::Tuple(_) => Kinds::LIST,
            Payload::Record(_) => Kinds::MAP,
        }
    }
}
