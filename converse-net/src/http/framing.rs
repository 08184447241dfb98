//! Where requests begin and end (RFC 9112, sections 6 and 7), watched from outside the codec.
//!
//! It tells an idle connection from one in a request, which the codec does not, and it is a second
//! reader: what two readers of HTTP might take differently, it refuses. Those are a line that ends
//! without CR, a length that stands twice or beside a transfer coding, and a coding other than
//! `chunked`. All else that is wrong is the codec's to refuse.

use std::io::BufRead;

/// How much of a line is kept that comes in parts: the longest that says where a body ends is shorter.
const KEPT: usize = 64;

/// Follows the bytes of one connection.
#[derive(Default)]
pub(super) struct Framing {
    step: Step,
    head: Head,
    /// The begin of a line that came in parts, at most [`KEPT`] bytes of it, and its last byte.
    line: Vec<u8>,
    last: u8,
    /// How many requests have begun, and how many heads are whole.
    requests: u64,
    heads: u64,
}

/// Where a connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Between two requests, or before the first.
    Between,
    /// In the head of the request of this number, the first being 1.
    Head(u64),
    /// In a body.
    Body,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Before a request; empty lines may stand there (RFC 9112, section 2.2).
    #[default]
    Between,
    /// In the lines behind the request line.
    Fields,
    /// In a body of `left` more bytes.
    Body {
        left: u64,
    },
    /// In the line that says a chunk's size, in its data, at the end of that, and behind the last one.
    Size,
    Chunk {
        left: u64,
    },
    ChunkEnd,
    Trailer,
}

/// What a head says about the body.
#[derive(Default)]
struct Head {
    length: Option<u64>,
    chunked: bool,
    upgrade: bool,
}

impl Framing {
    /// Takes the next bytes of the connection.
    ///
    /// # Errors
    /// Where the first byte stands with which the framing is lost.
    pub(super) fn scan(&mut self, bytes: &[u8]) -> Result<(), usize> {
        let mut at = 0;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            at += match self.step {
                Step::Body { left } | Step::Chunk { left } => self.skip(left, rest.len()),
                _ => self.line(rest).map_err(|inside| at + inside)?,
            };
        }
        Ok(())
    }

    pub(super) fn place(&self) -> Place {
        match self.step {
            Step::Between if self.line.is_empty() => Place::Between,
            Step::Between => Place::Head(self.requests + 1),
            Step::Fields => Place::Head(self.requests),
            _ => Place::Body,
        }
    }

    /// How many requests have begun.
    pub(super) fn requests(&self) -> u64 {
        self.requests
    }

    /// How many heads were whole.
    pub(super) fn heads(&self) -> u64 {
        self.heads
    }

    /// Moves past the part of a body that is here, and returns its length.
    fn skip(&mut self, left: u64, here: usize) -> usize {
        let skipped = usize::try_from(left).map_or(here, |left| left.min(here));
        let left = left - u64::try_from(skipped).unwrap_or(left);
        self.step = match self.step {
            Step::Chunk { .. } if left == 0 => Step::ChunkEnd,
            Step::Chunk { .. } => Step::Chunk { left },
            _ if left == 0 => Step::Between,
            _ => Step::Body { left },
        };
        skipped
    }

    /// Moves past one line, or the part of it that is here, and returns its length.
    fn line(&mut self, bytes: &[u8]) -> Result<usize, usize> {
        // The standard library's fast search for a byte, which cannot fail on a slice.
        let length = BufRead::skip_until(&mut &*bytes, b'\n').unwrap_or(bytes.len());
        let part = bytes.get(..length).unwrap_or(bytes);
        let Some(body) = part.strip_suffix(b"\n") else {
            self.keep(part);
            return Ok(length);
        };
        let end = length - 1;
        let taken = if self.line.is_empty() {
            body.strip_suffix(b"\r").is_some_and(|line| self.end_of_line(line))
        } else {
            self.keep(body);
            let line = std::mem::take(&mut self.line);
            let whole = if line.len() < KEPT { line.strip_suffix(b"\r") } else { Some(&*line) };
            self.last == b'\r' && whole.is_some_and(|line| self.end_of_line(line))
        };
        // Nobody may speak the new protocol, or send another request, before the upgrade is answered.
        let early = self.head.upgrade && self.step == Step::Between && length < bytes.len();
        if taken && !early { Ok(length) } else { Err(end) }
    }

    fn keep(&mut self, part: &[u8]) {
        let room = KEPT - self.line.len();
        self.line.extend_from_slice(part.get(..room.min(part.len())).unwrap_or_default());
        self.last = part.last().copied().unwrap_or(self.last);
    }

    /// Takes a line without its end; false if the framing is lost.
    fn end_of_line(&mut self, line: &[u8]) -> bool {
        match self.step {
            Step::Between if line.is_empty() => true,
            Step::Between => {
                self.head = Head::default();
                self.requests += 1;
                self.step = Step::Fields;
                true
            }
            Step::Fields if line.is_empty() => self.end_of_head(),
            Step::Fields => self.head.field(line),
            Step::Size => self.size(line),
            Step::ChunkEnd => {
                self.step = Step::Size;
                line.is_empty()
            }
            Step::Trailer => {
                if line.is_empty() {
                    self.step = Step::Between;
                }
                true
            }
            Step::Body { .. } | Step::Chunk { .. } => false,
        }
    }

    fn end_of_head(&mut self) -> bool {
        self.heads += 1;
        self.step = match (self.head.length, self.head.chunked) {
            (Some(_), true) => return false,
            (None | Some(0), false) => Step::Between,
            (Some(left), false) => Step::Body { left },
            (None, true) => Step::Size,
        };
        true
    }

    /// The line before a chunk: its size in at most 16 hexadecimal digits, and extensions, which are
    /// ignored (RFC 9112, section 7.1.1).
    fn size(&mut self, line: &[u8]) -> bool {
        let digits = line.split(|byte| *byte == b';').next().unwrap_or_default();
        let Some(left) = number(digits, 16) else { return false };
        self.step = if left == 0 { Step::Trailer } else { Step::Chunk { left } };
        true
    }
}

