//! A JSON text as `serde_json` reads it: with its order, its names that stand twice and the digits of its
//! numbers, all of which `serde_json::Value` would lose.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// A value of JSON.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Document {
    Null,
    Bool(bool),
    /// As it is written.
    Number(String),
    Text(String),
    List(Vec<Document>),
    Map(Vec<(String, Document)>),
}

impl Document {
    /// Reads a text.
    pub(crate) fn parse(json: &str) -> serde_json::Result<Document> {
        let json = json.trim_matches([' ', '\t', '\r', '\n']);
        Ok(match json.bytes().next() {
            Some(b'{') => {
                let members: Members<'_> = serde_json::from_str(json)?;
                let parsed = members.0.into_iter().map(|(name, raw)| Ok((name, Document::parse(raw.get())?)));
                Document::Map(parsed.collect::<serde_json::Result<_>>()?)
            }
            Some(b'[') => {
                let items: Vec<&RawValue> = serde_json::from_str(json)?;
                let parsed = items.into_iter().map(|raw| Document::parse(raw.get()));
                Document::List(parsed.collect::<serde_json::Result<_>>()?)
            }
            Some(b'"') => Document::Text(serde_json::from_str(json)?),
            Some(b't' | b'f') => Document::Bool(serde_json::from_str(json)?),
            Some(b'n') => {
                serde_json::from_str::<()>(json)?;
                Document::Null
            }
            _ => {
                serde_json::from_str::<&RawValue>(json)?;
                Document::Number(json.to_owned())
            }
        })
    }

    /// Whether any text in it, a name included, holds NUL.
    pub(crate) fn holds_nul(&self) -> bool {
        match self {
            Document::Text(text) => text.contains('\0'),
            Document::List(items) => items.iter().any(Document::holds_nul),
            Document::Map(members) => members.iter().any(|(name, value)| name.contains('\0') || value.holds_nul()),
            _ => false,
        }
    }

    /// How many lists and objects stand in one another.
    pub(crate) fn depth(&self) -> usize {
        match self {
            Document::List(items) => 1 + items.iter().map(Document::depth).max().unwrap_or(0),
            Document::Map(members) => 1 + members.iter().map(|(_, value)| value.depth()).max().unwrap_or(0),
            _ => 0,
        }
    }
}

struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Members<'de>, D::Error> {
        struct All;

        impl<'de> Visitor<'de> for All {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        from.deserialize_map(All)
    }
}
