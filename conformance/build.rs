//! Writes the judge's classes a second time, each with `coerce`: `conformance/e2e/pydantic_diff.py` compares
//! them with pydantic's lax mode.

use std::fs;
use std::path::Path;

const FOLDER: &str = "examples/judge/classes";

fn main() {
    println!("cargo:rerun-if-changed={FOLDER}");
    let folder = Path::new(FOLDER);
    let read = |name: &str| {
        let path = folder.join(name);
        fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
    };
    let mut out = String::new();
    for line in read("mod.rs").lines() {
        match line.strip_prefix("mod ").and_then(|rest| rest.strip_suffix(';')) {
            Some(name) => out.push_str(&format!("mod {name} {{\n{}}}\n", lax(&read(&format!("{name}.rs"))))),
            // Within another file there is no place for the file's own documentation.
            None if line.starts_with("//!") => {}
            None => out.push_str(&format!("{line}\n")),
        }
    }
    let to = Path::new(&std::env::var("OUT_DIR").expect("cargo says where")).join("lax.rs");
    fs::write(&to, out).unwrap_or_else(|why| panic!("{}: {why}", to.display()));
}

/// The same source, in which every class with fields takes values in other forms.
fn lax(source: &str) -> String {
    let lines: Vec<&str> = source.lines().collect();
    // An enum of names has no fields.
    let has_fields = |from: usize| {
        let mut item = lines.iter().skip(from).skip_while(|line| !line.contains("struct ") && !line.contains("enum "));
        let is_struct = item.next().is_some_and(|line| line.contains("struct "));
        is_struct || item.take_while(|line| **line != "}").any(|line| line.contains(": "))
    };
    let mut out = String::new();
    for (at, line) in lines.iter().enumerate() {
        let bare = line.trim_start();
        let said = ["#[message", "#[value"].into_iter().find_map(|word| Some((word, bare.strip_prefix(word)?)));
        match said {
            Some((word, "]")) if has_fields(at) => out.push_str(&format!("{word}(coerce)]")),
            Some((word, rest)) if has_fields(at) => {
                out.push_str(&format!("{word}(coerce, {}", rest.strip_prefix('(').unwrap_or(rest)));
            }
            _ => out.push_str(line),
        }
        out.push('\n');
    }
    out
}
