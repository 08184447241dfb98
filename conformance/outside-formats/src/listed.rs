//! `["SignIn", {…}]`: the class, the body, and what stands beside them in a third place.

use converse::Format;
use converse::Json;
use converse::format::{
    At, Head, InPlace, Limits, Misread, Opened, Pull, Push, Result as Read, Unwritable, Why, WriteBody, envelope, json,
};

/// Messages as lists: `["SignIn", {"username": "josh"}, {"$id": 7}]`, of which the third item may be left
/// out.
#[derive(Debug, Clone, Copy)]
pub struct Listed;

const WHAT: Why =
    Why::Envelope("a message is a list, [\"Class\", {…}], or with a third item, [\"Class\", {…}, {\"$id\": …}]");

impl Format for Listed {
    fn name(&self) -> &'static str {
        "listed"
    }

    fn media_types(&self) -> &'static [&'static str] {
        &["application/x-listed+json"]
    }

    fn preamble(&self) -> [u8; 4] {
        *b"LIST"
    }

    fn is_text(&self) -> bool {
        true
    }

    fn open<'a>(
        &self,
        bytes: &'a [u8],
        limits: &Limits,
        head: &mut Head<'a>,
    ) -> Result<Box<dyn Opened<'a> + 'a>, Misread> {
        // The list around the body is no level of the body.
        let limits = Limits { depth: limits.depth.saturating_add(1), ..*limits };
        let mut reader = json::Reader::new(bytes, &limits).map_err(|at| Misread { why: Why::Syntax("UTF-8"), at })?;
        match start(&mut reader, head) {
            Ok(mut at) => {
                Ok(Box::new(InPlace::new(reader, move |reader: &mut json::Reader<'a>, head: &mut Head<'a>| {
                    end(reader, &mut at, head)
                })))
            }
            Err(_) => Err(Misread::of(&reader)),
        }
    }

    fn open_body<'a>(&self, bytes: &'a [u8], limits: &Limits) -> Result<Box<dyn Opened<'a> + 'a>, Misread> {
        Json.open_body(bytes, limits)
    }

    fn write(&self, head: &Head<'_>, body: WriteBody<'_>, out: &mut Vec<u8>) -> Result<(), Unwritable> {
        out.push(b'[');
        json::write_str(out, &head.class);
        out.push(b',');
        self.write_body(body, out)?;
        let mut members = 0;
        envelope::entries(head, |_, _| members += 1);
        if members > 0 {
            out.push(b',');
            Json.write_body(
                &|push: &mut dyn Push| {
                    if push.map(members) {
                        envelope::entries(head, |name, value| {
                            push.key(name);
                            value.write(push);
                        });
                        push.end_map();
                    }
                },
                out,
            )?;
        }
        out.push(b']');
        Ok(())
    }

    fn write_body(&self, body: WriteBody<'_>, out: &mut Vec<u8>) -> Result<(), Unwritable> {
        Json.write_body(body, out)
    }
}

/// Reads up to the body.
fn start(reader: &mut json::Reader<'_>, head: &mut Head<'_>) -> Read<At> {
    if reader.kind()? != converse::format::Kind::List {
        reader.skip()?;
        reader.end()?;
        return Err(reader.refuse(WHAT));
    }
    let mut at = reader.list()?;
    if !reader.item(&mut at)? || reader.kind()? != converse::format::Kind::Text {
        return Err(reader.refuse(WHAT));
    }
    head.class = reader.string()?.into();
    if reader.item(&mut at)? { Ok(at) } else { Err(reader.refuse(WHAT)) }
}

/// Reads what stands behind the body.
fn end(reader: &mut json::Reader<'_>, at: &mut At, head: &mut Head<'_>) -> Read<()> {
    if reader.item(at)? {
        let mut members = reader.map()?;
        while let Some(name) = reader.key(&mut members)? {
            let name = name.to_owned();
            envelope::read_member(reader, &name, head)?;
        }
        if reader.item(at)? {
            return Err(reader.refuse(WHAT));
        }
    }
    reader.end()
}
