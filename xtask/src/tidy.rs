//! `cargo xtask tidy`: the house rules that are code. `STYLE.md` says them in prose.
//!
//! A rule reads a [`Tree`] and nothing else, so each is tested on snippets.

mod code;
mod crates;
mod decisions;
mod files;
mod mask;
mod paths;
mod tree;

use std::fmt;

use crate::{Failure, House};
use tree::Tree;

/// A row of the table of rules.
struct Rule {
    name: &'static str,
    reason: &'static str,
    check: fn(&Tree) -> Vec<Finding>,
}

/// Every rule, in the order of the report.
const RULES: &[Rule] = &[
    Rule {
        name: "crate-direction",
        reason: "a crate that knows only what is below it can be read and tested alone",
        check: crates::direction,
    },
    Rule {
        name: "crate-absence",
        reason: "the architecture is what a crate must never know, however far away",
        check: crates::absence,
    },
    Rule {
        name: "one-facade",
        reason: "users depend on `converse` alone, so the other crates may change",
        check: crates::facade,
    },
    Rule { name: "file-size", reason: "a file is read as a whole", check: files::size },
    Rule { name: "file-intro", reason: "the first line tells a reader whether this is the file", check: files::intro },
    Rule { name: "file-name", reason: "a name that says nothing collects everything", check: files::name },
    Rule { name: "no-unsafe", reason: "the compiler checks the whole of converse", check: code::no_unsafe },
    Rule {
        name: "nothing-unfinished",
        reason: "what is open stands in an issue, where it is found",
        check: code::nothing_unfinished,
    },
    Rule {
        name: "exceptions-have-reasons",
        reason: "an exception outlives the memory of why it was made",
        check: code::reasons,
    },
    Rule { name: "no-machine-paths", reason: "the repository works wherever it is put", check: paths::machine },
    Rule { name: "links", reason: "a link that leads nowhere costs a reader the page", check: paths::links },
    Rule {
        name: "decisions",
        reason: "a decision is only worth keeping with what was measured and rejected",
        check: decisions::complete,
    },
];

/// What a rule found: where, what, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Finding {
    path: String,
    /// From 1; 0 is the file as a whole.
    line: usize,
    what: String,
    remedy: String,
    /// A warning is shown and fails nothing.
    warning: bool,
}

impl Finding {
    fn new(path: &str, line: usize, what: impl Into<String>, remedy: impl Into<String>) -> Finding {
        let (what, remedy) = (what.into(), remedy.into());
        Finding { path: path.to_owned(), line, what, remedy, warning: false }
    }

    fn warning(self) -> Finding {
        Finding { warning: true, ..self }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Finding { path, line, what, remedy, .. } = self;
        write!(f, "{path}:{}: {what}; {remedy}", (*line).max(1))
    }
}

/// Checks the workspace, and prints what was found.
pub(crate) fn run(house: &House, arguments: &[String]) -> Result<(), Failure> {
    if let Some(argument) = arguments.first() {
        return Err(Failure::new(format!("`tidy` takes no `{argument}`"), "leave it out"));
    }
    let tree = Tree::load(house)?;
    let mut errors = 0;
    for rule in RULES {
        let findings = (rule.check)(&tree);
        for finding in &findings {
            let level = if finding.warning { "warning" } else { "error" };
            println!("{level}[{}]: {finding}", rule.name);
        }
        let failed = findings.iter().filter(|finding| !finding.warning).count();
        if failed > 0 {
            println!("  why {}: {}", rule.name, rule.reason);
        }
        errors += failed;
    }
    println!("tidy: {} files, {} rules, {errors} errors", tree.files.len(), RULES.len());
    match errors {
        0 => Ok(()),
        _ => Err(Failure::new(format!("{errors} house rules are broken"), "see the lines above")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_house_is_tidy() {
        assert_eq!(run(&House::find(), &[]), Ok(()));
    }

    #[test]
    fn a_finding_names_file_line_and_remedy() {
        let finding = Finding::new("a/src/lib.rs", 7, "it is long", "split it");
        assert_eq!(finding.to_string(), "a/src/lib.rs:7: it is long; split it");
    }
}