impl Head {
    /// Reads a field if it says where the body ends; false if that can be taken in two ways.
    fn field(&mut self, line: &[u8]) -> bool {
        // Nearly every field is another one, and is known by its first letter.
        if !matches!(line.first(), Some(b'c' | b'C' | b't' | b'T' | b'u' | b'U')) {
            return true;
        }
        let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
        let value = line.get(name.len() + 1..).unwrap_or_default().trim_ascii();
        if name.eq_ignore_ascii_case(b"content-length") {
            let twice = self.length.is_some();
            self.length = number(value, 10);
            return self.length.is_some() && !twice && line.len() < KEPT;
        }
        if name.eq_ignore_ascii_case(b"transfer-encoding") {
            let twice = std::mem::replace(&mut self.chunked, true);
            return value.eq_ignore_ascii_case(b"chunked") && !twice && line.len() < KEPT;
        }
        self.upgrade |= name.eq_ignore_ascii_case(b"upgrade");
        true
    }
}

/// Digits and nothing else: no sign, no blank, and no more than 64 bits.
pub(super) fn number(digits: &[u8], radix: u32) -> Option<u64> {
    if digits.is_empty() || digits.len() > 19 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u64::from_str_radix(std::str::from_utf8(digits).ok()?, radix).ok()
}

#[cfg(test)]
mod tests {
    use super::{Framing, Place};

    /// Where the connection is after these bytes, however they are cut in two.
    fn fed(bytes: &str) -> Result<Place, usize> {
        let mut whole = Framing::default();
        let expected = whole.scan(bytes.as_bytes()).map(|()| whole.place());
        for cut in 1..bytes.len() {
            let (left, right) = bytes.as_bytes().split_at(cut);
            let mut framing = Framing::default();
            let found = framing.scan(left).and_then(|()| framing.scan(right).map_err(|at| at + cut));
            if !bytes.contains("pgrade") {
                assert_eq!(found.map(|()| framing.place()), expected, "{bytes:?} cut at {cut}");
            }
        }
        expected
    }

