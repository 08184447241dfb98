//! Where a line of JSON ends.

use std::io::BufRead;

/// What stands at the front of the bytes read so far.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Front {
    /// A whole message of `length` bytes, `used` with the end of its line.
    Message { length: usize, used: usize },
    /// The begin of a message, or nothing.
    Partial,
    /// A message longer than the limit, whole or not.
    TooLarge,
    /// Something that is no object: not JSON lines at all.
    Stranger,
}

/// How many of the first bytes carry nothing: blanks and empty lines, which keep a connection alive.
pub(super) fn blank(bytes: &[u8]) -> usize {
    let carries = |byte: &u8| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
    bytes.iter().position(carries).unwrap_or(bytes.len())
}

/// Looks at bytes that begin with no [`blank`], of which `scanned` are known to hold no line end.
///
/// At the end of the stream (`ended`) the last line needs no end of its own.
pub(super) fn front(bytes: &[u8], scanned: usize, limit: usize, ended: bool) -> Front {
    match bytes.first() {
        None => return Front::Partial,
        Some(b'{') => {}
        Some(_) => return Front::Stranger,
    }
    let (known, fresh) = bytes.split_at(scanned.min(bytes.len()));
    // The standard library's fast search for a byte is reached by `skip_until`, which cannot fail
    // on a slice.
    let skipped = BufRead::skip_until(&mut &*fresh, b'\n').unwrap_or(0);
    let found = fresh.get(..skipped).is_some_and(|line| line.ends_with(b"\n"));
    let used = known.len() + skipped;
    let line = bytes.get(..used).unwrap_or_default();
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let length = line.strip_suffix(b"\r").unwrap_or(line).len();
    if length > limit {
        Front::TooLarge
    } else if found || ended {
        Front::Message { length, used }
    } else {
        Front::Partial
    }
}

#[cfg(test)]
mod tests {
    use super::{Front, blank, front};

    fn message(length: usize, used: usize) -> Front {
        Front::Message { length, used }
    }

    #[test]
    fn a_line_ends_with_lf_or_crlf() {
        assert_eq!(front(b"{}\n{}\n", 0, 9, false), message(2, 3));
        assert_eq!(front(b"{}\r\n{}\n", 0, 9, false), message(2, 4));
        assert_eq!(front(b"{\"a\":1}\n", 5, 9, false), message(7, 8));
    }

    #[test]
    fn a_line_without_end_waits_until_the_stream_ends() {
        assert_eq!(front(b"{}", 0, 9, false), Front::Partial);
        assert_eq!(front(b"{}", 2, 9, false), Front::Partial);
        assert_eq!(front(b"{}", 2, 9, true), message(2, 2));
        assert_eq!(front(b"", 0, 9, true), Front::Partial);
    }

    #[test]
    fn the_limit_counts_the_message_without_its_line_end() {
        assert_eq!(front(b"{12}\r\n", 0, 4, false), message(4, 6));
        assert_eq!(front(b"{123}\n", 0, 4, false), Front::TooLarge);
        assert_eq!(front(b"{123}", 0, 4, false), Front::TooLarge);
        assert_eq!(front(b"{12}\r", 0, 4, false), Front::Partial);
    }

    #[test]
    fn what_is_no_object_is_known_by_its_first_byte() {
        for bytes in [&b"P"[..], b"POST / HTTP/1.1\r\n", b"[{}]\n", b"\"{}\"\n", b"\xef\xbb\xbf{}\n", b"\0", b"}"] {
            assert_eq!(front(bytes, 0, 9, false), Front::Stranger);
        }
    }

    #[test]
    fn blanks_carry_nothing() {
        assert_eq!(blank(b" \t\r\n\n {}"), 6);
        assert_eq!(blank(b"\n\n"), 2);
        assert_eq!(blank(b""), 0);
    }
}
