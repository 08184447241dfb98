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

/// The verdict on every file whose name begins with `i_`: what the standard leaves open.
///
/// As ignored values numbers are only checked for their syntax; a class's field says what is too large.
const DECIDED: &[(&str, bool)] = &[
    ("i_number_double_huge_neg_exp", true),
    ("i_number_huge_exp", true),
    ("i_number_neg_int_huge_exp", true),
    ("i_number_pos_double_huge_exp", true),
    ("i_number_real_neg_overflow", true),
    ("i_number_real_pos_overflow", true),
    ("i_number_real_underflow", true),
    ("i_number_too_big_neg_int", true),
    ("i_number_too_big_pos_int", true),
    ("i_number_very_big_negative_int", true),
    ("i_object_key_lone_2nd_surrogate", false),
    ("i_string_1st_surrogate_but_2nd_missing", false),
    ("i_string_1st_valid_surrogate_2nd_invalid", false),
    ("i_string_UTF-16LE_with_BOM", false),
    ("i_string_UTF-8_invalid_sequence", false),
    ("i_string_UTF8_surrogate_U+D800", false),
    ("i_string_incomplete_surrogate_and_escape_valid", false),
    ("i_string_incomplete_surrogate_pair", false),
    ("i_string_incomplete_surrogates_escape_valid", false),
    ("i_string_invalid_lonely_surrogate", false),
    ("i_string_invalid_surrogate", false),
    ("i_string_invalid_utf-8", false),
    ("i_string_inverted_surrogates_U+1D11E", false),
    ("i_string_iso_latin_1", false),
    ("i_string_lone_second_surrogate", false),
    ("i_string_lone_utf8_continuation_byte", false),
    ("i_string_not_in_unicode_range", false),
    ("i_string_overlong_sequence_2_bytes", false),
    ("i_string_overlong_sequence_6_bytes", false),
    ("i_string_overlong_sequence_6_bytes_null", false),
    ("i_string_truncated-utf-8", false),
    ("i_string_utf16BE_no_BOM", false),
    ("i_string_utf16LE_no_BOM", false),
    // 500 lists in one another; the limit is 64.
    ("i_structure_500_nested_arrays", false),
    ("i_structure_UTF-8_BOM_empty_object", false),
];

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
    let files = files();
    let mut wrong = Vec::new();
    let mut open = 0;
    for (name, bytes) in files.iter().filter(|(name, _)| name.starts_with("i_")) {
        open += 1;
        match DECIDED.iter().find(|(known, _)| known == name) {
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
    assert!(files.is_empty() || open >= DECIDED.len(), "verdicts without a file");
}