    #[test]
    fn a_connection_is_between_in_a_head_or_in_a_body() {
        assert_eq!(fed(""), Ok(Place::Between));
        assert_eq!(fed("\r\n\r\n"), Ok(Place::Between));
        assert_eq!(fed("\r\nG"), Ok(Place::Head(1)));
        assert_eq!(fed("GET / HTTP/1.1\r\nhost: a\r\n"), Ok(Place::Head(1)));
        assert_eq!(fed("GET / HTTP/1.1\r\nhost: a\r\n\r\n"), Ok(Place::Between));
        assert_eq!(fed("GET / HTTP/1.1\r\n\r\nGET"), Ok(Place::Head(2)));
        assert_eq!(fed("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n\n\n"), Ok(Place::Body));
        assert_eq!(fed("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n\n\n\n"), Ok(Place::Between));
        assert_eq!(fed("POST / HTTP/1.1\r\ncontent-length:0\r\n\r\nG"), Ok(Place::Head(2)));
        let long = format!("GET / HTTP/1.1\r\ncookie: {}\r\n\r\n", "x".repeat(200));
        assert_eq!(fed(&long), Ok(Place::Between));
    }

    #[test]
    fn chunks_are_followed() {
        let head = "POST / HTTP/1.1\r\ntransfer-encoding: Chunked\r\n\r\n";
        let ends = |rest: &str| fed(&format!("{head}{rest}")).map_err(|at| at - head.len());
        assert_eq!(ends("3\r\na\nb\r\n0\r\n\r\n"), Ok(Place::Between));
        assert_eq!(ends("3;name=\"x\"\r\na\nb\r\n0\r\nx: y\r\n\r\nG"), Ok(Place::Head(2)));
        assert_eq!(ends("3\r\nabc\r\n0\r\n"), Ok(Place::Body));
        for (wrong, at) in [
            ("3\nabc\r\n", 1),
            ("-3\r\nabc", 3),
            ("0x3\r\nabc", 4),
            ("3 \r\nabc", 3),
            ("\r\nabc", 1),
            ("fffffffffffffffff\r\n", 18),
            ("3\r\nabcd\r\n", 8),
            ("3;a\nb\r\n", 3),
            ("0\r\nx: y\n\r\n", 7),
        ] {
            assert_eq!(ends(wrong), Err(at), "{wrong:?}");
        }
    }

    #[test]
    fn what_two_readers_might_take_differently_is_refused() {
        for fields in [
            "content-length: 3\r\ncontent-length: 3\r\n",
            "content-length: +3\r\n",
            "content-length: 3, 3\r\n",
            "content-length: 0x3\r\n",
            "content-length: 3 3\r\n",
            "content-length:\r\n",
            "content-length: 18446744073709551616\r\n",
            "transfer-encoding: chunked, identity\r\n",
            "transfer-encoding: xchunked\r\n",
            "transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n",
            "a: b\n",
        ] {
            assert!(fed(&format!("POST / HTTP/1.1\r\n{fields}\r\n")).is_err(), "{fields:?}");
        }
        for both in [
            "content-length: 3\r\ntransfer-encoding: chunked\r\n",
            "transfer-encoding: chunked\r\ncontent-length: 0\r\n",
        ] {
            let head = format!("POST / HTTP/1.1\r\n{both}\r\n");
            assert_eq!(fed(&head), Err(head.len() - 1));
        }
        assert_eq!(fed("GET / HTTP/1.1\n"), Err(14));
        let long = format!("POST / HTTP/1.1\r\ncontent-length: {}3\r\n\r\n", " ".repeat(100));
        assert!(fed(&long).is_err());
    }

    #[test]
    fn nothing_comes_behind_an_upgrade_before_it_is_answered() {
        let head = "GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n";
        assert_eq!(fed(head), Ok(Place::Between));
        assert_eq!(fed(&format!("{head}G")), Err(head.len() - 1));
        let with_body = "POST / HTTP/1.1\r\nUpgrade: h2c\r\ncontent-length: 1\r\n\r\nG";
        assert_eq!(fed(with_body), Ok(Place::Between));
    }
}
