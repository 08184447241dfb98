//! From classes to Rust.

use std::fmt::Write;

use crate::Class;

/// For whom the source is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    /// `#[message]` and `#[respond]`.
    Converse,
    /// serde derives and a trait for the handler.
    Serde,
    /// Classes of converse with serde's derives: one type for both sides of a contest.
    Both,
}

/// The classes, their replies, their handlers, and `SAMPLES`, one message of each.
pub fn source(classes: &[Class], flavour: Flavour) -> String {
    let mut out = String::new();
    for class in classes {
        class.write(&mut out, flavour);
    }
    let samples: Vec<String> = classes.iter().map(|class| format!("{:?}", class.sample())).collect();
    let _ = writeln!(out, "pub const SAMPLES: &[&str] = &[{}];", samples.join(",\n"));
    out
}

impl Class {
    fn write(&self, out: &mut String, flavour: Flavour) {
        let name = &self.name;
        let constrained = flavour != Flavour::Serde;
        head(out, flavour, "serde::Deserialize");
        let _ = writeln!(out, "pub struct {name} {{");
        for field in &self.fields {
            if let (true, Some(constraints)) = (constrained, field.constraints()) {
                let _ = writeln!(out, "    #[field({constraints})]");
            }
            let _ = writeln!(out, "    pub {}: {},", field.name, field.rust_type());
        }
        let _ = writeln!(out, "}}");

        let text = &self.fields[0].name;
        head(out, flavour, "serde::Serialize");
        let constraint = if constrained { "#[field(max_length = 64)] " } else { "" };
        let _ = writeln!(
            out,
            "pub struct {name}Response {{ pub accepted: bool, pub weight: u64, {constraint}pub {text}: String }}"
        );

        let weights: Vec<String> = self.fields.iter().map(|field| format!("({})", field.weight())).collect();
        let body =
            format!("{{ {name}Response {{ accepted: true, weight: {}, {text}: self.{text} }} }}", weights.join(" ^ "));
        let _ = match flavour {
            Flavour::Serde => writeln!(
                out,
                "impl Respond for {name} {{ type Reply = {name}Response; fn respond(self) -> {name}Response {body} }}"
            ),
            _ => writeln!(out, "#[respond]\nimpl {name} {{ pub fn respond(self) -> {name}Response {body} }}"),
        };
    }
}

fn head(out: &mut String, flavour: Flavour, derive: &str) {
    if flavour != Flavour::Serde {
        out.push_str("#[message]\n");
    }
    if flavour != Flavour::Converse {
        let _ = writeln!(out, "#[derive({derive})]");
    }
}

/// What somebody writes who has serde_json and no framework: an enum of the messages, one of the
/// replies, and a `match`, in a function of this name. Replies are called `…Response`.
pub fn serde_enum<'n>(function: &str, names: impl Iterator<Item = &'n str> + Clone) -> String {
    let variants = |suffix: &str| {
        names.clone().fold(String::new(), |mut all, name| {
            let _ = write!(all, "{name}{suffix}({name}{suffix}), ");
            all
        })
    };
    let arms = names.clone().fold(String::new(), |mut all, name| {
        let _ = writeln!(all, "        Ask::{name}(message) => Answer::{name}Response(message.respond()),");
        all
    });
    format!(
        "#[inline(never)]
pub fn {function}(bytes: &[u8], out: &mut Vec<u8>) -> serde_json::Result<()> {{
    #[derive(serde::Deserialize)]
    enum Ask {{ {} }}
    #[derive(serde::Serialize)]
    enum Answer {{ {} }}
    let answer = match serde_json::from_slice::<Ask>(bytes)? {{
{arms}    }};
    serde_json::to_writer(out, &answer)
}}
",
        variants(""),
        variants("Response"),
    )
}
