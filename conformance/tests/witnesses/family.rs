//! Classes of one family, written by macros: each type in each place where a type may stand, and each rule
//! on each type that it suits.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use conformance::Witness;
use converse::field::Typed;
use converse::{Any, Bytes, Secret, message, union, value};
use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use url::Url;
use uuid::Uuid;

#[value(rename_all = "kebab-case")]
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash, Clone, Copy)]
enum Colour {
    DarkRed,
    #[field(rename = "BLUE")]
    Blue,
}

#[value]
#[derive(PartialEq)]
struct Corner {
    #[field(ge = 0)]
    x: f64,
    #[field(default = 1, alias = "up")]
    y: i8,
    note: Option<String>,
}

#[value(unknown_fields = "refuse")]
#[derive(PartialEq)]
struct Shut {
    a: Option<Option<u8>>,
    #[field(rename = "a/b~c")]
    odd: Option<bool>,
}

#[value]
#[derive(PartialEq)]
enum External {
    Dot,
    Circle(f64),
    Pair(f64, u8),
    Rectangle {
        #[field(ge = 0, multiple_of = 0.5)]
        width: f64,
        height: Option<f64>,
    },
    Inner(Corner),
    Maybe(Option<Colour>),
}

#[value(tag = "type", rename_all = "camelCase")]
#[derive(PartialEq)]
enum Internal {
    FullStop,
    Circle {
        #[field(gt = 0)]
        radius: f64,
    },
}

#[value(tag = "t", content = "c")]
#[derive(PartialEq)]
enum Adjacent {
    Dot,
    Circle(f64),
    Pair(Colour, u8),
    Named {
        #[field(min_length = 1)]
        name: String,
    },
}

#[value(untagged)]
#[derive(PartialEq)]
enum Untagged {
    Flag(bool),
    Number(f64),
    Text(Colour),
    Many(Vec<u8>),
    Record { x: u8 },
}

#[message]
#[derive(PartialEq)]
struct Left {
    side: u8,
}

#[message]
#[derive(PartialEq)]
struct Right {
    side: Option<String>,
}

#[union]
#[derive(PartialEq)]
enum Hand {
    Left(Left),
    Right(Right),
}

/// A type in each place where a type may stand.
#[message]
struct Held<T> {
    plain: T,
    maybe: Option<T>,
    patch: Option<Option<T>>,
    list: Vec<T>,
    gaps: Option<Vec<Option<T>>>,
    map: BTreeMap<String, T>,
    by_number: Option<BTreeMap<i16, T>>,
    by_name: Option<BTreeMap<Colour, T>>,
    by_id: Option<BTreeMap<Uuid, T>>,
    pair: Option<(T, T)>,
    three: Option<[T; 3]>,
    boxed: Option<Box<T>>,
    secret: Option<Secret<T>>,
}

/// A list that is counted, of items that differ.
#[message]
struct Listed<T> {
    #[field(unique_items)]
    once: Vec<T>,
    #[field(min_items = 1, max_items = 3)]
    few: Option<Vec<T>>,
    #[field(unique_items, max_items = 2)]
    patch: Option<Option<Vec<T>>>,
    #[field(min_items = 1, max_items = 2)]
    map: Option<BTreeMap<String, T>>,
}

macro_rules! sets {
    ($($class:ident of $($set:ident)::+ of $type:ty),+ $(,)?) => {$(
        #[message]
        struct $class {
            #[field(min_items = 1, max_items = 2)]
            few: $($set)::+<$type>,
            maybe: Option<$($set)::+<$type>>,
            pairs: Option<Vec<$($set)::+<($type, bool)>>>,
        }
    )+};
}

sets! {
    OrderedBool of BTreeSet of bool, OrderedI64 of BTreeSet of i64, OrderedString of BTreeSet of String, OrderedChar of BTreeSet of char,
    OrderedUuid of BTreeSet of Uuid, OrderedTimestamp of BTreeSet of Timestamp, OrderedDate of BTreeSet of Date,
    OrderedTime of BTreeSet of Time, OrderedDuration of BTreeSet of Duration, OrderedDecimal of BTreeSet of Decimal,
    OrderedIp of BTreeSet of IpAddr, OrderedUrl of BTreeSet of Url, OrderedColour of BTreeSet of Colour,
    OrderedLists of BTreeSet of Vec<u8>, OrderedMaybe of BTreeSet of Option<Uuid>,
    HashedU16 of HashSet of u16, HashedUuid of HashSet of Uuid, HashedTimestamp of HashSet of Timestamp,
    HashedDecimal of HashSet of Decimal, HashedIpv6 of HashSet of Ipv6Addr, HashedUrl of HashSet of Url,
    HashedSigned of HashSet of SignedDuration, HashedColour of HashSet of Colour,
}

macro_rules! whole {
    ($($class:ident of $type:ty),+) => {$(
        #[message]
        struct $class {
            #[field(ge = 3)]
            ge: Option<$type>,
            #[field(gt = 3)]
            gt: Option<$type>,
            #[field(le = 10)]
            le: $type,
            #[field(lt = 10)]
            lt: Option<Option<$type>>,
            #[field(multiple_of = 5)]
            five: Option<$type>,
            #[field(gt = 1, lt = 100, multiple_of = 3, message = "choose another")]
            all: $type,
            #[field(default = 7, le = 9)]
            default: $type,
        }
    )+};
}

