//! Why a message was refused, worked out after it was: only a refused message pays for this.

use std::any::Any;

use converse_model::{Value, report};
use converse_wire::json::Reader;
use converse_wire::{Head, Id, Limits, Pull, Why, envelope};

use crate::value::read_value;
use crate::{Dispatch, Error, Fault, FaultKind};

/// Why a message did not get to its reply.
pub(crate) enum Stop {
    /// It could not be read as an envelope, or not as its class.
    Unread,
    /// No class has its name.
    UnknownClass,
    /// Its class has no handler.
    NotRespondable,
    /// It was refused before it was read.
    Fault(Box<Fault>),
    /// An argument of its handler could not be made.
    Error(Error),
    /// Its handler panicked.
    Panicked(Box<dyn Any + Send>),
}

impl From<Error> for Box<Stop> {
    #[cold]
    fn from(error: Error) -> Box<Stop> {
        Box::new(Stop::Error(error))
    }
}

/// What the second reading of an envelope found.
#[derive(Default)]
struct Found<'a> {
    class: String,
    id: Id<'a>,
    string_body: bool,
    body: Value,
    /// The first thing that makes the text no message of any class.
    malformed: Option<Malformed>,
}

/// Where a text goes wrong: it decides what is told first.
enum Malformed {
    /// In the envelope, which is looked at before the class is.
    Envelope(Fault),
    /// In the body, which is looked at after the class was found.
    Body(Fault),
}

/// The id to echo, whether to mirror a string body, and the fault.
#[cold]
pub(crate) fn explain<'a>(dispatch: &Dispatch, bytes: &'a [u8], stop: Stop) -> (Id<'a>, bool, Fault) {
    let mut found = reread(bytes, &dispatch.settings.limits);
    // Told is what comes first in the order of the checks, not what was met first.
    let fault = match (found.malformed.take(), &stop) {
        (Some(Malformed::Envelope(fault)), Stop::Unread | Stop::UnknownClass | Stop::NotRespondable)
        | (Some(Malformed::Body(fault)), Stop::Unread) => fault,
        _ => fault_of(dispatch, &found.class, &found.body, stop),
    };
    (found.id, found.string_body, fault)
}

/// The fault of a bare body.
#[cold]
pub(crate) fn explain_body(dispatch: &Dispatch, class: &str, bytes: &[u8], stop: Stop) -> Fault {
    let limits = &dispatch.settings.limits;
    if !matches!(stop, Stop::Unread) {
        return fault_of(dispatch, class, &Value::None, stop);
    }
    match text(bytes, limits) {
        Ok(text) => match read_whole(text, limits) {
            Ok(body) => fault_of(dispatch, class, &body, stop),
            Err(fault) => fault,
        },
        Err(fault) => fault,
    }
}

fn fault_of(dispatch: &Dispatch, class: &str, body: &Value, stop: Stop) -> Fault {
    match stop {
        Stop::Unread => validation(dispatch, class, body),
        Stop::UnknownClass => Fault::of(FaultKind::UNKNOWN_CLASS, format!("no class is called {}", excerpt(class))),
        Stop::NotRespondable => Fault::of(FaultKind::NOT_RESPONDABLE, format!("{class} has no handler here")),
        Stop::Fault(fault) => *fault,
        Stop::Error(error) => error.into_fault(class),
        Stop::Panicked(panic) => panicked(class, &*panic),
    }
}

/// The fault of a handler that panicked; the log has what it said.
pub(crate) fn panicked(class: &str, panic: &(dyn Any + Send)) -> Fault {
    let said = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    Error::new(format!("the handler panicked: {}", said.unwrap_or("(no text)"))).into_fault(class)
}

fn validation(dispatch: &Dispatch, class: &str, body: &Value) -> Fault {
    let Some(class) = dispatch.registry().message(class) else {
        return Fault::of(FaultKind::UNKNOWN_CLASS, format!("no class is called {}", excerpt(class)));
    };
    refused(class.name(), class.shape(), body)
}

/// The fault of a well-formed body that its class refused.
pub(crate) fn refused(name: &str, shape: &converse_model::Shape, body: &Value) -> Fault {
    let report = report(shape, body);
    if report.is_empty() {
        // The decoder and the shape disagree: ours to mend, and never a reason to accept.
        return Error::new(format!("{name} was refused, and its shape finds nothing wrong")).into_fault(name);
    }
    Fault::refused(name, report)
}

