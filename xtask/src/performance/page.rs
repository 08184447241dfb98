//! `docs/performance.md`, made of what is kept.

use std::fmt::Write as _;

use super::budget;
use super::parts::Part;
use super::record::{self, Record};
use crate::{Failure, House};

const PAGE: &str = "docs/performance.md";

const HEAD: &str = "\
# Performance

Made by `cargo xtask performance`, which also says how to measure any part again. Do not edit it.

Ratios are what counts: both sides of a row ran in turns, in one run. Figures of different rows, runs or machines cannot be
compared. What is measured, and against whom, is told in [the yard's README](../yard/README.md). Each part says of which
commit it is, and how much of the machine others used when it began.
";

/// Writes the page.
pub(super) fn write(house: &House) -> Result<(), Failure> {
    let failed = |why: std::io::Error| Failure::new(format!("{PAGE}: {why}"), "make the file writable");
    std::fs::write(house.root.join(PAGE), page(&record::all(house)?)).map_err(failed)
}

fn page(records: &[(&Part, Option<Record>)]) -> String {
    let mut page = format!("{HEAD}\n## Budgets\n\n```text\n{}```\n", budget::table(records));
    for (part, record) in records {
        // Writing to a text cannot fail.
        let _ = write!(page, "\n## {}\n\n{}\n", part.title, part.about);
        let _ = match record {
            Some(record) => write!(page, "\n{}", body(record)),
            None => write!(page, "\nNot measured yet; `cargo xtask performance --only {}` does.\n", part.name),
        };
    }
    page
}

fn body(record: &Record) -> String {
    let Record { commit, date, machine, others, took, command, note, text, .. } = record;
    let note = note.as_ref().map(|note| format!("{note}\n\n")).unwrap_or_default();
    format!(
        "Commit {commit}, {date}; {machine}; others used {others}; {took}.\n\n{note}`{command}`\n\n```text\n{text}\n```\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_what_is_kept() {
        let house = House::find();
        let written = std::fs::read_to_string(house.root.join(PAGE)).unwrap_or_default();
        let made = record::all(&house).map(|records| page(&records));
        assert!(made.as_ref() == Ok(&written), "run `cargo xtask performance --page`; {:?}", made.err());
    }
}
