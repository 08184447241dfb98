//! Why a message was refused, worked out after it was: only a refused message pays for this.

use std::any::Any;

use converse_model::{Shape, Value, report};
use converse_wire::json::Reader;
use converse_wire::{Format, Head, Id, Limits, Misread, Pull, Why, envelope};

use crate::came::Came;
use crate::formats::is_json;
use crate::keeper::Claiming;
use crate::meant;
use crate::reply::Form;
use crate::value::read_value;
use crate::{Dispatch, Error, Exchange, Fault, FaultKind, SharedFormat, Trace};

/// Why a message did not get to its reply.
pub(crate) enum Stop {
    /// It could not be read as an envelope, or not as its class.
    Unread,
    /// No class has its name; and whether who sent it may hear of others.
    UnknownClass { known: bool },
    /// Its class has no handler.
    NotRespondable,
    /// It was refused before it was read.
    Fault(Box<Fault>),
    /// It was refused after its envelope was read.
    Refused(Box<Fault>),
    /// An argument of its handler could not be made.
    Error(Error),
    /// It has a key, which is to be looked up.
    Claim(Box<Claiming>),
    /// Its handler panicked.
    Panicked(Box<dyn Any + Send>),
}

/// A message whose envelope was read.
impl From<Box<Fault>> for Box<Stop> {
    #[cold]
    fn from(fault: Box<Fault>) -> Box<Stop> {
        Box::new(Stop::Refused(fault))
    }
}

impl From<Error> for Box<Stop> {
    #[cold]
    fn from(error: Error) -> Box<Stop> {
        Box::new(Stop::Error(error))
    }
}

/// What the second reading of an envelope found.
#[derive(Default)]
pub(crate) struct Found<'a> {
    pub(crate) class: String,
    pub(crate) id: Id<'a>,
    pub(crate) trace: Option<Trace>,
    string_body: bool,
    body: Value,
    /// The first thing that makes the text no message of any class.
    malformed: Option<Malformed>,
}

/// Where a text goes wrong: it decides what is told first.
pub(crate) enum Malformed {
    /// In the envelope, which is looked at before the class is.
    Envelope(Fault),
    /// In the body, which is looked at after the class was found.
    Body(Fault),
}

/// The fault of a message that did not get to its reply, and the form in which it is told.
#[cold]
pub(crate) fn explain<'a>(dispatch: &Dispatch, came: &Came<'a>, stop: Stop) -> (Fault, Form<'a>) {
    let limits = &dispatch.settings.limits;
    // Only who could not be read is read again: to refuse costs little, most of all where there is too much to do.
    let whole = matches!(stop, Stop::Unread);
    match (came.class, came.exchange) {
        (Some(class), exchange) => {
            let format = exchange.map(|exchange| &*exchange.request);
            let fault = explain_body(dispatch, format, class, came.bytes, stop);
            dispatch.count_fault(class, &fault);
            (fault, Form::Bare)
        }
        (None, None) => {
            let mut found = reread(came.bytes, limits, whole);
            let fault = found.fault(dispatch, FaultKind::BAD_JSON, stop);
            dispatch.count_fault(&found.class, &fault);
            (fault, Form::Envelope { id: found.id, string_body: found.string_body })
        }
        (None, Some(Exchange { request, reply })) => {
            let mut found = Found::default();
            if let Err(malformed) = reread_other(&**request, came.bytes, limits, whole, &mut found) {
                found.malformed = Some(malformed);
            }
            let fault = found.fault(dispatch, lexical(&**request), stop);
            dispatch.count_fault(&found.class, &fault);
            (fault, Form::Other { format: SharedFormat::clone(reply), id: found.id, bare: false })
        }
    }
}

impl Found<'_> {
    /// The fault of a message that stopped so.
    fn fault(&mut self, dispatch: &Dispatch, lexical: FaultKind, stop: Stop) -> Fault {
        // Told is what comes first in the order of the checks, not what was met first.
        match (self.malformed.take(), &stop) {
            (
                Some(Malformed::Envelope(fault)),
                Stop::Unread | Stop::UnknownClass { .. } | Stop::NotRespondable | Stop::Refused(_),
            )
            | (Some(Malformed::Body(fault)), Stop::Unread) => fault,
            _ => fault_of(dispatch, &self.class, &self.body, lexical, stop),
        }
    }
}

