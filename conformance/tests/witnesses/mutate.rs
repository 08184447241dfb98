//! Payloads: a value is written as JSON, with mistakes.

use converse_model::{Kind, Shape, TextFormat};
use serde_json::json;

use crate::random::Random;
use crate::reference::Document;
use crate::sample;

/// Texts that stand in for a value: what types and rules make a difference between.
const STAND_INS: &[&str] = &[
    "null",
    "true",
    "false",
    "-0",
    "0",
    "1",
    "-1",
    "2",
    "10",
    "11",
    "127",
    "128",
    "-129",
    "255",
    "256",
    "65536",
    "1.0",
    "1e2",
    "1.5",
    "0.1",
    "0.3",
    "-0.0",
    "0.10",
    "2147483648",
    "4294967296",
    "9007199254740992",
    "9007199254740993",
    "9007199254740992.0",
    "9007199254740993.0",
    "9007199254740994.0",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "18446744073709551615",
    "18446744073709551616",
    "1.8446744073709551615e19",
    "1e19",
    "1e36",
    "1e37",
    "1e38",
    "2e38",
    "1e39",
    "1e400",
    "-1e400",
    "1e-400",
    "5e-324",
    "3.4028235e38",
    "3.4028236e38",
    "340282346638528859811704183484516925440",
    "340282356779733661637539395458142568447",
    "340282356779733661637539395458142568448",
    "340282356779733661637539395458142568447.0",
    "0.30000001192092896",
    "0.300000011920928955078125001",
    "0.30000000000000004",
    "1.00000000000000000000001",
    "170141183460469231731687303715884105727",
    "170141183460469231731687303715884105728",
    "-170141183460469231731687303715884105729",
    "99999999999999999999999999999999999999999",
    "\"\"",
    "\"a\"",
    "\"ab\"",
    "\"abcde\"",
    "\"é\"",
    "\"😀😀😀😀\"",
    "\"\\ud83d\\ude00\"",
    "\"abc\\n\"",
    "\"Red\"",
    "\"red\"",
    "\"Circle\"",
    "\"Dot\"",
    "\"1\"",
    "[]",
    "[1]",
    "[null]",
    "[[]]",
    "[true]",
    "[1,1.0]",
    "[\"a\",\"a\"]",
    "[0.0,-0.0]",
    "{}",
    "{\"a\":1}",
    "{\"x\":1}",
    "{\"name\":\"\"}",
    "{\"Circle\":{\"radius\":1}}",
    "{\"Circle\":{},\"Square\":{\"side\":1}}",
    "{\"a\":1,\"a\":1}",
    "{\"a\":{\"b\":1e400,\"b\":2}}",
    "{\"Circle\":1,\"Circle\":1}",
    "{\"Dot\":null}",
    "{\"01\":1,\"-0\":2}",
    "{\"1\":1,\"\\u0031\":1}",
    // Not JSON, or none that is taken.
    "",
    "01",
    "nul",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "[1,]",
    "{\"a\"}",
    "NaN",
    "\"",
    "'a'",
];

/// Names that are added as members.
const NAMES: &[&str] = &[
    "a",
    "b",
    "c",
    "x",
    "name",
    "n~/m",
    "type",
    "t",
    "kind",
    "last",
    "unknown",
    "__proto__",
    "",
    "~/",
    "\\u0061",
    "Circle",
    "Red",
    "1",
    "-1",
    "256",
];

/// A message of the class, most of them with a few mistakes.
pub(crate) fn payload(shape: &Shape, random: &mut Random) -> String {
    // Now and then there is none, so that classes of many fields are accepted too.
    let mistakes = if random.once_in(5) { usize::MAX } else { 2 + random.below(16) };
    let mut writing = Writing { names: names(shape), mistakes, out: String::new() };
    writing.value(&sample::shape(shape, random, 0), random);
    let mut body = writing.out;
    if random.once_in(10) {
        body = json!(body).to_string();
    }
    format!("{{\"{}\":{body}}}", shape.name)
}

