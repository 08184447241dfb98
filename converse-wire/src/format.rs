//! The seam of formats: how an envelope is read and written, whatever its bytes look like.
//!
//! A [`Format`] owns the whole of what is sent, the envelope included: where the name of the class
//! stands, where the id, and how a value is spelled. What it does not own is what a value means:
//! decoders read through [`Pull`] and encoders write through [`Push`], so every format has the same
//! classes, the same checks and the same verdicts.
//!
//! JSON is a format like the others here. A dispatcher that reads JSON and answers in JSON goes past
//! this seam, by code that is compiled for JSON alone.

use crate::{Head, Limits, Pull, Push, Result, Unwritable, Why};
use crate::{cbor::Cbor, json::Json, msgpack::MsgPack};

/// The formats in the box; the first is what is spoken where nobody chooses.
pub const FORMATS: &[&'static dyn Format] = &[&Json, &MsgPack, &Cbor];

/// Writes a value into whatever it is given.
pub type WriteBody<'b> = &'b dyn Fn(&mut dyn Push);

/// Reads a value from whatever it is given.
pub type ReadBody<'b> = &'b mut dyn FnMut(&mut dyn Pull) -> Result<()>;

/// A way to write messages as bytes, envelope included.
///
/// A reader must be strict, because nothing behind it is: it refuses what is not well-formed, texts
/// that are not UTF-8 or hold NUL, numbers that are not finite, values nested deeper than
/// [`Limits::depth`], and bytes behind the end; and it never allocates by a length that was only
/// declared.
pub trait Format: Send + Sync + 'static {
    /// The name: also that of the WebSocket subprotocol (RFC 6455, section 1.9), so a token in
    /// lower case. `msgpack`.
    fn name(&self) -> &'static str;

    /// The media types (RFC 9110, section 8.3.1) by which HTTP knows it, in lower case and without
    /// parameters. The first is the one that replies carry where a client does not ask for another.
    fn media_types(&self) -> &'static [&'static str];

    /// The four bytes with which a TCP connection in this format begins.
    fn preamble(&self) -> [u8; 4];

    /// Whether a message is a text; else it is bytes. Decides the kind of a WebSocket frame.
    fn is_text(&self) -> bool {
        false
    }

    /// Reads an envelope up to its body. What was read of `head` stays there also on an error, so that
    /// a refusal can echo the id; what stands behind the body is read by [`Opened::finish`].
    ///
    /// # Errors
    /// Why this is no envelope, and at which byte.
    fn open<'a>(
        &self,
        bytes: &'a [u8],
        limits: &Limits,
        head: &mut Head<'a>,
    ) -> std::result::Result<Box<dyn Opened<'a> + 'a>, Misread>;

    /// Reads a body that came without an envelope, because the class is known from elsewhere.
    ///
    /// # Errors
    /// Why it cannot be read at all, and at which byte.
    fn open_body<'a>(&self, bytes: &'a [u8], limits: &Limits)
    -> std::result::Result<Box<dyn Opened<'a> + 'a>, Misread>;

    /// Appends an envelope: the class, whatever else `head` holds, and the body.
    ///
    /// # Errors
    /// The body has no form on the wire. What was appended is of no use then.
    fn write(&self, head: &Head<'_>, body: WriteBody<'_>, out: &mut Vec<u8>) -> std::result::Result<(), Unwritable>;

    /// Appends a body without an envelope.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    fn write_body(&self, body: WriteBody<'_>, out: &mut Vec<u8>) -> std::result::Result<(), Unwritable>;
}

/// A message whose head was read and whose body was not.
pub trait Opened<'a> {
    /// Lets `read` read the body. Called once, before [`finish`](Self::finish).
    ///
    /// # Errors
    /// What `read` returns, or that there is more than it read.
    fn body(&mut self, read: ReadBody<'_>) -> Result<()>;

    /// Reads what stands behind the body into `head`, to the end of the bytes.
    ///
    /// # Errors
    /// Anything behind the body that is not the envelope's, and anything behind the envelope.
    fn finish(&mut self, head: &mut Head<'a>) -> Result<()>;

    /// Why the last call was refused, and at which byte.
    fn why(&self) -> (Why, usize);
}

/// Why bytes could not be read, and at which of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Misread {
    /// Why.
    pub why: Why,
    /// At which byte.
    pub at: usize,
}

impl Misread {
    /// Why a reader refused.
    pub fn of(reader: &(impl Pull + ?Sized)) -> Misread {
        let (why, at) = reader.why();
        Misread { why, at }
    }
}

/// A format may be shared by reference, as those of [`FORMATS`] are.
impl<F: Format + ?Sized> Format for &'static F {
    fn name(&self) -> &'static str {
        (**self).name()
    }

    fn media_types(&self) -> &'static [&'static str] {
        (**self).media_types()
    }

    fn preamble(&self) -> [u8; 4] {
        (**self).preamble()
    }

    fn is_text(&self) -> bool {
        (**self).is_text()
    }

    fn open<'a>(
        &self,
        bytes: &'a [u8],
        limits: &Limits,
        head: &mut Head<'a>,
    ) -> std::result::Result<Box<dyn Opened<'a> + 'a>, Misread> {
        (**self).open(bytes, limits, head)
    }

    fn open_body<'a>(
        &self,
        bytes: &'a [u8],
        limits: &Limits,
    ) -> std::result::Result<Box<dyn Opened<'a> + 'a>, Misread> {
        (**self).open_body(bytes, limits)
    }

    fn write(&self, head: &Head<'_>, body: WriteBody<'_>, out: &mut Vec<u8>) -> std::result::Result<(), Unwritable> {
        (**self).write(head, body, out)
    }

    fn write_body(&self, body: WriteBody<'_>, out: &mut Vec<u8>) -> std::result::Result<(), Unwritable> {
        (**self).write_body(body, out)
    }
}

/// A message whose body is read where it stands, by a reader that then stands behind it: what most
/// formats open.
pub struct InPlace<R, T> {
    reader: R,
    tail: T,
}

impl<R, T> InPlace<R, T> {
    /// A message whose reader stands before the body; `tail` reads what is behind it, to the end.
    pub fn new<'a>(reader: R, tail: T) -> InPlace<R, T>
    where
        R: Pull,
        T: FnMut(&mut R, &mut Head<'a>) -> Result<()>,
    {
        InPlace { reader, tail }
    }
}

impl<'a, R, T> Opened<'a> for InPlace<R, T>
where
    R: Pull,
    T: FnMut(&mut R, &mut Head<'a>) -> Result<()>,
{
    fn body(&mut self, read: ReadBody<'_>) -> Result<()> {
        read(&mut self.reader)
    }

    fn finish(&mut self, head: &mut Head<'a>) -> Result<()> {
        (self.tail)(&mut self.reader, head)
    }

    fn why(&self) -> (Why, usize) {
        self.reader.why()
    }
}
