//! Writes the judge's classes a second time, each with `coerce`: `conformance/e2e/pydantic_diff.py` compares
//! them with pydantic's lax mode.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

const FOLDER: &str = "examples/judge/classes";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed={FOLDER}");
    let read = |name: &str| {
        let path = Path::new(FOLDER).join(name);
        fs::read_to_string(&path).map_err(|why| format!("{}: {why}", path.display()))
    };
    let mut out: Vec<String> = Vec::new();
    for line in read("mod.rs")?.lines() {
        match line.strip_prefix("mod ").and_then(|rest| rest.strip_suffix(';')) {
            Some(name) => out.extend([format!("mod {name} {{"), lax(&read(&format!("{name}.rs"))?), "}".to_owned()]),
            // Within another file there is no place for the file's own documentation.
            None if line.starts_with("//!") => {}
            None => out.push(line.to_owned()),
        }
    }
    fs::write(Path::new(&env::var("OUT_DIR")?).join("lax.rs"), out.join("\n"))?;
    Ok(())
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
    let coerced = lines.iter().enumerate().map(|(at, line)| {
        let bare = line.trim_start();
        let said = ["#[message", "#[value"].into_iter().find_map(|word| Some((word, bare.strip_prefix(word)?)));
        match said {
            Some((word, "]")) if has_fields(at) => format!("{word}(coerce)]"),
            Some((word, rest)) if has_fields(at) => {
                format!("{word}(coerce, {}", rest.strip_prefix('(').unwrap_or(rest))
            }
            _ => (*line).to_owned(),
        }
    });
    coerced.collect::<Vec<_>>().join("\n")
}
