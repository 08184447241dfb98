//! Where a connection's format is named, and where its frames end.

use converse_dispatch::{Formats, SharedFormat};

/// How many bytes name a format, and how many stand before a frame.
pub(super) const HEAD: usize = 4;

/// What a connection that is no JSON lines begins with.
pub(super) enum Opening<'f> {
    /// The format that it names.
    Format(&'f SharedFormat),
    /// The begin of a format's name, or nothing.
    Partial,
    /// Nothing that is known.
    Stranger,
}

/// Looks at the first bytes of a connection.
pub(super) fn opening<'f>(bytes: &[u8], formats: &'f Formats) -> Opening<'f> {
    if let Some(preamble) = bytes.first_chunk::<HEAD>() {
        return formats.by_preamble(*preamble).map_or(Opening::Stranger, Opening::Format);
    }
    let begins = |format: &SharedFormat| format.preamble().starts_with(bytes);
    if formats.iter().any(begins) { Opening::Partial } else { Opening::Stranger }
}

/// What stands at the front of the bytes read so far.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Front {
    /// A whole message of so many bytes, behind its length.
    Message(usize),
    /// The begin of a message, or nothing.
    Partial,
    /// A message longer than the limit.
    TooLarge,
}

/// How many of the first bytes carry nothing: frames without content, which keep a connection alive.
pub(super) fn blank(bytes: &[u8]) -> usize {
    bytes.chunks_exact(HEAD).take_while(|head| **head == [0; HEAD]).count() * HEAD
}

/// Looks at bytes that begin with no [`blank`]: four bytes of length, the highest first, and a message.
pub(super) fn front(bytes: &[u8], limit: usize) -> Front {
    let Some((head, rest)) = bytes.split_first_chunk::<HEAD>() else { return Front::Partial };
    match usize::try_from(u32::from_be_bytes(*head)) {
        Ok(length) if length > limit => Front::TooLarge,
        Ok(length) if length <= rest.len() => Front::Message(length),
        Ok(_) => Front::Partial,
        Err(_) => Front::TooLarge,
    }
}

/// What stands before a reply. None of 4 GiB is ever made.
pub(super) fn head(length: usize) -> [u8; HEAD] {
    u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use converse_dispatch::Formats;

    use super::{Front, Opening, blank, front, head, opening};

    fn opened(bytes: &[u8]) -> Option<&'static str> {
        match opening(bytes, &Formats::default()) {
            Opening::Format(format) => Some(format.name()),
            Opening::Partial => Some(""),
            Opening::Stranger => None,
        }
    }

    #[test]
    fn four_bytes_name_the_format() {
        assert_eq!(opened(b"MSGP\0\0\0\x01"), Some("msgpack"));
        assert_eq!(opened(b"CBOR"), Some("cbor"));
        assert_eq!(opened(b"JSON"), Some("json"));
        for partial in [&b""[..], b"M", b"CBO"] {
            assert_eq!(opened(partial), Some(""));
        }
    }

    #[test]
    fn what_names_none_is_known_as_soon_as_it_can_be() {
        for bytes in [&b"P"[..], b"GET / HTTP/1.1\r\n", b"CBOS", b"MX", b"[", b"msgp", b"\x16\x03\x01", b"\0"] {
            assert_eq!(opened(bytes), None);
        }
    }

    #[test]
    fn a_frame_is_whole_when_its_length_is_there() {
        assert_eq!(front(b"\0\0\0\x02ab", 9), Front::Message(2));
        assert_eq!(front(b"\0\0\0\x02abc", 9), Front::Message(2));
        assert_eq!(front(b"\0\0\0\x02a", 9), Front::Partial);
        assert_eq!(front(b"\0\0\0", 9), Front::Partial);
        assert_eq!(front(b"\0\0\0\x0a", 9), Front::TooLarge);
        assert_eq!(front(b"\xff\xff\xff\xff", 9), Front::TooLarge);
        assert_eq!(blank(b"\0\0\0\0\0\0\0\0\0\0\0\x01"), 8);
        assert_eq!(blank(b"\0\0\0"), 0);
        assert_eq!(head(258), [0, 0, 1, 2]);
    }
}
