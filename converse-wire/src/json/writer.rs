//! The canonical writer: no blanks, members in the order of the class, only the escapes that the
//! grammar asks for.

use crate::push::{Key, Push, Unwritable};

use super::string::special;

/// Writes JSON at the end of a buffer.
pub struct Writer<'o> {
    out: &'o mut Vec<u8>,
    depth: u16,
    nulls: bool,
    failed: Option<Unwritable>,
}

impl<'o> Writer<'o> {
    /// A writer that nests objects and lists at most `depth` deep, and leaves out what is absent.
    pub fn new(out: &'o mut Vec<u8>, depth: u16) -> Writer<'o> {
        Writer { out, depth, nulls: false, failed: None }
    }

    /// The same writer, which writes `null` for what is absent.
    #[must_use]
    pub fn with_nulls(mut self, nulls: bool) -> Writer<'o> {
        self.nulls = nulls;
        self
    }

    /// Begins an object or a list.
    #[inline]
    fn open(&mut self, byte: u8) -> bool {
        match self.depth.checked_sub(1) {
            Some(depth) => {
                self.depth = depth;
                self.out.push(byte);
                true
            }
            None => {
                self.out.extend_from_slice(b"null");
                self.fail(Unwritable::TooDeep);
                false
            }
        }
    }

    #[inline]
    fn close(&mut self, byte: u8) {
        self.depth += 1;
        self.out.push(byte);
    }
}

impl Push for Writer<'_> {
    #[inline]
    fn null(&mut self) {
        self.out.extend_from_slice(b"null");
    }

    #[inline]
    fn bool(&mut self, value: bool) {
        // Copies of a known length need no call.
        if value {
            self.out.extend_from_slice(b"true");
        } else {
            self.out.extend_from_slice(b"false");
        }
    }

    fn u64(&mut self, value: u64) {
        self.out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
    }

    fn i64(&mut self, value: i64) {
        self.out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
    }

    fn f64(&mut self, value: f64) {
        if value.is_finite() {
            self.out.extend_from_slice(zmij::Buffer::new().format_finite(value).as_bytes());
        } else {
            self.null();
            self.fail(Unwritable::NotFinite);
        }
    }

    fn f32(&mut self, value: f32) {
        if value.is_finite() {
            self.out.extend_from_slice(zmij::Buffer::new().format_finite(value).as_bytes());
        } else {
            self.null();
            self.fail(Unwritable::NotFinite);
        }
    }

    fn str(&mut self, value: &str) {
        if write_str(self.out, value) {
            self.fail(Unwritable::Nul);
        }
    }

    #[inline]
    fn record(&mut self, _members: usize) -> bool {
        self.open(b'{')
    }

    #[inline]
    fn member(&mut self, key: &Key) {
        // The first member has no comma before it.
        let from = usize::from(self.out.last() == Some(&b'{'));
        self.out.extend_from_slice(key.json.as_bytes().get(from..).unwrap_or_default());
    }

    #[inline(always)]
    fn first_member(&mut self, key: &Key) {
        self.out.extend_from_slice(key.json.as_bytes().get(1..).unwrap_or_default());
    }

    #[inline(always)]
    fn next_member(&mut self, key: &Key) {
        self.out.extend_from_slice(key.json.as_bytes());
    }

    #[inline]
    fn end_record(&mut self) {
        self.close(b'}');
    }

    fn list(&mut self, _items: usize) -> bool {
        self.open(b'[')
    }

    #[inline]
    fn item(&mut self) {
        if self.out.last() != Some(&b'[') {
            self.out.push(b',');
        }
    }

    fn end_list(&mut self) {
        self.close(b']');
    }

    fn map(&mut self, _members: usize) -> bool {
        self.open(b'{')
    }

    fn key(&mut self, key: &str) {
        if self.out.last() != Some(&b'{') {
            self.out.push(b',');
        }
        self.str(key);
        self.out.push(b':');
    }

    fn end_map(&mut self) {
        self.close(b'}');
    }

    #[inline]
    fn nulls(&self) -> bool {
        self.nulls
    }

    #[cold]
    fn fail(&mut self, why: Unwritable) {
        self.failed.get_or_insert(why);
    }

    #[inline]
    fn failed(&self) -> Option<Unwritable> {
        self.failed
    }
}

/// Writes a text in quotes, with its escapes; returns whether it contains NUL, which no reader of
/// ours takes.
pub fn write_str(out: &mut Vec<u8>, text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut nul = false;
    out.reserve(bytes.len() + 2);
    out.push(b'"');
    let mut run = 0;
    let mut at = 0;
    while let Some(rest) = bytes.get(at..) {
        if let Some(word) = rest.first_chunk::<8>() {
            let found = special(u64::from_le_bytes(*word));
            if found == 0 {
                at += 8;
                continue;
            }
            at += found.trailing_zeros() as usize / 8;
        }
        let Some(&byte) = bytes.get(at) else { break };
        if byte < 0x20 || byte == b'"' || byte == b'\\' {
            out.extend_from_slice(bytes.get(run..at).unwrap_or_default());
            escape(out, byte);
            nul |= byte == 0;
            run = at + 1;
        }
        at += 1;
    }
    out.extend_from_slice(bytes.get(run..).unwrap_or_default());
    out.push(b'"');
    nul
}

#[cold]
fn escape(out: &mut Vec<u8>, byte: u8) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let short = match byte {
        b'"' => b'"',
        b'\\' => b'\\',
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        8 => b'b',
        12 => b'f',
        _ => {
            let low = HEX.get(usize::from(byte & 15)).copied().unwrap_or(b'0');
            out.extend_from_slice(&[b'\\', b'u', b'0', b'0', b'0' + (byte >> 4), low]);
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}
