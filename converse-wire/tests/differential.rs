//! Differential fuzzing: the strict reader and the writer against `serde_json`, an independent witness.
//!
//! `CONVERSE_SEED` repeats a run, `CONVERSE_ROUNDS` makes it longer.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it expects by failing"
)]

mod random;

use std::collections::BTreeMap;

use converse_wire::json::{Reader, Writer, write_str};
use converse_wire::{Decode, Encode, Kind, Limits, Number, Pull, Push, Refused, Why};
use random::Random;
use serde_json::Value;

/// How many documents a run mutates.
const ROUNDS: u64 = 200_000;

/// What is mutated: each part of the grammar, and what stands at its edges.
const SEEDS: &[&str] = &[
    r#"{"SignIn":{"username":"josh","password":"basketball"},"$id":7}"#,
    "[0,-0,1,-1,0.5,1e2,1E+2,1e-2,-1.25e+10,123456789012345678901234567890,1e400,0.1e-400]",
    r#"["","a","\"\\\/\b\f\n\r\t","\u0041\u00e9\ud83d\ude00","é😀","12345678\"1234567\\"]"#,
    r#"[true,false,null,[],{},[[]],{"a":{}},[{"a":[{"b":[]}]}]]"#,
    r#"{"a":1,"b":2,"c":[1,2,3],"d":{"a":1,"A":2,"":3,"\u0061b":4}}"#,
    " { \"a\" :\t[ 1 ,\r\n2 ] , \"b\" : \"c\" } ",
    "[9007199254740993,18446744073709551615,-9223372036854775808,1.7976931348623157e308,5e-324,0.30000000000000004]",
    r#"{"k":"\ud800","l":"\u0000","m":"\udc00\ud800"}"#,
];

/// What mutations insert: pieces that mean something.
const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\\u",
    "\\u0000",
    "\\ud83d",
    "\\ude00",
    "\\u0061",
    "-",
    "+",
    ".",
    "e",
    "E",
    "0",
    "1",
    "9",
    "00",
    "1e",
    "e5",
    "true",
    "false",
    "null",
    " ",
    "\n",
    "\t",
    "\r",
    "\0",
    "\u{1}",
    "\u{b}",
    "\u{a0}",
    "\u{feff}",
    "é",
    "😀",
    "\"a\":",
    "\"a\":1,",
    "[[[[[[[[",
    "]]]]]]]]",
    "{\"a\":{\"a\":{\"a\":",
    "/",
    "//",
    "'",
    "NaN",
    "Infinity",
    "0x1",
    "\\x",
    "\"\"",
];

/// Any value, members in their order, numbers as they were written.
#[derive(Debug, Clone, PartialEq)]
enum Any {
    Null,
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(String),
    List(Vec<Any>),
    Map(Vec<(String, Any)>),
}

fn read(reader: &mut Reader<'_>) -> Result<Any, Refused> {
    Ok(match reader.kind()? {
        Kind::Null => {
            reader.null()?;
            Any::Null
        }
        Kind::Bool => Any::Bool(reader.bool()?),
        Kind::Number => match reader.number()? {
            Number::Int(value) => Any::Int(value),
            Number::Float(value) => Any::Float(value),
        },
        Kind::Text => Any::Text(reader.string()?),
        Kind::List => {
            let mut at = reader.list()?;
            let mut items = Vec::new();
            while reader.item(&mut at)? {
                items.push(read(reader)?);
            }
            Any::List(items)
        }
        Kind::Map => {
            let mut at = reader.map()?;
            let mut members: Vec<(String, Any)> = Vec::new();
            while let Some(key) = reader.key(&mut at)?.map(str::to_owned) {
                let value = read(reader)?;
                if members.iter().any(|(known, _)| *known == key) {
                    return Err(reader.refuse(Why::DuplicateKey));
                }
                members.push((key, value));
            }
            Any::Map(members)
        }
    })
}

