//! The programs that are built.

use classes::{Class, Flavour, source};

/// A package to be.
pub(crate) struct Program {
    pub(crate) name: &'static str,
    /// With `HOUSE` for the folder of the repository.
    pub(crate) manifest: String,
    pub(crate) source: String,
}

/// Without and with the classes, by serde and by converse.
pub(crate) const NAMES: [&str; 4] = ["serde-none", "serde-all", "converse-none", "converse-all"];

/// Every program.
pub(crate) fn all(count: usize) -> Vec<Program> {
    let (none, all) = (Class::first(0), Class::first(count));
    let [serde_none, serde_all, converse_none, converse_all] = NAMES;
    vec![
        by_serde(serde_none, &none),
        by_serde(serde_all, &all),
        by_converse(converse_none, &none),
        by_converse(converse_all, &all),
    ]
}

fn by_serde(name: &'static str, classes: &[Class]) -> Program {
    let inserts: String = classes
        .iter()
        .map(|class| format!("    map.insert({0:?}, answer::<{0}> as Answer);\n", class.name()))
        .collect();
    let dependencies = "serde = { version = \"1\", features = [\"derive\"] }\nserde_json = \"1\"\n";
    Program {
        name,
        manifest: manifest(name, dependencies),
        source: format!("{SERDE}{}\n{}", source(classes, Flavour::Serde), SERDE_MAIN.replace("INSERTS", &inserts)),
    }
}

fn by_converse(name: &'static str, classes: &[Class]) -> Program {
    Program {
        name,
        manifest: manifest(name, "converse = { path = \"HOUSE/converse\" }\n"),
        source: format!("{CONVERSE}{}", source(classes, Flavour::Converse)),
    }
}

pub(crate) fn manifest(name: &str, dependencies: &str) -> String {
    format!("[package]\nname = {name:?}\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{dependencies}")
}

const CONVERSE: &str = "\
#![allow(dead_code, unused_imports)]
use converse::{App, message, respond};

fn main() {
    let reply = converse::block_on(async {
        let app = App::linked().build().expect(\"the classes fit together\");
        app.handle(std::env::args().nth(1).unwrap_or_default().as_bytes()).await
    });
    println!(\"{}\", String::from_utf8_lossy(&reply));
}
";

/// The envelope's name is found by looking at the bytes, so that the body is read only once.
const SERDE: &str = "\
#![allow(dead_code)]
use std::collections::HashMap;

trait Respond: serde::de::DeserializeOwned {
    type Reply: serde::Serialize;
    fn respond(self) -> Self::Reply;
}

type Answer = fn(&str, &mut Vec<u8>) -> serde_json::Result<()>;

fn answer<M: Respond>(body: &str, out: &mut Vec<u8>) -> serde_json::Result<()> {
    let message: M = serde_json::from_str(body)?;
    serde_json::to_writer(out, &message.respond())
}

";

const SERDE_MAIN: &str = r#"
fn main() {
    #[allow(unused_mut)]
    let mut map: HashMap<&str, Answer> = HashMap::new();
INSERTS
    let text = std::env::args().nth(1).unwrap_or_default();
    let mut out = Vec::new();
    let reply = text
        .strip_prefix("{\"")
        .and_then(|rest| rest.strip_suffix('}'))
        .and_then(|rest| rest.split_once("\":"))
        .and_then(|(name, body)| map.get(name)?(body, &mut out).ok());
    println!("{reply:?} {}", String::from_utf8_lossy(&out));
}
"#;
