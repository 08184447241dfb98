//! nst's `JSONTestSuite`: what every reader of JSON must accept, must refuse, and may do as it likes.
//!
//! The files are not part of this repository. They are looked for in `$CONVERSE_CORPORA`, by default
//! the folder `shared/corpora` beside the repository; where there are none, the tests say so and pass.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it expects by failing"
)]

use std::path::{Path, PathBuf};

use converse_wire::json::Reader;
use converse_wire::{Kind, Limits, Pull, Why};

/// What is looked for when the variable is not set, from this crate's folder.
const DEFAULT: &str = "../../shared/corpora";

/// Whether a file whose name begins with `i_` is JSON here, by the page that decides it: its verdict as a body.
///
/// As ignored values numbers are only checked for their syntax; a class's field says what is too large.
fn decided() -> Vec<(String, bool)> {
    let page = include_str!("../../docs/json-test-suite.md");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `i_"));
    rows.map(|row| {
        let mut cells = row.split('|').map(|cell| cell.trim().trim_matches('`'));
        let (name, body) = (cells.next().unwrap(), cells.next().unwrap());
        (format!("i_{name}"), !["bad_json", "bad_string", "too_deep"].contains(&body))
    })
    .collect()
}

/// Files of valid JSON that a strict reader refuses, and why.
const STRICTER: &[(&str, Why, bool)] = &[
    // Keys that are data must differ; in a value that is ignored nobody looks at them.
    ("y_object_duplicated_key", Why::DuplicateKey, false),
    ("y_object_duplicated_key_and_value", Why::DuplicateKey, false),
    // NUL cannot be stored in every database, so it is nowhere.
    ("y_object_escaped_null_in_key", Why::Nul, true),
    ("y_string_null_escape", Why::Nul, true),
];

/// The cases, or a line that says why there are none.
fn files() -> Vec<(String, Vec<u8>)> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let corpora = std::env::var_os("CONVERSE_CORPORA").map_or_else(|| here.join(DEFAULT), PathBuf::from);
    let folder = corpora.join("JSONTestSuite").join("test_parsing");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        println!(
            "no JSONTestSuite in {}: set CONVERSE_CORPORA to a folder that holds a checkout of nst/JSONTestSuite",
            folder.display()
        );
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    let json = paths.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    let mut files: Vec<(String, Vec<u8>)> = json
        .map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap()))
        .collect();
    files.sort();
    files
}

/// Reads a text as one value that nobody needs.
fn skip(bytes: &[u8]) -> Result<(), Why> {
    whole(bytes, |reader| reader.skip())
}

/// Reads a text as one value all of which is data.
fn tree(bytes: &[u8]) -> Result<(), Why> {
    whole(bytes, value)
}

type Result<T, E = converse_wire::Refused> = std::result::Result<T, E>;

fn whole(bytes: &[u8], read: impl Fn(&mut Reader<'_>) -> Result<()>) -> Result<(), Why> {
    let mut reader = Reader::new(bytes, &Limits::DEFAULT).map_err(|_| Why::Syntax("UTF-8"))?;
    match read(&mut reader).and_then(|()| reader.end()) {
        Ok(()) => Ok(()),
        Err(_) => Err(reader.why().0),
    }
}

fn value(reader: &mut Reader<'_>) -> Result<()> {
    match reader.kind()? {
        Kind::Null => reader.null().map(drop),
        Kind::Bool => reader.bool().map(drop),
        Kind::Number => reader.number().map(drop),
        Kind::Text => reader.text().map(drop),
        Kind::List => {
            let mut at = reader.list()?;
            while reader.item(&mut at)? {
                value(reader)?;
            }
            Ok(())
        }
        Kind::Map => {
            let mut at = reader.map()?;
            let mut keys = std::collections::BTreeSet::new();
            while let Some(key) = reader.key(&mut at)?.map(str::to_owned) {
                value(reader)?;
                if !keys.insert(key) {
                    return Err(reader.refuse(Why::DuplicateKey));
                }
            }
            Ok(())
        }
    }
}

#[test]
fn valid_is_accepted_and_invalid_refused() {
    let files = files();
    let (mut valid, mut invalid, mut wrong) = (0, 0, Vec::new());
    for (name, bytes) in &files {
        let verdicts = [("skip", skip(bytes)), ("tree", tree(bytes))];
        for (way, verdict) in verdicts {
            let stricter = STRICTER.iter().find(|(known, _, ignored)| known == name && (*ignored || way == "tree"));
            let right = match (name.get(..2), stricter) {
                (Some("y_"), None) => verdict == Ok(()),
                (Some("y_"), Some((_, why, _))) => verdict == Err(*why),
                (Some("n_"), _) => verdict.is_err(),
                _ => continue,
            };
            if !right {
                wrong.push(format!("{name} by {way}: {verdict:?}"));
            }
        }
        valid += usize::from(name.starts_with("y_"));
        invalid += usize::from(name.starts_with("n_"));
    }
    println!("{valid} valid and {invalid} invalid texts, each read in two ways");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(files.is_empty() || (valid > 90 && invalid > 180), "the suite is not all there");
}

#[test]
fn what_the_standard_leaves_open_is_decided() {
    let (files, decided) = (files(), decided());
    let mut wrong = Vec::new();
    let mut open = 0;
    for (name, bytes) in files.iter().filter(|(name, _)| name.starts_with("i_")) {
        open += 1;
        match decided.iter().find(|(known, _)| known == name) {
            None => wrong.push(format!("{name} has no verdict; it is read as {:?}", skip(bytes))),
            Some((_, accepted)) => {
                for (way, verdict) in [("skip", skip(bytes)), ("tree", tree(bytes))] {
                    if verdict.is_ok() != *accepted {
                        wrong.push(format!("{name} by {way}: {verdict:?}"));
                    }
                }
            }
        }
    }
    println!("{open} texts that the standard leaves open");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(files.is_empty() || open >= decided.len(), "verdicts without a file");
}
