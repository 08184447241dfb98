//! Patterns that mean the same in every language.
//!
//! A pattern is *found* in a text, as JSON Schema has it, and is written in a subset of regular
//! expressions that Rust, Java, JavaScript, Python and Go read alike:
//!
//! - characters, `.`, classes `[a-z]` and `[^a-z]`, groups `(…)` and `(?:…)`, `|`, `^`, `$`;
//! - `*`, `+`, `?`, `{m}`, `{m,}`, `{m,n}`, each also lazy with `?` behind it;
//! - `\d` for `[0-9]`, `\w` for `[A-Za-z0-9_]`, `\s` for ASCII blanks, their opposites `\D \W \S`;
//! - `\n \r \t \f`, and a backslash before `^ $ \ . * + ? ( ) [ ] { } | /` (and `-` in a class).
//!
//! `^` and `$` are the ends of the text, never of a line. Matching takes linear time.

mod runs;

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use regex::{Regex, RegexBuilder};
use regex_automata::Input;
use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::syntax;

use self::runs::Runs;
use super::HasText;
use crate::Text;

/// Bytes that a compiled pattern may take.
const SIZE: usize = 1 << 20;
/// How deep groups may nest.
const NEST: u32 = 64;
/// Bytes that a table of states may take.
const TABLE: usize = 1 << 16;

/// A pattern, compiled when it is first used.
pub struct Pattern {
    source: Text,
    machine: OnceLock<Option<Machine>>,
}

/// What finds a pattern.
enum Machine {
    /// A walk along the text, for patterns that are runs of characters.
    Runs(Runs),
    /// A table of all its states: a step for each byte, and nothing else. Most patterns have a small one.
    Table(Box<dense::DFA<Vec<u32>>>),
    /// For patterns whose table would be large.
    Regex(Regex),
}

impl Machine {
    fn of(pattern: &str) -> Option<Machine> {
        Runs::of(pattern).map(Machine::Runs).or_else(|| Machine::states(pattern))
    }

    fn states(pattern: &str) -> Option<Machine> {
        let table = dense::Builder::new()
            .configure(
                dense::Config::new()
                    .start_kind(StartKind::Unanchored)
                    .dfa_size_limit(Some(TABLE))
                    .determinize_size_limit(Some(SIZE)),
            )
            .thompson(thompson::Config::new().nfa_size_limit(Some(SIZE)))
            .syntax(syntax::Config::new().nest_limit(NEST))
            .build(pattern);
        match table {
            Ok(table) => Some(Machine::Table(Box::new(table))),
            Err(_) => RegexBuilder::new(pattern).size_limit(SIZE).nest_limit(NEST).build().ok().map(Machine::Regex),
        }
    }

    fn is_match(&self, text: &str) -> bool {
        match self {
            Machine::Runs(runs) => runs.is_match(text),
            // A table without quit bytes never gives up.
            Machine::Table(table) => {
                table.try_search_fwd(&Input::new(text).earliest(true)).is_ok_and(|found| found.is_some())
            }
            Machine::Regex(regex) => regex.is_match(text),
        }
    }
}

impl Pattern {
    /// A pattern of the program.
    pub const fn new(source: &'static str) -> Pattern {
        Pattern { source: Text::Static(source), machine: OnceLock::new() }
    }

    /// A pattern made at run time.
    ///
    /// # Errors
    /// What is wrong with it, for the one who wrote it.
    pub fn parse(source: &str) -> Result<Pattern, &'static str> {
        let pattern = Pattern { source: Text::from(source.to_owned()), machine: OnceLock::new() };
        pattern.verify().map(|()| pattern)
    }

    /// Whether the pattern can be used.
    ///
    /// # Errors
    /// What is wrong with it, for the one who wrote it.
    pub fn verify(&self) -> Result<(), &'static str> {
        if let Some(why) = portable(&self.source) {
            return Err(why);
        }
        match self.compiled() {
            Some(_) => Ok(()),
            None => Err("a range in it is backwards, or it would take more than 1 MiB"),
        }
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.source
    }

    /// Whether the pattern is found in the text. A pattern that cannot be used is found nowhere.
    pub fn is_match(&self, text: &str) -> bool {
        self.compiled().is_some_and(|machine| machine.is_match(text))
    }

    fn compiled(&self) -> Option<&Machine> {
        self.machine.get_or_init(|| Machine::of(&translate(&self.source))).as_ref()
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.source, f)
    }
}

