//! A value on its way from one format to another, members in their order and names that stand twice twice.

use converse::Format;
use converse::format::{Head, Kind, Limits, Number, Pull, Push, Result, Unwritable};

/// Any value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    Null,
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(String),
    Bytes(Vec<u8>),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

impl Node {
    /// Reads bytes that are one value and nothing else, however deep.
    pub(crate) fn read(format: &dyn Format, bytes: &[u8]) -> Option<Node> {
        let limits = Limits { bytes: usize::MAX, depth: 1_000, string_bodies: false };
        let mut opened = format.open_body(bytes, &limits).ok()?;
        let mut node = None;
        let read = opened.body(&mut |pull| {
            node = Some(pulled(pull)?);
            Ok(())
        });
        read.and_then(|()| opened.finish(&mut Head::default())).ok()?;
        node
    }

    /// Writes the value; `None` if the format has no form for it.
    pub(crate) fn write(&self, format: &dyn Format) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        format.write_body(&|push| self.push(push), &mut out).ok().map(|()| out)
    }

    fn push(&self, push: &mut dyn Push) {
        match self {
            Node::Null => push.null(),
            Node::Bool(value) => push.bool(*value),
            Node::Int(value) => match (u64::try_from(*value), i64::try_from(*value)) {
                (Ok(value), _) => push.u64(value),
                (_, Ok(value)) => push.i64(value),
                // No writer has it; the caller leaves the value out.
                _ => push.fail(Unwritable::NotFinite),
            },
            Node::Float(value) => push.f64(*value),
            Node::Text(value) => push.str(value),
            Node::Bytes(value) => push.bytes(value),
            Node::List(items) => {
                if push.list(items.len()) {
                    for item in items {
                        push.item();
                        item.push(push);
                    }
                    push.end_list();
                }
            }
            Node::Map(members) => {
                if push.map(members.len()) {
                    for (name, value) in members {
                        push.key(name);
                        value.push(push);
                    }
                    push.end_map();
                }
            }
        }
    }

    /// The member of this name.
    pub(crate) fn get(&self, name: &str) -> Option<&Node> {
        let Node::Map(members) = self else { return None };
        members.iter().find(|(member, _)| member == name).map(|(_, value)| value)
    }
}

fn pulled(pull: &mut dyn Pull) -> Result<Node> {
    Ok(match pull.kind()? {
        Kind::Null => {
            pull.null()?;
            Node::Null
        }
        Kind::Bool => Node::Bool(pull.bool()?),
        Kind::Number => match pull.number()? {
            Number::Int(value) => Node::Int(value),
            Number::Float(value) => Node::Float(value),
        },
        Kind::Text if pull.is_binary()? => Node::Bytes(pull.bytes()?),
        Kind::Text => Node::Text(pull.string()?),
        Kind::List => {
            let mut at = pull.list()?;
            let mut items = Vec::new();
            while pull.item(&mut at)? {
                items.push(pulled(pull)?);
            }
            Node::List(items)
        }
        Kind::Map => {
            let mut at = pull.map()?;
            let mut members = Vec::new();
            while let Some(name) = pull.key(&mut at)? {
                let name = name.to_owned();
                members.push((name, pulled(pull)?));
            }
            Node::Map(members)
        }
    })
}
