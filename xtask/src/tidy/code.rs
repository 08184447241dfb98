//! Rules about what stands in Rust code.

use super::Finding;
use super::mask::has_word;
use super::tree::{File, Tree};

/// Files that may be unsafe, each with its reason. Empty: link-time registration, the one thing
/// that needs it, is inside the crate `inventory`.
const UNSAFE_FILES: &[(&str, &str)] =
    &[("yard/contest/src/alloc.rs", "an allocator that counts is an unsafe trait; it serves measurements only")];

/// Macros that stand for code that was not written.
const UNWRITTEN: &[&str] = &["todo!(", "unimplemented!(", "dbg!("];

/// Words that mark work as unfinished.
const MARKERS: &[&str] = &["TODO", "FIXME", "XXX", "HACK"];

/// Attributes that make an exception, in sources.
const ATTRIBUTES: &[&str] = &["#[ignore]", "#[allow(", "#![allow(", "#[expect(", "#![expect("];

/// In tests lints are looser, and a test that does not run is still one.
const ATTRIBUTES_OF_TESTS: &[&str] = &["#[ignore]"];

/// How far an attribute may reach before its end is given up.
const ATTRIBUTE_LINES: usize = 20;

/// `unsafe` stands nowhere outside the list.
pub(super) fn no_unsafe(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust() {
        if UNSAFE_FILES.iter().any(|(path, _)| *path == file.path) {
            continue;
        }
        let lines = file.code().filter(|(_, code)| has_word(code, "unsafe"));
        findings.extend(lines.map(|(line, _)| {
            let remedy = "write it safely; an exception needs a row in tidy's UNSAFE_FILES";
            Finding::new(&file.path, line, "unsafe code", remedy)
        }));
    }
    findings
}

/// No source is unfinished.
pub(super) fn nothing_unfinished(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.sources() {
        let code = found(file.code(), UNWRITTEN).chain(found(file.code(), MARKERS));
        let all = code.chain(found(file.comments(), MARKERS));
        findings.extend(all.map(|(line, word)| {
            let remedy = "finish it, or write an issue and say here what holds until then";
            Finding::new(&file.path, line, format!("`{word}`"), remedy)
        }));
    }
    findings
}

/// Ignored tests and allowed lints say why.
pub(super) fn reasons(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust() {
        let attributes = if file.is_source() { ATTRIBUTES } else { ATTRIBUTES_OF_TESTS };
        for (line, attribute) in found(file.code(), attributes) {
            if !has_reason(file, line) {
                let what = format!("`{attribute}` without a reason");
                let remedy = "add `reason = \"…\"`, or a comment on the line above";
                findings.push(Finding::new(&file.path, line, what, remedy));
            }
        }
    }
    findings
}

/// The lines that hold one of the words, with the word.
fn found<'a>(
    lines: impl Iterator<Item = (usize, &'a str)>,
    words: &'static [&'static str],
) -> impl Iterator<Item = (usize, &'static str)> {
    lines.filter_map(move |(line, text)| {
        let word = words.iter().find(|word| has_word(text, word))?;
        Some((line, *word))
    })
}

/// Whether the attribute that begins in this line has a `reason`, or a comment above or beside it.
fn has_reason(file: &File, line: usize) -> bool {
    let is_comment = |text: &str| {
        let text = text.trim();
        // A doc comment is about the item, not about the exception.
        text.starts_with("//") && !text.starts_with("///") && !text.starts_with("//!")
    };
    let near = |at: usize| at == line || at + 1 == line;
    if file.comments().any(|(at, text)| near(at) && is_comment(text)) {
        return true;
    }
    for (_, code) in file.code().skip(line - 1).take(ATTRIBUTE_LINES) {
        if has_word(code, "reason") {
            return true;
        }
        if code.contains(']') {
            return false;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> Tree {
        Tree::of(&[("a/src/lib.rs", text)])
    }

    #[test]
    fn unsafe_is_found_in_code_only() {
        assert_eq!(no_unsafe(&source("#![forbid(unsafe_code)] // unsafe\nlet a = \"unsafe\";")), []);
        assert_eq!(no_unsafe(&source("//!\nunsafe { f() }")).len(), 1);
        assert_eq!(no_unsafe(&Tree::of(&[("a/tests/b.rs", "unsafe fn f() {}")])).len(), 1);
    }

    #[test]
    fn unfinished_code_and_comments_are_found() {
        for text in ["todo!()", "unimplemented!()", "dbg!(a)", "// TODO: b", "/* HACK */"] {
            assert_eq!(nothing_unfinished(&source(text)).len(), 1, "{text}");
        }
        for text in ["my_todo!()", "\"TODO\"", "// MASTODON", "//! `todo!()` is refused"] {
            assert_eq!(nothing_unfinished(&source(text)), [], "{text}");
        }
        assert_eq!(nothing_unfinished(&Tree::of(&[("a/tests/b.rs", "// TODO")])), []);
    }

    #[test]
    fn an_exception_without_a_reason_is_found() {
        for text in [
            "#[allow(dead_code)]\nfn f() {}",
            "/// A doc.\n#[expect(dead_code)]\nfn f() {}",
            "#![allow(\n    dead_code,\n)]\nlet reason = 1;",
            "#[test]\n#[ignore]\nfn f() {}",
        ] {
            assert_eq!(reasons(&source(text)).len(), 1, "{text}");
        }
    }

    #[test]
    fn an_exception_with_a_reason_is_not() {
        for text in [
            "// Called by the macro.\n#[allow(dead_code)]\nfn f() {}",
            "#[expect(dead_code, reason = \"the macro calls it\")]\nfn f() {}",
            "#![allow(\n    dead_code,\n    reason = \"the macro calls it\"\n)]",
            "#[ignore = \"needs a network\"]\nfn f() {}",
            "#[allow(dead_code)] // called by the macro",
        ] {
            assert_eq!(reasons(&source(text)), [], "{text}");
        }
    }
}
