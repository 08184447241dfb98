//! What the server does, as plain functions on one class.

use converse_model::{Classed, Message, Value, report};
use converse_wire::json::Reader;
use converse_wire::{Decode, Encode, Format, Head, Id, Limits, Push, envelope};

use crate::decode::whole;
use crate::encode::encode;
use crate::explain::{lexical, malformed, read_other, read_whole, refused, refused_as, text};
use crate::reply::{Form, Outgoing};
use crate::value::{read_value, to_value};
use crate::{Error, Fault, FaultKind};

/// Writes a message in its envelope: `{"SignIn":{"username":"josh"}}`.
///
/// # Errors
/// A fault if the message has no form on the wire: it holds NaN, an infinity or NUL, or is nested
/// too deep.
pub fn to_json<M: Message + Encode>(message: &M) -> Result<String, Fault> {
    let mut out = Vec::new();
    let form = Form::Envelope { id: Id::None, string_body: false };
    let mut to = Outgoing { out: &mut out, form: &form, class: &mut M::NAME.into() };
    to.typed(M::HEAD, message).map_err(|why| unwritable(M::NAME, &why))?;
    Ok(String::from_utf8_lossy(&out).into_owned())
}

pub(crate) fn unwritable(class: &str, why: &Error) -> Fault {
    Fault::of(FaultKind::VALIDATION, format!("{class} cannot be written: {why}"))
}

/// Reads a message of this class from its envelope.
///
/// # Errors
/// The fault that a server would answer with: every error of the message at once.
pub fn from_json<M: Message + Decode>(json: &str) -> Result<M, Fault> {
    let limits = Limits::DEFAULT;
    let source = text(json.as_bytes(), &limits)?;
    let mut reader = Reader::of(source, &limits);
    let mut head = Head::default();
    envelope::head(&mut reader, &mut head).map_err(|_| malformed(&reader))?;
    if head.class != M::NAME {
        return Err(another(M::NAME));
    }
    let message = if head.string_body {
        envelope::string_body(&mut reader).ok().and_then(|text| whole(&text, &limits).ok())
    } else {
        M::decode(&mut reader).ok()
    };
    match message {
        Some(message) => {
            envelope::tail(&mut reader, &mut head).map_err(|_| malformed(&reader))?;
            Ok(message)
        }
        None => Err(why_not::<M>(source, &limits)),
    }
}

/// Writes a message in its envelope, in any format.
///
/// # Errors
/// As [`to_json`].
pub fn to_format<M: Message + Encode>(message: &M, format: &dyn Format) -> Result<Vec<u8>, Fault> {
    to_envelope(message, Head::default(), format)
}

/// Writes a message in its envelope, in any format, with what else `head` holds: for clients. The class
/// is the message's own.
///
/// # Errors
/// As [`to_json`].
pub fn to_envelope<M: Message + Encode>(message: &M, head: Head<'_>, format: &dyn Format) -> Result<Vec<u8>, Fault> {
    write_format(&Head { class: M::NAME.into(), ..head }, &|push| message.encode(push), format)
}

pub(crate) fn write_format(
    head: &Head<'_>,
    body: &dyn Fn(&mut dyn Push),
    format: &dyn Format,
) -> Result<Vec<u8>, Fault> {
    let mut out = Vec::new();
    format.write(head, body, &mut out).map_err(|why| unwritable(&head.class, &why.into()))?;
    Ok(out)
}

/// Reads a message of this class from its envelope, in any format.
///
/// # Errors
/// As [`from_json`].
pub fn from_format<M: Message + Decode>(bytes: &[u8], format: &dyn Format) -> Result<M, Fault> {
    let limits = Limits::DEFAULT;
    let mut head = Head::default();
    if bytes.len() <= limits.bytes
        && let Ok(mut opened) = format.open(bytes, &limits, &mut head)
        && head.class == M::NAME
    {
        let mut message = None;
        let read = opened.body(&mut |pull| {
            message = Some(M::decode(pull)?);
            Ok(())
        });
        if read.and_then(|()| opened.finish(&mut head)).is_ok()
            && let Some(message) = message
        {
            return Ok(message);
        }
    }
    let (head, body) = read_other(format, bytes, &limits, false)?;
    if head.class != M::NAME {
        return Err(another(M::NAME));
    }
    Err(refused_as(lexical(format), M::NAME, M::SHAPE, &body))
}

fn another(wanted: &str) -> Fault {
    Fault::of(FaultKind::UNKNOWN_CLASS, format!("expected a message of the class {wanted}, and this is another"))
}

#[cold]
fn why_not<M: Message>(source: &str, limits: &Limits) -> Fault {
    match body(source, limits, false) {
        Ok((_, body)) => refused(M::NAME, M::SHAPE, &body),
        Err(fault) => fault,
    }
}

/// The envelope and the body of a message of any class; `lenient` as [`Head::lenient`] has it.
pub(crate) fn body<'a>(source: &'a str, limits: &Limits, lenient: bool) -> Result<(Head<'a>, Value), Fault> {
    let mut reader = Reader::of(source, limits);
    let mut head = Head { lenient, ..Head::default() };
    envelope::head(&mut reader, &mut head).map_err(|_| malformed(&reader))?;
    let body = if head.string_body {
        let text = envelope::string_body(&mut reader).map_err(|_| malformed(&reader))?;
        read_whole(&text, limits)?
    } else {
        read_value(&mut reader).map_err(|_| malformed(&reader))?
    };
    envelope::tail(&mut reader, &mut head).map_err(|_| malformed(&reader))?;
    Ok((head, body))
}

/// Checks a value that was made by hand.
///
/// # Errors
/// A fault with everything that is wrong with it.
pub fn validate<T: Classed + Encode>(value: &T) -> Result<(), Fault> {
    // What cannot be written is wrong too, and has no place in a report.
    encode(value, false, &mut Vec::new()).map_err(|why| unwritable(T::NAME, &why))?;
    if value.fits() {
        return Ok(());
    }
    Err(Fault::refused(T::NAME, report(T::SHAPE, &to_value(value))))
}