/// The fault of a bare body; it is in JSON if it is in no other format.
fn explain_body(dispatch: &Dispatch, format: Option<&dyn Format>, class: &str, bytes: &[u8], stop: Stop) -> Fault {
    let limits = &dispatch.settings.limits;
    let lexical = format.map_or(FaultKind::BAD_JSON, lexical);
    if !matches!(stop, Stop::Unread) {
        return fault_of(dispatch, class, &Value::None, lexical, stop);
    }
    let read = match format {
        None => text(bytes, limits).and_then(|text| read_whole(text, limits)),
        Some(format) => read_whole_other(format, bytes, limits),
    };
    match read {
        Ok(body) => fault_of(dispatch, class, &body, lexical, stop),
        Err(fault) => fault,
    }
}

/// `lexical` is the kind of an error of the format itself.
fn fault_of(dispatch: &Dispatch, class: &str, body: &Value, lexical: FaultKind, stop: Stop) -> Fault {
    match stop {
        Stop::Unread => validation(dispatch, class, body, lexical),
        Stop::UnknownClass { known } => {
            let meant = if known { meant::likely(dispatch.registry(), class) } else { None };
            let more = meant.map_or_else(String::new, |name| format!("; did you mean {name}?"));
            Fault::of(FaultKind::UNKNOWN_CLASS, format!("no class is called {}{more}", excerpt(class)))
        }
        Stop::NotRespondable => Fault::of(FaultKind::NOT_RESPONDABLE, format!("{class} has no handler here")),
        Stop::Fault(fault) | Stop::Refused(fault) => *fault,
        Stop::Error(error) => error.into_fault(class),
        Stop::Claim(_) => Error::new("a message that stopped for its key was refused").into_fault(class),
        Stop::Panicked(panic) => panicked("the handler", class, &*panic),
    }
}

/// The fault of a handler, a hook or an authenticator that panicked; the log has what it said.
pub(crate) fn panicked(who: &str, class: &str, panic: &(dyn Any + Send)) -> Fault {
    let said = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    Error::new(format!("{who} panicked: {}", said.unwrap_or("(no text)"))).into_fault(class)
}

fn validation(dispatch: &Dispatch, class: &str, body: &Value, lexical: FaultKind) -> Fault {
    let Some(class) = dispatch.registry().message(class) else {
        return Fault::of(FaultKind::UNKNOWN_CLASS, format!("no class is called {}", excerpt(class)));
    };
    let mut fault = refused_as(lexical, class.name(), class.shape(), body);
    for issue in &mut fault.errors {
        if let Some(message) = dispatch.wording.as_ref().and_then(|wording| wording(issue)) {
            issue.message = message;
        }
    }
    fault
}

/// The fault of a well-formed JSON body that its class refused.
pub(crate) fn refused(name: &str, shape: &Shape, body: &Value) -> Fault {
    refused_as(FaultKind::BAD_JSON, name, shape, body)
}

/// The fault of a well-formed body that its class refused; `lexical` is the kind of an error of the
/// format itself.
pub(crate) fn refused_as(lexical: FaultKind, name: &str, shape: &Shape, body: &Value) -> Fault {
    let report = report(shape, body);
    if report.is_empty() {
        // The decoder and the shape disagree: ours to mend, and never a reason to accept.
        return Error::new(format!("{name} was refused, and its shape finds nothing wrong")).into_fault(name);
    }
    Fault::refused_as(lexical, name, report)
}

/// Reads an envelope again for what is wrong with it, body and all if it is the `whole` that is asked for.
pub(crate) fn reread<'a>(bytes: &'a [u8], limits: &Limits, whole: bool) -> Found<'a> {
    let mut found = Found::default();
    match text(bytes, limits) {
        Ok(text) => {
            let mut reader = Reader::of(text, limits);
            if let Err(malformed) = reread_text(&mut reader, limits, whole, &mut found) {
                found.malformed = Some(malformed);
            }
        }
        Err(fault) => found.malformed = Some(Malformed::Envelope(fault)),
    }
    found
}

