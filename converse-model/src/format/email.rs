//! Addresses of people.

/// Whether a text is an e-mail address by the pattern of HTML's `input type=email` (HTML Standard,
/// "valid e-mail address"), which every browser has.
///
/// ```text
/// ^[a-zA-Z0-9.!#$%&'*+\/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?
///   (?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$
/// ```
pub(super) fn is_email(text: &str) -> bool {
    text.split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && name.bytes().all(is_name_byte) && host.split('.').all(is_label))
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte)
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::super::{TextFormat, agrees};

    #[test]
    fn html_decides() {
        let long = format!("a@{}.org", "b".repeat(63));
        let too_long = format!("a@{}.org", "b".repeat(64));
        agrees(
            TextFormat::Email,
            &["josh@example.org", "a@b", ".a..b.@c", "a+b/c=d`{|}~@x-1.y", "1@2.3", "a@b--c", &long],
            &[
                "",
                "a",
                "@b",
                "a@",
                "a@b@c",
                "a@-b",
                "a@b-",
                "a@b..c",
                "a@.b",
                "a@b.",
                "a b@c",
                "a@b c",
                "\"a\"@b",
                "(a)@b",
                "a,b@c",
                "a@b_c",
                "a@[127.0.0.1]",
                "j\u{f6}sh@example.org",
                "josh@ex\u{e4}mple.org",
                "josh@example.org\n",
                " josh@example.org",
                &too_long,
            ],
        );
    }
}
