//! UUIDs.

/// Whether a text is a UUID as 8-4-4-4-12 hexadecimal digits, in either case (RFC 9562, section 4).
///
/// Any version is one, and so are nil and max. Braces, `urn:uuid:` and 32 bare digits are other forms.
pub(super) fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::super::{TextFormat, agrees, writes};

    #[test]
    fn only_the_hyphenated_form_is_taken() {
        agrees(
            TextFormat::Uuid,
            &[
                "67e55044-10b1-426f-9247-bb680e5fe0c8",
                "67E55044-10B1-426F-9247-BB680E5FE0C8",
                "67e55044-10b1-026f-9247-bb680e5fe0c8",
                "00000000-0000-0000-0000-000000000000",
                "ffffffff-ffff-ffff-ffff-ffffffffffff",
            ],
            &[
                "",
                "67e5504410b1426f9247bb680e5fe0c8",
                "{67e55044-10b1-426f-9247-bb680e5fe0c8}",
                "urn:uuid:67e55044-10b1-426f-9247-bb680e5fe0c8",
                "67e55044-10b1-426f-9247-bb680e5fe0c",
                "67e55044-10b1-426f-9247-bb680e5fe0c88",
                "67e55044-10b1-426f-9247-bb680e5fe0cg",
                "67e550441-0b1-426f-9247-bb680e5fe0c8",
                "67e55044-10b1-426f-9247_bb680e5fe0c8",
                " 67e55044-10b1-426f-9247-bb680e5fe0c8",
                "67e55044-10b1-426f-9247-bb680e5fe0c\u{e9}",
                "------------------------------------",
            ],
        );
    }

    #[test]
    fn lower_case_is_written() {
        writes(
            TextFormat::Uuid,
            &[("67E55044-10b1-426F-9247-BB680E5FE0C8", "67e55044-10b1-426f-9247-bb680e5fe0c8"), ("AB", "AB")],
        );
    }
}
