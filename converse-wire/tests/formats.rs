//! `MessagePack` and CBOR: the vectors of their specifications, what they refuse, and that a value is
//! the same in every format, however its bytes are bent.
//!
//! `CONVERSE_SEED` repeats a run, `CONVERSE_ROUNDS` makes it longer.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

#[allow(dead_code, reason = "each test of the crate uses its part")]
mod random;

use converse_wire::{
    At, Cbor, Decode, Encode, FORMATS, Format, Head, Id, Kind, Limits, MsgPack, Names, Number, Pull, Push, Refused,
    Unwritable, Why,
};
use random::Random;
use serde_json::{Value, json};

/// A value that is written as what it holds.
struct Any<'v>(&'v Value);

impl Encode for Any<'_> {
    fn encode<P: Push + ?Sized>(&self, push: &mut P) {
        match self.0 {
            Value::Null => push.null(),
            Value::Bool(value) => push.bool(*value),
            Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(value), ..) => push.u64(value),
                (_, Some(value), _) => push.i64(value),
                (.., value) => push.f64(value.unwrap()),
            },
            Value::String(text) => push.str(text),
            Value::Array(items) => {
                if push.list(items.len()) {
                    for item in items {
                        push.item();
                        Any(item).encode(push);
                    }
                    push.end_list();
                }
            }
            Value::Object(members) => {
                if push.map(members.len()) {
                    for (name, value) in members {
                        push.key(name);
                        Any(value).encode(push);
                    }
                    push.end_map();
                }
            }
        }
    }
}

/// Any value at all, read as what it is.
struct Read(Value);

impl Decode for Read {
    fn decode<P: Pull + ?Sized>(pull: &mut P) -> Result<Read, Refused> {
        Ok(Read(match pull.kind()? {
            Kind::Null => {
                assert!(pull.null()?);
                Value::Null
            }
            Kind::Bool => pull.bool()?.into(),
            Kind::Number => match pull.number()? {
                Number::Int(value) => match (u64::try_from(value), i64::try_from(value)) {
                    (Ok(value), _) => value.into(),
                    (_, Ok(value)) => value.into(),
                    _ => json!({ "beyond": value.to_string() }),
                },
                Number::Float(value) => value.into(),
            },
            Kind::Text if pull.is_binary()? => json!({ "bytes": pull.bytes()? }),
            Kind::Text => pull.string()?.into(),
            Kind::List => {
                let mut at: At = pull.list()?;
                let mut items = Vec::new();
                while pull.item(&mut at)? {
                    items.push(Read::decode(pull)?.0);
                }
                items.into()
            }
            Kind::Map => {
                let mut at = pull.map()?;
                let mut members = serde_json::Map::new();
                while let Some(name) = pull.key(&mut at)? {
                    let name = name.to_owned();
                    members.insert(name, Read::decode(pull)?.0);
                }
                members.into()
            }
        }))
    }
}

/// A value that is read past.
struct Skipped;

impl Decode for Skipped {
    fn decode<P: Pull + ?Sized>(pull: &mut P) -> Result<Skipped, Refused> {
        pull.skip().map(|()| Skipped)
    }
}

fn written<T: Encode>(format: &dyn Format, value: &T) -> Result<Vec<u8>, Unwritable> {
    let mut out = Vec::new();
    format.write_body(&|push| value.encode(push), &mut out).map(|()| out)
}