/// Reads an envelope again, body and all, for what is wrong with it.
fn reread<'a>(bytes: &'a [u8], limits: &Limits) -> Found<'a> {
    let mut found = Found::default();
    match text(bytes, limits) {
        Ok(text) => {
            let mut reader = Reader::of(text, limits);
            if let Err(malformed) = reread_text(&mut reader, limits, &mut found) {
                found.malformed = Some(malformed);
            }
        }
        Err(fault) => found.malformed = Some(Malformed::Envelope(fault)),
    }
    found
}

fn reread_text<'a>(reader: &mut Reader<'a>, limits: &Limits, found: &mut Found<'a>) -> Result<(), Malformed> {
    let mut head = Head::default();
    let read = envelope::head(reader, &mut head);
    found.id = head.id.clone();
    read.map_err(|_| Malformed::Envelope(malformed(reader)))?;
    found.class = head.class.to_string();
    found.string_body = head.string_body && limits.string_bodies;
    let inner = if found.string_body {
        let text = envelope::string_body(reader).map_err(|_| Malformed::Body(malformed(reader)))?;
        Some(read_whole(&text, limits))
    } else {
        found.body = read_value(reader).map_err(|_| Malformed::Body(malformed(reader)))?;
        None
    };
    let tail = envelope::tail(reader, &mut head);
    found.id = head.id;
    tail.map_err(|_| Malformed::Envelope(malformed(reader)))?;
    if let Some(inner) = inner {
        found.body = inner.map_err(|mut fault| {
            fault.message.insert_str(0, "within the string body: ");
            Malformed::Body(fault)
        })?;
    }
    Ok(())
}

/// Reads a text that is one value and nothing else.
pub(crate) fn read_whole(text: &str, limits: &Limits) -> Result<Value, Fault> {
    let mut reader = Reader::of(text, limits);
    let value = read_value(&mut reader).map_err(|_| malformed(&reader))?;
    reader.end().map_err(|_| malformed(&reader))?;
    Ok(value)
}

/// The bytes as a text, within the limit.
pub(crate) fn text<'a>(bytes: &'a [u8], limits: &Limits) -> Result<&'a str, Fault> {
    if bytes.len() > limits.bytes {
        let message = format!("the message has {} bytes, and the limit is {}", bytes.len(), limits.bytes);
        return Err(Fault::of(FaultKind::TOO_LARGE, message));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let message = format!("the bytes are not UTF-8, from byte {} on", error.valid_up_to());
        Fault::of(FaultKind::BAD_JSON, message)
    })
}

/// The fault of a text that a reader stopped in.
pub(crate) fn malformed(reader: &Reader<'_>) -> Fault {
    let (why, at) = reader.why();
    let place = place(reader.source(), at);
    match why {
        Why::Envelope(what) => Fault::of(FaultKind::BAD_ENVELOPE, format!("{what} ({place})")),
        Why::TooDeep => Fault::of(FaultKind::TOO_DEEP, format!("objects and lists are nested too deep ({place})")),
        Why::Nul => Fault::of(FaultKind::BAD_STRING, format!("a text must not contain NUL ({place})")),
        Why::DuplicateKey => Fault::of(FaultKind::BAD_JSON, format!("a key stands twice ({place})")),
        Why::Syntax(expected) if reader.source().trim().is_empty() => {
            Fault::of(FaultKind::BAD_JSON, format!("the message is empty; expected {expected}"))
        }
        Why::Syntax(expected) => Fault::of(FaultKind::BAD_JSON, format!("not JSON: expected {expected} at {place}")),
        Why::Unfit => Fault::of(FaultKind::BAD_JSON, format!("the value cannot be read ({place})")),
    }
}

/// A byte's line and column, both from 1, the column in characters.
fn place(source: &str, at: usize) -> String {
    let before = source.get(..at).unwrap_or(source);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before.chars().rev().take_while(|character| *character != '\n').count() + 1;
    format!("line {line} column {column}")
}

/// At most 64 characters of what was sent, in quotes and escaped.
fn excerpt(text: &str) -> String {
    let escaped: Vec<char> = text.escape_debug().collect();
    let shown: String = escaped.iter().take(60).collect();
    let more = if escaped.len() > 60 { "…" } else { "" };
    format!("\"{shown}{more}\"")
}