fn reread_text<'a>(
    reader: &mut Reader<'a>,
    limits: &Limits,
    whole: bool,
    found: &mut Found<'a>,
) -> Result<(), Malformed> {
    let mut head = Head::default();
    let read = envelope::head(reader, &mut head);
    found.id = head.id.clone();
    read.map_err(|_| Malformed::Envelope(malformed(reader)))?;
    found.class = head.class.to_string();
    found.string_body = head.string_body && limits.string_bodies;
    let inner = if !whole {
        reader.skip().map_err(|_| Malformed::Body(malformed(reader)))?;
        None
    } else if found.string_body {
        let text = envelope::string_body(reader).map_err(|_| Malformed::Body(malformed(reader)))?;
        Some(read_whole(&text, limits))
    } else {
        found.body = read_value(reader).map_err(|_| Malformed::Body(malformed(reader)))?;
        None
    };
    let tail = envelope::tail(reader, &mut head);
    found.id = head.id;
    found.trace = head.trace.as_ref().and_then(|trace| trace.parse().ok());
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

/// Where a text is no JSON, however deep.
fn first_syntax_error(source: &str) -> Option<(Why, usize)> {
    let mut reader = Reader::of(source, &Limits { depth: u16::MAX, ..Limits::DEFAULT });
    match reader.skip().and_then(|()| reader.end()) {
        Ok(()) => None,
        Err(_) => Some(reader.why()).filter(|(why, _)| matches!(why, Why::Syntax(_))),
    }
}

/// The bytes as a text, within the limit.
pub(crate) fn text<'a>(bytes: &'a [u8], limits: &Limits) -> Result<&'a str, Fault> {
    within(bytes, limits)?;
    std::str::from_utf8(bytes).map_err(|error| {
        let message = format!("the bytes are not UTF-8, from byte {} on", error.valid_up_to());
        Fault::of(FaultKind::BAD_JSON, message)
    })
}

/// Refuses more bytes than the limit allows.
fn within(bytes: &[u8], limits: &Limits) -> Result<(), Fault> {
    if bytes.len() <= limits.bytes {
        return Ok(());
    }
    let message = format!("the message has {} bytes, and the limit is {}", bytes.len(), limits.bytes);
    Err(Fault::of(FaultKind::TOO_LARGE, message))
}

/// The fault of a text that a reader stopped in.
pub(crate) fn malformed(reader: &Reader<'_>) -> Fault {
    let (why, at) = match reader.why() {
        // No JSON is no envelope either, but that is not what is to be mended.
        envelope @ (Why::Envelope(_), _) => first_syntax_error(reader.source()).unwrap_or(envelope),
        other => other,
    };
    let empty = reader.source().trim().is_empty();
    unreadable("JSON", FaultKind::BAD_JSON, why, empty, &place(reader.source(), at))
}

/// The fault of bytes that a reader of this format stopped in.
pub(crate) fn malformed_other(format: &dyn Format, bytes: &[u8], Misread { why, at }: Misread) -> Fault {
    // JSON speaks of itself in the same way wherever its reply goes.
    let place = match std::str::from_utf8(bytes) {
        Ok(text) if format.is_text() => place(text, at),
        _ => format!("byte {at}"),
    };
    let name = if is_json(format) { "JSON" } else { format.name() };
    unreadable(name, lexical(format), why, bytes.is_empty(), &place)
}

fn unreadable(format: &str, lexical: FaultKind, why: Why, empty: bool, place: &str) -> Fault {
    match why {
        Why::Envelope(what) => Fault::of(FaultKind::BAD_ENVELOPE, format!("{what} ({place})")),
        Why::TooDeep => Fault::of(FaultKind::TOO_DEEP, format!("objects and lists are nested too deep ({place})")),
        Why::Nul => Fault::of(FaultKind::BAD_STRING, format!("a text must not contain NUL ({place})")),
        Why::DuplicateKey => Fault::of(lexical, format!("a key stands twice ({place})")),
        Why::Syntax(expected) if empty => Fault::of(lexical, format!("the message is empty; expected {expected}")),
        Why::Syntax(expected) => Fault::of(lexical, format!("not {format}: expected {expected} at {place}")),
        Why::Unfit => Fault::of(lexical, format!("the value cannot be read ({place})")),
    }
}

