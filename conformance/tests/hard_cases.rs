//! The table of hard cases in the README says where each is, and nothing that is not there.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects by failing")]

use std::collections::BTreeSet;
use std::fs::read_dir;
use std::path::Path;

#[test]
fn every_topic_is_in_the_table_and_has_cases() {
    let (_, table) = include_str!("../README.md").split_once("\n## Hard cases\n").unwrap();
    let mut named = BTreeSet::new();
    let mut numbers = Vec::new();
    for row in table.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| # |")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [number, _, topics] = cells.as_slice() else { panic!("no row of three cells: {row}") };
        numbers.extend(number.parse::<u32>());
        let topics: Vec<&str> = topics.split(", ").map(|topic| topic.trim_matches('`')).collect();
        assert!(topics.iter().all(|topic| !topic.is_empty()), "a row without a topic: {row}");
        named.extend(topics);
    }
    assert!(numbers.is_sorted() && numbers.len() >= 25, "the rows are there, each once and in order: {numbers:?}");

    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let folders = |path: &Path| -> BTreeSet<String> {
        let entries = read_dir(path).unwrap().map(|entry| entry.unwrap());
        let folders = entries.filter(|entry| entry.path().is_dir());
        folders.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    };
    let topics = folders(&cases);
    assert_eq!(named.into_iter().map(str::to_owned).collect::<BTreeSet<_>>(), topics, "the table, and what is there");
    for topic in topics {
        assert!(!folders(&cases.join(&topic)).is_empty(), "{topic} has no case");
    }
}
