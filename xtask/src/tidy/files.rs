//! Rules about files: how long they are, how they begin, what they are called.

use super::Finding;
use super::mask::is_name;
use super::tree::Tree;

/// A source file longer than this is an error.
const MOST_LINES: usize = 600;
/// A source file longer than this is a warning.
const MANY_LINES: usize = 400;

/// Names, and ends of names, that say nothing about what is inside.
const EMPTY_NAMES: &[&str] = &["util", "utils", "helper", "helpers", "common", "manager", "managers", "misc"];

/// No source file is longer than [`MOST_LINES`].
pub(super) fn size(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.sources() {
        let lines = file.lines().count();
        let finding = |limit| {
            let what = format!("{lines} lines, above {limit}");
            Finding::new(&file.path, lines, what, "move one concept into a file of its own")
        };
        if lines > MOST_LINES {
            findings.push(finding(MOST_LINES));
        } else if lines > MANY_LINES {
            findings.push(finding(MANY_LINES).warning());
        }
    }
    findings
}

/// Every source file begins with `//!`.
pub(super) fn intro(tree: &Tree) -> Vec<Finding> {
    let silent = tree.sources().filter(|file| !file.text.starts_with("//!"));
    silent
        .map(|file| {
            let remedy = "say in one sentence what the file is for";
            Finding::new(&file.path, 1, "the file does not begin with `//!`", remedy)
        })
        .collect()
}

/// No Rust file, folder or module has a name that says nothing.
pub(super) fn name(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust() {
        let stem = file.path.trim_end_matches(".rs");
        if let Some(part) = stem.split('/').find(|part| is_empty_name(part)) {
            findings.push(empty_name(&file.path, 1, part));
        }
        for (line, code) in file.code() {
            if let Some(module) = inline_module(code).filter(|module| is_empty_name(module)) {
                findings.push(empty_name(&file.path, line, module));
            }
        }
    }
    findings
}

fn is_empty_name(name: &str) -> bool {
    let last = name.rsplit(['_', '-']).next().unwrap_or(name);
    EMPTY_NAMES.contains(&last)
}

/// The name of a module that is declared in this line.
fn inline_module(code: &str) -> Option<&str> {
    let (before, after) = code.split_once("mod ")?;
    let declares = before.is_empty() || before.ends_with(' ');
    declares.then(|| after.split(|character| !is_name(character)).next().unwrap_or(after))
}

fn empty_name(path: &str, line: usize, name: &str) -> Finding {
    let remedy = "name it by the one concept it holds, in the domain's own word";
    Finding::new(path, line, format!("`{name}` says nothing about what is inside"), remedy)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree_of_lines(path: &str, lines: usize) -> Tree {
        Tree::of(&[(path, &"//! x\n".repeat(lines))])
    }

    #[test]
    fn size_is_limited_in_sources_only() {
        assert_eq!(size(&tree_of_lines("a/src/lib.rs", 400)), []);
        assert_eq!(size(&tree_of_lines("a/tests/all.rs", 700)), []);
        let warnings = size(&tree_of_lines("a/src/lib.rs", 401));
        assert!(warnings.iter().all(|finding| finding.warning) && warnings.len() == 1);
        let errors = size(&tree_of_lines("a/src/lib.rs", 601));
        assert!(errors.iter().all(|finding| !finding.warning) && errors.len() == 1);
    }

    #[test]
    fn a_source_begins_with_its_purpose() {
        assert_eq!(intro(&Tree::of(&[("a/src/lib.rs", "//! Frames.\n")])), []);
        assert_eq!(intro(&Tree::of(&[("a/src/lib.rs", "use std::fmt;\n")])).len(), 1);
        assert_eq!(intro(&Tree::of(&[("a/tests/all.rs", "use std::fmt;\n")])), []);
    }

    #[test]
    fn names_say_what_is_inside() {
        assert_eq!(name(&Tree::of(&[("a/src/frame.rs", "mod commonly;\n// mod misc\n")])), []);
        assert_eq!(name(&Tree::of(&[("a/src/utils.rs", "")])).len(), 1);
        assert_eq!(name(&Tree::of(&[("a/src/helpers/frame.rs", "")])).len(), 1);
        assert_eq!(name(&Tree::of(&[("a/src/frame_manager.rs", "")])).len(), 1);
        assert_eq!(name(&Tree::of(&[("a/src/frame.rs", "//!\npub(crate) mod misc {")])).len(), 1);
    }
}
