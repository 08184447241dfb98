//! `docs/class-model.md` names tests; they are there.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Every function of these tests, and of those beside them that the page names.
fn tests() -> BTreeSet<String> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests"));
    let mut names = BTreeSet::new();
    for files in [folder.to_owned(), folder.join("class_model"), folder.join("cpython")] {
        for file in fs::read_dir(files).unwrap().map(|file| file.unwrap().path()) {
            if file.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&file).unwrap();
                let lines: Vec<&str> = text.lines().collect();
                for pair in lines.windows(2).filter(|pair| pair[0].trim() == "#[test]") {
                    let name = pair[1].trim().trim_start_matches("fn ");
                    names.insert(name.split('(').next().unwrap_or_default().to_owned());
                }
            }
        }
    }
    names
}

#[test]
fn the_page_names_tests_that_are_there_and_says_why_where_there_is_none() {
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/class-model.md")).unwrap();
    let tests = tests();
    let mut rows = 0;
    for row in page.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [_, verdict, reason] = cells[..] else { panic!("three cells: {row}") };
        let named: Vec<&str> = reason.split('`').skip(1).step_by(2).filter(|word| word.contains('_')).collect();
        let ours = named.iter().filter(|name| tests.contains(**name)).count();
        match verdict {
            "same" => assert!(ours > 0, "a test of ours: {row}"),
            "different" => assert!(ours > 0 && reason.contains(' '), "a test of ours, and why: {row}"),
            "absent" => assert!(reason.contains(' '), "why: {row}"),
            other => panic!("{other} is no verdict: {row}"),
        }
        for name in named.iter().filter(|name| name.matches('_').count() > 2 && !name.starts_with('_')) {
            assert!(tests.contains(*name), "there is no test {name}: {row}");
        }
        rows += 1;
    }
    assert!(rows > 200, "every behaviour has a row: {rows}");
}
