//! The judge of `conformance/e2e/pydantic_diff.py`: reads `Class<TAB>body` a line, and answers each with a
//! line of JSON: `{"ok":{…}}`, the body as it is written again, or `{"code":…,"errors":[[pointer, rule],…]}`,
//! sorted. With `--lax` every class takes values in other forms.
//!
//! The same classes in pydantic's words are in `conformance/pydantic/classes.py`.

#![allow(dead_code, missing_docs, clippy::expect_used, reason = "classes that are only read and written")]
#![allow(clippy::option_option, reason = "absent, null and a value are three things")]
#![allow(clippy::trivially_copy_pass_by_ref, clippy::ref_option, reason = "checks take what their field holds")]

mod classes;

/// The same classes with `coerce`, written by the build script.
mod lax {
    include!(concat!(env!("OUT_DIR"), "/lax.rs"));
}

use std::io::{BufRead, Write};

use serde_json::json;

use conformance::Witness;

fn judge(classes: &[Witness], line: &str) -> String {
    let (name, body) = line.split_once('\t').expect("a class and a body");
    let found = classes.iter().find(|class| class.name == name);
    let class = found.unwrap_or_else(|| unknown(name));
    let head = format!("{{\"{name}\":");
    match (class.read)(&format!("{head}{body}}}")) {
        Ok(json) => {
            let body = json.strip_prefix(&head).and_then(|rest| rest.strip_suffix('}'));
            format!("{{\"ok\":{}}}", body.expect("an envelope of the same class"))
        }
        Err(fault) => {
            let mut errors: Vec<(&str, &str)> =
                fault.errors.iter().map(|issue| (issue.pointer.as_str(), &*issue.rule)).collect();
            errors.sort_unstable();
            json!({"code": fault.code, "errors": errors, "more": fault.more}).to_string()
        }
    }
}

fn unknown(name: &str) -> ! {
    eprintln!("error: no class {name} here");
    std::process::exit(2)
}

fn main() {
    let classes = if std::env::args().any(|argument| argument == "--lax") { lax::CLASSES } else { classes::CLASSES };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        writeln!(out, "{}", judge(classes, &line.expect("lines of UTF-8"))).expect("somebody who reads");
    }
}