/// A pattern of the program, or one made at run time.
#[derive(Debug, Clone)]
pub enum PatternRef {
    /// Part of the program.
    Static(&'static Pattern),
    /// Made at run time.
    Shared(Arc<Pattern>),
}

impl Deref for PatternRef {
    type Target = Pattern;
    fn deref(&self) -> &Pattern {
        match self {
            PatternRef::Static(pattern) => pattern,
            PatternRef::Shared(pattern) => pattern,
        }
    }
}

/// Whether the pattern is found in the text, if there is one.
pub fn matches<T: HasText>(value: &T, pattern: &Pattern) -> bool {
    value.text().is_none_or(|text| pattern.is_match(text))
}

/// Fails, when it is evaluated at compile time, on a pattern outside of the subset.
///
/// # Panics
/// On such a pattern: at compile time that is the error which its author reads.
pub const fn assert_portable(pattern: &str) {
    if let Some(why) = portable(pattern) {
        #[allow(clippy::panic, reason = "a compile error")]
        {
            panic!("{}", why);
        }
    }
}

/// What takes a pattern out of the subset; `None` if nothing does.
pub const fn portable(pattern: &str) -> Option<&'static str> {
    let bytes = pattern.as_bytes();
    let mut at = 0;
    let mut groups = 0;
    // Whether what stands before can be repeated.
    let mut atom = false;
    while at < bytes.len() {
        let byte = byte_at(bytes, at);
        at += 1;
        match byte {
            b'\\' => {
                if let Some(why) = escape(byte_at(bytes, at), false) {
                    return Some(why);
                }
                at += 1;
                atom = true;
            }
            b'[' => match class(bytes, at) {
                Ok(end) => {
                    at = end;
                    atom = true;
                }
                Err(why) => return Some(why),
            },
            b'(' => {
                if byte_at(bytes, at) == b'?' {
                    if byte_at(bytes, at + 1) != b':' {
                        return Some(
                            "a pattern has groups `(…)` and `(?:…)` only: no look-around, no names, no flags, which not every language has",
                        );
                    }
                    at += 2;
                }
                groups += 1;
                atom = false;
            }
            b')' => {
                if groups == 0 {
                    return Some("a `)` in the pattern closes nothing; write `\\)` for the character");
                }
                groups -= 1;
                atom = true;
            }
            b'*' | b'+' | b'?' | b'{' => {
                if !atom {
                    return Some(
                        "a `*`, `+`, `?` or `{` in the pattern repeats nothing; write a backslash before it for the character",
                    );
                }
                if byte == b'{' {
                    match counts(bytes, at) {
                        Ok(end) => at = end,
                        Err(why) => return Some(why),
                    }
                }
                if byte_at(bytes, at) == b'?' {
                    at += 1;
                }
                atom = false;
            }
            b'}' | b']' => {
                return Some(
                    "a `}` or `]` in the pattern closes nothing; write a backslash before it for the character",
                );
            }
            b'^' | b'$' | b'|' => atom = false,
            _ => atom = true,
        }
    }
    if groups > 0 { Some("a `(` in the pattern is never closed") } else { None }
}

/// The byte there; NUL beyond the end, which no pattern contains.
const fn byte_at(bytes: &[u8], at: usize) -> u8 {
    if at >= bytes.len() {
        return 0;
    }
    match bytes.split_at(at).1.first() {
        Some(byte) => *byte,
        None => 0,
    }
}

const fn escape(byte: u8, in_class: bool) -> Option<&'static str> {
    match byte {
        b'd' | b'D' | b'w' | b'W' | b's' | b'S' | b'n' | b'r' | b't' | b'f' | b'^' | b'$' | b'\\' | b'.' | b'*'
        | b'+' | b'?' | b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'|' | b'/' => None,
        b'-' if in_class => None,
        0 => Some("the pattern ends with a lone backslash"),
        b'0'..=b'9' => Some("a pattern has no back-references, which not every language has"),
        b'b' | b'B' => Some("`\\b` finds other word ends in other languages; spell out what may stand there"),
        _ => Some(
            "this backslash means something else in other languages; a pattern knows \\d \\w \\s \\D \\W \\S \\n \\r \\t \\f and a backslash before punctuation",
        ),
    }
}