fn read<T: Decode>(format: &dyn Format, bytes: &[u8]) -> Result<T, Why> {
    let mut opened = format.open_body(bytes, &Limits::DEFAULT).map_err(|misread| misread.why)?;
    let mut value = None;
    let result = opened.body(&mut |pull| {
        value = Some(T::decode(pull)?);
        Ok(())
    });
    match result.and_then(|()| opened.finish(&mut Head::default())) {
        Ok(()) => Ok(value.unwrap()),
        Err(_) => Err(opened.why().0),
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u32> = hex.chars().filter_map(|digit| digit.to_digit(16)).collect();
    digits.chunks(2).map(|pair| u8::try_from(pair[0] * 16 + pair[1]).unwrap()).collect()
}

/// RFC 8949, appendix A: what is in the model of JSON and in preferred serialisation.
const CBOR: &[(&str, &str)] = &[
    ("00", "0"),
    ("01", "1"),
    ("0a", "10"),
    ("17", "23"),
    ("1818", "24"),
    ("1819", "25"),
    ("1864", "100"),
    ("1903e8", "1000"),
    ("1a000f4240", "1000000"),
    ("1b000000e8d4a51000", "1000000000000"),
    ("1bffffffffffffffff", "18446744073709551615"),
    ("20", "-1"),
    ("29", "-10"),
    ("3863", "-100"),
    ("3903e7", "-1000"),
    ("3b7fffffffffffffff", "-9223372036854775808"),
    ("f90000", "0.0"),
    ("f98000", "-0.0"),
    ("f93c00", "1.0"),
    ("fb3ff199999999999a", "1.1"),
    ("f93e00", "1.5"),
    ("f97bff", "65504.0"),
    ("fa47c35000", "100000.0"),
    ("fa7f7fffff", "3.4028234663852886e+38"),
    ("fb7e37e43c8800759c", "1.0e+300"),
    ("f90001", "5.960464477539063e-8"),
    ("f90400", "0.00006103515625"),
    ("f9c400", "-4.0"),
    ("fbc010666666666666", "-4.1"),
    ("f4", "false"),
    ("f5", "true"),
    ("f6", "null"),
    ("60", r#""""#),
    ("6161", r#""a""#),
    ("6449455446", r#""IETF""#),
    ("62225c", r#""\"\\""#),
    ("62c3bc", r#""\u00fc""#),
    ("63e6b0b4", r#""\u6c34""#),
    ("64f0908591", r#""\ud800\udd51""#),
    ("80", "[]"),
    ("83010203", "[1, 2, 3]"),
    ("8301820203820405", "[1, [2, 3], [4, 5]]"),
    (
        "98190102030405060708090a0b0c0d0e0f101112131415161718181819",
        "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25]",
    ),
    ("a0", "{}"),
    ("a26161016162820203", r#"{"a": 1, "b": [2, 3]}"#),
    ("826161a161626163", r#"["a", {"b": "c"}]"#),
    ("a56161614161626142616361436164614461656145", r#"{"a":"A","b":"B","c":"C","d":"D","e":"E"}"#),
];

/// The same appendix: what is no value of a message.
const NOT_CBOR: &[&str] = &[
    "c249010000000000000000",
    "c349010000000000000000",
    "f97c00",
    "f97e00",
    "f9fc00",
    "fa7f800000",
    "fa7fc00000",
    "faff800000",
    "fb7ff0000000000000",
    "fb7ff8000000000000",
    "fbfff0000000000000",
    "f7",
    "f0",
    "f818",
    "f8ff",
    "c074323031332d30332d32315432303a30343a30305a",
    "c11a514b67b0",
    "d74401020304",
    "5f42010243030405ff",
    "7f657374726561646d696e67ff",
    "9fff",
    "9f018202039f0405ffff",
    "bf61610161629f0203ffff",
    "a201020304",
    "ff",
    "1c",
    "5c",
    "",
    "18",
    "62c3",
    "6261",
    "62c328",
    "9bffffffffffffffff",
    "bbffffffffffffffff",
    "7bffffffffffffffff",
    "9a7fffffff",
    "82",
    "a161",
    "0000",
];

/// Every first byte of the `MessagePack` specification that is in the model of JSON, in the shortest form.
const MSGPACK: &[(&str, &str)] = &[
    ("c0", "null"),
    ("c2", "false"),
    ("c3", "true"),
    ("00", "0"),
    ("7f", "127"),
    ("cc80", "128"),
    ("ccff", "255"),
    ("cd0100", "256"),
    ("cdffff", "65535"),
    ("ce00010000", "65536"),
    ("ceffffffff", "4294967295"),
    ("cf0000000100000000", "4294967296"),
    ("cfffffffffffffffff", "18446744073709551615"),
    ("ff", "-1"),
    ("e0", "-32"),
    ("d0df", "-33"),
    ("d080", "-128"),
    ("d1ff7f", "-129"),
    ("d18000", "-32768"),
    ("d2ffff7fff", "-32769"),
    ("d280000000", "-2147483648"),
    ("d3ffffffff7fffffff", "-2147483649"),
    ("d38000000000000000", "-9223372036854775808"),
    ("ca3fc00000", "1.5"),
    ("ca80000000", "-0.0"),
    ("cb3ff199999999999a", "1.1"),
    ("a0", r#""""#),
    ("a3616263", r#""abc""#),
    ("bf61616161616161616161616161616161616161616161616161616161616161", r#""aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa""#),
    ("d9206161616161616161616161616161616161616161616161616161616161616161", r#""aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa""#),
    ("90", "[]"),
    ("93010203", "[1,2,3]"),
    ("9f010203040506070809010203040506", "[1,2,3,4,5,6,7,8,9,1,2,3,4,5,6]"),
    ("dc001001020304050607080901020304050607", "[1,2,3,4,5,6,7,8,9,1,2,3,4,5,6,7]"),
    ("80", "{}"),
    // The example of the specification's home page.
    ("82a7636f6d70616374c3a6736368656d6100", r#"{"compact":true,"schema":0}"#),
];

const NOT_MSGPACK: &[&str] = &[
    "c1",
    "d40100",
    "d6ff00000000",
    "d7ff0000000000000000",
    "c70c0100",
    "c80001",
    "c900000001",
    "ca7fc00000",
    "ca7f800000",
    "cb7ff0000000000000",
    "cbfff8000000000000",
    "",
    "cc",
    "cd00",
    "a1",
    "a261",
    "a1ff",
    "a2c328",
    "dd7fffffff",
    "ddffffffff",
    "df7fffffff",
    "dbffffffff",
    "91",
    "81a161",
    "810102",
    "81c00102",
    "0000",
];

#[test]
fn the_vectors_of_the_specifications() {
    let rows = [(&Cbor as &dyn Format, CBOR), (&MsgPack, MSGPACK)];
    for (format, vectors) in rows {
        for (hex, text) in vectors {
            let value: Value = serde_json::from_str(text).unwrap();
            let known = bytes(hex);
            let Read(came) = read(format, &known).unwrap_or_else(|why| panic!("{} {hex}: {why}", format.name()));
            assert_eq!(came, value, "{} {hex}", format.name());
            assert_eq!(written(format, &Any(&value)).unwrap(), known, "{} {text}", format.name());
            read::<Skipped>(format, &known).unwrap();
        }
    }
    println!("{} vectors of CBOR, {} of MessagePack", CBOR.len(), MSGPACK.len());
}

#[test]
fn what_is_no_value_of_a_message_is_refused_wherever_it_stands() {
    let rows = [(&Cbor as &dyn Format, NOT_CBOR), (&MsgPack, NOT_MSGPACK)];
    for (format, vectors) in rows {
        for hex in vectors {
            let refused = |why: Why| assert!(matches!(why, Why::Syntax(_)), "{} {hex}: {why:?}", format.name());
            refused(read::<Read>(format, &bytes(hex)).map(|read| read.0).unwrap_err());
            refused(read::<Skipped>(format, &bytes(hex)).map(|_| ()).unwrap_err());
        }
    }
    println!("{} byte strings are no CBOR, {} no MessagePack", NOT_CBOR.len(), NOT_MSGPACK.len());
}

#[test]
fn numbers_are_taken_in_any_width() {
    for hex in
        ["01", "1801", "190001", "1a00000001", "1b0000000000000001", "f93c00", "fa3f800000", "fb3ff0000000000000"]
    {
        assert_eq!(read::<u8>(&Cbor, &bytes(hex)), Ok(1), "{hex}");
        assert_eq!(read::<f32>(&Cbor, &bytes(hex)), Ok(1.0), "{hex}");
        assert_eq!(read::<i64>(&Cbor, &bytes(hex)), Ok(1), "{hex}");
    }
    for hex in [
        "01",
        "cc01",
        "cd0001",
        "ce00000001",
        "cf0000000000000001",
        "d001",
        "d10001",
        "d200000001",
        "d30000000000000001",
        "ca3f800000",
        "cb3ff0000000000000",
    ] {
        assert_eq!(read::<u8>(&MsgPack, &bytes(hex)), Ok(1), "{hex}");
        assert_eq!(read::<f64>(&MsgPack, &bytes(hex)), Ok(1.0), "{hex}");
        assert_eq!(read::<i64>(&MsgPack, &bytes(hex)), Ok(1), "{hex}");
    }
    // Lengths too: a text, a list and a map.
    for (format, hex) in [(&Cbor as &dyn Format, "7a0000000161"), (&MsgPack, "db0000000161")] {
        assert_eq!(read::<String>(format, &bytes(hex)), Ok("a".to_owned()));
    }
}

/// Bytes as a field has them.
#[derive(Debug, PartialEq)]
struct Bytes(Vec<u8>);

impl Decode for Bytes {
    fn decode<P: Pull + ?Sized>(pull: &mut P) -> Result<Bytes, Refused> {
        pull.bytes().map(Bytes)
    }
}

impl Encode for Bytes {
    fn encode<P: Push + ?Sized>(&self, push: &mut P) {
        push.bytes(&self.0);
    }
}

#[test]
fn bytes_are_themselves_and_no_text() {
    let all = Bytes((0..=255).collect());
    let rows = [
        (&Cbor as &dyn Format, "4401020304", "590100", 3 + 256, "4401020304"),
        (&MsgPack, "c40401020304", "c50100", 3 + 256, "c600000004 01020304"),
    ];
    for (format, short, head, length, wide) in rows {
        assert_eq!(written(format, &Bytes(vec![1, 2, 3, 4])).unwrap(), bytes(short));
        assert_eq!(read(format, &bytes(short)), Ok(Bytes(vec![1, 2, 3, 4])));
        assert_eq!(read(format, &bytes(wide)), Ok(Bytes(vec![1, 2, 3, 4])));
        let long = written(format, &all).unwrap();
        assert!(long.starts_with(&bytes(head)) && long.len() == length);
        assert_eq!(read(format, &long).as_ref(), Ok(&all));
        read::<Skipped>(format, &long).unwrap();
        assert_eq!(read::<String>(format, &bytes(short)), Err(Why::Unfit), "bytes are no text");
        assert!(matches!(read::<Bytes>(format, &long[..40]), Err(Why::Syntax(_))));
        // Base64 as in JSON, from who has no bytes.
        assert_eq!(read(format, &written(format, &"AQIDBA==").unwrap()), Ok(Bytes(vec![1, 2, 3, 4])));
        assert_eq!(read::<Bytes>(format, &written(format, &"A").unwrap()), Err(Why::Unfit));
    }
    assert!(matches!(read::<Bytes>(&MsgPack, &bytes("c6ffffffff00")), Err(Why::Syntax(_))), "a length alone");
}

/// The name in a member called `type`, wherever it stands, and then the whole again.
#[derive(Debug, PartialEq)]
struct Tagged(usize, Value);

impl Decode for Tagged {
    fn decode<P: Pull + ?Sized>(pull: &mut P) -> Result<Tagged, Refused> {
        let tag = pull.tag_in("type", &["a", "b"])?;
        Read::decode(pull).map(|read| Tagged(tag, read.0))
    }
}

#[test]
fn a_value_can_be_read_again() {
    for &format in FORMATS {
        let value = json!([{"x": [1, {"y": "z"}], "type": "b"}, {"type": "a"}]);
        let came = read::<Vec<Tagged>>(format, &written(format, &Any(&value)).unwrap()).unwrap();
        assert_eq!(came, [Tagged(1, value[0].clone()), Tagged(0, value[1].clone())], "{}", format.name());
        let unknown = written(format, &Any(&json!([{"type": "c"}]))).unwrap();
        assert_eq!(read::<Vec<Tagged>>(format, &unknown), Err(Why::Unfit));
    }
}

#[test]
fn what_does_not_fit_is_unfit_and_well_formed() {
    for format in [&Cbor as &dyn Format, &MsgPack] {
        let unfit = |value: &Value| written(format, &Any(value)).unwrap();
        assert_eq!(read::<u8>(format, &unfit(&json!(256))), Err(Why::Unfit));
        assert_eq!(read::<u8>(format, &unfit(&json!(-1))), Err(Why::Unfit));
        assert_eq!(read::<i64>(format, &unfit(&json!(u64::MAX))), Err(Why::Unfit));
        assert_eq!(read::<i64>(format, &unfit(&json!(1.5))), Err(Why::Unfit));
        assert_eq!(read::<i64>(format, &unfit(&json!(9_007_199_254_740_992.0))), Ok(1 << 53));
        assert_eq!(read::<i64>(format, &unfit(&json!(9_007_199_254_740_994.0))), Err(Why::Unfit));
        assert_eq!(read::<f32>(format, &unfit(&json!(1e39))), Err(Why::Unfit));
        assert_eq!(read::<String>(format, &unfit(&json!(1))), Err(Why::Unfit));
        assert_eq!(read::<bool>(format, &unfit(&json!("true"))), Err(Why::Unfit));
        assert_eq!(read::<Vec<u8>>(format, &unfit(&json!({}))), Err(Why::Unfit));
    }
    assert_eq!(read::<i64>(&Cbor, &bytes("3bffffffffffffffff")), Err(Why::Unfit), "-2^64");
    assert_eq!(read::<f64>(&Cbor, &bytes("3bffffffffffffffff")), Ok(-18_446_744_073_709_551_616.0));
}

#[test]
fn texts_depth_and_floats_are_guarded_both_ways() {
    for &format in FORMATS {
        let name = format.name();
        assert_eq!(written(format, &"a\0"), Err(Unwritable::Nul), "{name}");
        assert_eq!(written(format, &f64::NAN), Err(Unwritable::NotFinite), "{name}");
        assert_eq!(written(format, &f32::INFINITY), Err(Unwritable::NotFinite), "{name}");
        let nested = |levels: usize| (0..levels).fold(json!([]), |inner, _| json!([inner]));
        assert_eq!(written(format, &Any(&nested(64))), Err(Unwritable::TooDeep), "{name}");
        let deepest = written(format, &Any(&nested(63))).unwrap();
        assert_eq!(read::<Read>(format, &deepest).unwrap().0, nested(63), "{name}");
        let deeper = if format.is_text() {
            [b"[".as_slice(), &deepest, b"]"].concat()
        } else {
            [&written(format, &Any(&json!([0]))).unwrap()[..1], &deepest].concat()
        };
        assert_eq!(read::<Read>(format, &deeper).map(|read| read.0), Err(Why::TooDeep), "{name}");
        assert_eq!(read::<Skipped>(format, &deeper).map(|_| ()), Err(Why::TooDeep), "{name}");
    }
    for (format, hex) in
        [(&Cbor as &dyn Format, "626100"), (&MsgPack, "a26100"), (&Cbor, "a1626100f6"), (&MsgPack, "81a26100c0")]
    {
        assert_eq!(read::<Read>(format, &bytes(hex)).map(|read| read.0), Err(Why::Nul), "{hex}");
        assert_eq!(read::<Skipped>(format, &bytes(hex)).map(|_| ()), Err(Why::Nul), "{hex}");
    }
}

/// A record of two fields, the second of which may be left out.
#[derive(Debug, PartialEq)]
struct Pair(u32, Option<String>);

static NAMES: Names = Names { own: &["number", "name"], aliases: &[("n", 0)], closed: false };

impl Decode for Pair {
    fn decode<P: Pull + ?Sized>(pull: &mut P) -> Result<Pair, Refused> {
        let mut at = pull.record()?;
        let (mut number, mut name) = (None, None);
        while let Some(index) = pull.field(&NAMES, &mut at)? {
            if index == 0 {
                number = Some(u32::decode(pull)?);
            } else {
                name = Option::decode(pull)?;
            }
        }
        number.map(|number| Pair(number, name)).ok_or_else(|| pull.refuse(Why::Unfit))
    }
}

#[test]
fn records_are_read_as_in_json() {
    let cases = [
        (r#"{"number":7,"name":"x"}"#, Ok(Pair(7, Some("x".to_owned())))),
        (r#"{"name":null,"else":[{"a":[1,"b",{}]}],"n":7}"#, Ok(Pair(7, None))),
        (r#"{"name":"x"}"#, Err(Why::Unfit)),
        (r#"[7,"x"]"#, Err(Why::Unfit)),
    ];
    for (text, wanted) in cases {
        let value: Value = serde_json::from_str(text).unwrap();
        for &format in FORMATS {
            assert_eq!(
                read::<Pair>(format, &written(format, &Any(&value)).unwrap()),
                wanted,
                "{} {text}",
                format.name()
            );
        }
    }
    // A field twice, under its name and its alias, which no map of a test can hold.
    for (format, hex) in [(&Cbor as &dyn Format, "a2666e756d62657201616e02"), (&MsgPack, "82a66e756d62657201a16e02")] {
        assert_eq!(read::<Pair>(format, &bytes(hex)), Err(Why::DuplicateKey));
        assert_eq!(read::<std::collections::BTreeMap<String, u8>>(format, &bytes(hex)).unwrap().len(), 2);
    }
    for (format, hex) in [(&Cbor as &dyn Format, "a2616101616102"), (&MsgPack, "82a16101a16102")] {
        assert_eq!(read::<std::collections::BTreeMap<String, u8>>(format, &bytes(hex)), Err(Why::DuplicateKey));
    }
}

#[test]
fn a_head_is_read_on_both_sides_of_the_body() {
    for &format in FORMATS {
        let cases = [
            (json!({"A": {}, "$id": 7, "$x-a": [1], "$trace": "t"}), Ok(("A", Id::Int(7)))),
            (json!({"$id": "seven", "A": {}}), Ok(("A", Id::Text("seven".into())))),
            (json!({"$id": 1.0, "A": {}}), Ok(("A", Id::Int(1)))),
            (json!({"A": {}}), Ok(("A", Id::None))),
            (json!({"$id": 7}), Err("one member that names a class, and this has none")),
            (json!({}), Err("one member that names a class, and this has none")),
            (json!({"A": {}, "B": {}}), Err("has two")),
            (json!({"$else": 7, "A": {}}), Err("another `$` member")),
            (json!({"$id": 7.5, "A": {}}), Err("`$id` is an integer")),
            (json!({"A": {}, "$id": "x".repeat(65)}), Err("`$id` is an integer")),
            (json!([{"A": {}}]), Err("a message is one object")),
        ];
        for (envelope, wanted) in cases {
            let bytes = written(format, &Any(&envelope)).unwrap();
            let mut head = Head::default();
            let result = format.open(&bytes, &Limits::DEFAULT, &mut head).map_err(|misread| misread.why).and_then(
                |mut opened| {
                    opened
                        .body(&mut |pull| pull.skip())
                        .and_then(|()| opened.finish(&mut head))
                        .map_err(|_| opened.why().0)
                },
            );
            match (result, wanted) {
                (Ok(()), Ok((class, id))) => assert_eq!((&*head.class, head.id), (class, id), "{}", format.name()),
                (Err(Why::Envelope(what)), Err(wanted)) => assert!(what.contains(wanted), "{what}"),
                (got, wanted) => panic!("{} {envelope}: {got:?}, not {wanted:?}", format.name()),
            }
        }
    }
}

#[test]
fn a_head_that_is_written_is_read_again() {
    let head = Head {
        class: "SignIn".into(),
        id: Id::Text("ü7".into()),
        idempotency_key: Some("k".into()),
        auth: Some("token".into()),
        trace: Some("00-".into()),
        ..Head::default()
    };
    for &format in FORMATS {
        let mut bytes = Vec::new();
        format.write(&head, &|push| Any(&json!({"a": [1]})).encode(push), &mut bytes).unwrap();
        let mut came = Head::default();
        let mut opened = format.open(&bytes, &Limits::DEFAULT, &mut came).unwrap();
        let mut body = Value::Null;
        let read = opened.body(&mut |pull| {
            body = Read::decode(pull)?.0;
            Ok(())
        });
        read.and_then(|()| opened.finish(&mut came)).unwrap();
        drop(opened);
        assert_eq!((came, body), (head.clone(), json!({"a": [1]})), "{}", format.name());
    }
}

fn value(random: &mut Random, depth: usize) -> Value {
    match random.below(if depth == 0 { 5 } else { 7 }) {
        0 => random.of(&[Value::Null.as_bool(), Some(true), Some(false)]).into(),
        1 => (random.next() >> random.below(64)).into(),
        2 => (random.next().cast_signed() >> random.below(64)).into(),
        3 => match random.below(3) {
            0 => random.float().into(),
            1 => f64::from(u32::try_from(random.below(1 << 12)).unwrap()).into(),
            _ => (f64::from(u32::try_from(random.below(1 << 20)).unwrap()) / 1024.0).into(),
        },
        4 => random.text().replace('\0', "").into(),
        5 => (0..random.below(20)).map(|_| value(random, depth - 1)).collect(),
        _ => Value::Object(
            (0..random.below(20)).map(|_| (random.text().replace('\0', ""), value(random, depth - 1))).collect(),
        ),
    }
}

#[test]
fn a_value_is_the_same_in_every_format() {
    let mut random = Random::announced();
    let rounds = Random::rounds(3_000);
    for _ in 0..rounds {
        let value = value(&mut random, 3);
        for &format in FORMATS {
            let once = written(format, &Any(&value)).unwrap();
            let Read(came) = read(format, &once).unwrap();
            assert_eq!(came, value, "{}", format.name());
            assert_eq!(written(format, &Any(&came)).unwrap(), once, "what is written is canonical");
            read::<Skipped>(format, &once).unwrap();
        }
    }
    println!("{rounds} values in {} formats", FORMATS.len());
}

#[test]
fn bent_envelopes_do_no_harm() {
    let mut random = Random::announced();
    let rounds = Random::rounds(30_000);
    let (mut taken, mut refused) = (0, 0);
    for &format in FORMATS {
        let mut whole = Vec::new();
        for round in 0..rounds {
            if round % 16 == 0 {
                whole.clear();
                let head =
                    Head { class: "A".into(), id: Id::Int(random.next().cast_signed() >> 40), ..Head::default() };
                let body = value(&mut random, 2);
                format.write(&head, &|push| Any(&body).encode(push), &mut whole).unwrap();
            }
            let mut bent = whole.clone();
            bend(&mut random, &mut bent);
            let mut head = Head::default();
            let Ok(mut opened) = format.open(&bent, &Limits::DEFAULT, &mut head) else {
                refused += 1;
                continue;
            };
            let mut body = None;
            let as_record = random.below(2) == 0;
            let read = opened.body(&mut |pull| {
                if as_record {
                    Pair::decode(pull).map(drop)
                } else {
                    Read::decode(pull).map(|read| body = Some(read.0))
                }
            });
            match read.and_then(|()| opened.finish(&mut head)) {
                Ok(()) => taken += 1,
                Err(_) => refused += 1,
            }
            if let Some(body) = body {
                // What was read can be written, and is the same then; but for numbers beyond 64 bits.
                let again = written(format, &Any(&body)).unwrap();
                assert_eq!(read_again(format, &again), body);
            }
        }
    }
    println!("{} bent envelopes: {taken} still read, {refused} refused", taken + refused);
    assert!(taken > 0 && refused > taken / 100);
}

fn read_again(format: &dyn Format, bytes: &[u8]) -> Value {
    read::<Read>(format, bytes).unwrap().0
}

/// Changes, takes out, puts in or cuts a few bytes.
fn bend(random: &mut Random, bytes: &mut Vec<u8>) {
    for _ in 0..=random.below(3) {
        let at = random.below(bytes.len() + 1);
        let byte = random.next().to_le_bytes()[0];
        match random.below(6) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, byte),
            2 if at < bytes.len() => drop(bytes.remove(at)),
            3 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            4 => bytes.splice(at..at, [byte, 0xff, 0xff, 0xff, 0xff]).for_each(drop),
            _ if at < bytes.len() => bytes[at] = byte,
            _ => {}
        }
    }
}
