//! Fields: their names, types, constraints, and a value for each.

/// A field of a class.
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    number: usize,
}

/// What a field may hold.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Count,
    Flag,
    Price,
    Note,
    Tags,
    Id,
    Shift,
}

const KINDS: [Kind; 8] =
    [Kind::Text, Kind::Count, Kind::Flag, Kind::Note, Kind::Id, Kind::Price, Kind::Tags, Kind::Shift];
const FIRST: [&str; 10] =
    ["owner", "title", "source", "target", "author", "reason", "region", "contact", "label", "summary"];
const SECOND: [&str; 10] = ["name", "key", "code", "line", "path", "mark", "text", "state", "level", "value"];

impl Field {
    /// The field at `index` of the class with this number. The first is a text.
    pub(crate) fn of(number: usize, index: usize) -> Field {
        // 3 and 7 have no divisor in common with 10, so that names differ within a class.
        let first = FIRST[(number + 3 * index) % FIRST.len()];
        let second = SECOND[(number / FIRST.len() + 7 * index) % SECOND.len()];
        let kind = if index == 0 { Kind::Text } else { KINDS[(5 * number + 3 * index) % KINDS.len()] };
        Field { name: format!("{first}_{second}"), kind, number: number + index }
    }

    pub(crate) fn rust_type(&self) -> &'static str {
        match self.kind {
            Kind::Text => "String",
            Kind::Count => "u32",
            Kind::Flag => "bool",
            Kind::Price => "f64",
            Kind::Note => "Option<String>",
            Kind::Tags => "Vec<String>",
            Kind::Id => "u64",
            Kind::Shift => "i64",
        }
    }

    /// The arguments of `#[field(…)]`, of the kind that people write.
    pub(crate) fn constraints(&self) -> Option<&'static str> {
        match self.kind {
            Kind::Text => Some("min_length = 1, max_length = 64"),
            Kind::Count => Some("le = 1_000_000"),
            Kind::Price => Some("ge = 0.0"),
            Kind::Note => Some("max_length = 256"),
            Kind::Tags => Some("max_items = 16"),
            Kind::Shift => Some("ge = -1_000, le = 1_000"),
            Kind::Flag | Kind::Id => None,
        }
    }

    /// An expression that makes a `u64` of the field, so that a handler reads all it was given.
    pub(crate) fn weight(&self) -> String {
        let place = format!("self.{}", self.name);
        match self.kind {
            Kind::Text | Kind::Tags => format!("{place}.len() as u64"),
            Kind::Count | Kind::Flag => format!("u64::from({place})"),
            Kind::Price => format!("{place} as u64"),
            Kind::Note => format!("{place}.as_ref().map_or(0, String::len) as u64"),
            Kind::Id => place,
            Kind::Shift => format!("{place}.unsigned_abs()"),
        }
    }

    /// A member of an object that holds a valid value.
    pub(crate) fn sample(&self) -> String {
        let number = self.number;
        let value = match self.kind {
            Kind::Text => format!("\"{} of {number}\"", self.name),
            Kind::Count => format!("{}", number * 37 % 1_000_000),
            Kind::Flag => format!("{}", number % 2 == 0),
            Kind::Price => format!("{}.{}", number % 90, 25 + number % 3 * 25),
            Kind::Note if number % 3 == 0 => "null".to_owned(),
            Kind::Note => format!("\"as agreed on day {number}\""),
            Kind::Tags => "[\"new\",\"paid\"]".to_owned(),
            Kind::Id => format!("{}", 9_000_000 + number * 7_919),
            Kind::Shift => format!("{}", number as i64 % 1_000 - 500),
        };
        format!("\"{}\":{value}", self.name)
    }
}
