//! Writes the classes that make up the numbers, and the enums by hand.

use std::path::Path;
use std::{env, fs};

use classes::{Class, Flavour, serde_enum, source};

/// The classes of `src/shop.rs`.
const OWN: [&str; 3] = ["SignIn", "SignUp", "Order"];

fn main() {
    let classes = Class::first(64 - OWN.len());
    let all = OWN.into_iter().chain(classes.iter().map(Class::name));
    let names: Vec<&str> = all.clone().collect();
    let text = [
        source(&classes, Flavour::Both),
        serde_enum("enum_of_2", ["SignIn", "Order"].into_iter()),
        serde_enum("enum_of_64", all),
        format!("pub const NAMES: &[&str] = &{names:?};"),
    ];
    let folder = env::var("OUT_DIR").expect("cargo names a folder");
    fs::write(Path::new(&folder).join("classes.rs"), text.join("\n")).expect("the folder can be written");
    println!("cargo::rerun-if-changed=build.rs");
}
