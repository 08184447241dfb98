//! The cases of names that serde's `rename_all` knows.

use syn::LitStr;

/// One of them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

const CASES: [(&str, Case); 8] = [
    ("lowercase", Case::Lower),
    ("UPPERCASE", Case::Upper),
    ("PascalCase", Case::Pascal),
    ("camelCase", Case::Camel),
    ("snake_case", Case::Snake),
    ("SCREAMING_SNAKE_CASE", Case::ScreamingSnake),
    ("kebab-case", Case::Kebab),
    ("SCREAMING-KEBAB-CASE", Case::ScreamingKebab),
];

impl Case {
    pub(crate) fn read(name: &LitStr) -> syn::Result<Case> {
        let found = CASES.iter().find(|(known, _)| *known == name.value());
        found.map(|(_, case)| *case).ok_or_else(|| {
            let known: Vec<&str> = CASES.iter().map(|(name, _)| *name).collect();
            syn::Error::new(name.span(), format!("`rename_all` is one of {}", known.join(", ")))
        })
    }

    /// The name of a field, which is written `snake_case`.
    pub(crate) fn of_field(self, name: &str) -> String {
        self.join(&name.split('_').filter(|word| !word.is_empty()).map(str::to_lowercase).collect::<Vec<_>>())
    }

    /// The name of a variant, which is written `PascalCase`.
    pub(crate) fn of_variant(self, name: &str) -> String {
        let mut words: Vec<String> = Vec::new();
        for character in name.chars() {
            match words.last_mut() {
                Some(word) if !character.is_uppercase() => word.push(character),
                _ => words.push(character.to_string()),
            }
        }
        self.join(&words.iter().map(|word| word.to_lowercase()).collect::<Vec<_>>())
    }

    fn join(self, words: &[String]) -> String {
        let capital = |word: &String| {
            let mut letters = word.chars();
            letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
        };
        match self {
            Case::Lower => words.concat(),
            Case::Upper => words.concat().to_uppercase(),
            Case::Pascal => words.iter().map(capital).collect(),
            Case::Camel => {
                let rest = words.iter().skip(1).map(capital);
                words.first().cloned().into_iter().chain(rest).collect()
            }
            Case::Snake => words.join("_"),
            Case::ScreamingSnake => words.join("_").to_uppercase(),
            Case::Kebab => words.join("-"),
            Case::ScreamingKebab => words.join("-").to_uppercase(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_as_serde_writes_them() {
        let cases = [
            (Case::Camel, "userName", "userName"),
            (Case::Pascal, "UserName", "UserName"),
            (Case::Snake, "user_name", "user_name"),
            (Case::ScreamingSnake, "USER_NAME", "USER_NAME"),
            (Case::Kebab, "user-name", "user-name"),
            (Case::Upper, "USERNAME", "USERNAME"),
        ];
        for (case, field, variant) in cases {
            assert_eq!(case.of_field("user_name"), field.to_owned());
            assert_eq!(case.of_variant("UserName"), variant.to_owned());
        }
    }
}
