//! Rust text as two texts of the same lines: its code, and its comments.
//!
//! Rules search code without meeting words of comments and literals, among them their own tables.

/// Both texts have the lines and columns of the original; what is absent is blank.
#[derive(Debug, Default)]
pub(super) struct Masked {
    /// Without comments; literals keep their quotes and lose what is between them.
    pub(super) code: String,
    pub(super) comments: String,
}

/// Splits Rust text into code and comments.
pub(super) fn mask(text: &str) -> Masked {
    let mut scanner = Scanner { rest: text.chars().collect(), at: 0, masked: Masked::default() };
    while let Some(character) = scanner.peek(0) {
        match (character, scanner.peek(1)) {
            ('/', Some('/')) => scanner.line_comment(),
            ('/', Some('*')) => scanner.block_comment(),
            ('"', _) => scanner.string(),
            ('r', Some('"' | '#')) if scanner.starts_raw_string() => scanner.raw_string(),
            ('\'', _) if scanner.starts_character() => scanner.character(),
            _ => scanner.take(Part::Code),
        }
    }
    scanner.masked
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Code,
    Comment,
    Literal,
}

struct Scanner {
    rest: Vec<char>,
    at: usize,
    masked: Masked,
}

impl Scanner {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.rest.get(self.at + ahead).copied()
    }

    /// Moves one character into the part that it belongs to.
    fn take(&mut self, part: Part) {
        let Some(character) = self.peek(0) else { return };
        self.at += 1;
        let shown = |wanted| if part == wanted || character == '\n' { character } else { ' ' };
        self.masked.code.push(shown(Part::Code));
        self.masked.comments.push(shown(Part::Comment));
    }

    fn line_comment(&mut self) {
        while self.peek(0).is_some_and(|character| character != '\n') {
            self.take(Part::Comment);
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        loop {
            let pair = (self.peek(0), self.peek(1));
            match pair {
                (None, _) => return,
                (Some('/'), Some('*')) => depth += 1,
                (Some('*'), Some('/')) => depth -= 1,
                _ => {
                    self.take(Part::Comment);
                    continue;
                }
            }
            self.take(Part::Comment);
            self.take(Part::Comment);
            if depth == 0 {
                return;
            }
        }
    }

    fn string(&mut self) {
        self.take(Part::Code);
        while let Some(character) = self.peek(0).filter(|character| *character != '"') {
            self.take(Part::Literal);
            if character == '\\' {
                self.take(Part::Literal);
            }
        }
        self.take(Part::Code);
    }

    /// Whether an `r` begins a raw string: it is no end of a name (but for `br` and `cr`), and
    /// after its hashes comes a quote.
    fn starts_raw_string(&self) -> bool {
        let before = |back: usize| self.at.checked_sub(back).and_then(|at| self.rest.get(at));
        let prefixed = matches!(before(1), Some('b' | 'c'));
        let name = before(if prefixed { 2 } else { 1 }).is_some_and(|c| is_name(*c));
        let hashes = self.hashes(1);
        !name && self.peek(1 + hashes) == Some('"')
    }

    fn raw_string(&mut self) {
        let hashes = self.hashes(1);
        for _ in 0..hashes + 2 {
            self.take(Part::Code);
        }
        while self.peek(0).is_some() {
            if self.peek(0) == Some('"') && self.hashes(1) >= hashes {
                break;
            }
            self.take(Part::Literal);
        }
        for _ in 0..=hashes {
            self.take(Part::Code);
        }
    }

    fn hashes(&self, ahead: usize) -> usize {
        let rest = self.rest.iter().skip(self.at + ahead);
        rest.take_while(|character| **character == '#').count()
    }

    /// Whether a `'` begins a character and not a lifetime.
    fn starts_character(&self) -> bool {
        self.peek(1) == Some('\\') || self.peek(2) == Some('\'')
    }

    fn character(&mut self) {
        self.take(Part::Code);
        if self.peek(0) == Some('\\') {
            self.take(Part::Literal);
        }
        self.take(Part::Literal);
        while self.peek(0).is_some_and(|character| character != '\'') {
            self.take(Part::Literal);
        }
        self.take(Part::Code);
    }
}

/// Whether `word` stands in `line` on its own, not as a part of a longer name.
pub(super) fn has_word(line: &str, word: &str) -> bool {
    let edge =
        |inside: Option<char>, outside: Option<char>| !(inside.is_some_and(is_name) && outside.is_some_and(is_name));
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let after = line.get(at + word.len()..).and_then(|text| text.chars().next());
        edge(word.chars().next(), before) && edge(word.chars().next_back(), after)
    })
}

pub(super) fn is_name(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> String {
        mask(text).code
    }

    #[test]
    fn comments_and_code_keep_their_columns() {
        let masked = mask("let a = 1; // why\n/* x /* y */ z */ b");
        assert_eq!(masked.code, "let a = 1;       \n                  b");
        assert_eq!(masked.comments, "           // why\n/* x /* y */ z */  ");
    }

    #[test]
    fn the_inside_of_literals_is_blank() {
        assert_eq!(code(r#"f("a \" // b", c)"#), r#"f("         ", c)"#);
        assert_eq!(code(r##"f(r#"a " b"#, br"c")"##), r##"f(r#"     "#, br" ")"##);
        assert_eq!(code(r"('\'', '\u{7f}', '/')"), r"('  ', '      ', ' ')");
    }

    #[test]
    fn lifetimes_and_raw_names_are_code() {
        let text = "fn f<'a>(x: &'a str, r#type: A<'static>) {}";
        assert_eq!(code(text), text);
        assert_eq!(code("for\"a\""), "for\" \"");
    }

    #[test]
    fn what_never_ends_ends_with_the_text() {
        assert_eq!(code("\"abc"), "\"   ");
        assert_eq!(mask("/* abc").comments, "/* abc");
        assert_eq!(code("r#\"abc"), "r#\"   ");
        assert_eq!(code("'\\"), "' ");
    }

    #[test]
    fn a_word_stands_on_its_own() {
        assert!(has_word("a frame(", "frame("));
        assert!(!has_word("subframe(", "frame("));
        assert!(!has_word("#![forbid(old_code)]", "old"));
    }
}
