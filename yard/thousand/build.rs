//! Writes a thousand classes, and the enum of them.

use std::path::Path;
use std::{env, fs};

use classes::{Class, Flavour, serde_enum, source};

fn main() {
    let classes = Class::first(1_000);
    let names: Vec<&str> = classes.iter().map(Class::name).collect();
    let text = [
        source(&classes, Flavour::Both),
        serde_enum("enum_of_1000", names.iter().copied()),
        format!("pub const NAMES: &[&str] = &{names:?};"),
    ];
    let folder = env::var("OUT_DIR").expect("cargo names a folder");
    fs::write(Path::new(&folder).join("classes.rs"), text.join("\n")).expect("the folder can be written");
    println!("cargo::rerun-if-changed=build.rs");
}