fn whole<T>(bytes: &[u8], read: impl FnOnce(&mut Reader<'_>) -> Result<T, Refused>) -> Result<T, Why> {
    let mut reader = Reader::new(bytes, &Limits::DEFAULT).map_err(|_| Why::Syntax("UTF-8"))?;
    match read(&mut reader).and_then(|value| reader.end().map(|()| value)) {
        Ok(value) => Ok(value),
        Err(_) => Err(reader.why().0),
    }
}

/// Whether `serde_json` has read the same; where a number does not fit it, it read the nearest float.
fn same(ours: &Any, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Any::Null, Value::Null) => true,
        (Any::Bool(a), Value::Bool(b)) => a == b,
        (Any::Text(a), Value::String(b)) => a == b,
        #[allow(clippy::cast_precision_loss, clippy::float_cmp, reason = "the nearest float is what is compared")]
        (Any::Int(a), Value::Number(b)) => match (b.as_i64(), b.as_u64()) {
            (Some(b), _) => *a == i128::from(b),
            (_, Some(b)) => *a == i128::from(b),
            // -0 is a float to serde_json.
            _ => b.as_f64().is_some_and(|b| *a as f64 == b),
        },
        #[allow(clippy::float_cmp, reason = "serde_json's float_roundtrip is exact, and so must we be")]
        (Any::Float(a), Value::Number(b)) => b.as_f64().is_some_and(|b| *a == b),
        (Any::List(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Any::Map(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => false,
    }
}

fn mutated(random: &mut Random) -> Vec<u8> {
    let mut bytes = random.of(SEEDS).as_bytes().to_vec();
    for _ in 0..random.below(5) {
        let at = random.below(bytes.len() + 1);
        let to = (at + random.below(8)).min(bytes.len());
        match random.below(6) {
            0 => drop(bytes.drain(at..to)),
            1 => drop(bytes.splice(at..at, random.of(PIECES).bytes())),
            2 => drop(bytes.splice(at..to, random.of(PIECES).bytes())),
            3 => {
                let piece = bytes[at..to].to_vec();
                let elsewhere = random.below(bytes.len() + 1);
                bytes.splice(elsewhere..elsewhere, piece);
            }
            4 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            _ => bytes.truncate(at),
        }
        if bytes.is_empty() {
            break;
        }
    }
    if random.below(100) == 0 {
        let depth = 40 + random.below(60);
        let inner = std::mem::take(&mut bytes);
        bytes = [&b"[".repeat(depth)[..], &inner, &b"]".repeat(depth)].concat();
    }
    bytes
}

#[test]
fn never_looser_than_serde_json_and_stricter_only_for_named_reasons() {
    let mut random = Random::announced();
    let (mut accepted, mut refused, mut stricter) = (0_u64, 0_u64, BTreeMap::<String, u64>::new());
    for round in 0..Random::rounds(ROUNDS) {
        let bytes = mutated(&mut random);
        let theirs = serde_json::from_slice::<Value>(&bytes);
        let ours = whole(&bytes, read);
        let skipped = whole(&bytes, |reader| reader.skip());
        let shown = || format!("round {round}: {:?}", String::from_utf8_lossy(&bytes));
        match (&ours, &theirs) {
            (Ok(ours), Ok(theirs)) => {
                accepted += 1;
                assert!(same(ours, theirs), "{}\nread as {ours:?}, and by serde_json as {theirs:?}", shown());
            }
            // A numeral beyond every float is a numeral: a type refuses it, not the grammar.
            (Ok(_), Err(error)) if error.to_string().starts_with("number out of range") => accepted += 1,
            (Ok(ours), Err(error)) => panic!("{}\nread as {ours:?}; serde_json: {error}", shown()),
            (Err(why), Ok(_)) => {
                let named = matches!(why, Why::DuplicateKey | Why::Nul | Why::TooDeep);
                assert!(named, "{}\nrefused: {why:?}", shown());
                *stricter.entry(format!("{why:?}")).or_default() += 1;
            }
            (Err(_), Err(_)) => refused += 1,
        }
        match (&ours, &skipped) {
            (Ok(_), Err(why)) => panic!("{}\nread, and not skipped: {why:?}", shown()),
            (Err(why), Ok(())) => assert_eq!(*why, Why::DuplicateKey, "{}\nskipped, and not read", shown()),
            _ => {}
        }
    }
    println!("{accepted} accepted by both, {refused} refused by both, refused by ours alone: {stricter:?}");
    assert!(accepted > 1000 && refused > 1000, "the mutations are of use");
}

/// Each typed reading has the verdict of `serde_json` for the same type, up to whole numbers written as
/// floats, which ours takes.
#[test]
fn numbers_are_those_of_serde_json() {
    let mut random = Random::announced();
    let mut compared = 0_u64;
    for _ in 0..Random::rounds(ROUNDS) {
        let text = random.numeral();
        let float = whole(text.as_bytes(), |reader| f64::decode(reader));
        let exact: f64 = text.parse().unwrap();
        match float {
            Ok(float) => assert_eq!(float.to_bits(), exact.to_bits(), "{text}"),
            Err(_) => assert!(exact.is_infinite(), "{text}"),
        }
        let single = whole(text.as_bytes(), |reader| f32::decode(reader));
        // By way of `f64`, as every language that reads numbers so has it.
        #[allow(clippy::cast_possible_truncation, reason = "rounded, as the reader does")]
        let exact = exact as f32;
        match single {
            Ok(single) => assert_eq!(single.to_bits(), exact.to_bits(), "{text}"),
            Err(_) => assert!(exact.is_infinite(), "{text}"),
        }
        let plain = !text.contains(['.', 'e', 'E']);
        macro_rules! integers {
            ($($type:ty),+) => {$(
                let ours = whole(text.as_bytes(), |reader| <$type>::decode(reader));
                let theirs = serde_json::from_str::<$type>(&text);
                match (&ours, &theirs) {
                    (Ok(ours), Ok(theirs)) => assert_eq!(ours, theirs, "{text}"),
                    // -0 is a float to serde_json, and an integer to us.
                    (Ok(ours), Err(_)) => assert!(!plain || *ours == 0, "{text} is no {}", stringify!($type)),
                    (Err(_), Ok(theirs)) => panic!("{text} is {theirs}"),
                    (Err(_), Err(_)) => {}
                }
            )+};
        }
        integers!(u8, i8, u16, i16, u32, i32, u64, i64);
        compared += 1;
    }
    println!("{compared} numerals, each read as ten types");
}

#[test]
fn what_is_written_is_read_again() {
    let mut random = Random::announced();
    let rounds = Random::rounds(ROUNDS) / 4;
    for _ in 0..rounds {
        let value = any(&mut random, 5);
        let mut out = Vec::new();
        let mut writer = Writer::new(&mut out, 64);
        value.encode(&mut writer);
        assert_eq!(writer.failed(), None);
        let shown = String::from_utf8(out).unwrap();
        let again = whole(shown.as_bytes(), read).unwrap_or_else(|why| panic!("{shown}: {why:?}"));
        assert!(bits(&value, &again), "{shown}: {value:?} became {again:?}");
        let theirs: Value = serde_json::from_str(&shown).unwrap();
        assert!(same(&value, &theirs), "{shown}: {value:?} is {theirs:?} to serde_json");
    }
    println!("{rounds} values written and read again");
}

#[test]
fn texts_are_written_as_serde_json_writes_them() {
    let mut random = Random::announced();
    let rounds = Random::rounds(ROUNDS);
    for _ in 0..rounds {
        let text = random.text();
        let mut out = Vec::new();
        let nul = write_str(&mut out, &text);
        assert_eq!(String::from_utf8(out).unwrap(), serde_json::to_string(&text).unwrap());
        assert_eq!(nul, text.contains('\0'), "{text:?}");
    }
    println!("{rounds} texts");
}

impl Encode for Any {
    fn encode<P: Push + ?Sized>(&self, push: &mut P) {
        match self {
            Any::Null => push.null(),
            Any::Bool(value) => push.bool(*value),
            Any::Int(value) => match i64::try_from(*value) {
                Ok(value) => push.i64(value),
                Err(_) => push.u64(u64::try_from(*value).unwrap()),
            },
            Any::Float(value) => push.f64(*value),
            Any::Text(text) => push.str(text),
            Any::List(items) => {
                assert!(push.list(items.len()));
                for item in items {
                    push.item();
                    item.encode(push);
                }
                push.end_list();
            }
            Any::Map(members) => {
                assert!(push.map(members.len()));
                for (key, value) in members {
                    push.key(key);
                    value.encode(push);
                }
                push.end_map();
            }
        }
    }
}

/// A random value that can be written.
fn any(random: &mut Random, depth: usize) -> Any {
    match random.below(if depth == 0 { 5 } else { 7 }) {
        0 => Any::Null,
        1 => Any::Bool(random.below(2) == 0),
        2 => {
            Any::Int(if random.below(2) == 0 { i128::from(random.next().cast_signed()) } else { random.next().into() })
        }
        3 => Any::Float(random.float()),
        4 => Any::Text(random.text().replace('\0', "")),
        5 => Any::List((0..random.below(5)).map(|_| any(random, depth - 1)).collect()),
        _ => {
            let members = (0..random.below(5)).map(|_| (random.text().replace('\0', ""), any(random, depth - 1)));
            let unique: BTreeMap<String, Any> = members.collect();
            Any::Map(unique.into_iter().collect())
        }
    }
}

/// Whether two values are the same, floats to the bit.
fn bits(a: &Any, b: &Any) -> bool {
    match (a, b) {
        (Any::Float(a), Any::Float(b)) => a.to_bits() == b.to_bits(),
        (Any::List(a), Any::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| bits(a, b)),
        (Any::Map(a), Any::Map(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.0 == b.0 && bits(&a.1, &b.1))
        }
        _ => a == b,
    }
}