/// The kind of an error of the format itself.
pub(crate) fn lexical(format: &dyn Format) -> FaultKind {
    if is_json(format) { FaultKind::BAD_JSON } else { FaultKind::MALFORMED }
}

/// The same in any format.
pub(crate) fn reread_other<'a>(
    format: &dyn Format,
    bytes: &'a [u8],
    limits: &Limits,
    whole: bool,
    found: &mut Found<'a>,
) -> Result<(), Malformed> {
    within(bytes, limits).map_err(Malformed::Envelope)?;
    let mut head = Head::default();
    let opened = format.open(bytes, limits, &mut head);
    found.id = head.id.clone();
    let mut opened = opened.map_err(|misread| Malformed::Envelope(malformed_other(format, bytes, misread)))?;
    found.class = head.class.to_string();
    let stopped = |(why, at): (Why, usize)| malformed_other(format, bytes, Misread { why, at });
    let read = opened.body(&mut |pull| {
        if whole {
            found.body = read_value(pull)?;
            Ok(())
        } else {
            pull.skip()
        }
    });
    read.map_err(|_| Malformed::Body(stopped(opened.why())))?;
    let tail = opened.finish(&mut head);
    found.id = head.id;
    found.trace = head.trace.as_ref().and_then(|trace| trace.parse().ok());
    tail.map_err(|_| Malformed::Envelope(stopped(opened.why())))
}

/// Reads bytes that are one value and nothing else.
pub(crate) fn read_whole_other(format: &dyn Format, bytes: &[u8], limits: &Limits) -> Result<Value, Fault> {
    within(bytes, limits)?;
    let mut opened = format.open_body(bytes, limits).map_err(|misread| malformed_other(format, bytes, misread))?;
    let mut body = Value::None;
    let read = opened.body(&mut |pull| {
        body = read_value(pull)?;
        Ok(())
    });
    match read.and_then(|()| opened.finish(&mut Head::default())) {
        Ok(()) => Ok(body),
        Err(_) => {
            let (why, at) = opened.why();
            Err(malformed_other(format, bytes, Misread { why, at }))
        }
    }
}

/// The envelope and the body of a message of any class; `lenient` as [`Head::lenient`] has it.
pub(crate) fn read_other<'a>(
    format: &dyn Format,
    bytes: &'a [u8],
    limits: &Limits,
    lenient: bool,
) -> Result<(Head<'a>, Value), Fault> {
    within(bytes, limits)?;
    let mut head = Head { lenient, ..Head::default() };
    let mut opened =
        format.open(bytes, limits, &mut head).map_err(|misread| malformed_other(format, bytes, misread))?;
    let mut body = Value::None;
    let read = opened.body(&mut |pull| {
        body = read_value(pull)?;
        Ok(())
    });
    if read.and_then(|()| opened.finish(&mut head)).is_err() {
        let (why, at) = opened.why();
        return Err(malformed_other(format, bytes, Misread { why, at }));
    }
    drop(opened);
    Ok((head, body))
}

/// A byte's line and column, both from 1, the column in characters.
fn place(source: &str, at: usize) -> String {
    let before = source.get(..at).unwrap_or(source);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before.chars().rev().take_while(|character| *character != '\n').count() + 1;
    format!("line {line} column {column}")
}

/// At most 64 characters of what was sent, in quotes and escaped.
pub(crate) fn excerpt(text: &str) -> String {
    let escaped: Vec<char> = text.escape_debug().collect();
    let shown: String = escaped.iter().take(60).collect();
    let more = if escaped.len() > 60 { "…" } else { "" };
    format!("\"{shown}{more}\"")
}
