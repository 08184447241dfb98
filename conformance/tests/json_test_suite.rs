//! nst's `JSONTestSuite` thrice: each file as a body, as a whole envelope, and as the value of a field.
//!
//! What the standard leaves open is decided in `docs/json-test-suite.md`, which is read here. The files are
//! looked for in `$CONVERSE_CORPORA`, by default the folder `shared/corpora` beside the repository; where
//! there are none, the test says so and passes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it expects by failing"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use converse::{Any, App, Engine, message, respond};
use serde_json::Value;

/// What is looked for when the variable is not set, from this crate's folder.
const DEFAULT: &str = "../../shared/corpora";

/// Ignores whatever is in it.
#[message]
struct Ignores;

#[respond]
fn ignores(message: Ignores) -> Ignores {
    message
}

/// Keeps whatever is in it.
#[message]
struct Keeps {
    value: Any,
}

#[respond]
fn keeps(message: Keeps) -> Keeps {
    message
}

/// The three ways in which a file is sent, and what is put around it.
const WAYS: [(&str, &str, &str); 3] =
    [("body", "{\"Ignores\":", "}"), ("envelope", "", ""), ("value", "{\"Keeps\":{\"value\":", "}}")];

/// Faults of a text that is none, whatever it would mean.
const LEXICAL: [&str; 3] = ["bad_json", "bad_string", "too_deep"];

/// The files by their names, or a line that says why there are none.
fn files() -> BTreeMap<String, Vec<u8>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let corpora = std::env::var_os("CONVERSE_CORPORA").map_or_else(|| here.join(DEFAULT), PathBuf::from);
    let folder = corpora.join("JSONTestSuite").join("test_parsing");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        let folder = folder.display();
        println!("no JSONTestSuite in {folder}: set CONVERSE_CORPORA to a folder that holds nst/JSONTestSuite");
        return BTreeMap::new();
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    let json = paths.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    json.map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap())).collect()
}

/// The code of the fault that a message is answered with, or `taken`.
async fn verdict(app: &Engine, message: &[u8]) -> String {
    let reply = app.handle(message).await;
    let mut reply: Value = serde_json::from_slice(&reply).unwrap_or_else(|error| panic!("{error}: {reply:?}"));
    // A body in a text is answered by one.
    let fault = match reply["Fault"].take() {
        Value::String(inner) => serde_json::from_str(&inner).unwrap(),
        fault => fault,
    };
    fault["code"].as_str().unwrap_or("taken").to_owned()
}

async fn verdicts(app: &Engine, file: &[u8]) -> Vec<String> {
    let mut verdicts = Vec::new();
    for (_, before, after) in WAYS {
        verdicts.push(verdict(app, &[before.as_bytes(), file, after.as_bytes()].concat()).await);
    }
    verdicts
}

/// What a valid text must be answered with in each way, by what it means.
fn expected(name: &str, text: &str) -> [&'static str; 3] {
    let value: Value = serde_json::from_str(text).unwrap();
    if holds_nul(&value) {
        return ["bad_string"; 3];
    }
    let twice = name.starts_with("y_object_duplicated_key");
    let body = match &value {
        Value::Object(_) => "taken",
        // A text as a body has the body in it, and none of these texts has.
        Value::String(_) => "bad_json",
        _ => "validation",
    };
    let envelope = match &value {
        Value::Object(members) if members.len() == 1 && !twice => "unknown_class",
        _ => "bad_envelope",
    };
    [body, envelope, if twice { "bad_json" } else { "taken" }]
}

fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(holds_nul),
        Value::Object(members) => members.iter().any(|(name, value)| name.contains('\0') || holds_nul(value)),
        _ => false,
    }
}

/// The page's table: a text, and its verdict in each way.
fn decided() -> BTreeMap<String, [String; 3]> {
    let page = include_str!("../../docs/json-test-suite.md");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.map(|row| {
        let mut cells = row.split('|').map(|cell| cell.trim().trim_matches('`').to_owned());
        let mut cell = || cells.next().expect("a text and three verdicts");
        (cell(), [cell(), cell(), cell()])
    })
    .collect()
}

#[tokio::test]
async fn every_file_has_its_verdict_in_every_way() {
    let (app, files, decided) = (App::test().build().unwrap(), files(), decided());
    let (mut counts, mut wrong) = (BTreeMap::<&str, usize>::new(), Vec::new());
    for (name, file) in &files {
        let found = verdicts(&app, file).await;
        let right: [Vec<&str>; 3] = match (decided.get(name), &name[..2]) {
            (Some(cells), _) => cells.each_ref().map(|cell| vec![cell.as_str()]),
            (None, "y_") => expected(name, std::str::from_utf8(file).unwrap()).map(|code| vec![code]),
            (None, "n_") => [(); 3].map(|()| LEXICAL.to_vec()),
            (None, _) => panic!("{name} has no row in docs/json-test-suite.md; it is answered with {found:?}"),
        };
        *counts.entry(&name[..2]).or_default() += 1;
        for ((way, ..), (found, right)) in WAYS.iter().zip(found.iter().zip(&right)) {
            if !right.contains(&found.as_str()) {
                wrong.push(format!("{name} as a {way}: {found}, expected {right:?}"));
            }
        }
    }
    println!("{counts:?}, each in {} ways", WAYS.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let complete = |prefix, least| counts.get(prefix).is_some_and(|count| *count >= least);
    assert!(files.is_empty() || complete("y_", 90) && complete("n_", 180), "the suite is not all there");
    let lost: Vec<&String> = decided.keys().filter(|name| !files.contains_key(*name)).collect();
    assert!(files.is_empty() || lost.is_empty(), "docs/json-test-suite.md has verdicts without a file: {lost:?}");
}
