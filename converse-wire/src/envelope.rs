//! The object around a message: the class, the body, and what stands beside them.
//!
//! `{"$id": 7, "SignIn": {…}, "$trace": "…"}`: exactly one member whose name does not begin with
//! `$`. [`head`] reads up to the body, [`tail`] what follows it, so that `$id` may stand on either
//! side and the body is decoded where it stands.

use std::borrow::Cow;
use std::fmt;

use crate::json::{self, Reader};
use crate::{Pull, Push, Result, Why};

/// What a message is called by its sender, echoed in the reply.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Id<'a> {
    /// The message has no id: it is answered in order.
    #[default]
    None,
    /// A whole number.
    Int(i64),
    /// A text of at most 64 characters.
    Text(Cow<'a, str>),
}

impl Id<'_> {
    /// The same id, lent.
    pub fn lend(&self) -> Id<'_> {
        match self {
            Id::None => Id::None,
            Id::Int(id) => Id::Int(*id),
            Id::Text(id) => Id::Text(Cow::Borrowed(id)),
        }
    }

    /// The same id, which borrows nothing.
    pub fn into_owned(self) -> Id<'static> {
        match self {
            Id::None => Id::None,
            Id::Int(id) => Id::Int(id),
            Id::Text(id) => Id::Text(Cow::Owned(id.into_owned())),
        }
    }
}

/// An envelope without its body. `Debug` does not show the token.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Head<'a> {
    /// The name of the class; empty until it was read.
    pub class: Cow<'a, str>,
    /// The sender's own name for the message.
    pub id: Id<'a>,
    /// At most 128 characters: messages with the same key take effect once.
    pub idempotency_key: Option<Cow<'a, str>>,
    /// A bearer token.
    pub auth: Option<Cow<'a, str>>,
    /// A W3C traceparent.
    pub trace: Option<Cow<'a, str>>,
    /// Whom a server sends this to, of its own accord: a topic, or an empty text for a peer alone, which is
    /// `true` on the wire. Only a [`lenient`](Head::lenient) reader knows it.
    pub push: Option<Cow<'a, str>>,
    /// Whether the body is a JSON text inside a string.
    pub string_body: bool,
    /// Whether `$` members that are not known are ignored, as a client does, rather than refused.
    pub lenient: bool,
}

impl fmt::Debug for Head<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Head { class, id, idempotency_key, auth, trace, push, string_body, lenient } = self;
        f.debug_struct("Head")
            .field("class", class)
            .field("id", id)
            .field("idempotency_key", idempotency_key)
            .field("auth", &auth.as_ref().map(|_| "[secret]"))
            .field("trace", trace)
            .field("push", push)
            .field("string_body", string_body)
            .field("lenient", lenient)
            .finish()
    }
}

/// No member names a class.
pub const NO_CLASS: Why = Why::Envelope("an envelope has one member that names a class, and this has none");
/// Two members name a class.
pub const TWO_CLASSES: Why =
    Why::Envelope("an envelope has one member that names a class, and this has two; send them as two messages");
/// What came is no object.
pub const NOT_AN_OBJECT: Why = Why::Envelope("a message is one object, {\"Class\": {…}}");

/// The longest `$id`, in characters.
const ID_LENGTH: usize = 64;
/// The longest `$idempotency_key`, in characters.
const KEY_LENGTH: usize = 128;

/// Reads up to the body into `head`; the reader stands before it. What was read stays, also on an error.
///
/// # Errors
/// [`Why::Envelope`] where the text is well-formed so far and no envelope.
#[inline]
pub fn head<'a>(reader: &mut Reader<'a>, head: &mut Head<'a>) -> Result<()> {
    if reader.peek()? != b'{' {
        return Err(not_an_object(reader));
    }
    reader.take(b'{', "an object")?;
    if reader.peek()? == b'}' {
        return Err(reader.refuse(NO_CLASS));
    }
    loop {
        let name = reader.name()?;
        if !name.starts_with('$') {
            head.class = name;
            head.string_body = reader.peek()? == b'"';
            return Ok(());
        }
        member(reader, &name, head, Reader::plain_text)?;
        if !reader.more(b'}')? {
            return Err(reader.refuse(NO_CLASS));
        }
    }
}

