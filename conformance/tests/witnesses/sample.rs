//! Values of a type, most of them good: what payloads are made of before they are spoilt.

use converse_model::{Choice, Field, Kind, Payload, Shape, Tagging, TextFormat, Type};

use crate::random::Random;
use crate::reference::{Document, field_is_good};

/// Deeper than this nothing is made that need not be.
const DEPTH: usize = 4;

/// How often a value is tried that must keep rules.
const TRIES: usize = 16;

pub(crate) const TEXTS: &[&str] = &[
    "",
    "a",
    "b",
    "ab",
    "abc",
    "abcd",
    "abcde",
    "abc7",
    "abc-1",
    "a.c",
    "bbc",
    "AB12",
    "ABC",
    " ab ",
    "\u{a0}x\u{2003}",
    "é",
    "e\u{301}",
    "😀😀",
    "\u{130}",
    "ß",
    "abc\n",
    "12345",
    "12",
    "a@b",
    "josh@example.org",
    "https://example.org/",
    "urn:x",
    "basketball",
    "twelve chars",
    "1",
    "-1",
    "true",
    "null",
    "\u{202e}",
    "\"\\/",
    "__proto__",
];

pub(crate) const NUMBERS: &[&str] = &[
    "0",
    "1",
    "2",
    "3",
    "5",
    "7",
    "10",
    "15",
    "20",
    "100",
    "-1",
    "-0.5",
    "0.5",
    "0.25",
    "0.01",
    "0.1",
    "0.3",
    "19.99",
    "1.5",
    "1.0",
    "1e2",
    "127",
    "128",
    "255",
    "256",
    "65535",
    "-128",
    "-32768",
    "2147483647",
    "4294967295",
    "9007199254740993",
    "-0",
    "0.0",
    "-0.0",
];

/// A body of this shape.
pub(crate) fn shape(shape: &Shape, random: &mut Random, depth: usize) -> Document {
    match &shape.kind {
        Kind::Record { fields, .. } => Document::Map(members(&shape.name, fields, random, depth)),
        Kind::Enum(variants) => Document::Text(random.one_of(variants).name.to_string()),
        Kind::Choice(choice) => self::choice(&shape.name, choice, random, depth),
        Kind::Union(classes) => {
            let class = random.one_of(classes);
            Document::Map(vec![(class.name().to_owned(), self::shape(class.shape().unwrap(), random, depth + 1))])
        }
    }
}

fn members(class: &str, fields: &[Field], random: &mut Random, depth: usize) -> Vec<(String, Document)> {
    let mut members = Vec::new();
    for field in fields {
        if !field.is_required() && (depth > DEPTH || random.once_in(3)) {
            continue;
        }
        let named = field.aliases.is_empty() || !random.once_in(4);
        let name = if named { &field.name } else { random.one_of(&field.aliases) };
        members.push((name.to_string(), self::field(class, field, random, depth)));
    }
    members
}

/// A value of a field that keeps its rules, if one is found.
pub(crate) fn field(class: &str, field: &Field, random: &mut Random, depth: usize) -> Document {
    let mut value = ty(&field.ty, random, depth + 1);
    for _ in 0..TRIES {
        if field.constraints.is_empty() || field_is_good(class, field, &value) {
            break;
        }
        value = ty(&field.ty, random, depth + 1);
    }
    value
}

fn choice(class: &str, choice: &Choice, random: &mut Random, depth: usize) -> Document {
    let variant = random.one_of(&choice.variants);
    let text = || Document::Text(variant.name.to_string());
    let held = payload(class, &variant.payload, random, depth);
    match (&choice.tagging, &variant.payload) {
        (Tagging::External, Payload::Unit) => text(),
        (Tagging::External, _) => Document::Map(vec![(variant.name.to_string(), held)]),
        (Tagging::Internal { tag }, _) => {
            let mut members = if let Document::Map(members) = held { members } else { Vec::new() };
            let at = random.below(members.len() + 1);
            members.insert(at, (tag.to_string(), text()));
            Document::Map(members)
        }
        (Tagging::Adjacent { tag, content }, payload) => {
            let mut members = vec![(tag.to_string(), text())];
            if !matches!(payload, Payload::Unit) {
                members.insert(random.below(2), (content.to_string(), held));
            }
            Document::Map(members)
        }
        (Tagging::Untagged, _) => held,
    }
}

fn payload(class: &str, payload: &Payload, random: &mut Random, depth: usize) -> Document {
    match payload {
        Payload::Unit => Document::Null,
        Payload::One(one) => ty(one, random, depth + 1),
        Payload::Tuple(types) => Document::List(types.iter().map(|one| ty(one, random, depth + 1)).collect()),
        Payload::Record(fields) => Document::Map(members(class, fields, random, depth + 1)),
    }
}

fn number(random: &mut Random) -> Document {
    Document::Number((*random.one_of(NUMBERS)).to_owned())
}

fn text(random: &mut Random) -> String {
    (*random.one_of(TEXTS)).to_owned()
}