/// Where the class ends whose bracket was read before `at`.
const fn class(bytes: &[u8], mut at: usize) -> Result<usize, &'static str> {
    if byte_at(bytes, at) == b'^' {
        at += 1;
    }
    let from = at;
    loop {
        let byte = byte_at(bytes, at);
        match byte {
            0 => return Err("a `[` in the pattern is never closed"),
            b']' if at == from => return Err("a class in the pattern is empty; write `\\]` for the character"),
            b']' => return Ok(at + 1),
            b'[' => return Err("a `[` within a class needs a backslash"),
            b'\\' => {
                if let Some(why) = escape(byte_at(bytes, at + 1), true) {
                    return Err(why);
                }
                at += 2;
                let set = matches!(byte_at(bytes, at - 1), b'd' | b'D' | b'w' | b'W' | b's' | b'S');
                if set && byte_at(bytes, at) == b'-' && byte_at(bytes, at + 1) != b']' {
                    return Err("a range in the pattern cannot begin with a class such as `\\d`");
                }
            }
            b'&' | b'~' | b'-' if byte_at(bytes, at + 1) == byte => {
                return Err(
                    "`&&`, `--` and `~~` within a class mean something else in other languages; write the character once",
                );
            }
            _ => at += 1,
        }
    }
}

/// Where `m}`, `m,}` or `m,n}` ends.
const fn counts(bytes: &[u8], mut at: usize) -> Result<usize, &'static str> {
    const WHY: &str =
        "a `{` in the pattern begins no count such as `{2}`, `{2,}` or `{2,5}`; write `\\{` for the character";
    let from = at;
    while byte_at(bytes, at).is_ascii_digit() {
        at += 1;
    }
    if at == from {
        return Err(WHY);
    }
    if byte_at(bytes, at) == b',' {
        at += 1;
        while byte_at(bytes, at).is_ascii_digit() {
            at += 1;
        }
    }
    if byte_at(bytes, at) == b'}' { Ok(at + 1) } else { Err(WHY) }
}

/// The same pattern in the words of the `regex` crate.
fn translate(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() + 16);
    let mut chars = pattern.chars();
    let mut in_class = false;
    while let Some(character) = chars.next() {
        match character {
            '\\' => match chars.next() {
                Some('d') => out.push_str("[0-9]"),
                Some('D') => out.push_str("[^0-9]"),
                Some('w') => out.push_str("[A-Za-z0-9_]"),
                Some('W') => out.push_str("[^A-Za-z0-9_]"),
                Some('s') => out.push_str("[ \\t\\n\\r\\x0b\\x0c]"),
                Some('S') => out.push_str("[^ \\t\\n\\r\\x0b\\x0c]"),
                Some(escaped) => out.extend(['\\', escaped]),
                None => out.push('\\'),
            },
            '[' => {
                in_class = true;
                out.push('[');
            }
            ']' => {
                in_class = false;
                out.push(']');
            }
            '.' if !in_class => out.push_str("[^\\n\\r\\u{2028}\\u{2029}]"),
            '^' if !in_class => out.push_str("\\A"),
            '$' if !in_class => out.push_str("\\z"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn portable_patterns_are_taken() {
        for pattern in ["", "^[a-z0-9-]+$", r"\d{4}-\d{2}", "(?:a|b)*?", r"[\w.-]+@x", "é+", r"\$\{x\}", r"[^\]]"] {
            assert_eq!(portable(pattern), None, "{pattern}");
            Pattern::parse(pattern).unwrap();
        }
    }

    #[test]
    fn what_languages_read_differently_is_refused() {
        for pattern in [
            "(?=a)", "(?<n>a)", "(?i)a", r"\1", r"\bword", r"\p{L}", "a{", "a{,2}", "*a", "a++", "[a", "[]", "(", ")",
            "[a&&b]", r"[\d-x]", r"\x41", "]", r"\",
        ] {
            assert!(portable(pattern).is_some(), "{pattern}");
        }
    }

    #[test]
    fn a_large_table_is_not_made_and_finds_the_same() {
        let (small, large) = (Pattern::new("^(?:[a-f]|é){1,9}$"), Pattern::new("^([a-f]|é|[^x])*a[^y]{10}$"));
        assert!(matches!(small.compiled(), Some(Machine::Table(_))));
        assert!(matches!(large.compiled(), Some(Machine::Regex(_))));
        for text in ["", "abc", "abcdefabcd", "xa0123456789", "a012345678", "éa0123456789", "xxa0123456789"] {
            for pattern in [&small, &large] {
                let regex = Regex::new(&translate(pattern.as_str())).unwrap();
                assert_eq!(pattern.is_match(text), regex.is_match(text), "{pattern:?} in {text:?}");
            }
        }
    }

    #[test]
    fn ends_are_those_of_the_text_and_classes_are_ascii() {
        let digits = Pattern::new(r"^\d+$");
        assert!(digits.is_match("12"));
        assert!(!digits.is_match("12\n"));
        assert!(!digits.is_match("１２"));
        assert!(Pattern::new("b").is_match("abc"), "a pattern is found, not matched whole");
        assert!(!Pattern::new("^.$").is_match("\u{2028}"));
        assert!(Pattern::new(r"^[\s\d]+$").is_match(" 1\t"));
    }
}