/// Reads what follows the body, to the end of the text.
///
/// # Errors
/// [`Why::Envelope`] where a second class or an unknown `$` member follows.
#[inline]
pub fn tail<'a>(reader: &mut Reader<'a>, head: &mut Head<'a>) -> Result<()> {
    while reader.more(b'}')? {
        let name = reader.name()?;
        if !name.starts_with('$') {
            return Err(reader.refuse(TWO_CLASSES));
        }
        member(reader, &name, head, Reader::plain_text)?;
    }
    reader.end()
}

/// Reads the text of a string body, unescaped; the reader stands before it.
///
/// # Errors
/// [`Why::Syntax`] where it is no text.
pub fn string_body<'a>(reader: &mut Reader<'a>) -> Result<Cow<'a, str>> {
    reader.plain_text()
}

#[cold]
fn not_an_object(reader: &mut Reader<'_>) -> crate::Refused {
    // What is not even JSON is told so first.
    match reader.skip().and_then(|()| reader.end()) {
        Ok(()) => reader.refuse(NOT_AN_OBJECT),
        Err(refused) => refused,
    }
}

/// Reads the value of a `$` member of this name into `head`: for formats whose envelopes hold such
/// members.
///
/// # Errors
/// [`Why::Envelope`] where the member is not known, stands twice, or has a value of the wrong kind.
pub fn read_member(pull: &mut dyn Pull, name: &str, head: &mut Head<'_>) -> Result<()> {
    member(pull, name, head, |pull| pull.string().map(Cow::Owned))
}

/// How a reader gives the next text, for as long as an envelope lives.
type Lend<'a, P> = fn(&mut P) -> Result<Cow<'a, str>>;

#[cold]
#[inline(never)]
pub(crate) fn member<'a, P: Pull + ?Sized>(
    reader: &mut P,
    name: &str,
    head: &mut Head<'a>,
    lend: Lend<'a, P>,
) -> Result<()> {
    const TWICE: Why = Why::Envelope("a `$` member of the envelope stands twice");
    match name {
        "$id" => {
            if head.id != Id::None {
                return Err(reader.refuse(TWICE));
            }
            head.id = id(reader, lend)?;
        }
        "$idempotency_key" => {
            let what = "`$idempotency_key` is a text of at most 128 characters";
            if head.idempotency_key.replace(text(reader, lend, KEY_LENGTH, what)?).is_some() {
                return Err(reader.refuse(TWICE));
            }
        }
        "$auth" => {
            if head.auth.replace(text(reader, lend, usize::MAX, "`$auth` is a text")?).is_some() {
                return Err(reader.refuse(TWICE));
            }
        }
        "$trace" => {
            if head.trace.replace(text(reader, lend, usize::MAX, "`$trace` is a text")?).is_some() {
                return Err(reader.refuse(TWICE));
            }
        }
        "$push" if head.lenient => {
            if head.push.is_some() {
                return Err(reader.refuse(TWICE));
            }
            head.push = push(reader, lend)?;
        }
        _ if name.starts_with("$x-") || head.lenient => reader.skip()?,
        _ => {
            return Err(reader.refuse(Why::Envelope(
                "an envelope knows $id, $idempotency_key, $auth, $trace and $x-…, and this has another `$` member",
            )));
        }
    }
    Ok(())
}