/// A value of this type.
pub(crate) fn ty(one: &Type, random: &mut Random, depth: usize) -> Document {
    let many = |random: &mut Random| if depth > DEPTH { 0 } else { random.below(4) };
    match one {
        Type::Bool => Document::Bool(random.once_in(2)),
        Type::Int { min, max } => match random.below(8) {
            0 => Document::Number(min.to_string()),
            1 => Document::Number(max.to_string()),
            _ => Document::Number((i128::try_from(random.below(120)).unwrap() - 20).clamp(*min, *max).to_string()),
        },
        Type::Ref(class) => ty(&class.key().unwrap().ty, random, depth),
        Type::Float { .. } => number(random),
        Type::Text => Document::Text(text(random)),
        Type::Char => Document::Text((*random.one_of(&["a", "é", "😀", "\u{130}", "\\"])).to_owned()),
        Type::Format(format) => Document::Text((*random.one_of(of_format(*format))).to_owned()),
        Type::Bytes => Document::Text((*random.one_of(of_format(TextFormat::Base64))).to_owned()),
        Type::Any => any(random, depth),
        Type::Optional(_) if random.once_in(4) || depth > DEPTH => Document::Null,
        Type::Optional(inner) | Type::Secret(inner) => ty(inner, random, depth),
        Type::List(item) | Type::Set(item) => {
            Document::List((0..many(random)).map(|_| ty(item, random, depth + 1)).collect())
        }
        Type::Array { item, length } => Document::List((0..*length).map(|_| ty(item, random, depth + 1)).collect()),
        Type::Tuple(types) => Document::List(types.iter().map(|one| ty(one, random, depth + 1)).collect()),
        Type::Map { key, value } => {
            let mut members: Vec<(String, Document)> = Vec::new();
            for _ in 0..many(random) {
                let name = match ty(key, random, depth + 1) {
                    Document::Text(name) | Document::Number(name) => name,
                    other => panic!("{other:?} is no key"),
                };
                if members.iter().all(|(earlier, _)| *earlier != name) {
                    members.push((name, ty(value, random, depth + 1)));
                }
            }
            Document::Map(members)
        }
        Type::Class(class) => shape(class.shape().unwrap(), random, depth),
    }
}

fn any(random: &mut Random, depth: usize) -> Document {
    match random.below(if depth > DEPTH { 4 } else { 6 }) {
        0 => Document::Null,
        1 => Document::Bool(random.once_in(2)),
        2 => number(random),
        3 => Document::Text(text(random)),
        4 => Document::List((0..random.below(3)).map(|_| any(random, depth + 1)).collect()),
        _ => Document::Map(
            (0..random.below(3)).map(|at| (format!("{}{at}", text(random)), any(random, depth + 1))).collect(),
        ),
    }
}

/// Texts of a form, among them some of one value; and a few that have it not.
pub(crate) fn of_format(format: TextFormat) -> &'static [&'static str] {
    match format {
        TextFormat::Uuid => &[
            "67e55044-10b1-426f-9247-bb680e5fe0c8",
            "67E55044-10B1-426F-9247-BB680E5FE0C8",
            "00000000-0000-0000-0000-000000000000",
        ],
        TextFormat::Timestamp => &[
            "2026-11-21T09:30:00Z",
            "2026-11-21t11:30:00.000+02:00",
            "2024-02-29T23:59:59.999999999-23:59",
            "0000-01-01T00:00:00Z",
            "9999-12-30T22:00:00.999999999Z",
            "2026-11-21T09:30:00-00:00",
        ],
        TextFormat::Date => &["2026-11-21", "2024-02-29", "0000-01-01", "9999-12-31"],
        TextFormat::Time => &["00:00:00", "09:30:00", "09:30:00.000", "23:59:59.999999999"],
        TextFormat::Duration => {
            &["PT0S", "-PT0S", "PT1H", "PT60M", "-PT0.5S", "P1DT2H3M4.5S", "PT9223372036854775807.999999999S"]
        }
        TextFormat::Elapsed => &["PT0S", "PT1H", "PT60M", "P1D", "PT9223372036854775807S"],
        TextFormat::Decimal => {
            &["0", "0.00", "1.1", "1.10", "-0.01", "9999999999999999999999999999", "0.0000000000000000000000000001"]
        }
        TextFormat::Url => &[
            "https://example.org",
            "https://example.org/",
            "http://EXAMPLE.org:80/a?b#c",
            "mailto:a@b",
            "file:///x",
            "ws://[::1]/",
        ],
        TextFormat::Ip => &["192.0.2.1", "::1", "0:0:0:0:0:0:0:1", "::ffff:192.0.2.1"],
        TextFormat::Ipv4 => &["192.0.2.1", "0.0.0.0", "255.255.255.255"],
        TextFormat::Ipv6 => &["::", "::1", "0:0:0:0:0:0:0:1", "64:ff9b::192.0.2.33"],
        TextFormat::Email => &["josh@example.org", "a@b"],
        TextFormat::Base64 => &["", "AA", "AA==", "-_8", "+/8=", "aGVsbG8="],
    }
}