whole! {
    WholeU8 of u8, WholeU16 of u16, WholeU32 of u32, WholeU64 of u64, WholeI8 of i8, WholeI16 of i16, WholeI32 of i32,
    WholeI64 of i64
}

macro_rules! broken {
    ($($class:ident of $type:ty),+) => {$(
        #[message]
        struct $class {
            #[field(ge = 0.1)]
            ge: Option<$type>,
            #[field(gt = 0.1)]
            gt: $type,
            #[field(le = 0.3)]
            le: Option<Option<$type>>,
            #[field(lt = 0.3)]
            lt: Option<$type>,
            #[field(gt = 9_007_199_254_740_993)]
            beyond: Option<$type>,
            #[field(multiple_of = 0.01)]
            cents: Option<$type>,
            #[field(gt = -1, lt = 100, multiple_of = 0.25)]
            all: Option<$type>,
            #[field(default = 1.5)]
            default: Option<$type>,
        }
    )+};
}

broken!(BrokenF32 of f32, BrokenF64 of f64);

macro_rules! texts {
    ($($class:ident of $type:ty),+) => {$(
        #[message]
        #[allow(clippy::box_collection, reason = "a rule reaches into a box")]
        struct $class {
            #[field(min_length = 2)]
            min: $type,
            #[field(max_length = 3)]
            max: $type,
            #[field(pattern = r"^[a-z]+\d?$")]
            pattern: $type,
            #[field(trim, min_length = 1)]
            trim: $type,
            #[field(lowercase, pattern = "^[^A-Z]*$")]
            low: $type,
            #[field(trim, uppercase, max_length = 4)]
            high: $type,
            #[field(email)]
            email: $type,
            #[field(url)]
            url: $type,
            #[field(min_length = 3, max_length = 9, pattern = "a.c", message = "choose another")]
            all: $type,
        }
    )+};
}

texts! {
    PlainTexts of String, MaybeTexts of Option<String>, SecretTexts of Secret<String>, MaybeSecretTexts of Option<Secret<String>>,
    PatchTexts of Option<Option<String>>, BoxedTexts of Option<Box<String>>
}

fn above_one(value: &u8) -> Result<(), &'static str> {
    if *value > 1 { Ok(()) } else { Err("must be above one") }
}

/// Checks beside rules, in a record that refuses what it does not know.
#[message(name = "Family", unknown_fields = "refuse", rename_all = "SCREAMING-KEBAB-CASE")]
struct Checks {
    #[field(validate = above_one, le = 99, rename = "above_one")]
    above: u8,
    #[field(default, alias = "old", alias = "older")]
    new_name: String,
    #[field(deprecated)]
    gone: Option<bool>,
    corner: Option<Corner>,
}

macro_rules! family {
    ($($class:ty),+ $(,)?) => {
        /// Every class of the family.
        pub(crate) const CLASSES: &[Witness] = &[$(Witness {
            name: <$class as Typed>::LABEL,
            class: &<$class as Typed>::TYPE,
            read: |json| <$class>::from_json(json)?.to_json(),
        }),+];
    };
}

family! {
    Held<bool>, Held<u8>, Held<u16>, Held<u32>, Held<u64>, Held<usize>, Held<i8>, Held<i16>, Held<i32>, Held<i64>, Held<isize>,
    Held<f32>, Held<f64>, Held<String>, Held<char>, Held<Bytes>, Held<Any>,
    Held<Uuid>, Held<Timestamp>, Held<Date>, Held<Time>, Held<SignedDuration>, Held<Duration>, Held<Decimal>, Held<Url>,
    Held<IpAddr>, Held<Ipv4Addr>, Held<Ipv6Addr>,
    Held<Colour>, Held<Corner>, Held<Shut>, Held<External>, Held<Internal>, Held<Adjacent>, Held<Untagged>, Held<Hand>,
    Listed<bool>, Listed<u8>, Listed<i64>, Listed<u64>, Listed<f32>, Listed<f64>, Listed<String>, Listed<char>, Listed<Bytes>, Listed<Any>,
    Listed<Uuid>, Listed<Timestamp>, Listed<Time>, Listed<SignedDuration>, Listed<Duration>, Listed<Decimal>, Listed<Url>, Listed<IpAddr>,
    Listed<Colour>, Listed<Corner>, Listed<Shut>, Listed<External>, Listed<Internal>, Listed<Adjacent>, Listed<Untagged>, Listed<Hand>,
    Listed<Option<f32>>, Listed<Option<Option<u8>>>, Listed<Vec<f64>>, Listed<BTreeMap<Uuid, f64>>, Listed<(f32, Decimal)>, Listed<[f64; 2]>,
    Listed<BTreeSet<u8>>, Listed<Secret<Decimal>>, Held<Secret<Option<u8>>>,
    OrderedBool, OrderedI64, OrderedString, OrderedChar, OrderedUuid, OrderedTimestamp, OrderedDate, OrderedTime, OrderedDuration,
    OrderedDecimal, OrderedIp, OrderedUrl, OrderedColour, OrderedLists, OrderedMaybe, HashedU16, HashedUuid, HashedTimestamp,
    HashedDecimal, HashedIpv6, HashedUrl, HashedSigned, HashedColour,
    WholeU8, WholeU16, WholeU32, WholeU64, WholeI8, WholeI16, WholeI32, WholeI64, BrokenF32, BrokenF64,
    PlainTexts, MaybeTexts, SecretTexts, MaybeSecretTexts, PatchTexts, BoxedTexts, Checks,
}