fn id<'a, P: Pull + ?Sized>(reader: &mut P, lend: Lend<'a, P>) -> Result<Id<'a>> {
    const WHAT: &str = "`$id` is an integer, or a text of at most 64 characters";
    match reader.kind()? {
        crate::Kind::Text => text(reader, lend, ID_LENGTH, WHAT).map(Id::Text),
        crate::Kind::Number => match reader.i64() {
            Ok(id) => Ok(Id::Int(id)),
            Err(refused) => Err(unfit_envelope(reader, refused, WHAT)),
        },
        _ => Err(reader.refuse(Why::Envelope(WHAT))),
    }
}

/// A topic, or true.
fn push<'a, P: Pull + ?Sized>(reader: &mut P, lend: Lend<'a, P>) -> Result<Option<Cow<'a, str>>> {
    match reader.kind()? {
        crate::Kind::Text => lend(reader).map(Some),
        crate::Kind::Bool => Ok(reader.bool()?.then_some(Cow::Borrowed(""))),
        _ => {
            reader.skip()?;
            Ok(None)
        }
    }
}

fn text<'a, P: Pull + ?Sized>(
    reader: &mut P,
    lend: Lend<'a, P>,
    longest: usize,
    what: &'static str,
) -> Result<Cow<'a, str>> {
    match lend(reader) {
        Ok(text) if text.len() <= longest || text.chars().count() <= longest => Ok(text),
        Ok(_) => Err(reader.refuse(Why::Envelope(what))),
        Err(refused) => Err(unfit_envelope(reader, refused, what)),
    }
}

/// A member of the envelope that is well-formed and of the wrong kind is the envelope's fault.
fn unfit_envelope<P: Pull + ?Sized>(reader: &mut P, refused: crate::Refused, what: &'static str) -> crate::Refused {
    if reader.why().0 == Why::Unfit { reader.refuse(Why::Envelope(what)) } else { refused }
}

/// The value of a `$` member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry<'h> {
    /// A whole number.
    Int(i64),
    /// A text.
    Text(&'h str),
    /// True.
    True,
}

impl Entry<'_> {
    /// Writes the value.
    pub fn write(self, push: &mut dyn Push) {
        match self {
            Entry::Int(value) => push.i64(value),
            Entry::Text(value) => push.str(value),
            Entry::True => push.bool(true),
        }
    }
}

/// The `$` members that a head has, in the order in which they are written: for formats whose envelopes
/// hold such members.
pub fn entries<'h>(head: &'h Head<'_>, mut each: impl FnMut(&'static str, Entry<'h>)) {
    if let Some(topic) = &head.push {
        each("$push", if topic.is_empty() { Entry::True } else { Entry::Text(topic) });
    }
    match &head.id {
        Id::None => {}
        Id::Int(id) => each("$id", Entry::Int(*id)),
        Id::Text(id) => each("$id", Entry::Text(id)),
    }
    let texts = [("$idempotency_key", &head.idempotency_key), ("$auth", &head.auth), ("$trace", &head.trace)];
    for (name, text) in texts {
        if let Some(text) = text {
            each(name, Entry::Text(text));
        }
    }
}

/// Writes an envelope up to its body. `head` is the class's own start of a message, `{"SignIn":`; an
/// id comes before the name.
#[inline]
pub fn write_head(out: &mut Vec<u8>, head: &str, id: &Id<'_>) {
    if *id == Id::None {
        out.extend_from_slice(head.as_bytes());
    } else {
        write_id(out, id);
        out.extend_from_slice(head.as_bytes().get(1..).unwrap_or_default());
    }
}

/// Writes what follows the body.
#[inline]
pub fn write_tail(out: &mut Vec<u8>) {
    out.push(b'}');
}

#[cold]
fn write_id(out: &mut Vec<u8>, id: &Id<'_>) {
    out.extend_from_slice(b"{\"$id\":");
    match id {
        Id::None => out.extend_from_slice(b"null"),
        Id::Int(id) => out.extend_from_slice(itoa::Buffer::new().format(*id).as_bytes()),
        Id::Text(id) => {
            json::write_str(out, id);
        }
    }
    out.push(b',');
}