/// The names of the class's fields, which a mistake may set down elsewhere.
fn names(shape: &Shape) -> Vec<String> {
    let mut names: Vec<String> = NAMES.iter().map(|name| (*name).to_owned()).collect();
    if let Kind::Record { fields, .. } = &shape.kind {
        names
            .extend(fields.iter().flat_map(|field| field.aliases.iter().chain([&field.name])).map(ToString::to_string));
    }
    names
}

struct Writing {
    names: Vec<String>,
    /// Counts down to where the next mistake is made.
    mistakes: usize,
    out: String,
}

impl Writing {
    fn value(&mut self, value: &Document, random: &mut Random) {
        let hit = self.mistakes < usize::MAX / 2 && random.once_in(self.mistakes.max(1));
        if hit && random.once_in(3) {
            self.mistakes = 30;
            self.out.push_str(STAND_INS[random.below(STAND_INS.len())]);
            return;
        }
        self.mistakes = self.mistakes.saturating_sub(1);
        match value {
            Document::Null => self.out.push_str("null"),
            Document::Bool(value) => self.out.push_str(if *value { "true" } else { "false" }),
            Document::Number(text) => self.out.push_str(text),
            Document::Text(text) if hit => self.out.push_str(&json!(spoilt(text, random)).to_string()),
            Document::Text(text) => self.out.push_str(&json!(text).to_string()),
            Document::List(items) => {
                self.out.push('[');
                let times = if hit { random.below(4) } else { 1 };
                for (at, item) in (0..times).flat_map(|_| items).enumerate() {
                    self.out.push_str(if at > 0 { "," } else { "" });
                    self.value(item, random);
                }
                self.out.push(']');
            }
            Document::Map(members) => self.members(members, hit, random),
        }
    }

    fn members(&mut self, members: &[(String, Document)], hit: bool, random: &mut Random) {
        let mut parts = Vec::new();
        for (name, value) in members {
            let start = self.out.len();
            self.value(value, random);
            let value = self.out.split_off(start);
            let spoil = hit && random.once_in(8);
            let name = if spoil { spoilt(name, random) } else { name.clone() };
            parts.push(format!("{}:{value}", json!(name)));
        }
        if hit {
            for _ in 0..=random.below(2) {
                match random.below(4) {
                    0 if !parts.is_empty() => drop(parts.remove(random.below(parts.len()))),
                    1 if !parts.is_empty() => parts.push(random.one_of(&parts).clone()),
                    2 => parts.push(format!("\"{}\":{}", random.one_of(&self.names), random.one_of(STAND_INS))),
                    _ => parts.reverse(),
                }
            }
        }
        self.out.extend(["{", &parts.join(","), "}"]);
    }
}

/// What texts of a form are made of.
const PIECES: &[&str] = &[
    "-",
    "+",
    ".",
    ":",
    "/",
    "//",
    "@",
    "=",
    "%",
    "%41",
    "?",
    "#",
    "[",
    "]",
    " ",
    "\t",
    "\u{fc}",
    "0",
    "1",
    "9",
    "a",
    "F",
    "g",
    "T",
    "t",
    "Z",
    "z",
    "P",
    "D",
    "H",
    "M",
    "S",
    "W",
    "Y",
    "_",
    "e1",
    ",",
    "..",
    "::",
    "::1",
    "-0",
    "00",
    "24:",
    ":60",
    "+02:00",
    "-23:59",
    ".5",
    "xn--a",
    "xn--mnchen-3ya",
    "0x7f",
    "http:",
    "file:",
    "256",
    "PT",
    "9223372036854775807",
    "0000000000",
    "-02-29",
    "-31",
];

/// A text with some pieces changed.
fn spoilt(text: &str, random: &mut Random) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    for _ in 0..=random.below(2) {
        let start = random.below(letters.len() + 1);
        let end = (start + random.below(3)).min(letters.len());
        let with: Vec<char> = match random.below(5) {
            0 => Vec::new(),
            1 => letters[start..end].repeat(2),
            2 => {
                let form = random.one_of(TextFormat::TABLE).format;
                random.one_of(sample::of_format(form)).chars().collect()
            }
            _ => random.one_of(PIECES).chars().collect(),
        };
        letters.splice(start..end, with);
    }
    letters.into_iter().collect()
}
