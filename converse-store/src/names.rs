//! Names of tables and columns: `snake_case`, and the same to every database.

/// The longest name in bytes: PostgreSQL cuts off longer ones, and two classes would share a table.
pub(crate) const LONGEST: usize = 63;

/// Names that begin so are the store's own.
pub(crate) const OWN: &str = "converse_";

/// A name in `snake_case`: `SignIn` and `signIn` are `sign_in`, `HTTPPort` is `http_port`.
pub(crate) fn snake(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::with_capacity(name.len() + 4);
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| letters.get(at));
        let behind = letters.get(at + 1);
        let begins = letter.is_uppercase()
            && before.is_some_and(|before| {
                // A word begins at a capital behind a small letter, and at the last of several capitals.
                before.is_lowercase()
                    || before.is_ascii_digit()
                    || (before.is_uppercase() && behind.is_some_and(|next| next.is_lowercase()))
            });
        if begins && !snake.ends_with('_') {
            snake.push('_');
        }
        match letter {
            '-' => snake.push('_'),
            letter => snake.extend(letter.to_lowercase()),
        }
    }
    snake
}

/// Why a name cannot be one, if it cannot.
pub(crate) fn unfit(name: &str) -> Option<String> {
    let mut bytes = name.bytes();
    let first = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    if !first || !bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return Some("has characters other than letters, digits and _".to_owned());
    }
    (name.len() > LONGEST)
        .then(|| format!("has {} bytes, and PostgreSQL cuts off what is beyond {LONGEST}", name.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found() {
        for (name, expected) in [
            ("User", "user"),
            ("SignIn", "sign_in"),
            ("signIn", "sign_in"),
            ("sign_in", "sign_in"),
            ("HTTPPort", "http_port"),
            ("SignInV2", "sign_in_v2"),
            ("Page2Of", "page2_of"),
            ("user-name", "user_name"),
            ("SCREAMING_CASE", "screaming_case"),
            ("_id", "_id"),
        ] {
            assert_eq!(snake(name), expected);
        }
    }

    #[test]
    fn only_names_that_every_database_keeps_apart_are_fit() {
        assert_eq!(unfit("sign_in"), None);
        assert_eq!(unfit(&"a".repeat(63)), None);
        assert!(unfit(&"a".repeat(64)).unwrap().contains("64 bytes"));
        for name in ["", "1st", "a b", "naïve", "a\"b", "a;b"] {
            assert!(unfit(name).is_some(), "{name}");
        }
    }
}
